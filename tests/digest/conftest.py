from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config import Config
from config.schema import Edition
from store import db


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(folder=tmp_path, editions=(Edition(name="daily"),))


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    """A new store, where the test's config says."""
    made = db.open_store(config.database_url, create=True)
    yield made
    made.dispose()
