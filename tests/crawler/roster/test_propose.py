"""The entry that is proposed for an address: what is found in it, and what is asked of a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Source
from crawler.discover import look
from crawler.look import Look, Sight
from crawler.roster.propose import Given, Proposal, country_of, duplicate, propose
from tests.crawler.outlet_server import item, rss

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = "https://www.harbor-wire.ru/rss.xml"


def seen(date: str = "Tue, 24 Nov 2026 09:00:00 +0000", title: str = "Talks", url: str = FEED) -> tuple[Sight, Look]:
    found = look(rss(item(title, "https://harbor-wire.ru/1", date=date)), url=url)
    return Sight("x", "any", url, url, "ok", robots="ok"), found


def proposed(given: Given = Given(), sight: Sight | None = None, **more: str) -> Proposal:  # noqa: B008
    mine, found = seen(**more)
    return propose(sight or mine, found, None, given, (), NOW)


def test_an_entry_has_what_can_be_found_out() -> None:
    row = proposed().row
    assert row["id"] == "harbor-wire-ru"
    assert (row["name"], row["country"], row["feeds"]) == ("Harbor Wire", "RU", [FEED])
    assert row["domains"] == ["harbor-wire.ru"]
    assert row["note"].startswith("2026-11-24: ")
    assert "timezone" not in row and "ports" not in row


def test_what_the_operator_says_stands() -> None:
    row = proposed(Given("mine", "Mine", "GB", "fr", "public")).row
    said = {"id": "mine", "name": "Mine", "country": "GB", "language": "fr", "ownership": "public"}
    assert said.items() <= row.items()


@pytest.mark.parametrize(
    ("host", "country"),
    [("a.ru", "RU"), ("a.co.uk", "GB"), ("a.com.cn", "CN"), ("state.gov", "US"), ("a.hk", "CN"), ("a.io", ""),
     ("a.com", ""), ("a.tv", ""), ("a.eu", ""), ("127.0.0.1", "")],
)  # fmt: skip
def test_a_country_comes_from_the_address_alone(host: str, country: str) -> None:
    assert country_of(host) == country


def test_a_language_only_suggests_a_country_which_is_then_asked_for() -> None:
    sight, found = seen(title="Россия и Китай подписали соглашение о поставках газа", url="https://wire.com/rss")
    found = replace(found, entries=(replace(found.entries[0], url="https://wire.com/1"),))
    asked = propose(sight, found, None, Given(), (), NOW)
    assert (asked.row["country"], asked.guess) == ("", "RU")
    assert any("country" in ask for ask in asked.asks)


def test_a_stale_feed_is_said_to_be_one() -> None:
    assert any("STALE" in remark for remark in proposed(date="Mon, 18 Sep 2023 09:00:00 +0000").remarks)
    assert not any("STALE" in remark for remark in proposed().remarks)


def test_zoneless_dates_get_the_country_s_zone() -> None:
    assert proposed(date="2026-11-24 11:00:00").row["timezone"] == "Europe/Moscow"


def test_a_permanent_move_is_followed_and_a_passing_one_is_not() -> None:
    sight, _ = seen()
    moved = replace(sight, asked="https://old.example/rss", hops=((301, "https://old.example/rss"),))
    assert proposed(sight=moved).row["feeds"] == [FEED]
    passing = replace(moved, hops=((302, "https://old.example/rss"),))
    assert proposed(sight=passing).row["feeds"] == ["https://old.example/rss"]


def test_a_publisher_who_reserves_mining_is_read_for_headlines_only() -> None:
    sight, _ = seen()
    assert proposed(sight=replace(sight, reserved=True)).row["full_text"] is False


def test_a_known_feed_is_a_duplicate_however_it_is_spelt() -> None:
    known = Source(id="wire", name="Wire", country="RU", feeds=(FEED,), domains=("harbor-wire.ru",))
    again = duplicate([known], ["http://harbor-wire.ru/rss.xml?utm_source=x"])
    assert again is not None and again.same_feed
    cousin = duplicate([known], ["https://rss.harbor-wire.ru/other.xml"])
    assert cousin is not None and not cousin.same_feed
    assert duplicate([known], ["https://not-harbor-wire.ru/rss.xml"]) is None


def test_a_future_date_is_remarked_on() -> None:
    late = (NOW + timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert any("future" in remark for remark in proposed(date=late).remarks)
