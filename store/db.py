"""The engine: SQLite in WAL with one writer at a time, or PostgreSQL, with the same statements.

SQLite's default (deferred) transactions upgrade a read lock to a write lock in the middle and then fail with
"database is locked" whatever the busy timeout says; BEGIN IMMEDIATE waits instead
(measured: 10,353 against 0 errors with four writers; simonwillison.net/2025/Feb/17/sqlite-busy).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

if TYPE_CHECKING:  # Alembic takes a tenth of a second to import, and only migrations need it
    from alembic.config import Config as AlembicConfig

BUSY_MS = 15_000  # how long a writer waits for the other one


class StoreError(Exception):
    """Raised when the database cannot be opened, is absent or is of another version, from open_store.

    Also when it cannot be written, from writing.
    """


def _alembic(url: str) -> AlembicConfig:
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(resources.files("store") / "migrations"))
    config.attributes["url"] = url
    return config


def connect(url: str) -> Engine:
    """An engine for `url` with our pragmas; opens no connection yet."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _pragmas(raw: Any, _record: Any) -> None:
            raw.isolation_level = None  # we say BEGIN ourselves
            raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute(
                "PRAGMA synchronous=FULL"
            )  # a mail is sent on the strength of a commit: it must survive a power cut
            raw.execute("PRAGMA foreign_keys=ON")

        @event.listens_for(engine, "begin")
        def _begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get("reader") else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed on leaving, rolled back on an exception.

    Raises StoreError where the database itself fails: a full disk, a lost server.
    """
    try:
        with engine.begin() as tx:
            yield tx
    except OperationalError as exc:
        why = str(exc.orig).splitlines()[0]
        raise StoreError(
            f"cannot write to {engine.url}: {why}; nothing of this step was kept. Is its disk full?"
        ) from exc


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view that never blocks a writer."""
    with engine.connect().execution_options(reader=True) as conn, conn.begin():
        yield conn


def _dialect(name: str) -> Any:
    """SQLAlchemy's words for one database: the other's take a twentieth of a second to import."""
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite
    from sqlalchemy.dialects import postgresql

    return postgresql


def insert_ignore(conn: Connection, table: Table) -> Any:
    """An INSERT that leaves a row alone whose key, or other unique columns, are taken."""
    return _dialect(conn.dialect.name).insert(table).on_conflict_do_nothing()


def upsert(conn: Connection, table: Table, update: Iterable[str], key: Iterable[str] = ()) -> Any:
    """An INSERT that overwrites the columns `update` of a row with the same `key` (default: the primary key)."""
    return _upsert(conn.dialect.name, table, tuple(update), tuple(key))


@cache
def _upsert(dialect_name: str, table: Table, update: tuple[str, ...], key: tuple[str, ...]) -> Any:
    """Built once: a crawl writes one for each feed, and building takes longer than writing."""
    columns = list(key) or [column.name for column in table.primary_key]
    insert = _dialect(dialect_name).insert(table)
    return insert.on_conflict_do_update(index_elements=columns, set_={name: insert.excluded[name] for name in update})


def sqlite_path(url: str) -> Path | None:
    """The file behind an SQLite URL, or None for another database or for memory."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def shown(url: str) -> str:
    """The URL as it may be printed: without its password."""
    return make_url(url).render_as_string(hide_password=True)


def revision(url: str) -> str | None:
    """The schema version of the database at `url`, None where it has none yet."""
    engine = connect(url)
    try:
        with reading(engine) as conn:
            if not inspect(conn).has_table("alembic_version"):
                return None
            found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found
    finally:
        engine.dispose()


_SCRIPT = re.compile(r"^(revision|down_revision) = (?:'([^']+)'|\"([^\"]+)\"|None)$", re.MULTILINE)


@cache
def _scripts() -> dict[str, str]:
    """version -> the one before it ("" for the first), as the migrations say: each command asks, none needs Alembic."""
    found = {}
    for script in (resources.files("store") / "migrations" / "versions").iterdir():
        if script.name.endswith(".py"):
            told = {name: one or other for name, one, other in _SCRIPT.findall(script.read_text(encoding="utf-8"))}
            if "revision" in told:
                found[told["revision"]] = told["down_revision"]
    return found


def head() -> str:
    """The schema version that this code wants."""
    (found,) = _scripts().keys() - set(_scripts().values())
    return found


def known() -> frozenset[str]:
    """Every schema version that this code has a way from."""
    return frozenset(_scripts())


def _newer(url: str, found: str) -> str:
    return f"the database {shown(url)} has schema {found}, which this Tripoint does not know: a newer one made it"


@contextmanager
def _told(url: str) -> Iterator[None]:
    """What a database answers that cannot be opened, in one sentence."""
    try:
        yield
    except (OperationalError, DBAPIError, sqlite3.Error, OSError) as exc:
        raise StoreError(f"cannot open the database {shown(url)}: {str(exc).splitlines()[0]}") from exc


def upgrade(url: str) -> bool:
    """Bring the database at `url` to the newest schema, creating it where absent. True if anything was changed.

    Raises StoreError where it cannot be reached, or is of a newer version.
    """
    from alembic import command

    path = sqlite_path(url)
    with _told(url):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        before = revision(url) if path is None or path.exists() else None
        if before == head():
            return False
        if before is not None and before not in known():
            raise StoreError(_newer(url, before))
        command.upgrade(_alembic(url), "head")
    return True


def open_store(url: str, *, create: bool = False) -> Engine:
    """The engine of an existing, current store.

    Raises StoreError when the file is absent (unless `create`), cannot be reached, or is of an older or newer version.
    """
    path = sqlite_path(url)
    if path is not None and not path.exists() and not create:
        raise StoreError(f"no database at {path}: create it with `tripoint db upgrade`, or begin with `tripoint init`")
    if create:
        upgrade(url)
    with _told(url):
        found = revision(url)
        if found is None and path is not None and _bare(url):  # its creation was killed: nothing in it to be careful of
            upgrade(url)
            found = revision(url)
    if found != head():
        if found is not None and found not in known():
            raise StoreError(_newer(url, found))
        copy = "tripoint db backup FILE" if path is not None else "pg_dump"
        first = f" (make a copy first with `{copy}`)" if found is not None else ""
        raise StoreError(
            f"the database {shown(url)} has schema {found or 'none'}, this Tripoint wants {head()}: "
            f"run `tripoint db upgrade`{first}"
        )
    return connect(url)


def _bare(url: str) -> bool:
    """Whether a database holds no table at all."""
    engine = connect(url)
    try:
        with reading(engine) as conn:
            return not inspect(conn).get_table_names()
    finally:
        engine.dispose()


def backup(url: str, target: Path) -> None:
    """Copy a live SQLite store to `target`, consistent even while others write. Raises StoreError elsewhere."""
    path = sqlite_path(url)
    if path is None:
        raise StoreError("`db backup` copies an SQLite file; for PostgreSQL use pg_dump")
    if not path.exists():
        raise StoreError(f"no database at {path}: nothing to copy")
    if target.exists():
        raise StoreError(f"{target} exists already: name a new file, a backup never overwrites one")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    source, copy = sqlite3.connect(path), sqlite3.connect(partial)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        source.close()
    partial.replace(target)


def check(engine: Engine) -> str:
    """ "ok", or what SQLite's quick_check says is wrong; on PostgreSQL that a query works."""
    with reading(engine) as conn:
        if engine.dialect.name == "sqlite":
            return str(conn.execute(text("PRAGMA quick_check(1)")).scalar())
        conn.execute(text("SELECT 1"))
        return "ok"
