"""The store as `when.due` needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine

from config import Config
from config.schema import Edition
from crawler import schedule
from digest import hours
from digest.hours import slot_key
from digest.issue import slots
from service.when import Read, View
from store import articles, db, issues, leases, meta, outbox, sources, subscribers
from store.records import Endpoint


def look(engine: Engine, config: Config, now: datetime, since: datetime) -> View:
    """The store as `due` needs it."""
    with db.reading(engine) as conn:
        readers = subscribers.slots(conn)
        wanted = hours.wanted(config, conn)
        days = {(e, s): slots.current_date(s, now, e.weekday) for e, s in wanted}
        endings = meta.endings(conn)
        crawled = endings["crawl"].began if "crawl" in endings else None
        return View(
            since=since,
            reads=_reads(config, sources.endpoints(conn), sources.sources_with_pending(conn, now), now),
            crawled=crawled,
            unwoven=articles.any_unwoven(conn),
            # Its own hour an edition serves from the service's first day on, or from when it was moved there; other
            # hours from their first reader on
            slots=tuple(
                (e.name, s.key, _own_since(conn, e, since, now) if s == e.default_slot else readers[e.name, s.key])
                for e, s in wanted
            ),
            out=frozenset(
                (slot_key(e, s), day)
                for (e, s), closed in days.items()
                for day in (closed, slots.next_date(s, now, e.weekday))
                if hours.issue_of(conn, e, s, day) is not None
            ),
            ever=frozenset(
                slot_key(e, s) for (e, s), day in days.items() if issues.ever(conn, slot_key(e, s), before=day)
            ),
            mails=outbox.due(conn, now),
            running=frozenset(leases.held(conn, now)),
            rests={job: ending.rest for job, ending in endings.items() if ending.rest is not None},
        )


def _own_since(conn: Connection, edition: Edition, since: datetime, now: datetime) -> datetime:
    """Since when the edition's own slot is served: an hour that is past when it is moved there waits for tomorrow."""
    known = hours.known(conn, edition)
    moved = known.since if known.own == edition.default_slot.key else now
    return max(since, moved or since)


def _reads(
    config: Config, endpoints: Mapping[tuple[str, str], Endpoint], pending: Iterable[str], now: datetime
) -> tuple[Read, ...]:
    """Each address of the enabled sources, and as due now each source that has pages still to be read."""
    waiting = set(pending)
    found = []
    for source in config.sources:
        if source.enabled:
            for url in (*source.feeds, *source.sitemaps, *source.sections):
                known = endpoints.get((source.id, url))
                due = schedule.due(known, now) if known else None
                found.append(Read(source.id, due, known.interval if known else None))
            if source.id in waiting:
                found.append(Read(source.id, now, 0))
    return tuple(found)
