"""Days in addresses, and the days that a reader asks for: what an archive is walked by. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MOST = 400  # days of an archive that one crawl opens
SLACK = timedelta(days=1)  # an outlet's day and the asker's may differ by the time zone
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_PATH = re.compile(r"/(20\d{2})[/-]?(0[1-9]|1[0-2]|[a-z]{3})[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(20\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(r"(?<!\d)(20\d{2})[/_-]?(0?[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def day_in(path: str) -> date | None:
    """The day that an article's address names (/2026/11/24/, /20261124/, /2026-11/24/, /2026/nov/24/), if it does."""
    found = _IN_PATH.search(path)
    if found is None:
        return None
    year, month, day = found.groups()
    if month.isdigit():
        return _real(int(year), int(month), int(day))
    return _real(int(year), MONTHS.index(month.lower()) + 1, int(day)) if month.lower() in MONTHS else None


def span_in(url: str) -> tuple[date, date] | None:
    """First and last day of what a list's address names: a day, a month or a year; None where it names none."""
    if (found := _DAY.search(url)) and (day := _real(*map(int, found.groups()))):
        return day, day
    if found := _MONTH.search(url):
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if found := _YEAR.search(url):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    return None


def outside(span: tuple[date, date], since: datetime | None, until: datetime | None) -> bool:
    """Whether no article of those days can be of the time that is asked for, in whatever zone they are days."""
    first, last = span
    return (since is not None and last < since.date() - SLACK) or (until is not None and first > until.date() + SLACK)


def asked(since: datetime, until: datetime | None, now: datetime, zone: str) -> list[date]:
    """The outlet's days from `since` to `until`, none after `now`, the newest first; at most 400 of them."""
    home = ZoneInfo(zone or "UTC")
    last = min(until, now) if until is not None else now
    newest, oldest = last.astimezone(home).date(), since.astimezone(home).date()
    return [newest - timedelta(days=back) for back in range(min((newest - oldest).days + 1, MOST))]


def begins(day: date, zone: str) -> datetime:
    """The instant at which a day begins for the outlet, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)


def _real(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= monthrange(year, month)[1] else None
