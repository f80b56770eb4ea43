"""The weekly chart: who told how much on which day, as bars of table cells and as lines of text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from digest.issue.issue import Issue
from digest.page import words
from digest.page.fixed import fixed
from digest.page.tongue import Tongue, speak
from digest.page.twin import width
from digest.page.view import shares
from store.records import SIDES

BAR = 24  # columns of a bar in the text


@dataclass(frozen=True, slots=True)
class DayView:
    """One day. `bar` is (class, percent of the row), the empty rest last with the class ""."""

    day: str
    counts: tuple[int, ...]  # of the three sides and elsewhere
    bar: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ChartView:
    heads: tuple[tuple[str, str, str], ...]  # (class, mark, word) of each column of figures
    days: tuple[DayView, ...]


def _bar(counts: tuple[int, ...], most: int, whole: int = 100) -> tuple[tuple[str, int], ...]:
    rest = most - sum(counts)
    parts = [(css, n) for css, n in zip((*SIDES, "XX", ""), (*counts, rest), strict=True) if n]
    return tuple(zip((css for css, _ in parts), shares([n for _, n in parts], whole), strict=True))


def chart_view(issue: Issue) -> ChartView | None:
    """The chart of an issue that has one."""
    if not issue.days:
        return None
    t = speak(issue.language)
    most = max(1, *(sum(day.counts) for day in issue.days))
    days = tuple(DayView(_day(day.day, t), day.counts, _bar(day.counts, most)) for day in issue.days)
    heads = tuple((side, words.FULL[side], words.names(t)[side]) for side in SIDES)
    return ChartView((*heads, ("mut", "+", fixed(t)["elsewhere"])), days)


def _day(day: date, t: Tongue) -> str:
    return f"{t.date(day, 'weekday')} {t.date(day, 'short')}"


def chart_text(issue: Issue) -> str:
    """The same in text: each bar in the marks of its sides, then the figures."""
    view = chart_view(issue)
    if view is None:
        return ""
    room = max(width(d.day) for d in view.days)
    lines = [" " * (room + BAR + 2) + "".join(f"{mark:>5}" for _, mark, _ in view.heads)]
    for d, raw in zip(view.days, issue.days, strict=True):
        most = max(1, *(sum(day.counts) for day in issue.days))
        marks = {**words.FULL, "XX": "+", "": " "}
        bar = "".join(marks[css] * n for css, n in _bar(raw.counts, most, BAR))
        lines.append(d.day + " " * (room - width(d.day)) + "  " + bar + "".join(f"{n:>5}" for n in d.counts))
    return "\n".join(line.rstrip() for line in lines)
