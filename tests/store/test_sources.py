from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, select

from store import db, history, sources, tables
from store.records import Endpoint, Fetch, Listed, Source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WIRE = Source("harbor-wire", "Harbor Wire", "US", "en", "private")
FEED = "https://harbor-wire.example/rss.xml"


def entry(key: str, **fields: object) -> Listed:
    base = Listed("harbor-wire", key, f"https://harbor-wire.example/{key}", key, "", "en", None, NOW, NOW, "pending")
    return replace(base, **fields)  # type: ignore[arg-type]


def of_wire(conn: Connection, *keys: str) -> dict[str, Listed]:
    """What is known of these entries of WIRE, by key."""
    return {key: row for (_, key), row in sources.listed(conn, [(WIRE.id, key) for key in keys]).items()}


def test_an_outlet_that_left_the_config_stays_known_but_disabled(engine: Engine) -> None:
    other = Source("northern-herald", "Northern Herald", "RU", "ru", "state")
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE, other])
        sources.sync(tx, [replace(WIRE, name="The Harbor Wire")])
    with db.reading(engine) as conn:
        known = sources.all(conn)
    assert known["harbor-wire"].name == "The Harbor Wire"
    assert not known["northern-herald"].enabled and known["northern-herald"].side == "RU"


def test_syncing_again_keeps_what_is_known_of_an_address(engine: Engine) -> None:
    odd = 'W/"a b,c\\"\u00e9"'
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        sources.sync_endpoints(tx, [("harbor-wire", FEED, "feed")])
        sources.save_endpoints(tx, [Endpoint("harbor-wire", FEED, "feed", etag=odd, due=NOW, state={"days": [1]})])
        sources.sync_endpoints(tx, [("harbor-wire", FEED, "feed")])
    with db.reading(engine) as conn:
        kept = sources.endpoints(conn)["harbor-wire", FEED]
    assert kept.etag == odd and kept.due == NOW and kept.state == {"days": [1]}


def test_due_are_new_addresses_first_then_the_longest_overdue(engine: Engine) -> None:
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE, replace(WIRE, id="quiet", enabled=False)])
        for name, source, due in (
            ("a", "harbor-wire", NOW),
            ("b", "harbor-wire", None),
            ("c", "harbor-wire", NOW - timedelta(hours=1)),
            ("d", "harbor-wire", NOW + timedelta(seconds=1)),
            ("e", "quiet", None),
        ):
            sources.save_endpoints(tx, [Endpoint(source, f"{FEED}?{name}", "feed", due=due)])
    with db.reading(engine) as conn:
        assert [endpoint.url[-1] for endpoint in sources.due(conn, NOW)] == ["b", "c", "a"]
        assert sources.next_due(conn) == NOW - timedelta(hours=1)


def test_a_hold_on_a_host_is_never_shortened(engine: Engine) -> None:
    host = "https://harbor-wire.example:443"
    with db.writing(engine) as tx:
        sources.save_hold(tx, host, NOW + timedelta(hours=2))
        sources.save_hold(tx, host, NOW + timedelta(hours=1))
        sources.save_robots(tx, [(host, b"User-agent: *\nDisallow:", "ok", NOW)])
    with db.reading(engine) as conn:
        kept = sources.hosts(conn, [host])[host]
    assert kept.not_before == NOW + timedelta(hours=2) and kept.robots_status == "ok"


def test_an_entry_keeps_the_moment_it_was_first_seen(engine: Engine) -> None:
    later = NOW + timedelta(hours=3)
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        sources.save_entries(tx, [entry("1")])
        sources.save_entries(tx, [entry("1", title="Corrected", first_seen=later, last_seen=later)])
    with db.reading(engine) as conn:
        kept = of_wire(conn, "1")["1"]
    assert (kept.title, kept.first_seen, kept.last_seen) == ("Corrected", NOW, later)


def test_pending_entries_come_newest_first_and_not_before_their_time(engine: Engine) -> None:
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        sources.save_entries(tx, [
            entry("undated"), entry("old", published=NOW - timedelta(days=2)), entry("new", published=NOW),
            entry("later", due=NOW + timedelta(hours=1)), entry("off", outcome="off topic", published=NOW),
        ])  # fmt: skip
    with db.reading(engine) as conn:
        assert [e.key for e in sources.pending(conn, "harbor-wire", NOW)] == ["new", "old", "undated"]
        assert "off" in [e.key for e in sources.pending(conn, "harbor-wire", NOW, off_topic=True)]


def test_off_topic_headlines_go_after_three_days_and_entries_after_a_month(engine: Engine) -> None:
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        four, fifty = NOW - timedelta(days=4), NOW - timedelta(days=50)
        sources.save_entries(tx, [
            entry("fresh", outcome="off topic"), entry("stale", outcome="off topic", first_seen=four, last_seen=NOW),
            entry("gone", first_seen=fifty, last_seen=fifty),
        ])  # fmt: skip
        sources.forget(tx, NOW)
    with db.reading(engine) as conn:
        kept = of_wire(conn, "fresh", "stale", "gone")
    assert kept["fresh"].title == "fresh" and kept["stale"].title == "" and "gone" not in kept


def test_bytes_that_were_put_aside_go_after_a_month(engine: Engine) -> None:
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        for days in (29, 31):
            at = NOW - timedelta(days=days)
            sources.quarantine(tx, "harbor-wire", f"{FEED}?{days}", "feed", 3, at, "the parser died on it", b"x")
        sources.forget(tx, NOW)
        assert [one.url for one in history.quarantined(tx)] == [f"{FEED}?29"]


def test_what_a_feed_lists_unchanged_is_kept_however_long(engine: Engine) -> None:
    """A 304 for 70 days: nothing left the document since. Beside it a feed of the source that is read every day."""
    long_ago = NOW - timedelta(days=70)
    quiet = Endpoint("harbor-wire", FEED, "feed", good=NOW, state={"read": long_ago.isoformat()})
    with db.writing(engine) as tx:
        sources.sync(tx, [WIRE])
        sources.save_endpoints(tx, [quiet, replace(quiet, url=FEED + "?busy", state={"read": NOW.isoformat()})])
        before = long_ago - timedelta(days=41)
        sources.save_entries(tx, [entry("listed", last_seen=long_ago), entry("gone", last_seen=before)])
        sources.forget(tx, NOW)
        assert set(of_wire(tx, "listed", "gone")) == {"listed"}
        sources.save_endpoints(tx, [replace(quiet, good=long_ago)])  # it answers no more
        sources.forget(tx, NOW)
        assert of_wire(tx, "listed", "gone") == {}


def test_the_fetch_log_is_read_by_window(engine: Engine) -> None:
    with db.writing(engine) as tx:
        for hours in (0, 1, 2):
            sources.log_fetch(tx, Fetch("harbor-wire", FEED, NOW + timedelta(hours=hours), 200, "ok", entries=hours))
    with db.reading(engine) as conn:
        found = sources.fetches_between(conn, NOW, NOW + timedelta(hours=2))
    assert [fetch.entries for fetch in found] == [0, 1] and all(fetch.good for fetch in found)


def test_a_quarantined_body_is_kept_once(engine: Engine) -> None:
    with db.writing(engine) as tx:
        for attempts in (3, 4):
            sources.quarantine(tx, "harbor-wire", FEED, "feed", attempts, NOW, "the parser died", b"\xff\x00poison")
    with db.reading(engine) as conn:
        rows = conn.execute(select(tables.quarantine)).all()
    assert [(row.attempts, row.body) for row in rows] == [(4, b"\xff\x00poison")]
