from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from config import Config
from digest.publish import LATEST, publish
from service.look import look
from service.status import status
from service.when import Job, due
from service.worker import BACK_OFF, perform
from store import db, issues, leases, meta, outbox, subscribers
from tests.digest.paper import normal
from tests.digest.post.mailing import NOW, Clock, freeze, states
from tests.digest.post.sink import Sink
from tests.digest.stored import store_day


def never() -> bool:
    return False


def by_smtp(config: Config, sink: Sink) -> Config:
    relay = {"transport": "smtp", "host": "127.0.0.1", "port": sink.port, "security": "none", "timeout": 5}
    return config.model_copy(update={"mail": config.mail.model_copy(update=relay)})


def live(config: Config, engine: Engine, clock: Clock, **for_: float) -> None:
    """The service's minutes, one after the other, without its processes."""
    with db.writing(engine) as tx:
        since = meta.since(tx, clock())
    end = clock() + timedelta(**for_)
    while clock() < end:
        for job in due(look(engine, config, clock(), since), config, clock()):
            assert perform(job, config, engine, clock=clock, stop=never)
        clock.pass_(minutes=1)


def dates(engine: Engine) -> list[tuple[str, str]]:
    days = [date(2026, 11, 20) + timedelta(days=n) for n in range(12)]
    with db.reading(engine) as conn:
        return [(row.local_date, row.state) for day in days for row in issues.on(conn, day.isoformat())]


def test_a_day_of_the_service_is_one_issue_and_one_mail_each(config: Config, engine: Engine, clock: Clock) -> None:
    store_day(engine, normal())
    with db.writing(engine) as tx:
        for name in ("ann", "bob"):
            subscribers.add(tx, f"{name}@x.example", "daily", "07:00 UTC", "added by the operator", NOW)
    clock.pass_(minutes=-30)
    live(config, engine, clock, minutes=35)
    assert dates(engine) == [("2026-11-24", "frozen")]
    assert states(engine) == {"ann@x.example": "sent", "bob@x.example": "sent"}
    live(config, engine, clock, hours=6)
    assert dates(engine) == [("2026-11-24", "frozen")]
    with db.reading(engine) as conn:
        found = outbox.overview(conn)
    assert len(found) == 2
    assert all(row["sent"] - NOW < timedelta(minutes=2) for row in found), "mail starts within ten minutes of the hour"


@pytest.mark.parametrize(("hours", "state"), [(2, "frozen"), (11, "frozen"), (13, "missed"), (23, "missed")])
def test_after_a_break_the_paper_is_late_or_missed_and_never_doubled(
    config: Config, engine: Engine, clock: Clock, hours: int, state: str
) -> None:
    clock.pass_(days=-1, minutes=-5)
    with db.writing(engine) as tx:
        meta.since(tx, clock())
    freeze(engine, [], at=clock(), local_date="2026-11-23")  # yesterday's paper was made
    with db.writing(engine) as tx:
        subscribers.add(tx, "ann@x.example", "daily", "07:00 UTC", "added by the operator", clock())
    store_day(engine, normal())
    clock.now = NOW + timedelta(hours=hours)
    live(config, engine, clock, minutes=30)
    assert dates(engine) == [("2026-11-23", "frozen"), ("2026-11-24", state)]
    with db.reading(engine) as conn:
        assert len(outbox.overview(conn)) == (state == "frozen")
    assert (timedelta(hours=hours) > LATEST) == (state == "missed")


def test_before_the_first_issue_no_day_was_missed(config: Config, engine: Engine, clock: Clock) -> None:
    clock.pass_(hours=-1)
    store_day(engine, normal())
    publish(config, engine, now=clock(), early=True)  # tried out by hand on the first morning, then left running
    live(config, engine, clock, hours=2)
    assert dates(engine) == [("2026-11-24", "frozen")]


def test_a_service_that_begins_in_the_afternoon_does_not_print_the_morning(
    config: Config, engine: Engine, clock: Clock
) -> None:
    store_day(engine, normal())
    clock.pass_(hours=6)
    live(config, engine, clock, minutes=30)
    assert dates(engine) == []


def test_a_relay_that_is_down_is_asked_ever_more_rarely_and_then_gets_all(
    config: Config, engine: Engine, clock: Clock, sink: Sink
) -> None:
    config = by_smtp(config, sink)
    freeze(engine, [f"ok+{n}@y.example" for n in range(30)])
    sink.down = True
    live(config, engine, clock, minutes=30)
    assert sink.connections <= 12
    with db.reading(engine) as conn:
        ending = meta.endings(conn)["deliver"]
    assert (ending.ok, ending.failures) == (False, 5)
    assert "421 4.3.2 down" in status(config, engine, clock())["needs_you"]
    sink.down = False
    live(config, engine, clock, minutes=31)
    assert set(sink.copies().values()) == {1}
    assert len(sink.kept) == 30
    assert status(config, engine, clock())["needs_you"] == ""


def test_a_job_that_somebody_does_is_not_done_twice(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, ["ann@x.example"])
    with db.writing(engine) as tx:
        assert leases.take(tx, "deliver", "elsewhere:1:aa", NOW, 600)
    assert not perform(Job("deliver"), config, engine, clock=clock, stop=never)
    assert states(engine) == {"ann@x.example": "queued"}
    clock.pass_(seconds=601)
    assert perform(Job("deliver"), config, engine, clock=clock, stop=never)
    assert states(engine) == {"ann@x.example": "sent"}


def test_a_job_that_fails_says_why_and_rests(
    config: Config, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    freeze(engine, ["ann@x.example"])
    monkeypatch.setenv("TRIPOINT_SECRET", "short")
    for failures in (1, 2):
        assert perform(Job("deliver"), config, engine, clock=clock, stop=never)
        with db.reading(engine) as conn:
            ending = meta.endings(conn)["deliver"]
            assert leases.held(conn, clock()) == {}
        assert (ending.ok, ending.failures, ending.rest) == (False, failures, NOW + BACK_OFF[failures - 1])
        assert "too short" in ending.line
    assert due(look(engine, config, NOW, NOW), config, NOW) == ()
    assert "too short" in status(config, engine, clock())["needs_you"]
    monkeypatch.setenv("TRIPOINT_SECRET", "long enough again")
    perform(Job("deliver"), config, engine, clock=clock, stop=never)
    with db.reading(engine) as conn:
        assert meta.endings(conn)["deliver"].failures == 0


def test_status_is_one_screen(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, ["ann@x.example"])
    seen = status(config, engine, clock())
    assert seen["last_issue"] == "daily 07:00 UTC, 2026-11-24, frozen"
    assert seen["outbox"] == "1 queued"
    assert seen["next_issue"] == NOW + timedelta(days=1)
    assert seen["needs_you"] == ""
