"""What is found to be wrong with a source, and the key that puts it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config import Source
from crawler.discover import look
from crawler.look import Sight
from crawler.roster.diagnose import Finding, History, better, diagnose
from crawler.roster.shift import shifted
from store.records import Endpoint, Listed, Quarantined
from tests.crawler.outlet_server import item, rss

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://harbor-wire.example/rss.xml"
SITE = "https://harbor-wire.example"


def source(**keys: Any) -> Source:
    return Source(**{"id": "wire", "name": "Wire", "country": "RU", "feeds": (URL,), **keys})


def body(stamps: Sequence[str]) -> bytes:
    return rss(*(item(f"Headline no. {n}", f"{SITE}/{n}", guid=str(n), date=at) for n, at in enumerate(stamps)))


def stamp(hours: float, form: str = "%a, %d %b %Y %H:%M:%S +0000", ahead: float = 0) -> str:
    return (NOW - timedelta(hours=hours) + timedelta(hours=ahead)).strftime(form)


def sight(content: bytes = b"", outlet: Source | None = None, **keys: Any) -> Sight:
    outlet = outlet or source()
    found = look(content, url=URL, zone=outlet.zone, encoding=outlet.encoding) if content else None
    told = {"source_id": "wire", "kind": "feed", "asked": URL, "url": URL, "outcome": "ok", "look": found}
    return Sight(**{**told, **keys})


def findings(*sights: Sight, outlet: Source | None = None, history: History | None = None) -> dict[str, Finding]:
    found = diagnose(outlet or source(), sights, history or History(), NOW)
    return {finding.what: finding for finding in found}


GOOD = body([stamp(1), stamp(2), stamp(3), stamp(4), stamp(5), stamp(6)])


def test_a_healthy_source_has_nothing_to_tell() -> None:
    assert findings(sight(GOOD)) == {}


def test_a_feed_that_answers_with_old_news_is_frozen() -> None:
    found = findings(sight(body([stamp(24 * 400)])))["frozen"]
    assert "400 days ago" in found.why and found.fix == {"enabled": False}
    assert "stale" in findings(sight(body([stamp(24 * 9)])))


@pytest.mark.parametrize(
    ("outcome", "status", "what", "fix"),
    [
        ("not a feed", 200, "no feed", {"enabled": False}),
        ("blocked", 403, "blocked", {"enabled": False}),
        ("robots", None, "robots", {"enabled": False}),
        ("http 410", 410, "gone", {"enabled": False}),
        ("timeout", None, "no answer", {}),
    ],
)
def test_what_cannot_be_read_is_named(outcome: str, status: int | None, what: str, fix: dict[str, Any]) -> None:
    found = findings(sight(outcome=outcome, status=status, error="x"))[what]
    assert found.fix == fix and found.serious
    assert not findings(sight(outcome=outcome, status=status, error="x"), outlet=source(enabled=False))[what].fix


def test_a_name_that_is_not_found_may_be_this_machine_s_fault() -> None:
    found = findings(sight(outcome="dns", error="no such host"))["gone"]
    assert "this machine's network" in found.why and found.fix == {"enabled": False}


def test_a_name_that_leads_inside_names_the_exact_host_and_port() -> None:
    error = "its name leads to 10.0.0.1, which is not a public address"
    found = findings(sight(outcome="refused", error=error))["private"]
    assert found.fix == {"allow_private_hosts": ["harbor-wire.example:443"]}


def test_a_web_page_in_place_of_a_feed_is_no_feed() -> None:
    assert "no feed" in findings(sight(b"<html><head><title>Gone</title></head><body><p>x</p></body></html>"))


def test_a_permanent_move_gives_the_new_address_among_the_others() -> None:
    outlet = source(feeds=(URL, SITE + "/b.xml"))
    moved = sight(GOOD, outlet, url=SITE + "/new.xml", hops=((301, URL),))
    assert findings(moved, outlet=outlet)["moved"].fix == {"feeds": [SITE + "/new.xml", SITE + "/b.xml"]}
    assert findings(replace(moved, hops=((302, URL),)), outlet=outlet) == {}


def test_moscow_time_that_is_called_utc_is_recognised_by_the_future_it_tells() -> None:
    wrong = sight(body([stamp(0.2, ahead=3), stamp(0.5, ahead=3), stamp(4, ahead=3)]))
    found = findings(wrong)["shifted dates"]
    assert "3 h late" in found.why
    assert found.fix == {"timezone": "Europe/Moscow", "ignore_zone": True}
    mended = source(**found.fix)
    assert findings(sight(body([stamp(0.2, ahead=3), stamp(0.5, ahead=3)]), mended), outlet=mended) == {}


def test_zoneless_beijing_time_that_is_read_as_utc_is_recognised() -> None:
    outlet = source(country="CN")
    wrong = sight(body([stamp(h, "%Y-%m-%d %H:%M:%S", ahead=8) for h in (0.1, 0.4, 3)]), outlet)
    assert findings(wrong, outlet=outlet)["shifted dates"].fix == {"timezone": "Asia/Shanghai"}


def test_zoneless_dates_are_a_finding_before_they_lie() -> None:
    wrong = sight(body([stamp(h, "%Y-%m-%d %H:%M:%S") for h in (5, 6, 7)]))
    assert findings(wrong)["zone-less dates"].fix == {"timezone": "Europe/Moscow"}
    right = source(timezone="Europe/Moscow")
    assert findings(sight(body([stamp(5, "%Y-%m-%d %H:%M:%S")] * 3), right), outlet=right) == {}


def listed(number: int, published: datetime, seen: datetime, **keys: Any) -> Listed:
    return Listed(**{
        "source_id": "wire", "key": str(number), "url": f"{SITE}/{number}", "title": "t", "lead": "", "language": "ru",
        "published": published, "first_seen": seen, "last_seen": seen, "outcome": "article", **keys,
    })  # fmt: skip


def test_an_old_offset_is_recognised_by_how_late_everything_seems_to_come() -> None:
    """As kremlin.ru does: Moscow's hour with the offset of before 2014."""
    rows = [listed(0, NOW - timedelta(days=9), NOW - timedelta(days=8))]
    for hour in range(1, 20):
        told = NOW - timedelta(days=2, hours=hour, minutes=7 * (hour % 8))
        rows.append(listed(hour, told - timedelta(hours=1), NOW - timedelta(days=2, hours=hour)))
    history = History(tuple(rows), {URL: Endpoint("wire", URL, "feed", interval=3600)})
    old = sight(body([stamp(h - 4, "%Y-%m-%dT%H:%M:%S+04:00", ahead=-1) for h in (1.5, 5, 9)]))
    found = findings(old, history=history)["shifted dates"]
    assert "1 h early" in found.why
    assert found.fix == {"timezone": "Europe/Moscow", "ignore_zone": True}


