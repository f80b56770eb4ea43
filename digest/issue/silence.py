"""Pure: when may a silence be printed? Only when it was measured; otherwise the side is "not known".

The rule is the product's promise: at least 80 % of a side's enabled sources, and at least five, were read well in the
window (a parsed 200 or a 304, and not stale), and none of that side's entries, off-topic ones too, may be the story.
That is needed and not enough: an outlet of the side that was not read well, and is not known to have been out for a
week, could have told it, and nobody knows (docs/decisions/0006). And of what one report alone tells no silence is
known at all: the trade asks for a second source before it prints, and so do we (docs/decisions/0009).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from digest.issue.issue import Outlet, Readings, SideHealth, State, Telling, Unread
from digest.issue.plain import plain
from store.records import SIDES, Article, Fetch, Reached, Source

SHARE = (4, 5)  # of a side's enabled sources must have been read well
LEAST = 5  # sources: four of five readable outlets are too few to speak for a capital
STALE = timedelta(hours=72)  # its newest item is older than what an issue may tell: the feed says nothing of the day
WINDOW = timedelta(hours=24)  # in which a source must have been read
OUT = timedelta(days=7)  # unreadable for so long, an outlet is known to be out: a silence is one of the others
SOURCES = 2  # independent reports of a story, from which on who keeps silent about it can be asked
LISTENED = timedelta(hours=72)  # so long the store keeps what a side listed, off topic or not
LOOKED_BACK = 2 * OUT  # a server may ask to be left alone for a week: then the try before tells since when it is out


class Listening(Protocol):
    """All that one side listed in the last 72 h and that no story holds, its page read or not."""

    def may_tell(self, articles: Sequence[Article]) -> bool:
        """May any of it tell the story of `articles`? Looser than clustering: a doubt forbids a silence."""
        ...


@dataclass(frozen=True, slots=True)
class Watch:
    """What the silence rule looks at, for one issue. A side without anything to listen to listed nothing."""

    readings: Readings
    listening: Mapping[str, Listening]  # by side
    since: datetime | None = None  # from when on it was listened: of an event that is older no silence is known
    asks: bool = True  # False: nothing is looked into, and so no silence is known

    def quiet(self, side: str, told: Sequence[Article], texts: int) -> Telling:
        """What is known of a side that has no report of the story told in `told`: silent, or unknown and why.

        `texts` is how many of `told` are independent of each other (tellings.independent_texts).
        """
        health = self.readings.side(side)
        older = self.since is not None and any(article.published <= self.since for article in told)
        reason = "older" if older else "alone" if texts < SOURCES else self._doubt(health, told)
        missed = health.missed if reason == "missed" else ()
        state: State = "unknown" if reason else "silent"
        return Telling(side, state, read=health.read, watched=health.watched, reason=reason, missed=missed)

    def _doubt(self, health: SideHealth, told: Sequence[Article]) -> str:
        """Why the side's silence may not be printed, or ""."""
        if health.missed:
            return "missed"
        if not health.measurable:
            return "unread"
        if not self.asks:
            return "not asked"
        heard = self.listening.get(health.side)
        return "possible match" if heard is not None and heard.may_tell(told) else ""


def outlet_of(source: Source) -> Outlet:
    """A source as it is printed."""
    name, language = plain(source.name, 80), plain(source.language, 16)
    return Outlet(plain(source.id, 80), name, source.country, language, source.ownership)


def measurable(watched: int, read: int) -> bool:
    """Are enough of a side's sources read well for its silence to be printed?"""
    return read >= LEAST and read * SHARE[1] >= watched * SHARE[0]


def _fault(source: Source, fetches: Sequence[Fetch], newest: datetime | None, closes: datetime) -> str | None:
    """Why `source` does not count as read well, or None. Each address that was asked must have answered well once."""
    if not fetches:
        return "not asked"
    good = {fetch.url for fetch in fetches if fetch.good}
    bad = [fetch for fetch in fetches if fetch.url not in good]
    if bad:
        return max(bad, key=lambda fetch: (fetch.at, fetch.url)).outcome
    return "stale" if newest is not None and newest < closes - STALE else None


def _could_tell(fault: str, known: Sequence[Reached], newest: datetime | None, closes: datetime) -> bool:
    """May an outlet that was not read well, because of `fault`, have told something in the window?

    Not one that has been out for a week: what it lists is older, or each of its addresses that was asked in that time
    (else the last one that ever was) had failed before it began and ever since. Of one never asked nothing is known.
    """
    if fault == "stale":
        return newest is None or newest > closes - OUT
    last = max((address.asked for address in known), default=None)
    asked = [address for address in known if address.asked > closes - OUT or address.asked == last]
    if fault != "not asked":  # an address that answers well says nothing for another that does not
        asked = [address for address in asked if address.failing is not None]
    return not asked or any(address.failing is None or address.failing > closes - OUT for address in asked)


def read_sources(
    sources: Iterable[Source],
    fetches: Iterable[Fetch],
    newest: Mapping[str, datetime],
    closes: datetime,
    reached: Iterable[Reached] = (),
) -> Readings:
    """How well the enabled `sources` were read in the window before `closes`.

    `newest` gives each source's newest item ever seen (a 304 says nothing of it); unknown counts as fresh. `reached`
    is how each address has answered by then; an outlet of which it says nothing was never asked.
    """
    asked: dict[str, list[Fetch]] = defaultdict(list)
    for fetch in fetches:
        if closes - WINDOW <= fetch.at <= closes:
            asked[fetch.source_id].append(fetch)
    known: dict[str, list[Reached]] = defaultdict(list)
    for address in reached:
        known[address.source_id].append(address)
    enabled = sorted((s for s in sources if s.enabled), key=lambda s: s.id)
    latest = _latest(newest, asked)
    unread: list[Unread] = []
    missed: set[str] = set()
    for source in enabled:
        fault = _fault(source, asked[source.id], latest.get(source.id), closes)
        if fault:
            since = latest.get(source.id) if fault == "stale" else None
            unread.append(Unread(outlet_of(source), plain(fault, 24), since))
            if _could_tell(fault, known[source.id], latest.get(source.id), closes):
                missed.add(source.id)
    order = {side: n for n, side in enumerate(SIDES)}
    unread.sort(key=lambda u: (order.get(u.outlet.side or "", len(SIDES)), u.outlet.id))
    unread_ids = {u.outlet.id for u in unread}
    sides = tuple(_health(side, [s for s in enabled if s.side == side], unread_ids, missed) for side in SIDES)
    return Readings(len(enabled), len(enabled) - len(unread), sides, tuple(unread))


def _latest(newest: Mapping[str, datetime], asked: Mapping[str, Sequence[Fetch]]) -> dict[str, datetime]:
    """Each source's newest item: as it was known, or as a fetch of the window saw it."""
    found = dict(newest)
    for id, made in asked.items():
        for fetch in made:
            if fetch.newest is not None:
                found[id] = max(fetch.newest, found.get(id, fetch.newest))
    return found


def _health(side: str, watched: Sequence[Source], unread: Collection[str], missed: Collection[str]) -> SideHealth:
    read = sum(plain(source.id, 80) not in unread for source in watched)
    enough = measurable(len(watched), read)
    names = tuple(outlet_of(source).name for source in watched if source.id in missed) if enough else ()
    return SideHealth(side, len(watched), read, enough and not names, names)
