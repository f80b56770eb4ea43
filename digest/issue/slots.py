"""Pure: when a slot closes. Right through every change of the clocks.

A wall time that the spring gap skips closes right after the gap; one that autumn repeats closes at its first pass
(man cron does the same). So each local date has exactly one closing instant, and they come in the dates' order.
APScheduler's cron trigger gets both cases wrong, which is why nothing here is left to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class SlotLike(Protocol):
    """What a slot must say: "HH:MM" and a time zone's name (config.schema.Slot does)."""

    @property
    def time(self) -> str: ...

    @property
    def timezone(self) -> str: ...


def _gap_end(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (whole second) in (before, after] whose UTC offset is that of `after`."""
    target = after.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == target else (middle, high)
    return high


def closing(slot: SlotLike, local_date: date) -> datetime:
    """The UTC instant at which `slot` closes on `local_date`."""
    zone = ZoneInfo(slot.timezone)
    wall = datetime.combine(local_date, time.fromisoformat(slot.time))
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # in a gap fold=1 counts with the offset after it
    return _gap_end(earlier - timedelta(seconds=1), instant, zone)


def _falls(local_date: date, weekday: str | None) -> bool:
    return weekday is None or WEEKDAYS[local_date.weekday()] == weekday


def current_date(slot: SlotLike, now: datetime, weekday: str | None = None) -> date:
    """The newest local date whose closing has passed at `now`; with `weekday` the newest such day of the week."""
    day = now.astimezone(ZoneInfo(slot.timezone)).date() + timedelta(days=1)
    while closing(slot, day) > now or not _falls(day, weekday):
        day -= timedelta(days=1)
    return day


def next_date(slot: SlotLike, now: datetime, weekday: str | None = None) -> date:
    """The first local date whose closing is still to come at `now`."""
    day = current_date(slot, now) + timedelta(days=1)
    while not _falls(day, weekday):
        day += timedelta(days=1)
    return day


def open_date(slot: SlotLike, now: datetime, weekday: str | None, out: Callable[[date], bool]) -> date:
    """The first local date that is still to close at `now` and is not `out` already: an issue may come early."""
    day = next_date(slot, now, weekday)
    while out(day):
        day = next_date(slot, closing(slot, day), weekday)
    return day
