"""Editions in English, Russian and Chinese: nothing missing, nothing left in English, plurals and dates as they are."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from digest.issue.compose import Limits, compose
from digest.issue.issue import Outlet, Telling, Unread, Update
from digest.page import made, words
from digest.page.fixed import fixed
from digest.page.render import render
from digest.page.tongue import LANGUAGES, speak
from tests.digest.page.golden import GOLDEN, LABELS_RU, LABELS_ZH
from tests.digest.paper import Day, normal

PAGE = Path(__file__).resolve().parents[3] / "digest" / "page"
PUBLIC = "https://tripoint.example"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
RU, ZH = speak("ru"), speak("zh")
# Words of the interface that no translation has; outlets and quoted headlines are in Latin letters too.
ENGLISH = re.compile(
    r"\b(the|and|of|no|not|report|reports|found|told|by|from|outlet|outlets|story|stories|source|sources|read|well|"
    r"update|since|issue|browser|unsubscribe|headline|quoted|compare|elsewhere|mentions|private|state|public|nonprofit|"
    r"known|first|latest|silent|silence|more|day|week|time|times|closed|min|Moscow|Beijing|Washington|China|Russia)\b",
    re.IGNORECASE,
)


@cache
def asked() -> dict[object, str]:
    """Every text that the code asks for, with the place."""
    found: dict[object, str] = {}
    keywords = {"say": (1,), "many": (1, 2)}
    for name, line, message, _, _ in extract_from_dir(PAGE, method_map=[("*.py", "python")], keywords=keywords):
        found.setdefault(message, f"{name}:{line}")
    return found


@cache
def catalogue(language: str) -> Catalog:
    with (PAGE / "languages" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    there = {message.id for message in catalogue(language) if message.id}
    assert len(asked()) > 100
    assert {text: where for text, where in asked().items() if text not in there} == {}
    assert there - set(asked()) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_are_whole_and_keep_their_places(language: str) -> None:
    found = catalogue(language)
    for message in found:
        if not message.id:
            continue
        one, *many = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        assert len(strings) == (found.num_plurals if many else 1), message.id
        wanted = places(one).union(*map(places, many))
        for string in strings:
            assert string and not message.fuzzy, message.id
            # A number may be said in a word where the form is for one thing only.
            assert wanted - {"n"} <= places(string) <= wanted, (message.id, string)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_holds_english_words(language: str) -> None:
    for message in catalogue(language):
        for string in (message.string,) if isinstance(message.string, str) else message.string:
            if message.id:
                assert not ENGLISH.search(re.sub(r"\{\w+\}", "", string)), string


@pytest.mark.parametrize(
    ("n", "outlets", "stories", "reports", "minutes"),
    [
        (1, "1 издание", "сюжет", "1 самостоятельное сообщение", "1 минута"),
        (2, "2 издания", "сюжета", "2 самостоятельных сообщения", "2 минуты"),
        (5, "5 изданий", "сюжетов", "5 самостоятельных сообщений", "5 минут"),
        (11, "11 изданий", "сюжетов", "11 самостоятельных сообщений", "11 минут"),
        (21, "21 издание", "сюжет", "21 самостоятельное сообщение", "21 минута"),
        (112, "112 изданий", "сюжетов", "112 самостоятельных сообщений", "112 минут"),
    ],
)
def test_russian_counts_as_russians_do(n: int, outlets: str, stories: str, reports: str, minutes: str) -> None:
    assert words.outlets(n, RU) == outlets
    assert words.independent(n, RU) == reports
    assert RU.many("story", "stories", n) == stories
    assert minutes in RU.many("{n} min to read", "{n} min to read", n)


def test_chinese_counts_with_its_measure_words() -> None:
    assert [words.outlets(n, ZH) for n in (1, 2)] == ["1家媒体", "2家媒体"]
    assert words.independent(3, ZH) == "3篇独立报道"


def test_dates_and_times_are_written_as_newspapers_do() -> None:
    day = date(2026, 11, 24)
    assert words.long_date(day) == "Tuesday 24 November 2026"
    assert words.long_date(day, RU) == "Вторник, 24 ноября 2026 года"
    assert words.long_date(day, ZH) == "2026年11月24日 星期二"
    before = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)
    assert [words.clock(before, day, speak(x)) for x in LANGUAGES] == ["Mon 23:10", "пн 23:10", "周一 23:10"]
    long_ago = before - timedelta(days=9)
    assert words.clock(long_ago, day, RU) == "14 нояб. 23:10"


def test_what_is_said_of_silence_and_its_measure() -> None:
    silent = Telling("RU", "silent", read=6, watched=7)
    unread = Telling("CN", "unknown", read=2, watched=7, reason="unread")
    assert words.quiet(silent, RU) == "Сообщений не найдено; прочитано 6 из 7 изданий, за которыми мы там следим."
    assert words.quiet(silent, ZH) == "未见报道；我们关注的7家媒体中读到6家。"
    assert words.quiet_sides([silent, unread]) == (
        "No report found in Moscow (6 of 7 read). Not known: Beijing (2 of 7 read)."
    )
    assert words.quiet_sides([silent, unread], RU) == (
        "Сообщений не найдено: Москва (прочитано 6 из 7). Неизвестно: Пекин (прочитано 2 из 7)."
    )
    assert words.quiet_sides([silent, unread], ZH) == "未见报道：莫斯科（7家中读到6家）。北京情况不明（7家中读到2家）。"
    new = Update(date(2026, 11, 23), 2, ("CN",), ("соя",))
    assert words.update(new, RU) == "2 новых сообщения после номера за 23 ноября; нового: соя; теперь пишет и Пекин"


def test_ownership_is_said_of_every_side_in_every_language() -> None:
    for ownership in ("state", "private", "public", "nonprofit", "government", "exiled"):
        for country in ("US", "RU", "CN", "NO"):
            outlet = Outlet("x", "X", country, "en", ownership)
            said = {language: words.ownership(outlet, speak(language)) for language in LANGUAGES}
            assert len(set(said.values())) == 3, said


def test_reasons_of_unread_sources_are_said_in_every_language() -> None:
    today = date(2026, 11, 24)
    outlet = Outlet("x", "X", "RU", "ru", "state")
    for reason in ("not asked", "blocked", "robots", "timeout", "dns", "empty", "not a feed", "truncated", "too large",
                   "refused", "error", "stale"):  # fmt: skip
        assert re.search("[а-я]", words.unread(Unread(outlet, reason), today, RU)), reason
    assert words.unread(Unread(outlet, "http 503"), today, RU) == "HTTP 503"


def test_a_feed_that_stopped_in_another_year_is_said_with_it() -> None:
    today, outlet = date(2026, 11, 24), Outlet("x", "X", "RU", "ru", "state")
    since = [Unread(outlet, "stale", datetime(year, 9, 18, tzinfo=UTC)) for year in (2026, 2023)]
    assert [words.unread(each, today) for each in since] == [
        "nothing new since 18 September",
        "nothing new since 18 September 2023",
    ]
    assert "2023 года" in words.unread(since[1], today, RU)


def interface(html: str, lang: str) -> str:
    """What the page says itself: without links (they are headlines) and without what is marked as another language."""
    namespace = "{http://www.w3.org/1999/xhtml}"

    def said(element: object) -> str:
        tag, own = element.tag, element.get("lang", lang)  # type: ignore[attr-defined]
        if tag in (f"{namespace}{x}" for x in ("style", "title", "script")) or not isinstance(tag, str):
            return ""
        if own != lang or (tag == f"{namespace}a" and "stories/" not in element.get("href", "")):  # type: ignore[attr-defined]
            return ""
        parts = [element.text or ""]  # type: ignore[attr-defined]
        for child in element:  # type: ignore[attr-defined]
            parts += [said(child), child.tail or ""]
        return " ".join(parts)

    return said(html5lib.parse(html).find(f"{namespace}body"))


@pytest.mark.parametrize(("language", "labels"), [("ru", LABELS_RU), ("zh", LABELS_ZH)])
@pytest.mark.parametrize("kind", ["usual", "empty", "one side unread", "overflowing", "told before"])
def test_no_english_word_of_ours_stands_in_another_edition(language: str, labels: dict[str, object], kind: str) -> None:
    day = Day() if kind == "empty" else normal()
    if kind == "one side unread":
        day.failed = dict.fromkeys(("长河日报", "东岸观察", "北辰财经", "海港晚报", "Fjordposten"), "timeout")
    if kind == "told before":
        day.told = {id: date(2026, 11, 23) for id in (1, 6, 13, 17)}
    limits = Limits(stories=2, one_sided=1, briefs=2) if kind == "overflowing" else Limits()
    issue = compose(day.material(labels=labels), day.frame(language=language), limits)
    page = render(issue, public_url=PUBLIC, postal_address="")
    lang = speak(language).lang
    assert f'<html lang="{lang}"' in page.html
    said = interface(page.html, lang).replace("HTTP 503", "").replace("UTC", "").replace("Tripoint", "")
    assert not ENGLISH.search(re.sub(r"@@[A-Z-]+@@", "", said)), ENGLISH.search(said)
    outlets = "|".join(sorted((re.escape(s.name) for s in day.sources.values() if s.name.isascii()), key=len)[::-1])
    kept = re.sub(rf"{outlets}|robots\.txt|@@TRIPOINT-[A-Z-]+@@", "", said)
    assert not re.search(r"[A-Za-z]{3,}", kept), re.findall(r"[A-Za-z]{3,}", kept)


@pytest.mark.parametrize(("name", "lang"), [("russian", "ru"), ("chinese", "zh-Hans")])
def test_the_headline_is_in_the_editions_language_where_an_outlet_has_one(name: str, lang: str) -> None:
    issue = GOLDEN[name]()
    base = lang.split("-")[0]
    for item in issue.printed():
        spoken = {r.language for t in item.tellings for r in ((t.report,) if t.report else ()) + t.also}
        assert item.headline.language == base or base not in spoken
    page = render(issue, public_url=PUBLIC)
    assert re.search(r'<(?:a|p) [^>]*lang="en"', page.html)
    assert page.html.count(f'lang="{lang}"') == 1  # the page's own; what stands in it in its language needs no mark


def test_subject_and_preheader_speak_the_language() -> None:
    ru, zh = GOLDEN["russian"](), GOLDEN["chinese"]()
    assert made.subject(ru).startswith("Tripoint 24 ноября: Три столицы")
    assert made.preheader(ru).endswith("– 12 сюжетов из 17 изданий.")
    assert made.subject(zh).startswith("Tripoint 11月24日：三方商定")
    assert made.preheader(zh).endswith("——12条新闻，来自16家媒体。")


def test_an_unknown_language_is_answered_in_english() -> None:
    assert fixed(speak("de")) == fixed(speak("en"))


def test_how_a_reader_came_to_be_listed_is_said_in_the_editions_language() -> None:
    said = [words.listing("added by the operator", date(2026, 3, 3), speak(x)) for x in LANGUAGES]
    assert said == [
        "added by the operator on 3 March 2026",
        "внесён оператором рассылки 3 марта 2026 года",
        "于2026年3月3日由本报运营者添加",
    ]
