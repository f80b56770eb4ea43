"""The store as a whole: opening it, migrating it, copying it, and many writers at once."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select

import store
from store import db
from store.tables import meta, metadata, sources

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_the_migrations_give_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with db.reading(engine) as conn:
        differences = compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)
    assert differences == []


def test_upgrade_is_safe_to_repeat(url: str) -> None:
    assert db.upgrade(url) is True
    assert db.upgrade(url) is False
    assert db.revision(url) == db.head()


def test_an_absent_file_is_said_and_not_created(tmp_path: Path) -> None:
    path = tmp_path / "none" / "tripoint.db"
    with pytest.raises(db.StoreError, match=r"tripoint db upgrade"):
        db.open_store(f"sqlite:///{path}")
    assert not path.parent.exists()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear operator, " * 100)
    with pytest.raises(db.StoreError, match="cannot open"):
        db.open_store(f"sqlite:///{path}")


def test_an_unreachable_server_is_said_without_its_password() -> None:
    with pytest.raises(db.StoreError, match="cannot open") as caught:
        db.open_store("postgresql+psycopg://reader:hushhush@127.0.0.1:1/none")
    assert "hushhush" not in str(caught.value)


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    db.upgrade(url)
    raw = sqlite3.connect(tmp_path / "old.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    for open_it in (db.open_store, db.upgrade):
        with pytest.raises(db.StoreError, match="schema 9999, which this Tripoint does not know"):
            open_it(url)


def test_an_older_store_is_told_how_to_be_copied_first(engine: Engine, url: str) -> None:
    with db.writing(engine) as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    how = "tripoint db backup FILE" if url.startswith("sqlite") else "pg_dump"
    with pytest.raises(db.StoreError, match=f"make a copy first with `{how}`"):
        db.open_store(url)


def test_an_upgrade_of_what_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "noise.db").write_bytes(b"noise" * 999)
    with pytest.raises(db.StoreError, match="cannot open"):
        db.upgrade(f"sqlite:///{tmp_path / 'noise.db'}")


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def fail_in_the_middle() -> None:
        with db.writing(engine) as tx:
            tx.execute(meta.insert().values(key="half", value="done"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    with db.reading(engine) as conn:
        assert conn.execute(select(meta.c.value).where(meta.c.key == "half")).all() == []


def test_times_come_back_as_they_went_and_zone_less_ones_are_refused(engine: Engine) -> None:
    from store.tables import hosts

    moscow = datetime.fromisoformat("2026-11-24T09:00:00+03:00")
    with db.writing(engine) as tx:
        tx.execute(hosts.insert().values(host="https://outlet.example:443", not_before=moscow, state={}))
    with db.reading(engine) as conn:
        assert conn.execute(select(hosts.c.not_before)).scalar_one() == NOW
    with pytest.raises(Exception, match="without a zone"), db.writing(engine) as tx:
        tx.execute(hosts.update().values(not_before=datetime(2026, 1, 1)))


def test_a_reader_sees_one_moment_while_another_writes(engine: Engine) -> None:
    row = {"name": "A", "country": "US", "language": "en", "ownership": "private", "enabled": True}
    with db.writing(engine) as tx:
        tx.execute(sources.insert().values(id="a", **row))
    with db.reading(engine) as conn:
        assert len(conn.execute(select(sources.c.id)).all()) == 1
        with db.writing(engine) as tx:  # not blocked by the open reader
            tx.execute(sources.insert().values(id="b", **row))
        if engine.dialect.name == "sqlite":
            assert len(conn.execute(select(sources.c.id)).all()) == 1
    with db.reading(engine) as conn:
        assert len(conn.execute(select(sources.c.id)).all()) == 2


def _count_up(url: str, times: int) -> None:
    engine = db.connect(url)
    for _ in range(times):
        with db.writing(engine) as tx:
            value = int(tx.execute(select(meta.c.value).where(meta.c.key == "n")).scalar_one())
            tx.execute(meta.update().where(meta.c.key == "n").values(value=str(value + 1)))
    engine.dispose()


def test_four_writers_lose_no_update_and_meet_no_lock_error(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    engine = db.open_store(url, create=True)
    with db.writing(engine) as tx:
        tx.execute(meta.insert().values(key="n", value="0"))
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_count_up, args=(url, 25)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]
    with db.reading(engine) as conn:
        assert conn.execute(select(meta.c.value)).scalar_one() == "100"
        assert db.check(engine) == "ok"
    engine.dispose()


def test_a_store_whose_creation_was_killed_is_created_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "killed.db").touch()
    url = f"sqlite:///{tmp_path}/killed.db"
    db.open_store(url).dispose()
    assert db.revision(url) == db.head()


def test_the_newest_version_is_the_one_that_alembic_means() -> None:
    scripts = ScriptDirectory(str(Path(store.__file__).parent / "migrations"))
    assert db.head() == scripts.get_current_head()
    assert db.known() == {script.revision for script in scripts.walk_revisions()}


def test_a_full_disk_is_told_in_a_sentence_and_keeps_nothing_of_the_step(tmp_path: Path) -> None:
    engine = db.open_store(f"sqlite:///{tmp_path}/a.db", create=True)

    def fill() -> None:
        with db.writing(engine) as tx:
            tx.exec_driver_sql("pragma max_page_count = 1")
            tx.execute(meta.insert(), [{"key": str(n), "value": "x" * 5000} for n in range(50)])

    with pytest.raises(db.StoreError, match=r"cannot write to sqlite:.*a\.db: .*full; nothing of this step was kept"):
        fill()
    with db.reading(engine) as conn:
        assert conn.execute(select(meta).where(meta.c.key == "0")).all() == []
    engine.dispose()
