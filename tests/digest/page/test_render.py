"""The page as readers get it: every client, every width, both twins, and hostile text inert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy

import html5lib
import pytest

from digest.issue.compose import Limits, compose
from digest.issue.issue import Issue
from digest.page import twin
from digest.page.render import HARD, fit, render
from digest.page.tongue import LANGUAGES
from digest.post.message import HEADERS, Copy, Masthead, plate, press
from store.records import LEAVE_SLOT, LISTED_SLOT, Page
from tests.digest.page.golden import GOLDEN
from tests.digest.page.hostile import ADDRESSES, HOSTILE, hostile, hostile_throughout, misleading
from tests.digest.page.maillint import lint
from tests.digest.paper import CLOSES, PRESS, Day, normal

PUBLIC = "https://tripoint.example"
LOCAL = "http://127.0.0.1:8000"
POSTAL = "Tripoint, 1 Example Street, 00000 Exampleton"
MASTHEAD = Masthead("Tripoint <paper@tripoint.example>", "Tripoint", "daily", PUBLIC)
XHTML = "{http://www.w3.org/1999/xhtml}"

pages: dict[str, Page] = {}


def page_of(name: str) -> Page:
    if name not in pages:
        pages[name] = render(GOLDEN[name](), public_url=PUBLIC, postal_address=POSTAL)
    return pages[name]


def parsed(html: str) -> object:
    return html5lib.HTMLParser(strict=False).parse(html)


def elements(html: str) -> Iterator[object]:
    yield from parsed(html).iter()  # type: ignore[attr-defined]


def hrefs(html: str) -> list[str]:
    return [e.get("href") for e in elements(html) if e.tag == f"{XHTML}a"]  # type: ignore[attr-defined]


def last_of_each(values: list[str]) -> list[str]:
    """In order of their last appearance: "at a glance" repeats the links of the stories below it."""
    return list(dict.fromkeys(reversed(values)))[::-1]


@pytest.mark.parametrize("name", GOLDEN)
def test_no_mail_client_is_asked_for_what_it_cannot_do(name: str) -> None:
    html = page_of(name).html.replace(LEAVE_SLOT, "https://tripoint.example/unsubscribe/x")
    assert lint(html) == []


@pytest.mark.parametrize("name", GOLDEN)
def test_it_loads_nothing_and_links_only_where_it_says(name: str) -> None:
    html = page_of(name).html
    assert not re.search(r"\ssrc=|url\(|@import|@font-face", html)
    for href in hrefs(html):
        assert href == LEAVE_SLOT or href.startswith("https://")
        assert "#" not in href


@pytest.mark.parametrize("name", GOLDEN)
def test_text_has_the_same_links_in_the_same_order(name: str) -> None:
    page = page_of(name)
    in_text = re.findall(rf"https?://\S+|{re.escape(LEAVE_SLOT)}", page.text)
    assert last_of_each(hrefs(page.html)) == last_of_each(in_text)


@pytest.mark.parametrize("name", GOLDEN)
def test_text_has_the_same_stories_and_fits_78_columns(name: str) -> None:
    issue, page = fit(GOLDEN[name](), public_url=PUBLIC, postal_address=POSTAL)
    squeezed = re.sub(r"\s+", "", page.text)
    at = 0
    for section in issue.sections:
        for item in section.items:
            at = squeezed.index(re.sub(r"\s+", "", item.headline.title), at)
    for line in page.text.splitlines():
        assert twin.width(line) <= 78 or re.fullmatch(r"\s*(\S+: )?https?://\S+", line)


@pytest.mark.parametrize("name", GOLDEN)
def test_it_is_within_budget_and_has_its_footer(name: str) -> None:
    page = page_of(name)
    assert len(page.html.encode()) <= (60_000 if name != "twelve" else HARD)
    for part in (page.html, page.text):
        assert LEAVE_SLOT in part and LISTED_SLOT in part and POSTAL in part
    assert len(page.subject) <= 70


@pytest.mark.parametrize("name", GOLDEN)
def test_the_same_issue_gives_the_same_bytes(name: str) -> None:
    assert render(GOLDEN[name](), public_url=PUBLIC, postal_address=POSTAL) == page_of(name)


def test_over_budget_the_lowest_ranks_go_to_the_web_with_a_count() -> None:
    issue = GOLDEN["twelve"]()
    fitted, page = fit(issue, public_url=PUBLIC, hard=30_000)
    beyond = sum(len(s.beyond) for s in fitted.sections)
    assert len(page.html.encode()) <= 30_000
    assert beyond > 0 and fitted.stories == issue.stories
    assert f"{beyond} more stories of this issue on the web" in page.html
    assert f"{beyond} more stories of this issue on the web" in page.text
    assert LEAVE_SLOT in page.html
    kept = [i.story for i in fitted.printed()]
    assert kept == [i.story for i in issue.printed()][: len(kept)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_never_over_130_kb_in_any_script(language: str) -> None:
    day = Day()
    letters = {
        "en": "Officials met on Monday and signed. ",
        "ru": "Чиновники встретились и подписали. ",
        "zh": "官员周一会面并签署文件。",
    }
    for story in range(1, 30):
        for side, outlets in PRESS.items():
            for n, (name, _) in enumerate(outlets):
                title = f"{side} {story} {n} " + letters[language] * 3
                day.tell(story, name, title, text=letters[language] * 8, edges=("CN-RU",), language=language)
    issue = compose(day.material(), day.frame(language=language), Limits(stories=40))
    fitted, page = fit(issue, public_url=PUBLIC, postal_address=POSTAL)
    message = press(plate(page, MASTHEAD, CLOSES), Copy("id", "ann@x.example", "t" * 43, "added by the operator"))
    assert len(message) <= 130_000
    assert len(page.html.encode()) <= 90_000
    assert fitted.stories == 29 and sum(1 for _ in fitted.printed()) >= 6
    assert LEAVE_SLOT in page.html and LEAVE_SLOT in page.text


def test_totals_are_what_is_printed_plus_what_is_counted() -> None:
    issue, page = GOLDEN["overflowing"](), page_of("overflowing")
    printed = sum(1 for _ in issue.printed())
    more = int(re.search(r"(\d+) more stories", page.text)[1])  # type: ignore[index]
    assert issue.stories == printed + more
    assert f"{issue.stories} stories" in page.text
    assert "1 here, 2 in brief below." in page.text or "more on the web." in page.text


def test_a_loopback_address_is_never_linked() -> None:
    page = render(GOLDEN["overflowing"](), public_url=LOCAL)
    assert "127.0.0.1" not in page.html + page.text
    assert "on the web" not in page.text
    assert "are not printed here" in page.text
    assert "compare" not in page.text


def test_subject_and_preheader() -> None:
    page = page_of("normal")
    assert page.subject.startswith("Tripoint 24 Nov: Arctic talks yield an ice chart")
    assert page.subject.endswith("…") and len(page.subject) <= 70
    assert page.preheader.startswith("Also: A phone line for falling metal")
    assert "12 stories from" in page.preheader


def test_a_side_that_was_not_read_stands_on_top_in_words_and_never_hollow() -> None:
    page = page_of("one side unread")
    top = page.text[: page.text.index("AT A GLANCE")]
    assert "Beijing: 2 of 7 outlets were read well." in top
    assert "? Beijing\n  Not known: only 2 of the 7 outlets we watch there were read well." in page.text
    assert "◇" not in page.text.replace("○ □ ◇ no report found", "")
    assert "TWO CAPITALS, THE THIRD NOT KNOWN" in page.text
    assert "TOLD ON ONE SIDE, THE REST NOT KNOWN" in page.text


def test_every_silence_names_the_number_of_sources() -> None:
    text = page_of("normal").text
    assert "□ Moscow\n  No report found; all 7 outlets we watch there were read." in text
    assert "No report found in Washington (7 of 7 read) or Beijing (6 of 7 read)." in " ".join(text.split())


def test_foreign_headlines_have_their_language_and_a_line_of_concepts() -> None:
    html = page_of("normal").html
    assert re.search(r'lang="zh-Hans"[^>]*><a[^>]*>北方航道冰情图达成一致</a></p>mentions: the Arctic<br>', html)
    assert re.search(r'lang="ru"[^>]*><a[^>]*>Открыта прямая линия', html)


def test_ownership_stands_beside_outlets_of_every_side() -> None:
    text = " ".join(page_of("normal").text.split())
    for label in (
        "Harbor Wire (nonprofit)",
        "Polar Courier (state)",
        "长河日报 (state)",
        "Вольный берег (Russian, in exile)",
    ):
        assert label in text


def test_sources_not_read_are_named_with_the_reason() -> None:
    text = " ".join(page_of("normal").text.split())
    assert "22 of 24 sources were read well" in text
    assert "海港晚报 (no answer in time), Strait Gazette (HTTP 503)" in text


def test_a_source_that_is_quoted_although_it_was_not_read_says_why() -> None:
    day = normal()
    day.failed = {"Fjordposten": "timeout"}
    text = " ".join(render(day.issue(), public_url=PUBLIC).text.split())
    assert "Fjordposten (no answer in time; quoted from an earlier reading)" in text


def test_times_are_absolute_and_utc_is_said_once() -> None:
    text = page_of("normal").text
    assert "first Mon 23:00, latest 05:24" in text
    assert text.count("UTC") - text.count("/0700-UTC") == 1


def assert_inert(page: Page) -> None:
    page.html.encode(), page.text.encode()
    found = list(elements(page.html))
    live = {f"{XHTML}{tag}" for tag in ("script", "img", "iframe", "form", "svg", "math", "base", "object", "input")}
    assert not [e for e in found if e.tag in live]  # type: ignore[attr-defined]
    for element in found:
        assert not [a for a in element.attrib if str(a).startswith("on")]  # type: ignore[attr-defined]
    assert len([e for e in found if e.tag == f"{XHTML}h1"]) == 1  # type: ignore[attr-defined]
    assert len([e for e in found if e.tag == f"{XHTML}style"]) == 2  # type: ignore[attr-defined]
    assert all(h == LEAVE_SLOT or h.startswith(("https://", "http://")) for h in hrefs(page.html))
    for head in (page.subject, page.preheader):
        assert len(head.splitlines()) == 1
    assert "\r" not in page.text and "=?" not in page.subject and "{{" not in page.subject.replace("{{ 7*7 }}", "")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.html + page.text)
    for slot in (LEAVE_SLOT, LISTED_SLOT):  # else a reader's token would leave us
        assert page.html.count(slot) == page.text.count(slot) == 1
    message = press(plate(page, MASTHEAD, CLOSES), Copy("id", "ann@x.example", "token", "added by hand"))
    parsed = message_from_bytes(message, policy=policy.default)
    assert "Bcc" not in parsed and set(parsed.keys()) <= set(HEADERS)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert max(map(len, message.split(b"\r\n"))) <= 998


def assert_told(issue: Issue, page: Page) -> None:
    """Every headline stands there as its letters: an empty page were inert, too."""

    def letters(text: str) -> str:
        return re.sub(r"[\s\u200b\u200d]", "", text)  # long words may be broken

    assert issue.dropped == 0
    html, text = letters("".join(parsed(page.html).itertext())), letters(page.text)  # type: ignore[attr-defined]
    for title in (letters(item.headline.title) for item in issue.every()):
        assert title in html and title in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_articles_are_inert(text: str) -> None:
    issue = hostile(text)
    page = render(issue, public_url=PUBLIC)
    assert issue.stories == 1
    assert_told(issue, page)
    assert_inert(page)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_every_field(text: str) -> None:
    issue = hostile_throughout(text, LANGUAGES[HOSTILE.index(text) % len(LANGUAGES)])
    fitted, page = fit(issue, public_url=PUBLIC)
    assert fitted.stories == issue.stories
    assert_told(fitted, page)
    assert_inert(page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_misleading_address_is_no_link_and_costs_no_other_story(address: str) -> None:
    page = render(misleading(address), public_url=PUBLIC)
    assert_inert(page)
    assert "Good" in page.html
    assert address not in hrefs(page.html)
    for href in hrefs(page.html):
        assert not re.search(r"[\s<>\"\\@]", href.replace(LEAVE_SLOT, "")), href


def test_an_address_in_another_script_is_a_link() -> None:
    address = "https://例子.测试/新闻"
    assert address in hrefs(render(misleading(address), public_url=PUBLIC).html)


def test_one_item_that_cannot_be_rendered_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from digest.page import view

    real = view.bar_of

    def break_story_three(item: object) -> object:
        if item.story == 3:  # type: ignore[attr-defined]
            raise ValueError("poison")
        return real(item)  # type: ignore[arg-type]

    monkeypatch.setattr(view, "bar_of", break_story_three)
    issue, page = fit(normal().issue(), public_url=PUBLIC)
    assert (issue.stories, issue.dropped) == (11, 1)
    assert "Zeyan" not in page.html
    assert "1 story could not be printed" in page.text


def test_an_empty_day_is_said_with_dignity() -> None:
    page = page_of("empty")
    assert "No story between China, Russia and the United States was found" in page.html
    assert "24 of 24 sources were read well" in page.text
    assert page.subject == "Tripoint 24 Nov: no new story"


def test_a_story_told_before_says_what_is_new() -> None:
    text = " ".join(page_of("updates").text.split())
    assert "Update: 2 new reports since the issue of 23 November; Beijing now tells it too" in text
    assert "Update: 1 new report since the issue of 23 November" in text
    assert "■ Moscow Told before, by 1 outlet; nothing new since." in text
    assert "■" in text and "No report found in Moscow" not in text
