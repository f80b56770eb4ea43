"""What the store remembers of a source beside its schedule: for whoever asks what is wrong with it, and since when."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, case, func, or_, select

from store import sources, tables
from store.records import GOOD, Listed, Quarantined, Reached

_LISTED = [field.name for field in fields(Listed)]
MOST = 2000  # entries; a fortnight of a busy wire


def quarantined(conn: Connection) -> list[Quarantined]:
    """What was put aside, by source, the latest first."""
    q = tables.quarantine.c
    size = func.coalesce(func.length(q.body), 0)
    wanted = select(q.source_id, q.url, q.stage, q.at, q.error, size).order_by(q.source_id, q.at.desc(), q.url)
    return [Quarantined(*row) for row in conn.execute(wanted)]


def entries_since(conn: Connection, source_id: str, since: datetime) -> list[Listed]:
    """The entries of a source that were first listed since then, the newest first."""
    e = tables.entries.c
    wanted = select(*(e[name] for name in _LISTED)).where(e.source_id == source_id, e.first_seen >= since)
    found = conn.execute(wanted.order_by(e.first_seen.desc(), e.key).limit(MOST))
    return [Listed(**row._mapping) for row in found]


def reached(conn: Connection, since: datetime, until: datetime) -> list[Reached]:
    """How each address has answered with since <= at <= until: one that failed all the time, since its first try in it.

    Of one that was last asked before (it said 410, say), from what is kept of the address itself.
    """
    f, good = tables.fetches.c, tables.fetches.alias("good").c
    mine = (f.source_id, f.url)
    last_good = (
        select(good.source_id, good.url, func.max(good.at).label("at"))
        .where(good.at >= since, good.at <= until, good.outcome.in_(GOOD))
        .group_by(good.source_id, good.url)
        .subquery()
    )
    failed = case((or_(last_good.c.at.is_(None), f.at > last_good.c.at), f.at))
    found = conn.execute(
        select(*mine, func.max(f.at), func.min(failed))
        .outerjoin(last_good, (last_good.c.source_id == f.source_id) & (last_good.c.url == f.url))
        .where(f.at >= since, f.at <= until)
        .group_by(*mine)
        .order_by(*mine)
    )
    logged = {(row[0], row[1]): Reached(*row) for row in found}
    kept = {
        key: Reached(*key, e.checked, None if e.good is not None and e.good >= e.checked else e.checked)
        for key, e in sources.endpoints(conn).items()
        if key not in logged and e.checked is not None and e.checked <= until
    }
    return list((kept | logged).values())
