"""Stamps that name a wrong zone, and stamps that name none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config import Source
from crawler.dates import parse, zoneless

NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)  # by Moscow's clock


@pytest.mark.parametrize(
    "stamp",
    [
        "Tue, 24 Nov 2026 12:00:00 GMT",
        "Tue, 24 Nov 2026 12:00:00 +0000",
        "2026-11-24T12:00:00+04:00",
        "2026-11-24T12:00:00.000Z",
        "2026-11-24 12:00",
        "24.11.2026 12:00 PM",
        "24 Nov 2026 12:00:00 MSK",
    ],
)
def test_the_hour_is_read_in_the_source_s_zone_whatever_zone_a_stamp_names(stamp: str) -> None:
    assert parse(stamp, zone="!Europe/Moscow") == NOON


def test_what_is_an_instant_by_itself_stays_one() -> None:
    assert parse("1764000000", zone="!Europe/Moscow") == parse("1764000000")


@pytest.mark.parametrize(
    ("stamp", "bare"),
    [
        ("2026-11-24 12:00", True),
        ("24.11.2026 12:00 PM", True),
        ("2026-11-24T12:00:00Z", False),
        ("Tue, 24 Nov 2026 12:00:00 +0300", False),
        ("24 Nov 2026 12:00 MSK", False),
        ("2026-11-24", False),
    ],
)
def test_a_stamp_with_an_hour_and_no_zone_is_known_as_one(stamp: str, bare: bool) -> None:
    assert zoneless(stamp) is bare


def test_a_source_says_how_its_dates_are_read() -> None:
    told = {"id": "x", "name": "x", "country": "RU", "feeds": ["https://x.example/"], "timezone": "Europe/Moscow"}
    assert Source.model_validate(told).zone == "Europe/Moscow"
    assert Source.model_validate({**told, "ignore_zone": True}).zone == "!Europe/Moscow"
