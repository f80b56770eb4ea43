"""A small paper: a config folder, its store, and an issue queued for readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from config import Config
from config.schema import Database, Edition, Mail, Web
from store import db, outbox, subscribers
from store.records import LEAVE_SLOT, LISTED_SLOT
from store.tables import issues
from tests.digest.post.sink import Sink

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
SECRET = "a secret for tests, long enough"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A folder's worth of settings; mails go to a Maildir."""
    monkeypatch.setenv("TRIPOINT_SECRET", SECRET)
    folder = tmp_path / "config"
    folder.mkdir()
    return Config(
        folder=folder, editions=(Edition(name="daily"),), database=Database(url="sqlite:///var/tripoint.db"),
        mail=Mail(sender="Tripoint <paper@example.com>", leave_address="leave@example.com", timeout=5),
        web=Web(public_url="https://paper.example"),
    )  # fmt: skip


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    made = db.open_store(config.database_url, create=True)
    yield made
    made.dispose()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made


@pytest.fixture
def by_smtp(config: Config, sink: Sink) -> Config:
    relay = {"transport": "smtp", "host": "127.0.0.1", "port": sink.port, "security": "none"}
    return config.model_copy(update={"mail": config.mail.model_copy(update=relay)})


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
