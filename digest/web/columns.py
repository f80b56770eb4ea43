"""Pure: a story side by side: each side's reports in a column, or what its silence rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from digest.issue.issue import Telling
from digest.issue.plain import plain
from digest.issue.silence import Watch
from digest.issue.summary import quotation
from digest.issue.tellings import Label, Voice, central, independent_texts, mix, report_of
from digest.page import words
from digest.page.view import Headline, Name, headline_view, mark_of, name_of
from store.records import SIDES
from store.revisions import Headline as Once

OPEN = 6  # reports of a side that stand open; the others are folded away under their number


@dataclass(frozen=True, slots=True)
class Earlier:
    """A headline that the outlet has changed since."""

    title: str
    until: str


@dataclass(frozen=True, slots=True)
class Told:
    """One article in its column. `trail` holds its earlier headlines, the oldest first."""

    headline: Headline
    outlet: Name
    time: str
    at: str
    role: str
    revised: str
    quote: str
    trail: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One side, or elsewhere. `folded` are reports that are there for who wants them all."""

    css: str
    glyph: str
    word: str
    count: str
    note: str
    reports: tuple[Told, ...]
    folded: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What every article of the page is shown with."""

    today: date
    labels: Mapping[str, Label]
    roles: Mapping[int, str]  # whose text it is, in words
    trails: Mapping[int, Sequence[Once]]
    edited: Mapping[int, datetime]


def columns(voices: Sequence[Voice], desk: Desk, listening: Callable[[], Watch]) -> list[Column]:
    """Washington, Moscow, Beijing, and elsewhere where it speaks. `listening` is asked for where a side is quiet."""
    found = []
    for side in (*SIDES, None):
        own = central([v for v in voices if v.side == side])
        reports = [_told(v, desk) for v in own]
        count = words.outlets(len({v.source.id for v in own})) if own else ""
        if side is not None:
            telling = _telling(side, own, voices, listening)
            mark, note = mark_of(telling), "" if own else words.quiet(telling)
            found.append(Column(mark.css, mark.glyph, mark.word, count, note, *_folded(reports)))
        elif reports:
            found.append(Column("mut", "", "Elsewhere", count, "", *_folded(reports)))
    return found


def _folded(reports: Sequence[Told]) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    # One that is folded away alone would take as much room as it saves
    shown = len(reports) if len(reports) <= OPEN + 1 else OPEN
    return tuple(reports[:shown]), tuple(reports[shown:])


def _telling(side: str, own: Sequence[Voice], voices: Sequence[Voice], listening: Callable[[], Watch]) -> Telling:
    """The side as the issue's rule sees it: its silence is said only where it was measured."""
    if own:
        return Telling(side, "told", outlets=len({v.source.id for v in own}), mix=mix(own))
    return listening().quiet(side, [v.article for v in voices], independent_texts(voices))


def _told(voice: Voice, desk: Desk) -> Told:
    article, report = voice.article, report_of(voice, words.LANGUAGE, desk.labels)
    # A reprint's words stand with the original already.
    quote = "" if article.reserved or voice.copy.role == "copy" else quotation(article.text, article.lead)
    return Told(
        headline_view(report),
        name_of(report.outlet),
        words.clock(article.published, desk.today),
        article.published.isoformat(),
        desk.roles[article.id],
        _revised(article.revision - 1, desk.edited.get(article.id), desk.today),
        quote,
        _trail(desk.trails.get(article.id, ()), desk.today),
    )


def _revised(times: int, last: datetime | None, today: date) -> str:
    """ "revised twice, last seen 10:40"."""
    if times < 1 or last is None:
        return ""
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return f"revised {often}, {'seen' if times == 1 else 'last seen'} {words.clock(last, today)}"


def _trail(headlines: Sequence[Once], today: date) -> tuple[Earlier, ...]:
    """Each earlier headline with the time at which we first read the next one."""
    return tuple(
        Earlier(plain(once.title), words.clock(after.since, today))
        for once, after in pairwise(headlines)
    )
