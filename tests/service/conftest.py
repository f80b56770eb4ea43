"""A config folder on disk, its store, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config import Config, load
from store import db
from tests.digest.post.mailing import Clock
from tests.digest.post.sink import Sink

SETTINGS = """\
[edition.daily]

[mail]
from = "Tripoint <paper@example.com>"

[web]
port = 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIPOINT_SECRET", "a secret for tests, long enough")
    made = tmp_path / "config"
    made.mkdir()
    (made / "tripoint.toml").write_text(SETTINGS)
    return made


@pytest.fixture
def config(folder: Path) -> Config:
    return load(folder)


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    made = db.open_store(config.database_url, create=True)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made
