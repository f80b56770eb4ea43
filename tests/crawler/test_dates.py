"""The instant that was meant, in the languages and with the mistakes of real feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import effective, parse

EIGHT_UTC = datetime(2026, 10, 5, 8, tzinfo=UTC)
SEEN = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "zone"),
    [
        ("Mon, 05 Oct 2026 08:00:00 +0000", "UTC"),
        ("Mon, 05 Oct 2026 08:00:00 GMT", "Asia/Shanghai"),
        ("Mon, 05 Oct 2026 11:00:00 MSK", "UTC"),
        ("Mon, 05 Oct 2026 16:00:00 CST", "Asia/Shanghai"),
        ("Mon, 05 Oct 2026 02:00:00 CST", "UTC"),
        ("Mon, 05 Oct 2026 16:00:00 BJT", "UTC"),
        ("Mon, 05 Oct 2026 04:00:00 EDT", "UTC"),
        ("5 Oct 26 08:00 Z", "UTC"),
        ("Mon Oct  5 16:00:00 CST 2026", "Asia/Shanghai"),
        ("2026-10-05T08:00:00Z", "UTC"),
        ("2026-10-05T11:00:00.123+03:00", "UTC"),
        ("2026-10-05T16:00:00+0800", "UTC"),
        ("2026-10-05 16:00:00", "Asia/Shanghai"),
        ("20261005T080000Z", "UTC"),
        ("2026年10月5日 16:00", "Asia/Shanghai"),
        ("2026年10月5日 星期一 下午4时00分", "Asia/Shanghai"),
        ("Пн, 05 окт 2026 11:00:00 +0300", "UTC"),
        ("5 октября 2026 г., 11:00", "Europe/Moscow"),
        ("5 октября 2026 в 11:00", "Europe/Moscow"),
        ("05.10.2026 11:00 МСК", "UTC"),
        ("05/10/2026 08:00", "UTC"),
        ("10/05/2026 04:00", "America/New_York"),
        ("October 5, 2026 4:00 AM EDT", "UTC"),
        ("Oct. 5, 2026 at 4:00 a.m.", "America/New_York"),
        ("1791187200", "UTC"),
        ("1791187200000", "UTC"),
    ],
)
def test_a_stated_instant_is_understood(raw: str, zone: str) -> None:
    assert parse(raw, zone=zone) == EIGHT_UTC


def test_an_abbreviation_that_zones_share_follows_the_source() -> None:
    chinese = parse("Tue, 06 Jan 2026 08:00:00 CST", zone="Asia/Shanghai")
    american = parse("Tue, 06 Jan 2026 08:00:00 CST", zone="America/Chicago")
    assert chinese is not None and american is not None and american - chinese == timedelta(hours=14)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday-ish",
        "Mon, 30 Feb 2026 08:00:00 +0000",
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "Sat, 01 Jan 10000 00:00:00 GMT",
        "Mon, 05 Oct 2026 08:00:00 +9999",
        "2026-13-40",
        "12",
    ],
)
def test_what_no_calendar_holds_is_none(raw: str) -> None:
    assert parse(raw) is None


def test_a_leap_second_is_the_second_before() -> None:
    assert parse("Wed, 31 Dec 2008 23:59:60 GMT") == datetime(2008, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_date_is_believed_within_thirty_days_before_first_seen() -> None:
    assert effective(None, SEEN) == SEEN
    assert effective(datetime(2199, 12, 31, tzinfo=UTC), SEEN) == SEEN
    assert effective(datetime(1970, 1, 1, tzinfo=UTC), SEEN) == SEEN - timedelta(days=30)
    assert effective(SEEN - timedelta(hours=5), SEEN) == SEEN - timedelta(hours=5)


@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    )
)
def test_what_computers_write_is_read_back(moment: datetime) -> None:
    assert parse(moment.isoformat()) == moment
    assert parse(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == moment


@given(st.text(max_size=60), st.sampled_from(["UTC", "Asia/Shanghai", "Nowhere/Land", ""]))
def test_no_text_makes_it_raise(raw: str, zone: str) -> None:
    parsed = parse(raw, zone=zone)
    assert parsed is None or parsed.tzinfo is UTC
