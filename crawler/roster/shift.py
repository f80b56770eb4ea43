"""How far a feed's dates are from the truth, and which zone would put them right. Pure.

What is known for certain: an entry cannot be seen before it is published. Stamps ahead of the moment they were seen
are late by at least that much; stamps that always lie well behind it, while the feed was asked often, are early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from config import Source
from crawler.dates import LABELS_LIE, parse, zoneless
from crawler.roster.propose import ZONES

STEP = timedelta(minutes=30)  # zones differ by half-hours (but for three small ones)
AHEAD = timedelta(minutes=10)  # less is a clock that is not set
BEHIND = timedelta(minutes=45)
FURTHEST = timedelta(hours=14)  # no two zones are further apart than that from UTC; beyond it, it is an announcement
WATCHED = 8  # entries seen as they came: fewer do not show how soon the newest ones appear

Stamped = tuple[datetime, datetime]  # (the date that an entry states, when it was seen)


def shifted(now: Sequence[Stamped], before: Sequence[Stamped], wait: timedelta) -> timedelta | None:
    """How much later than true the dates are (negative: earlier), in half-hours; None where nothing shows.

    `now` are the entries of one look, `before` those that appeared while the feed was asked every `wait`.
    """
    late = [stated - seen for stated, seen in (*now, *before) if AHEAD < stated - seen <= FURTHEST]
    if len(late) >= 2 or (late and len(now) < 3):
        return -(-max(late) // STEP) * STEP
    lags = sorted(seen - stated for stated, seen in before)
    if len(lags) < WATCHED:
        return None
    soonest = lags[len(lags) // 10]
    if max(BEHIND, wait / 2) < soonest <= FURTHEST:
        return -(soonest // STEP) * STEP
    return None


@dataclass(frozen=True, slots=True)
class Label:
    """What the stamps say of their zone, and the keys under which they would be read rightly."""

    zoneless: bool
    why: str
    fix: Mapping[str, Any] = field(default_factory=dict)


def label(source: Source, stamps: Sequence[str], off: timedelta, now: datetime) -> Label:
    """The zone that stamps are written in if they are `off` from the truth as they are read now."""
    bare = sum(map(zoneless, stamps)) * 2 > len(stamps)
    read = [
        (clock - instant).total_seconds()
        for stamp in stamps
        if (clock := parse(stamp, zone=f"{LABELS_LIE}UTC")) and (instant := parse(stamp, zone=source.zone))
    ]
    if not read:
        return Label(bare, "their form is not understood")
    offset = timedelta(seconds=median(read)) + off  # of the clock that they were written by, from UTC
    zone = _zone(source, offset, now) if off else ZONES.get(source.country, "")
    if not zone or (zone == source.timezone and (bare or source.ignore_zone)):
        return Label(bare, "no zone explains them")
    if bare:
        return Label(True, f"they are written in {zone}", {"timezone": zone})
    return Label(False, f"they name a wrong zone and are written in {zone}", {"timezone": zone, "ignore_zone": True})


def _zone(source: Source, offset: timedelta, now: datetime) -> str:
    """The zone with that offset: the source's own or its country's where it fits, else a nameless one."""
    for name in (source.timezone, ZONES.get(source.country, "")):
        if name and name != "UTC" and ZoneInfo(name).utcoffset(now) == offset:
            return name
    if offset == timedelta():
        return "UTC"
    hours, rest = divmod(offset, timedelta(hours=1))
    # POSIX counts westward: Etc/GMT-3 is three hours ahead of UTC
    return "" if rest or not -12 <= hours <= 14 else f"Etc/GMT{-hours:+d}"


