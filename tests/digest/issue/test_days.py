"""A weekly issue: it reaches back a week, and counts who told how much on which day."""

from __future__ import annotations

from datetime import timedelta

from digest.issue.compose import AGE, WEEKLY_AGE, compose
from digest.page.render import render
from tests.digest.page.golden import weekly
from tests.digest.paper import CLOSES, Day


def test_a_week_counts_every_report_once_by_day_and_side() -> None:
    issue = weekly()
    assert issue.frequency == "weekly"
    assert sum(sum(day.counts) for day in issue.days) == issue.articles
    days = [day.day for day in issue.days]
    assert days == sorted(days) and len(set(days)) == len(days) >= 8
    assert days[-1] == issue.closes.date()


def test_a_day_without_reports_stands_in_the_row_with_nothing() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "Early in the week", hours=150)
    day.tell(1, "长河日报", "周末", hours=2)
    issue = compose(day.material(), day.frame(age=WEEKLY_AGE))
    assert [d.counts for d in issue.days if sum(d.counts)] == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert len(issue.days) == 8 and issue.days[-1].day == CLOSES.date()
    text = render(issue, public_url="https://tripoint.example").text
    assert "WHO TOLD HOW MUCH, AND WHEN" in text and "The week as told in" in text


def test_a_daily_issue_has_no_chart_and_forgets_after_72_hours() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "Early in the week", hours=150)
    assert compose(day.material(), day.frame()).empty
    day.tell(2, "Harbor Wire", "This morning", hours=2)
    issue = compose(day.material(), day.frame())
    assert (issue.frequency, issue.days, issue.stories) == ("daily", (), 1)
    assert timedelta(hours=72) == AGE < WEEKLY_AGE


def test_an_empty_week_is_said_without_a_chart() -> None:
    issue = compose(Day().material(), Day().frame(age=WEEKLY_AGE))
    assert issue.empty and issue.days == ()
    assert "The week as told in" in render(issue, public_url="https://tripoint.example").text
