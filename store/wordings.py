"""What machines answered, by a hash of what they were asked: an issue made again is the same, and costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from store import db
from store.sources import chunks
from store.tables import wordings


def find(conn: Connection, keys: Iterable[str]) -> dict[str, str]:
    """key -> answer, of those that are kept."""
    found: dict[str, str] = {}
    for piece in chunks(sorted(set(keys))):
        rows = conn.execute(select(wordings.c.key, wordings.c.answer).where(wordings.c.key.in_(piece)))
        found.update((row.key, row.answer) for row in rows)
    return found


def keep(tx: Connection, answers: Mapping[str, str], now: datetime) -> None:
    """Keep answers; the first one to a question stays."""
    statement = db.insert_ignore(tx, wordings)
    for key, answer in sorted(answers.items()):
        tx.execute(statement.values(key=key, answer=answer, at=now))


def forget(tx: Connection, before: datetime) -> int:
    """Drop what was answered before; how many."""
    return tx.execute(delete(wordings).where(wordings.c.at < before)).rowcount
