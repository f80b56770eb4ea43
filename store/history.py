"""What the store remembers of one source beside its schedule: for whoever asks what is wrong with it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, func, select

from store import tables
from store.records import Listed, Quarantined

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
