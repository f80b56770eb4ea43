from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Config
from config.schema import Edition, Slot
from service.when import APART, HOLD, LAST_CRAWL, Job, Read, View, due, next_closing

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SEVEN = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONFIG = Config(folder=Path(), editions=(Edition(name="daily"),))
VIEW = View(since=SINCE, slots=(("daily", "07:00 UTC", SINCE),), ever=frozenset({"daily 07:00 UTC"}))
DONE = replace(VIEW, out=frozenset({("daily 07:00 UTC", date(2026, 11, 23)), ("daily 07:00 UTC", date(2026, 11, 24))}))

ZONES = (
    "Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "America/Santiago",
    "Asia/Shanghai", "Europe/Moscow", "Pacific/Apia",
)  # fmt: skip
HOURS = ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "07:00", "23:30")


def transitions(zone: ZoneInfo) -> list[date]:
    """The local dates from 2026 to 2029 on which the clocks change."""
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(4 * 365))
    return [day for day in days if (noon(zone, day) - noon(zone, day - timedelta(days=1))) != timedelta(days=1)]


def noon(zone: ZoneInfo, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)


def simulated(slot: Slot, start: datetime, end: datetime, step: timedelta) -> list[tuple[date, datetime]]:
    """(local date, instant) of each issue that ticks from `start` to `end` would make."""
    from digest.issue.slots import current_date

    key = f"daily {slot.key}"
    view = View(since=start, slots=(("daily", slot.key, start),), ever=frozenset({key}))
    config = Config(folder=Path(), editions=(Edition(name="daily", default_slot=slot),))
    out: list[tuple[date, datetime]] = [(current_date(slot, start), start)]
    at = start
    while at < end:
        view = replace(view, out=frozenset((key, day) for day, _ in out))
        jobs = due(view, config, at)
        assert jobs in ((), (Job("publish", (key,)),))
        out += [(current_date(slot, at), at)] * len(jobs)
        at += step
    return out[1:]


@pytest.mark.parametrize("name", ZONES)
def test_there_is_one_issue_for_each_local_date_through_every_change_of_the_clocks(name: str) -> None:
    zone = ZoneInfo(name)
    for day in transitions(zone) or [date(2027, 3, 28)]:
        for hour in HOURS:
            start, end = noon(zone, day) - timedelta(hours=60), noon(zone, day) + timedelta(hours=36)
            made = simulated(Slot(time=hour, timezone=name), start, end, timedelta(minutes=30))
            days = [made_day for made_day, _ in made]
            assert days == [days[0] + timedelta(days=n) for n in range(len(days))], (name, day, hour)
            assert day in days
            for local, at in made:
                wall = datetime.combine(local, datetime.strptime(hour, "%H:%M").time())
                late = at.astimezone(zone).replace(tzinfo=None) - wall
                assert timedelta() <= late <= timedelta(minutes=61 + 30), (name, day, hour, late)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 59), st.integers(0, 365 * 8 * 24), st.integers(9, 700)
)
def test_ticks_at_any_pace_make_no_date_twice(name: str, hour: int, minute: int, begin: int, pace: int) -> None:
    start = SINCE + timedelta(hours=begin)
    slot = Slot(time=f"{hour:02}:{minute:02}", timezone=name)
    days = [day for day, _ in simulated(slot, start, start + timedelta(days=4), timedelta(minutes=pace))]
    assert days == sorted(set(days))
    assert len(days) in (3, 4, 5)


def test_an_issue_is_due_at_its_hour_and_not_before() -> None:
    view = replace(VIEW, out=frozenset({("daily 07:00 UTC", date(2026, 11, 23))}))
    assert due(view, CONFIG, SEVEN - timedelta(seconds=1)) == ()
    assert due(view, CONFIG, SEVEN) == (Job("publish", ("daily 07:00 UTC",)),)
    assert due(DONE, CONFIG, SEVEN) == ()
    assert next_closing(view, CONFIG, SEVEN) == SEVEN + timedelta(days=1)


def test_a_service_that_was_down_publishes_late_or_notes_the_missed_day() -> None:
    for hours in (2, 11, 13, 23):
        assert due(VIEW, CONFIG, SEVEN + timedelta(hours=hours)) == (Job("publish", ("daily 07:00 UTC",)),)
    fresh = replace(VIEW, ever=frozenset())
    assert due(fresh, CONFIG, SEVEN + timedelta(hours=11)) != ()
    assert due(fresh, CONFIG, SEVEN + timedelta(hours=13)) == (), "nothing was missed by a slot that never had an issue"


