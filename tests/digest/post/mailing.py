"""An issue in the outbox, a clock that stands still: what the tests of the post and the proof by kill -9 share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from store import db, outbox, subscribers
from store.records import LEAVE_SLOT, LISTED_SLOT
from store.tables import issues

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


def freeze(engine: Engine, addresses: Sequence[str], *, at: datetime = NOW, local_date: str = "2026-11-24") -> int:
    """An issue of the daily edition, queued for `addresses`; returns its number in the store."""
    with db.writing(engine) as tx:
        for address in addresses:
            subscribers.add(tx, address, "daily", "07:00 UTC", "added by the operator", at)
        row = tx.execute(
            insert(issues).values(
                edition="daily", slot="daily 07:00 UTC", local_date=local_date, number=1, state="frozen", closed=at,
                frozen=at, content={}, subject="Tripoint 24 Nov: Ледоколы", preheader="",
                html=f"<p>Ледоколы</p><p>You are on the list: {LISTED_SLOT}. <a href='{LEAVE_SLOT}'>Leave</a></p>",
                text=f"Ледоколы\n\nYou are on the list: {LISTED_SLOT}.\nLeave: {LEAVE_SLOT}\n",
            ).returning(issues.c.id)
        )  # fmt: skip
        id = int(row.scalar_one())
        outbox.enqueue(tx, id, "daily 07:00 UTC", at)
    return id


def states(engine: Engine) -> dict[str, str]:
    """Address -> state of its newest delivery."""
    with db.reading(engine) as conn:
        return {row["address"]: row["state"] for row in reversed(outbox.overview(conn))}
