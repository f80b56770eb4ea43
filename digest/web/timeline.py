"""Pure: who told a story when: a table of moments, and the same drawn as one lane for each side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from digest.issue.silence import outlet_of
from digest.issue.tellings import Voice, span
from digest.page import words
from digest.page.view import Name, name_of
from digest.web.columns import Column
from store.records import SIDES

MARGIN = 2.5  # percent of a lane left free at either end, for half a mark
SHAPES = {  # of the capitals' marks, around the origin: as they stand in the text, drawn
    "US": "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0Z",
    "RU": "M-5,-5H5V5H-5Z",
    "CN": "M0,-7L7,0L0,7L-7,0Z",
    "XX": "M-1.5,-7H1.5V7H-1.5Z",
}
DAYS_MOST = 14  # midnights that are drawn; a longer story needs no grid


@dataclass(frozen=True, slots=True)
class Moment:
    """One article: when, how long after the first one, and who."""

    time: str
    at: str
    after: str
    css: str
    glyph: str
    word: str
    outlet: Name
    role: str
    href: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One side's reports along the time: (percent, is it a reprint or rewrite); `note` where there is none."""

    css: str
    glyph: str
    word: str
    shape: str
    marks: tuple[tuple[float, bool], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Lanes:
    lanes: tuple[Lane, ...]
    midnights: tuple[float, ...]
    first: str
    latest: str


def _ordered(voices: Sequence[Voice]) -> list[Voice]:
    return sorted(voices, key=lambda v: (v.article.published, v.article.id))


def moments(voices: Sequence[Voice], roles: Mapping[int, str], today: datetime) -> list[Moment]:
    """Every article in the order of publication."""
    first, _ = span(voices)
    return [
        Moment(
            words.clock(v.article.published, today.date()),
            v.article.published.isoformat(),
            later(v.article.published - first),
            v.side or "mut",
            words.FULL[v.side] if v.side else "",
            words.NAMES[v.side] if v.side else "Elsewhere",
            name_of(outlet_of(v.source)),
            roles[v.article.id],
            v.article.url,
        )
        for v in _ordered(voices)
    ]


def later(gap: timedelta) -> str:
    """ "", "+8 min", "+3 h 05", "+2 d 4 h"."""
    minutes = int(gap.total_seconds() // 60)
    if minutes < 1:
        return ""
    hours, minutes = divmod(minutes, 60)
    if hours < 1:
        return f"+{minutes} min"
    days, hours = divmod(hours, 24)
    return f"+{days} d {hours} h" if days else f"+{hours} h {minutes:02}"


def lanes(voices: Sequence[Voice], columns: Sequence[Column], today: datetime) -> Lanes | None:
    """The drawing; None where there is nothing to see: one moment alone."""
    first, latest = span(voices)
    if latest - first < timedelta(minutes=1):
        return None

    def where(at: datetime) -> float:
        return round(MARGIN + (100 - 2 * MARGIN) * ((at - first) / (latest - first)), 2)

    found = []
    for side, column in zip((*SIDES, None), columns, strict=False):
        marks = tuple((where(v.article.published), not v.independent) for v in _ordered(voices) if v.side == side)
        # The mark stands at the beginning of the note, or the word "not known" says it
        note = "" if marks else "no report found" if column.glyph != words.UNKNOWN else "not known"
        found.append(Lane(column.css, column.glyph, column.word, side or "XX", marks, note))
    days = [datetime.combine(first.date(), time(), UTC) + timedelta(days=n) for n in range(1, DAYS_MOST + 1)]
    midnights = tuple(where(day) for day in days if first < day < latest)
    ends = (words.clock(at, today.date()) for at in (first, latest))
    return Lanes(tuple(found), midnights if latest - first < timedelta(days=DAYS_MOST) else (), *ends)
