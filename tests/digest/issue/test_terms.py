"""Words that differ: what each side calls one thing, read from the reports and quoted within the budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from config.load import load, shipped
from digest.issue.issue import Contrast, Issue, from_json, to_json
from digest.issue.terms import Terms, around
from store.records import Lexicon
from tests.digest.paper import Day
from topics.concepts import Matcher

QUOTE = 280


@pytest.fixture(scope="module")
def terms() -> Terms:
    config = load(shipped())
    return Terms.of(config.term_rows(), Matcher(Lexicon.of(config.lexicon_rows())))


def told(reports: Mapping[str, str], **more: object) -> Day:
    day = Day()
    for outlet, text in reports.items():
        day.tell(1, outlet, f"A headline of {outlet}", text=text, **more)  # type: ignore[arg-type]
    return day


def contrasts(day: Day, terms: Terms) -> tuple[Contrast, ...]:
    (item,) = day.issue(terms=terms).every()
    return item.terms


def words(contrast: Contrast) -> list[tuple[str, str]]:
    return [(usage.side, usage.wording) for usage in contrast.usages]


WASHINGTON = "The talks come in the third year of Russia's war. Envoys from both sides met in a hotel by the lake."
MOSCOW = "В Кремле заявили, что цели специальной военной операции будут достигнуты. Встреча прошла у озера."
BEIJING = "中方一贯主张通过对话解决乌克兰危机。双方代表在湖边会面。"


def test_each_side_is_shown_with_its_own_word_in_its_own_language(terms: Terms) -> None:
    day = told({"Harbor Wire": WASHINGTON, "Рубеж-Инфо": MOSCOW, "长河日报": BEIJING})
    (found,) = contrasts(day, terms)
    assert found.subject == "the fighting in Ukraine"
    assert words(found) == [
        ("US", "war or invasion"),
        ("RU", "special military operation"),
        ("CN", "crisis or conflict"),
    ]
    moscow = found.usages[1]
    assert moscow.before + moscow.term + moscow.after == (
        "В Кремле заявили, что цели специальной военной операции будут достигнуты."
    )
    assert (moscow.term, moscow.report.outlet.name, moscow.distanced) == (
        "специальной военной операции", "Рубеж-Инфо", False,
    )  # fmt: skip
    assert found.usages[2].before + found.usages[2].term == "中方一贯主张通过对话解决乌克兰危机"


@pytest.mark.parametrize(
    "reports",
    [
        {"Harbor Wire": WASHINGTON, "Polar Courier": "The third year of the war in Ukraine has begun."},
        {"Harbor Wire": WASHINGTON, "Рубеж-Инфо": "Стороны встретились у озера."},
        {"Harbor Wire": WASHINGTON, "Potomac Ledger": "The conflict in Ukraine was not on the table."},
        {"Harbor Wire": "The trade war was on the table.", "Рубеж-Инфо": "Стороны встретились у озера."},
    ],
    ids=["one word", "one side speaks of it", "one side, two words", "no pair"],
)
def test_nothing_is_shown_where_no_two_sides_differ(reports: Mapping[str, str], terms: Terms) -> None:
    assert contrasts(told(reports), terms) == ()


def test_a_word_in_quotation_marks_is_somebody_elses(terms: Terms) -> None:
    quoted = 'Moscow says its "special military operation" will go on.'
    so_called = "The so-called special military operation will go on, he said."
    for text in (quoted, so_called):
        day = told({"Harbor Wire": text, "Рубеж-Инфо": MOSCOW})
        assert contrasts(day, terms) == ()  # Washington has no word of its own here
    day = told({"Harbor Wire": WASHINGTON + " " + quoted, "Рубеж-Инфо": MOSCOW})
    (found,) = contrasts(day, terms)
    assert [(u.wording, u.distanced) for u in found.usages if u.side == "US"] == [
        ("war or invasion", False),
        ("special military operation", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The Kremlin said the special military operation would go on.",
        "The Russian embassy in Washington said the special military operation would go on.",
        "The special military operation will go on, Russian foreign minister Sergei Lavrov said.",
    ],
)
def test_what_another_sides_speaker_says_is_that_sides_word(text: str, terms: Terms) -> None:
    assert contrasts(told({"Harbor Wire": text, "长河日报": BEIJING}), terms) == ()
    (found,) = contrasts(told({"Polar Courier": text, "长河日报": BEIJING}), terms)  # of its own side
    assert words(found) == [("RU", "special military operation"), ("CN", "crisis or conflict")]


def test_a_speaker_may_be_named_after_the_word_of_saying(terms: Terms) -> None:
    text = "Конфликт на Украине можно решить за день, заявил Трамп."
    assert contrasts(told({"Harbor Wire": WASHINGTON, "Рубеж-Инфо": text}), terms) == ()


def test_a_reprint_is_not_the_word_of_the_side_that_prints_it(terms: Terms) -> None:
    day = told({"Harbor Wire": WASHINGTON, "长河日报": BEIJING})
    day.tell(1, "Great River Daily", "Reprinted", text=WASHINGTON, copy=1, role="copy", credits="Harbor Wire")
    (found,) = contrasts(day, terms)
    assert words(found) == [("US", "war or invasion"), ("CN", "crisis or conflict")]


def test_reserved_reports_are_not_quoted(terms: Terms) -> None:
    assert contrasts(told({"Harbor Wire": WASHINGTON, "Рубеж-Инфо": MOSCOW}, reserved=True), terms) == ()


def quoted(issue: Issue) -> Counter[int]:
    """How many characters of each article the issue quotes."""
    found: Counter[int] = Counter()
    for item in issue.every():
        found[item.headline.article] += len(item.summary)
        for telling in item.tellings:
            if telling.report:
                found[telling.report.article] += len(telling.lead)
        for contrast in item.terms:
            for usage in contrast.usages:
                found[usage.report.article] += len(usage.before + usage.term + usage.after)
    return found


@pytest.mark.parametrize("padding", [0, 40, 120, 160, 200, 240, 500])
def test_all_quotations_of_an_article_stay_within_one_budget(padding: int, terms: Terms) -> None:
    filler = "word " * (padding // 5)
    day = told({
        "Harbor Wire": f"Envoys met {filler}. They left {filler}. In the third year of Russia's war {filler}.",
        "Polar Courier": f"Envoys met {filler}. The special military operation goes on, and {filler}.",
        "Рубеж-Инфо": f"Встреча прошла у озера {filler}. Цели специальной военной операции {filler} будут достигнуты.",
        "长河日报": "双方代表在湖边会面" + "，" * padding + "。中方主张解决乌克兰危机" + "，" * padding + "。",
    })  # fmt: skip
    issue = day.issue(terms=terms)
    assert max(quoted(issue).values()) <= QUOTE
    assert from_json(to_json(issue)) == issue


def test_a_term_in_the_headline_counts_where_the_text_has_none(terms: Terms) -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "Russia's war enters a fourth year", text="Envoys met by the lake on Monday.")
    day.tell(1, "Рубеж-Инфо", "Переговоры", text=MOSCOW)
    (found,) = contrasts(day, terms)
    assert found.usages[0].before + found.usages[0].term + found.usages[0].after == "Russia's war enters a fourth year"


@pytest.mark.parametrize("room", [30, 60, 100, 140])
def test_words_around_a_term_are_cut_at_words_and_never_cut_the_term(room: int) -> None:
    text = "First one. " + "before " * 30 + "the fighting itself " + "after " * 30 + ". Last one."
    start = text.index("fighting")
    before, term, after = around(text, start, start + len("fighting"), room)
    assert term == "fighting"
    assert len(before + term + after) <= room
    assert before.startswith("…") and after.endswith("…")
    assert "First" not in before and "Last" not in after


def test_the_shipped_pairs_find_each_of_their_own_wordings(terms: Terms) -> None:
    """A form that another one hides, or that can match nothing, is no form."""
    for pair in load(shipped()).terms:
        for number, wording in enumerate(pair.wordings):
            for language in ("en", "ru", "zh"):
                for form in getattr(wording, language):
                    shown = form.replace("*", "").replace("~", "")
                    text = {"en": f"See {shown} here", "ru": f"Вот {shown} тут", "zh": shown}[language]
                    ids = [hit.concept_id for hit in terms.matcher.find(text, language)]
                    assert ids == [f"{pair.id}/{number}"], (form, ids)
