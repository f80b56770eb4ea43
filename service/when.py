"""Pure: what is due, from what the store says and the clock.

APScheduler only ticks: its cron trigger skips a daily run after spring DST and fires twice in autumn (measured). Here a
missed tick, a second scheduler or a restart changes nothing, since what is done is read from tables with unique keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from config import Config
from config.schema import Edition, Slot
from digest.hours import slot_key, slot_of
from digest.issue import slots
from digest.publish import LATEST

APART = timedelta(minutes=5)  # between two starts of a crawl: one process for many sources, not one for each
LAST_CRAWL = timedelta(minutes=20)  # before a slot closes: a crawl may take 15 minutes, then comes the weaving
HOLD = timedelta(minutes=60)  # before the last crawl: what is due waits for it, since a poll is worth more then
OFTEN = 45 * 60  # seconds; a source that is polled more often than this loses items when it waits
PATIENT = timedelta(minutes=5)  # so long a closed slot waits for the weaving of what was just read


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do now. `args` are source ids for `crawl`, slots ("daily 07:00 UTC") for `publish`."""

    name: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A source that is to be read: when it is due (None: never read), and its shortest interval in seconds."""

    source_id: str
    due: datetime | None
    interval: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What the store says, and all that `due` looks at."""

    since: datetime  # when the service first ran on this store
    reads: tuple[Read, ...] = ()
    crawled: datetime | None = None  # when the last crawl began
    unwoven: bool = False
    slots: tuple[tuple[str, str, datetime], ...] = ()  # edition, "07:00 UTC", since when it has readers
    out: frozenset[tuple[str, date]] = frozenset()  # (slot key, local date) of issues that exist, or were missed: of
    # the date that has closed last and of the next one, which may have come early
    ever: frozenset[str] = frozenset()  # slot keys that had an issue before the date that has closed last
    mails: int = 0
    running: frozenset[str] = frozenset()  # jobs that somebody does at this moment
    rests: Mapping[str, datetime] | None = None  # job -> not before


def due(view: View, config: Config, now: datetime) -> tuple[Job, ...]:
    """The jobs to start at `now`. Pure: the same view gives the same answer."""
    found = (_crawl(view, config, now), _weave(view), _publish(view, config, now), _deliver(view))
    rests = view.rests or {}
    return tuple(job for job in found if job and job.name not in view.running and rests.get(job.name, now) <= now)


def _slots(view: View, config: Config) -> Iterable[tuple[Edition, Slot, datetime]]:
    for name, hour, since in view.slots:
        edition = config.edition(name)
        if edition is not None:
            yield edition, slot_of(hour), since


def next_closing(view: View, config: Config, now: datetime) -> datetime | None:
    """When the next slot closes that has not come out before its hour."""
    closings = []
    for edition, slot, _ in _slots(view, config):
        out = {day for key, day in view.out if key == slot_key(edition, slot)}
        closings.append(slots.closing(slot, slots.open_date(slot, now, edition.weekday, out.__contains__)))
    return min(closings, default=None)


def _crawl(view: View, config: Config, now: datetime) -> Job | None:
    wanted = [read for read in view.reads if read.due is None or read.due <= now]
    if view.crawled is not None and view.crawled <= now < view.crawled + APART:
        return None
    closing = next_closing(view, config, now)
    if closing is not None:
        last = closing - LAST_CRAWL
        if now >= last and view.crawled is not None and view.crawled >= last:
            return None  # the slot's last crawl has begun: the next one would come too late for it, and too early after
        if last - HOLD <= now < last:
            wanted = [read for read in wanted if read.due is None or (read.interval or OFTEN) < OFTEN]
    ids = tuple(sorted({read.source_id for read in wanted}))
    return Job("crawl", ids) if ids else None


def _weave(view: View) -> Job | None:
    return Job("weave") if view.unwoven and "crawl" not in view.running else None


def _publish(view: View, config: Config, now: datetime) -> Job | None:
    weaving = "weave" in view.running or _weave(view) is not None
    wanted = []
    for edition, slot, since in _slots(view, config):
        key = slot_key(edition, slot)
        day = slots.current_date(slot, now, edition.weekday)
        late = now - slots.closing(slot, day)
        known = key in view.ever
        if (key, day) in view.out or (late > LATEST and not known):
            continue
        if not known and now - late < max(view.since, since):
            continue  # closed before there was anybody to make it
        if weaving and late < PATIENT:
            continue
        wanted.append(key)
    return Job("publish", tuple(wanted)) if wanted else None


def to_publish(view: View, config: Config, now: datetime) -> tuple[str, ...]:
    """The slots that have closed and are still to be made, whatever else goes on."""
    job = _publish(replace(view, unwoven=False, running=frozenset()), config, now)
    return job.args if job else ()


def _deliver(view: View) -> Job | None:
    return Job("deliver") if view.mails else None
