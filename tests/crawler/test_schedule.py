"""When a source is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler import schedule
from crawler.schedule import Answer, after, conditions, retry_after, wait
from store.records import Endpoint

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://harbor-wire.example/rss.xml"
FEED = Endpoint("harbor-wire", URL, "feed")
BUSY = Answer(NOW, "ok", 200, url=URL, listed=30, new=3, pace=700.0, newest=NOW)


def polled(endpoint: Endpoint, answer: Answer, **kwargs: object) -> Endpoint:
    return after(endpoint, answer, interval=HOUR, **kwargs)  # type: ignore[arg-type]


def waits(endpoint: Endpoint, at: datetime = NOW) -> timedelta:
    assert endpoint.due is not None
    return endpoint.due - at


def good(**changes: object) -> Answer:
    return replace(BUSY, **changes)  # type: ignore[arg-type]


def bad(outcome: str, status: int | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(NOW, outcome, status, named, URL, error=outcome)


def test_jitter_only_ever_lengthens_and_is_the_addresss_own() -> None:
    found = [waits(polled(replace(FEED, url=f"{URL}?{n}"), BUSY)) for n in range(200)]
    assert all(HOUR <= each <= HOUR * 1.1 for each in found) and len(set(found)) > 150
    assert found[0] == waits(polled(replace(FEED, url=f"{URL}?0"), BUSY))


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({"cache-control": "max-age=7200"}, 2 * HOUR),
        ({"cache-control": "public, s-maxage=9, max-age=7200"}, 2 * HOUR),
        ({"expires": "Tue, 24 Nov 2026 15:00:00 GMT"}, 3 * HOUR),
        ({"expires": "Tue, 24 Nov 2026 15:00:00 GMT", "date": "Tue, 24 Nov 2026 11:00:00 GMT"}, 4 * HOUR),
        ({"cache-control": "no-store, max-age=7200"}, HOUR),
        ({"cache-control": "max-age=60", "expires": "Tue, 24 Nov 2026 20:00:00 GMT"}, HOUR),
        ({"cache-control": "max-age=31536000"}, 24 * HOUR),
        ({"expires": "-1"}, HOUR),
        ({"retry-after": "10800"}, 3 * HOUR),
    ],
)
def test_the_server_may_ask_for_more_time_up_to_a_day(headers: dict[str, str], least: timedelta) -> None:
    assert least <= waits(polled(FEED, good(headers=headers))) <= least * 1.1


def test_the_feed_may_ask_for_more_time_and_is_remembered_over_a_304() -> None:
    asked = polled(FEED, good(ttl=240))
    assert waits(asked) >= 4 * HOUR
    assert waits(polled(asked, good(outcome="unchanged", status=304, ttl=None))) >= 4 * HOUR


def test_a_quiet_source_is_asked_less_often_but_twice_a_day() -> None:
    assert waits(polled(FEED, good(pace=7.0))) >= 6 * HOUR
    assert waits(polled(FEED, good(pace=0.5))) <= 13.2 * HOUR
    assert waits(polled(FEED, good(pace=None))) <= 1.1 * HOUR


def test_pace_is_what_the_dates_say() -> None:
    hourly = [NOW - n * HOUR for n in range(24)]
    assert schedule.pace(hourly, NOW) == pytest.approx(24 * WEEK_DAYS * 24 / 23)
    assert schedule.pace([NOW - timedelta(days=3 * n) for n in range(9)], NOW) == 3
    assert schedule.pace([], NOW) is None


WEEK_DAYS = 7


def test_the_last_poll_comes_before_the_issue_closes_but_never_too_soon() -> None:
    closing = NOW + 5 * HOUR
    quiet = good(pace=1.0)
    assert polled(FEED, quiet, closings=[closing]).due == closing - timedelta(minutes=20)
    assert waits(polled(FEED, quiet, closings=[NOW + timedelta(minutes=70)])) > 5 * HOUR


def test_skipped_hours_and_days_are_waited_out() -> None:
    late = polled(FEED, good(skip_hours=(13, 14)))
    assert late.due is not None and late.due.hour == 15
    day = polled(FEED, good(skip_hours=(), skip_days=("Tuesday",)))
    assert day.due is not None and day.due.strftime("%A %H") == "Wednesday 00"
    assert waits(polled(FEED, good(skip_hours=tuple(range(24))))) > HOUR  # that cannot be meant


# -- validators -------------------------------------------------------------------------------------------------------


def test_validators_go_back_byte_for_byte_and_only_to_their_own_address() -> None:
    odd = {"etag": 'W/"a b,c\\"\xe9"', "last-modified": "yesterday noon"}
    known = polled(FEED, good(headers=odd))
    assert conditions(known, URL) == {
        "If-None-Match": odd["etag"],
        "A-IM": "feed",
        "If-Modified-Since": "yesterday noon",
    }
    assert conditions(known, URL + "?moved") == {}
    assert conditions(polled(FEED, good()), URL) == {}


@pytest.mark.parametrize("changes", [{"whole": False}, {"listed": 0}])
def test_a_body_that_did_not_parse_whole_leaves_the_old_validators(changes: dict[str, object]) -> None:
    known = polled(FEED, good(headers={"etag": '"v1"'}))
    assert polled(known, good(headers={"etag": '"v2"'}, **changes)).etag == '"v1"'


@pytest.mark.parametrize("outcome", ["not a feed", "empty", "truncated", "http 500", "timeout"])
def test_a_failure_leaves_the_old_validators(outcome: str) -> None:
    known = polled(FEED, good(headers={"etag": '"v1"'}))
    assert polled(known, bad(outcome, 200, etag='"poison"')).etag == '"v1"'


def test_a_304_keeps_validators_and_refreshes_those_it_names() -> None:
    known = polled(FEED, good(headers={"etag": '"v1"', "last-modified": "Mon"}))
    fresh = polled(known, good(outcome="unchanged", status=304, headers={"etag": '"v2"'}))
    assert (fresh.etag, fresh.last_modified, fresh.validators_url) == ('"v2"', "Mon", URL)


# -- failures ---------------------------------------------------------------------------------------------------------


def test_a_validator_too_long_to_send_is_not_kept() -> None:
    kept = polled(FEED, good(headers={"etag": '"' + "e" * 5000 + '"', "last-modified": "noon"}))
    assert (kept.etag, kept.last_modified) == (None, "noon")


@pytest.mark.parametrize("status", [400, 412, 431])
def test_a_server_that_takes_our_conditions_ill_is_asked_without_them(status: int) -> None:
    known = polled(FEED, good(headers={"etag": '"a"', "last-modified": "noon"}))
    assert conditions(polled(known, bad(f"http {status}", status)), URL) == {}
    assert conditions(polled(known, bad("http 500", 500)), URL) != {}


@pytest.mark.parametrize("outcome", ["blocked", "http 404", "http 500"])
def test_a_retry_after_counts_with_every_refusal(outcome: str) -> None:
    assert waits(polled(FEED, bad(outcome, retry_after="259200"))) >= timedelta(days=3)


def test_what_a_clock_that_ran_ahead_put_off_is_asked_at_once() -> None:
    ahead = NOW + timedelta(days=400)
    polled_then = polled(FEED, good(at=ahead, newest=ahead))
    assert polled_then.due is not None and polled_then.due > ahead
    assert schedule.due(polled_then, NOW) is None and wait(polled_then, None, NOW) is None
    assert wait(polled_then, ahead + HOUR, NOW) is None  # so is a host's Retry-After of then
    assert wait(FEED, NOW + timedelta(days=7), NOW) is not None
    gone = polled(FEED, replace(bad("http 410", 410), at=ahead))
    assert wait(gone, None, NOW) is not None


def test_failures_back_off_to_a_day_and_a_success_forgets_them() -> None:
    endpoint, found = FEED, []
    for _ in range(8):
        endpoint = polled(endpoint, bad("http 500", 500))
        found.append(waits(endpoint))
    assert found == sorted(found) and HOUR <= found[0] <= 1.1 * HOUR and found[-1] <= 26.4 * HOUR
    assert endpoint.health == "failing" and endpoint.failures == 8
    assert polled(endpoint, BUSY).failures == 0


def test_gone_is_for_good_and_missing_is_for_tomorrow() -> None:
    gone, missing = polled(FEED, bad("http 410", 410)), polled(FEED, bad("http 404", 404))
    stop = wait(gone, None, NOW + timedelta(days=3650), force=True)
    assert gone.health == "gone" and stop is not None and stop.until is None
    assert 24 * HOUR <= waits(missing) <= 26.4 * HOUR


def test_force_overrides_our_own_wait_only() -> None:
    fresh, walled = polled(FEED, BUSY), polled(FEED, bad("blocked", 403))
    assert wait(fresh, None, NOW) and wait(fresh, None, NOW, force=True) is None
    assert wait(walled, None, NOW, force=True) and wait(fresh, NOW + HOUR, NOW, force=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("3", timedelta(seconds=60)),
        ("99999999999", timedelta(days=7)),
        ("Tue, 24 Nov 2026 13:00:00 GMT", HOUR),
        ("Tue, 24 Nov 2020 13:00:00 GMT", timedelta(seconds=60)),
        ("-5", None),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, expected: timedelta | None) -> None:
    assert retry_after(value, NOW) == expected


def test_a_429_holds_the_whole_host_even_where_it_names_no_time() -> None:
    assert schedule.host_hold(429, {"retry-after": "3600"}, NOW, 0) == NOW + HOUR
    assert schedule.host_hold(429, {}, NOW, 2) == NOW + 4 * HOUR
    assert schedule.host_hold(503, {}, NOW, 0) is None and schedule.host_hold(200, {}, NOW, 0) is None


# -- moves ------------------------------------------------------------------------------------------------------------

NEW = "https://harbor-wire.example/new.xml"


def test_a_move_is_believed_after_three_good_answers_over_a_day() -> None:
    endpoint = FEED
    for hours in (0, 12, 23, 24):
        assert schedule.address(endpoint) == URL
        endpoint = polled(endpoint, good(at=NOW + hours * HOUR, url=NEW, permanent=NEW))
    assert schedule.address(endpoint) == NEW and endpoint.health == "moved"
    assert schedule.address(polled(endpoint, bad("http 404", 404))) == URL  # it moved to nowhere: back to the old one


def test_a_temporary_or_wandering_redirect_is_never_believed() -> None:
    endpoint = FEED
    for day in range(10):
        target = None if day % 2 else f"{NEW}?{day}"
        endpoint = polled(endpoint, good(at=NOW + timedelta(days=day), url=NEW, permanent=target))
    assert schedule.address(endpoint) == URL


# -- health -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "health"),
    [
        ({}, "ok"), ({"seconds": 20.0}, "slow"), ({"newest": NOW - timedelta(days=400)}, "stale"),
        ({"listed": 0, "newest": None}, "empty"),
    ],
)  # fmt: skip
def test_health_tells_apart(changes: dict[str, object], health: str) -> None:
    known = polled(FEED, good(**changes))
    assert (known.health, known.since) == (health, NOW)
    later = polled(known, good(at=NOW + HOUR, **({"newest": NOW} | changes)))
    assert (later.health, later.since) == (health, NOW)


@pytest.mark.parametrize(
    ("outcome", "health"), [("blocked", "blocked"), ("not a feed", "not a feed"), ("dns", "failing")]
)
def test_health_of_failures(outcome: str, health: str) -> None:
    known = polled(FEED, bad(outcome))
    assert (known.health, known.error) == (health, outcome)
