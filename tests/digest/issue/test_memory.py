"""A story is told again only for a new fact, or for a side that had said nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from digest.issue.issue import Issue, Update
from tests.digest.paper import CLOSES, LABELS, Day

YESTERDAY = date(2026, 11, 23)
TEXT = "Forty-two inspectors may travel between the two countries until June. Both ministries confirmed the list."


def told(*, side: str = "Harbor Wire") -> tuple[Day, int]:
    """A day whose story 1 was told yesterday, by one American report."""
    day = Day()
    first = day.tell(1, side, "Soybean inspectors get their visas", hours=30, text=TEXT, concepts=("soy",), copy=1)
    day.told = {first: YESTERDAY}
    return day, first


def update(issue: Issue) -> Update | None:
    return next((i.update for i in issue.every()), None)


def test_a_reprint_of_what_was_told_brings_nothing_back() -> None:
    day, _ = told()
    day.tell(1, "Lakeside Post", "Visas for inspectors", text=TEXT, copy=1, role="copy", credits="Harbor Wire")
    assert day.issue().empty


def test_a_rewrite_brings_nothing_back() -> None:
    day, _ = told()
    day.tell(1, "Lakeside Post", "Why 77 inspectors matter", text="As Harbor Wire reports.", role="rewrite")
    assert day.issue().empty


def test_an_edit_and_a_new_date_bring_nothing_back() -> None:
    day, first = told()
    day.articles[first] = replace(
        day.articles[first], title="Fifty inspectors get their visas", revision=2, published=CLOSES - timedelta(hours=1)
    )
    assert day.issue().empty


def test_yesterdays_news_told_late_brings_nothing_back() -> None:
    day, _ = told()
    day.tell(1, "Prairie Radio", "Soybean inspectors get visas", text=TEXT[:69], concepts=("soy",))
    assert day.issue().empty


@pytest.mark.parametrize(
    ("title", "text", "concepts"),
    [
        ("Soybean inspectors get their visas", "The list now holds 57 inspectors, both ministries said.", ("soy",)),
        ("Soybean inspectors get their visas", TEXT, ("soy", "rail")),
        ("Beijing suspends soybean visas after a quarrel", "The ministries confirmed it.", ("soy",)),
    ],
    ids=["figure", "subject", "headline"],
)
def test_a_report_with_a_new_fact_brings_it_back(title: str, text: str, concepts: tuple[str, ...]) -> None:
    day, _ = told()
    day.tell(1, "Prairie Radio", title, text=text, concepts=concepts)
    found = update(day.issue())
    assert found is not None
    assert (found.since, found.reports, found.sides) == (YESTERDAY, 1, ())
    assert found.facts == (("railways",) if "rail" in concepts else ())


def test_the_day_of_the_report_is_no_new_figure() -> None:
    day, _ = told()
    title = "Soybean inspectors get their visas"
    for text in ("On 24 November they travel. ", "On Nov. 24 they travel. "):
        day.tell(1, "Prairie Radio", title, text=text + TEXT, concepts=("soy",))
    assert day.issue().empty


def test_a_side_that_broke_its_silence_brings_it_back_even_by_a_reprint() -> None:
    day, _ = told()
    day.tell(1, "Great River Daily", "Visas for inspectors", text=TEXT, copy=1, role="copy", credits="Harbor Wire")
    issue = day.issue()
    assert update(issue) == Update(YESTERDAY, 0, ("CN",))
    (item,) = issue.every()
    assert item.told_by == ("US", "CN")
    assert (item.rank is not None) and item.rank.coverage == 1.5  # a reprinting side, and one that has nothing new


def test_what_was_told_to_readers_of_another_hour_is_new_here() -> None:
    day, _ = told()
    day.told = {}
    assert update(day.issue()) is None
    assert not day.issue().empty


def test_a_chinese_report_of_the_same_facts_is_none_where_that_side_spoke() -> None:
    day, first = told(side="Great River Daily")
    day.tell(1, "长河日报", "大豆检验员获得签证", text="两国检验员可于六月前往来。", concepts=("soy",))
    assert day.issue().empty
    day.tell(1, "东岸观察", "大豆检验员获得签证", text="两国检验员可于六月前往来。涉及稀土。", concepts=("soy", "rare"))
    found = update(day.issue())
    assert found is not None and found.facts == (LABELS["rare"].text,)
    assert first in day.told
