"""Closing instants, right through every change of the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.issue.slots import closing, current_date, next_date

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/New_York",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Tehran",
    "Pacific/Auckland",
    "America/St_Johns",
)


@dataclass(frozen=True)
class At:
    time: str
    timezone: str


@pytest.mark.parametrize(
    ("zone", "hour", "day", "utc"),
    [
        ("Europe/Berlin", "07:00", date(2027, 3, 28), "2027-03-28T05:00"),
        ("Europe/Berlin", "02:30", date(2027, 3, 28), "2027-03-28T01:00"),  # skipped: right after the gap
        ("Europe/Berlin", "00:00", date(2027, 3, 29), "2027-03-28T22:00"),  # the run APScheduler leaves out
        ("Europe/Berlin", "02:30", date(2026, 10, 25), "2026-10-25T00:30"),  # twice: the first pass
        ("America/Havana", "00:00", date(2027, 3, 14), "2027-03-14T05:00"),  # midnight itself is skipped
        ("America/New_York", "01:30", date(2026, 11, 1), "2026-11-01T05:30"),
        ("Asia/Shanghai", "07:00", date(2026, 11, 24), "2026-11-23T23:00"),
    ],
)
def test_known_instants(zone: str, hour: str, day: date, utc: str) -> None:
    assert closing(At(hour, zone), day) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    half_hours=st.integers(0, 47),
    start=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)
def test_one_closing_for_each_date_near_its_hour(zone: str, half_hours: int, start: date) -> None:
    slot = At(f"{half_hours // 2:02}:{half_hours % 2 * 30:02}", zone)
    wall = datetime.combine(start, datetime.strptime(slot.time, "%H:%M").time())
    instant, following = closing(slot, start), closing(slot, start + timedelta(days=1))
    assert instant < following
    away = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - wall
    assert timedelta(0) <= away <= timedelta(minutes=61)
    assert current_date(slot, instant) == start
    assert current_date(slot, following - timedelta(seconds=1)) == start
    assert next_date(slot, instant) == start + timedelta(days=1)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"]
)
def test_a_year_of_minutes_publishes_each_date_once(zone: str) -> None:
    for hour in ("00:00", "00:30", "01:30", "02:00", "02:30", "07:00"):
        slot, now, seen = At(hour, zone), datetime(2027, 1, 1, 12, tzinfo=UTC), []
        while now < datetime(2027, 12, 31, 12, tzinfo=UTC):
            day = current_date(slot, now)
            if not seen or seen[-1] != day:
                seen.append(day)
            now += timedelta(hours=1)
        assert len(seen) == len(set(seen)) == (seen[-1] - seen[0]).days + 1


def test_a_weekly_slot_falls_on_its_day() -> None:
    slot, tuesday = At("07:00", "UTC"), datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert current_date(slot, tuesday, "sunday") == date(2026, 11, 22)
    assert next_date(slot, tuesday, "sunday") == date(2026, 11, 29)
    assert next_date(slot, datetime(2026, 11, 22, 6, tzinfo=UTC), "sunday") == date(2026, 11, 22)
