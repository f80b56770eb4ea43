from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import db, history, sources
from store.records import Endpoint, Fetch, Reached, Source

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
DAY = timedelta(days=1)
WIRE = Source("harbor-wire", "Harbor Wire", "US", "en", "private")
FEED = "https://harbor-wire.example/rss.xml"


def fetched(days: float, outcome: str, url: str = FEED) -> Fetch:
    return Fetch("harbor-wire", url, NOW - days * DAY, None, outcome)


def reached(engine: Engine, *fetches: Fetch) -> list[Reached]:
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        sources.log_fetches(tx, fetches)
    with db.reading(engine) as conn:
        return history.reached(conn, NOW - 14 * DAY, NOW)


def test_an_address_fails_since_the_first_bad_answer_after_its_last_good_one(engine: Engine) -> None:
    made = [fetched(9, "timeout"), fetched(8, "unchanged"), fetched(6, "http 503"), fetched(0.1, "timeout")]
    assert reached(engine, *made) == [Reached("harbor-wire", FEED, NOW - 0.1 * DAY, NOW - 6 * DAY)]


def test_one_good_answer_ends_it_and_what_comes_later_is_not_known_yet(engine: Engine) -> None:
    made = [fetched(3, "blocked"), fetched(0, "ok"), fetched(-1, "blocked")]
    assert reached(engine, *made) == [Reached("harbor-wire", FEED, NOW, None)]


def test_each_address_is_told_apart_and_one_that_never_answered_fails_from_the_first(engine: Engine) -> None:
    other = FEED + "?2"
    assert reached(engine, fetched(9, "dns", other), fetched(1, "ok"), fetched(2, "dns", other)) == [
        Reached("harbor-wire", FEED, NOW - DAY, None),
        Reached("harbor-wire", other, NOW - 2 * DAY, NOW - 9 * DAY),
    ]


def test_what_failed_all_the_time_that_is_looked_back_on_fails_since_its_first_try_then(engine: Engine) -> None:
    made = [fetched(30, "dns"), fetched(13, "dns"), fetched(1, "dns")]
    assert reached(engine, *made) == [Reached("harbor-wire", FEED, NOW - DAY, NOW - 13 * DAY)]


def test_what_was_not_asked_since_is_known_of_the_address(engine: Engine) -> None:
    """A feed that said 410 is never asked again, and its last line leaves the log after 60 days."""
    gone, well, new = (f"{FEED}?{name}" for name in ("gone", "well", "new"))
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        last = NOW - 70 * DAY
        sources.log_fetches(tx, [fetched(70, "http 410", gone)])
        for endpoint in (
            Endpoint("harbor-wire", gone, "feed", health="gone", checked=last, good=last - DAY),
            Endpoint("harbor-wire", well, "feed", health="ok", checked=last, good=last),
            Endpoint("harbor-wire", new, "feed"),
        ):
            sources.save_endpoints(tx, [endpoint])
        sources.forget(tx, NOW)
    with db.reading(engine) as conn:
        found = history.reached(conn, NOW - 14 * DAY, NOW)
    assert found == [Reached("harbor-wire", gone, last, last), Reached("harbor-wire", well, last, None)]
