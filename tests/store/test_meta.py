from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import db, meta

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_the_first_day_of_the_service_is_remembered(engine: Engine) -> None:
    with db.writing(engine) as tx:
        assert meta.since(tx, NOW) == NOW
        assert meta.since(tx, NOW + timedelta(days=3)) == NOW


def test_the_latest_ending_of_each_job_is_kept(engine: Engine) -> None:
    failed = meta.Ending(NOW, NOW + timedelta(minutes=1), False, "the relay is down", 2, NOW + timedelta(minutes=3))
    done = meta.Ending(NOW, NOW + timedelta(minutes=9), True, "3 sent")
    with db.writing(engine) as tx:
        meta.note_ending(tx, "deliver", failed)
        assert meta.endings(tx) == {"deliver": failed}
        meta.note_ending(tx, "deliver", done)
        meta.note_ending(tx, "weave", failed)
        assert meta.endings(tx) == {"deliver": done, "weave": failed}


def test_an_empty_fact_is_none(engine: Engine) -> None:
    with db.writing(engine) as tx:
        meta.put(tx, meta.CONFIG_ERROR, "no such key")
        assert meta.get(tx, meta.CONFIG_ERROR) == "no such key"
        meta.put(tx, meta.CONFIG_ERROR, "")
        assert meta.get(tx, meta.CONFIG_ERROR) is None
        assert meta.endings(tx) == {}
