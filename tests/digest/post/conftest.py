"""A small paper: a config folder, its store, and an issue queued for readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Config
from config.schema import Database, Edition, Mail, Web
from tests.digest.post.mailing import Clock
from tests.digest.post.sink import Sink

SECRET = "a secret for tests, long enough"


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
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made


@pytest.fixture
def by_smtp(config: Config, sink: Sink) -> Config:
    relay = {"transport": "smtp", "host": "127.0.0.1", "port": sink.port, "security": "none"}
    return config.model_copy(update={"mail": config.mail.model_copy(update=relay)})