def test_a_service_that_starts_after_the_hour_begins_tomorrow() -> None:
    started = replace(VIEW, since=SEVEN + MINUTE, ever=frozenset(), slots=(("daily", "07:00 UTC", SEVEN + MINUTE),))
    assert due(started, CONFIG, SEVEN + 2 * MINUTE) == ()
    assert due(started, CONFIG, SEVEN + timedelta(days=1)) != ()


def test_an_hour_that_a_reader_chose_begins_with_that_reader() -> None:
    chosen = ("daily", "09:00 Asia/Shanghai", SEVEN)
    view = replace(DONE, slots=(*VIEW.slots, chosen))
    assert due(view, CONFIG, SEVEN + MINUTE) == ()
    nine = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert due(view, CONFIG, nine) == (Job("publish", ("daily 09:00 Asia/Shanghai",)),)


def test_a_weekly_edition_comes_on_its_day() -> None:
    weekly = Edition(name="weekly", frequency="weekly", weekday="sunday")
    config = Config(folder=Path(), editions=(weekly,))
    key = "weekly 07:00 UTC"
    view = View(since=SINCE, slots=(("weekly", "07:00 UTC", SINCE),), ever=frozenset({key}))
    out = replace(view, out=frozenset({(key, date(2026, 11, 22))}))
    assert due(out, config, SEVEN) == ()
    assert due(out, config, datetime(2026, 11, 29, 7, 0, tzinfo=UTC)) == (Job("publish", (key,)),)


def test_sources_are_read_when_they_are_due_in_batches() -> None:
    early = SEVEN - timedelta(hours=4)
    view = replace(DONE, reads=(Read("b", early), Read("a", None), Read("c", early + MINUTE)))
    assert due(view, CONFIG, early) == (Job("crawl", ("a", "b")),)
    assert due(replace(view, crawled=early), CONFIG, early + APART - MINUTE) == ()
    assert due(replace(view, crawled=early), CONFIG, early + APART) == (Job("crawl", ("a", "b", "c")),)
    assert due(replace(view, running=frozenset({"crawl"})), CONFIG, early) == ()


def test_the_last_poll_before_an_issue_is_the_one_that_counts() -> None:
    last = SEVEN - LAST_CRAWL
    view = replace(VIEW, out=frozenset({("daily 07:00 UTC", date(2026, 11, 23))}))
    hourly, often, new = Read("hourly", last - HOLD, 3600), Read("often", last - HOLD, 1200), Read("new", None)
    view = replace(view, reads=(hourly, often))
    assert due(view, CONFIG, last - MINUTE) == (Job("crawl", ("often",)),), "an hourly source waits"
    assert due(replace(view, reads=(hourly,)), CONFIG, last - MINUTE) == ()
    assert due(replace(view, reads=(hourly, new)), CONFIG, last - MINUTE) == (Job("crawl", ("new",)),)
    assert due(view, CONFIG, last) == (Job("crawl", ("hourly", "often")),)
    assert due(replace(view, crawled=last), CONFIG, SEVEN - MINUTE) == (), "one last crawl, then quiet"
    after = due(replace(view, crawled=last, out=DONE.out), CONFIG, SEVEN)
    assert after == (Job("crawl", ("hourly", "often")),)


def test_weaving_follows_a_crawl_and_a_closed_slot_waits_for_it_a_little() -> None:
    view = replace(VIEW, unwoven=True)
    assert due(view, CONFIG, SEVEN) == (Job("weave"),)
    assert due(replace(view, running=frozenset({"crawl"})), CONFIG, SEVEN) == (Job("publish", ("daily 07:00 UTC",)),)
    assert due(replace(view, running=frozenset({"weave"})), CONFIG, SEVEN) == ()
    late = due(replace(view, running=frozenset({"weave"})), CONFIG, SEVEN + timedelta(minutes=5))
    assert late == (Job("publish", ("daily 07:00 UTC",)),)


def test_mails_leave_when_there_are_any_and_a_resting_job_is_left_alone() -> None:
    view = replace(DONE, mails=3)
    assert due(view, CONFIG, SEVEN) == (Job("deliver"),)
    assert due(replace(view, running=frozenset({"deliver"})), CONFIG, SEVEN) == ()
    resting = replace(view, rests={"deliver": SEVEN + MINUTE})
    assert due(resting, CONFIG, SEVEN) == ()
    assert due(resting, CONFIG, SEVEN + MINUTE) == (Job("deliver"),)


def test_an_edition_that_left_the_config_has_no_slots() -> None:
    assert due(VIEW, Config(folder=Path()), SEVEN) == ()
