"""Pure: when may a silence be printed? Only when it was measured; otherwise the side is "not known".

The rule is the product's promise: at least 80 % of a side's enabled sources, and at least five, were read well in the
window (a parsed 200 or a 304, and not stale), and none of that side's entries, off-topic ones too, may be the story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from digest.issue.issue import Outlet, Readings, SideHealth, Unread
from digest.issue.plain import plain
from store.records import SIDES, Article, Fetch, Source

SHARE = (4, 5)  # of a side's enabled sources must have been read well
LEAST = 5  # sources: four of five readable outlets are too few to speak for a capital
STALE = timedelta(hours=72)  # its newest item is older than what an issue may tell: the feed says nothing of the day
WINDOW = timedelta(hours=24)  # in which a source must have been read


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
    asks: bool = True  # False: nothing is looked into, and so no silence is known

    def verdict(self, side: str, told: Sequence[Article]) -> tuple[str, str]:
        """("silent", "") or ("unknown", why) for a side that has no report of the story told in `told`."""
        if not self.readings.side(side).measurable:
            return "unknown", "unread"
        if not self.asks:
            return "unknown", "not asked"
        if side in self.listening and self.listening[side].may_tell(told):
            return "unknown", "possible match"
        return "silent", ""


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


def read_sources(
    sources: Iterable[Source], fetches: Iterable[Fetch], newest: Mapping[str, datetime], closes: datetime
) -> Readings:
    """How well the enabled `sources` were read in the window before `closes`.

    `newest` gives each source's newest item ever seen (a 304 says nothing of it); unknown counts as fresh.
    """
    asked: dict[str, list[Fetch]] = defaultdict(list)
    for fetch in fetches:
        if closes - WINDOW <= fetch.at <= closes:
            asked[fetch.source_id].append(fetch)
    enabled = sorted((s for s in sources if s.enabled), key=lambda s: s.id)
    newest_seen = dict(newest)
    for id, made in asked.items():
        dated = [f.newest for f in made if f.newest] + ([newest_seen[id]] if id in newest_seen else [])
        if dated:
            newest_seen[id] = max(dated)
    unread: list[Unread] = []
    for source in enabled:
        fault = _fault(source, asked[source.id], newest_seen.get(source.id), closes)
        if fault:
            since = newest_seen.get(source.id) if fault == "stale" else None
            unread.append(Unread(outlet_of(source), plain(fault, 24), since))
    missing = {u.outlet.id for u in unread}
    sides = []
    for side in SIDES:
        watched = [s for s in enabled if s.side == side]
        read = sum(1 for s in watched if plain(s.id, 80) not in missing)
        sides.append(SideHealth(side, len(watched), read, measurable(len(watched), read)))
    order = {side: n for n, side in enumerate(SIDES)}
    unread.sort(key=lambda u: (order.get(u.outlet.side or "", len(SIDES)), u.outlet.id))
    return Readings(len(enabled), len(enabled) - len(unread), tuple(sides), tuple(unread))