def test_one_announcement_of_tomorrow_is_no_shift() -> None:
    seen = [(NOW + timedelta(hours=5), NOW), *((NOW - timedelta(hours=h), NOW) for h in range(1, 9))]
    assert shifted(seen, [], timedelta(hours=1)) is None


def test_charsets_that_lost_letters_and_charsets_that_lie() -> None:
    lost = rss(*(item("Заголо\ufffd\ufffdк новости", f"{SITE}/{n}", date=stamp(n)) for n in range(3)))
    assert findings(sight(lost))["wrong charset"].fix == {"encoding": "windows-1251"}
    text = "Россия и Китай подписали соглашение о поставках природного газа на тридцать лет"
    lying = rss(*(item(text, f"{SITE}/{n}", date=stamp(n)) for n in range(3))).decode().encode("windows-1251")
    found = findings(sight(lying))["charset"]
    assert found.fix == {"encoding": "windows-1251"} and not found.serious


def test_links_and_guids_that_name_nobody() -> None:
    same = rss(*(item(f"Headline {n}", SITE + "/live", date=stamp(n)) for n in range(6)))
    assert findings(sight(same))["one link for many"].fix == {"full_text": False}
    guids = rss(*(item(f"Headline {n}", f"{SITE}/{n}", guid="x", date=stamp(n)) for n in range(6)))
    assert not findings(sight(guids))["guids not unique"].serious


def test_a_better_address_is_newer_than_what_is_read() -> None:
    old, new = sight(body([stamp(24 * 40)])), sight(GOOD, asked=SITE + "/feed")
    found = better(source(sitemaps=(SITE + "/map.xml",)), [old], new)
    assert found is not None and found.fix == {"feeds": [SITE + "/feed"], "sitemaps": []}
    assert better(source(), [sight(GOOD)], new) is None


def test_a_restriction_is_to_be_looked_up_twice_a_year() -> None:
    kept = {"restricted_in": ("EU",), "restriction_source": "an act", "enabled": False}
    old = findings(outlet=source(**kept, restriction_date=date(2026, 5, 1)))["restriction to review"]
    assert old.fix == {"restriction_date": date(2026, 11, 24)} and "an act" in old.why
    assert findings(outlet=source(**kept, restriction_date=date(2026, 6, 1))) == {}


def test_what_the_store_remembers_is_told() -> None:
    refused = [listed(n, NOW, NOW, attempts=1, error="its server refused us (HTTP 403)") for n in range(6)]
    aside = Quarantined("wire", SITE + "/9", "page", NOW, "the parser died on it", 1234)
    moved = Endpoint("wire", URL, "feed", state={"url": SITE + "/new"})
    emptied = "7 of its last 8 pages gave hardly any text"
    found = findings(history=History(tuple(refused), {URL: moved}, (aside,), emptied))
    assert found["pages closed"].fix == found["layout change"].fix == {"full_text": False}
    assert "1,234 bytes" in found["quarantined"].why
    assert found["moved"].fix == {"feeds": [SITE + "/new"]}


def test_a_feed_that_was_read_since_its_bytes_were_put_aside_is_no_longer_told_of() -> None:
    aside = Quarantined("wire", URL, "feed", NOW - timedelta(days=2), "the parser died on it", 1234)
    for good, told in ((None, True), (NOW - timedelta(days=3), True), (NOW - timedelta(days=1), False)):
        endpoint = Endpoint("wire", URL, "feed", good=good)
        assert ("quarantined" in findings(history=History((), {URL: endpoint}, (aside,)))) is told
