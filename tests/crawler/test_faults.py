"""What breaks on the way costs what it touches, and is told: processes that die, hosts that want quiet, moves."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from time import monotonic

import pytest
from sqlalchemy import select

import crawler.crawl
from crawler.crawl import Row
from digest.publish import publish
from store import db, sources, subscribers, tables
from tests.crawler import poisoned
from tests.crawler.conftest import Newsdesk
from tests.crawler.outlet_server import (
    Answer,
    OutletServer,
    Seen,
    etagged,
    feed,
    item,
    page,
    redirect,
    rss,
    silent,
)
from tests.crawler.test_crawl import LEAD, TALKS, TEXT, news, stored

HOUR = timedelta(hours=1)


@pytest.fixture
def poisonable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crawls in this test run the processes of poisoned.py."""
    monkeypatch.setattr(crawler.crawl, "command", lambda module: [*poisoned.COMMAND, module])


@dataclass
class Days:
    """Four polls, 13 hours apart, of four sources that each go wrong in their own way."""

    desk: Newsdesk
    rows: list[dict[str, Row]]

    @property
    def server(self) -> OutletServer:
        return self.desk.server


@pytest.fixture(scope="module")
def days(shared: Newsdesk) -> Iterator[Days]:
    server, rows = shared.server, []
    server.pages["/poisoned.xml"] = etagged(rss(*news(server, "one", "poison", "two")))
    server.pages["/poison.html"] = page(TALKS, poisoned.PARSER.decode())
    first, second = news(server, "early", "late")
    server.pages["/down.xml"] = etagged(rss(first), '"v1"')
    server.pages["/old.xml"] = redirect("/new.xml", 301)
    server.pages["/new.xml"] = etagged(rss(*news(server, "moved")))
    server.pages["/parked.xml"] = redirect("/parking.html", 301)
    sale = b"<html>This domain is for sale</html>"
    server.pages["/parking.html"] = Answer(sale, headers={"Content-Type": "text/html"})
    for name, path in (("poisoned", "poisoned"), ("down", "down"), ("moved", "old"), ("parked", "parked")):
        shared.add(name, f"/{path}.xml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawler.crawl, "command", lambda module: [*poisoned.COMMAND, module])
        for number in range(4):
            if number == 1:
                server.pages["/down.xml"] = Answer(b"<html>maintenance</html>", headers={"ETag": '"poison"'})
            if number == 3:
                server.pages["/down.xml"] = etagged(rss(first, second), '"v2"')
            rows.append(shared.rows(force=True))
            shared.now += 13 * HOUR
        yield Days(shared, rows)


def test_a_page_that_kills_the_parser_costs_itself_only(days: Days) -> None:
    assert days.rows[0]["poisoned"].new == 3
    kept = stored(days.desk)
    assert kept["poison"].text == LEAD and kept["one"].origin == kept["two"].origin == "page"


def test_a_page_that_kills_the_parser_three_times_is_put_aside_with_its_bytes(days: Days) -> None:
    assert len(days.server.asked("/poison.html")) == 3
    with db.reading(days.desk.engine) as conn:
        (kept,) = conn.execute(select(tables.quarantine)).all()
    assert (kept.stage, kept.attempts) == ("page", 3) and poisoned.PARSER in kept.body and "signal 9" in kept.error


def test_a_feed_that_is_html_for_two_days_loses_nothing_when_it_is_back(days: Days) -> None:
    assert [rows["down"].reason.startswith("not a feed") for rows in days.rows] == [False, True, True, False]
    assert days.rows[3]["down"].new == 1
    assert [seen.headers["if-none-match"] for seen in days.server.asked("/down.xml")[1:]] == ['"v1"'] * 3


def test_a_move_is_learned_after_three_good_answers_over_a_day(days: Days) -> None:
    asked = [seen.path for seen in days.server.seen if seen.path in ("/old.xml", "/new.xml")]
    assert asked == ["/old.xml", "/new.xml"] * 3 + ["/new.xml"]
    # Validators belong to the address that gave them
    assert all("if-none-match" not in seen.headers for seen in days.server.asked("/old.xml"))
    sent = [seen.headers.get("if-none-match") for seen in days.server.asked("/new.xml")]
    assert sent == [None, '"v1"', '"v1"', '"v1"']


def test_a_move_to_something_that_is_no_feed_is_never_learned(days: Days) -> None:
    assert len(days.server.asked("/parked.xml")) == 4


@pytest.mark.usefixtures("poisonable")
def test_a_feed_that_kills_a_process_costs_itself_and_the_rest_goes_on_in_another(
    desk: Newsdesk, server: OutletServer
) -> None:
    server.pages["/parser"] = feed(rss(extra=f"<copyright>{poisoned.PARSER.decode()}</copyright>"))
    server.pages["/fetcher"] = feed(rss(extra=f"<copyright>{poisoned.FETCHER.decode()}</copyright>"))
    for name in ("a", "b", "c"):
        server.pages[f"/{name}"] = feed(rss(*news(server, f"of-{name}")))
    for name in ("a", "parser", "b", "fetcher", "c"):
        desk.add(name, f"/{name}")
    report = desk.crawl()
    rows = {row.id: row for row in report.rows}
    assert [rows[name].state for name in ("a", "b", "c")] == ["read"] * 3 and len(stored(desk)) == 3
    assert rows["parser"].state == "failed" and "the parser died on it (signal 9)" in rows["parser"].reason
    assert rows["fetcher"].state == "failed" and "died while it was being read (signal 9)" in rows["fetcher"].reason
    assert report.exit_code == 3 and "the crawl process died (signal 9)" in report.lines[0]
    desk.now += timedelta(minutes=5)  # it does not kill another one in every crawl
    assert desk.rows()["fetcher"].state == "not due"


@pytest.mark.usefixtures("poisonable")
def test_the_bytes_of_a_feed_that_kills_the_fetching_process_are_kept_at_the_third_time(
    desk: Newsdesk, server: OutletServer
) -> None:
    server.pages["/fetcher"] = feed(rss(extra=f"<copyright>{poisoned.FETCHER.decode()}</copyright>"))
    desk.add("fetcher", "/fetcher")
    for times in range(3):
        with db.reading(desk.engine) if times else nullcontext() as conn:
            assert conn is None or not conn.execute(select(tables.quarantine)).all()
        desk.crawl("fetcher", force=True)
        desk.now += 25 * HOUR
    with db.reading(desk.engine) as conn:
        (aside,) = conn.execute(select(tables.quarantine)).all()
    assert (aside.stage, aside.attempts) == ("feed", 3) and poisoned.FETCHER in aside.body
    assert len(server.asked("/fetcher")) == 3


@pytest.mark.usefixtures("poisonable")
def test_a_page_that_kills_the_fetching_process_is_not_begun_again_and_again(
    desk: Newsdesk, server: OutletServer
) -> None:
    """Nobody is left to say what came of it: it was counted before."""
    server.pages["/deadly.xml"] = feed(rss(*news(server, "deadly")))
    server.pages["/deadly.html"] = page(TALKS, *TEXT, poisoned.FETCHER.decode())
    server.pages["/good.xml"] = feed(rss(*news(server, "one", "two")))
    desk.add("deadly", "/deadly.xml")
    desk.add("good", "/good.xml")
    assert "the crawl process died repeatedly" in desk.rows()["deadly"].reason
    desk.now += 2 * HOUR
    report = desk.crawl()
    assert report.exit_code == 0 and not report.lines and len(server.asked("/deadly.html")) == 4
    kept = stored(desk)
    assert kept["deadly"].text == LEAD and kept["one"].origin == kept["two"].origin == "page"
    with db.reading(desk.engine) as conn:
        (aside,) = conn.execute(select(tables.quarantine)).all()
    assert (aside.stage, aside.attempts) == ("page", 3) and poisoned.FETCHER in aside.body
    desk.now += 2 * HOUR
    desk.crawl()
    assert len(server.asked("/deadly.html")) == 4


def test_a_section_page_that_takes_hours_to_parse_costs_itself_only(desk: Newsdesk, server: OutletServer) -> None:
    """Its headlines are looked for in the process that fetches, which nothing could call back: it is tried before."""
    attributes = " ".join(f"a{number:x}=1" for number in range(200_000))
    server.pages["/section"] = Answer(f"<html><a href=/one {attributes}>{TALKS}</a></html>".encode())
    server.pages["/good"] = Answer(f'<html><a href="/good.html">{TALKS}</a></html>'.encode())
    server.pages["/good.html"] = page(TALKS, *TEXT)
    desk.add("deadly", sections=("/section",))
    desk.add("good", sections=("/good",))
    report = desk.crawl()
    rows = {row.id: row for row in report.rows}
    assert rows["good"].new == 1 and rows["deadly"].state == "failed"
    assert "the parser died on it" in rows["deadly"].reason and not report.lines


@pytest.mark.usefixtures("poisonable")
def test_a_source_of_deadly_pages_leaves_time_for_the_others(desk: Newsdesk, server: OutletServer) -> None:
    """A body may take 20 seconds of the one parser: of a whole feed of such, three do."""
    names = [f"deadly-{number}" for number in range(6)]
    server.pages["/deadly.xml"] = feed(rss(*news(server, *names)))
    for name in names:
        server.pages[f"/{name}.html"] = page(TALKS, poisoned.PARSER.decode())
    server.pages["/good.xml"] = feed(rss(*news(server, "one", "two", "three")))
    desk.add("deadly", "/deadly.xml")
    desk.add("good", "/good.xml")
    rows = desk.rows()
    assert rows["good"].new == 3 and rows["deadly"].new == 6
    kept = stored(desk)
    assert {kept[name].origin for name in ("one", "two", "three")} == {"page"}
    assert {kept[name].origin for name in names} == {"feed"}
    with db.reading(desk.engine) as conn:
        wanted = select(tables.entries.c.error).where(tables.entries.c.source_id == "deadly")
        errors = list(conn.execute(wanted).scalars())
    assert sum("the parser died on it" in error for error in errors) == 3
    assert sum("takes too long to read" in error for error in errors) == 3


def test_the_deadline_ends_a_crawl_and_names_what_is_left(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/rss.xml"] = etagged(rss(*news(server, "one", "two", "three")))
    server.pages["/two.html"] = silent
    desk.add("harbor-wire", "/rss.xml")
    desk.politeness = {"spacing": 0, "timeout": 60, "deadline": 10}
    report = desk.crawl()
    (row,) = report.rows
    assert row.new == 1 and row.left == 2 and report.exit_code == 3
    assert "2 pages left for the next crawl: the crawl's deadline of 10 s was over" in row.reason
    news(server, "one", "two", "three")
    server.seen.clear()
    (row,) = desk.crawl().rows  # the feed is not due, its unread pages are
    assert sorted(server.paths()) == ["/three.html", "/two.html"] and row.new == 2


def test_a_day_on_which_a_third_fails_and_a_tenth_hangs_ends_in_time_and_the_digest_names_them(
    desk: Newsdesk,
) -> None:
    """F33. Each source on a server of its own."""
    with ExitStack() as stack:
        servers = [stack.enter_context(OutletServer()) for _ in range(10)]
        for number, one in enumerate(servers):
            broken = Answer(status=500) if number < 3 else silent if number < 4 else None
            one.pages["/rss.xml"] = broken or feed(rss(*news(one, f"of-{number}")))
            desk.add(f"outlet-{number}", f"{one.url}/rss.xml", ports=(one.port,), allow_private_hosts=(one.host,))
        desk.politeness = {"spacing": 0, "timeout": 2, "deadline": 30}
        begun = monotonic()
        report = desk.crawl()
        assert monotonic() - begun < 30 and report.exit_code == 3
    states = [row.state for row in report.rows]
    assert states == ["failed"] * 4 + ["read"] * 6 and len(stored(desk)) == 6
    assert [row.reason for row in report.rows[:4]] == ["http 500: its server answered HTTP 500"] * 3 + [
        "timeout: no whole answer in time"
    ]
    engine = desk.engine
    issue = publish(desk.config, engine, now=desk.now + HOUR, early=True).issue
    engine.dispose()
    assert issue is not None and (issue.readings.read, issue.readings.total) == (6, 10)
    assert sorted(unread.outlet.name for unread in issue.readings.unread) == [f"Outlet-{n}" for n in range(4)]


def test_a_host_that_asks_for_quiet_gets_it_for_all_its_feeds(desk: Newsdesk, server: OutletServer) -> None:
    for number in range(3):
        server.pages[f"/{number}"] = Answer(status=429, headers={"Retry-After": "7200"})
        desk.add(f"feed-{number}", f"/{number}")
    rows = desk.rows()
    assert len(server.paths()) == 1
    assert sorted(row.reason.split(":")[0] for row in rows.values()) == ["held", "held", "http 429"]
    server.seen.clear()
    desk.now += HOUR
    assert {row.state for row in desk.rows(force=True).values()} == {"not due"} and server.seen == []
    desk.now += 2 * HOUR
    server.pages.update({f"/{number}": feed(rss()) for number in range(3)})
    assert {row.state for row in desk.rows(force=True).values()} == {"read"}


def test_a_host_of_pages_that_asks_for_quiet_gets_it_in_later_crawls_too(desk: Newsdesk, server: OutletServer) -> None:
    with OutletServer() as other:
        both = {"ports": (server.port, other.port), "allow_private_hosts": (server.host, other.host)}
        server.pages["/rss.xml"] = feed(rss(*news(other, "one")))
        other.pages["/one.html"] = Answer(status=429, headers={"Retry-After": "86400"})
        server.pages["/moved.xml"] = redirect(f"{other.url}/moved.xml")
        desk.add("a", "/rss.xml", **both)
        desk.crawl()
        desk.add("moved", "/moved.xml", **both)
        for _ in range(3):
            desk.now += HOUR
            rows = desk.rows()
        assert other.paths() == ["/one.html"]
        assert len(server.asked("/moved.xml")) == 2 and "left alone until" in rows["moved"].reason  # it backs off
        other.pages["/one.html"] = page(TALKS, LEAD * 3)
        desk.now += 24 * HOUR
        desk.crawl()
        assert sorted(other.paths()) == ["/moved.xml", "/one.html", "/one.html"]
        assert stored(desk)["one"].origin == "page"


def test_the_last_poll_comes_before_every_hour_at_which_somebody_reads(desk: Newsdesk, server: OutletServer) -> None:
    """A feed that is asked twice a day, and a reader at 18:00 beside the edition's own hour."""
    dull = item("Nothing of ours", f"{server.url}/x.html", guid="1", date="Mon, 02 Nov 2026 08:00:00 +0000")
    server.pages["/rss.xml"] = feed(rss(dull))
    desk.add("a", "/rss.xml")
    engine = db.open_store(desk.config.database_url, create=True)
    with db.writing(engine) as tx:
        edition = desk.config.editions[0].name
        subscribers.add(tx, "r@example.com", edition, "18:00 UTC", "by hand", desk.now)
    engine.dispose()
    desk.crawl()
    ends = desk.ask(sources.endpoints)
    assert ends["a", f"{server.url}/rss.xml"].due == desk.now.replace(hour=17, minute=40)


def test_robots_that_cannot_be_read_close_the_host_and_rules_are_obeyed(desk: Newsdesk, server: OutletServer) -> None:
    with OutletServer() as closed:
        closed.pages["/robots.txt"] = Answer(status=500)
        closed.pages["/rss.xml"] = feed(rss())
        desk.add("closed", f"{closed.url}/rss.xml", ports=(closed.port,), allow_private_hosts=(closed.host,))
        items = news(closed, "closed-page")
        server.pages["/rss.xml"] = feed(rss(*items, *news(server, "private/one")))
        server.pages["/robots.txt"] = Answer(b"User-agent: Tripoint\nDisallow: /private/\nCrawl-delay: 0.1")
        both = (server.host, closed.host)
        desk.add("open", "/rss.xml", ports=(server.port, closed.port), allow_private_hosts=both)
        server.pages["/forbidden.xml"] = feed(rss())
        server.pages["/private/feed.xml"] = feed(rss())
        desk.add("forbidden", "/private/feed.xml")
        desk.add("by-hand", "/private/feed.xml?mine", obey_robots_for_feeds=False)
        rows = desk.rows()
        assert closed.paths() == []
    assert rows["closed"].reason.startswith("robots unreachable") and rows["forbidden"].reason.startswith("robots:")
    assert rows["by-hand"].state == "read"
    assert rows["open"].new == 2 and {article.origin for article in stored(desk).values()} == {"feed"}
    assert "/private/one.html" not in server.paths()


def test_a_source_named_without_a_network_is_unreachable_and_loses_nothing(
    desk: Newsdesk, server: OutletServer
) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{mute.getsockname()[1]}"
        desk.add("nobody", f"http://{host}/rss.xml", ports=(), allow_private_hosts=(host,))
        report = desk.crawl()
    assert report.unreachable and report.exit_code == 3
    assert report.rows[0].reason == "error: connection refused (asked for its robots.txt)"
    desk.sources.clear()
    server.pages["/rss.xml"] = feed(rss())
    desk.add("somebody", "/rss.xml")
    assert not desk.crawl().unreachable
    assert desk.ask(sources.all)["nobody"].enabled is False


@pytest.mark.usefixtures("poisonable")
def test_names_that_nobody_answers_for_hold_up_no_other(desk: Newsdesk, server: OutletServer) -> None:
    """A look-up cannot be called back: a dozen such names fill the ten threads that there are by default."""
    for number in range(12):
        desk.add(f"slow-{number}", f"http://slow-{number}.example/rss.xml")
    server.pages["/rss.xml"] = feed(rss())
    named = f"localhost:{server.port}"
    desk.add("good", f"http://{named}/rss.xml", allow_private_hosts=(named,))
    rows = desk.rows()
    assert rows["good"].state == "read"
    assert {row.state for row in rows.values() if row.id != "good"} == {"failed"}


@pytest.mark.usefixtures("poisonable")
def test_a_name_that_leads_to_this_machine_is_not_followed_there(desk: Newsdesk, server: OutletServer) -> None:
    """F40: a feed's own name, a redirect's, and a page's; a port of the source's own opens none of them."""
    with OutletServer() as canary:
        inner = f"http://inner-net.example:{canary.port}"
        both = {"ports": (server.port, canary.port)}
        desk.add("itself", f"{inner}/rss.xml", **both)
        server.pages["/moved.xml"] = redirect(f"{inner}/rss.xml")
        desk.add("moved", "/moved.xml", **both)
        server.pages["/links.xml"] = feed(rss(item(TALKS, f"{inner}/one.html", guid="1", lead=LEAD)))
        desk.add("links", "/links.xml", **both)
        server.pages["/good.xml"] = feed(rss(*news(server, "good")))
        desk.add("good", "/good.xml")
        rows = desk.rows()
        assert canary.seen == []
    assert "leads to 127.0.0.1, which is not a public address" in rows["itself"].reason
    assert rows["moved"].state == "failed" and rows["good"].new == rows["links"].new == 1
    assert stored(desk)["one"].origin == "feed"


def test_spacing_holds_between_requests_to_one_host(desk: Newsdesk, server: OutletServer) -> None:
    """Seen from the server: never two open at once, and each a spacing after the one before."""
    times: list[float] = []

    def noted(seen: Seen) -> Answer:
        times.append(monotonic())
        return feed(rss())

    for name in "abc":
        server.pages[f"/{name}"] = noted
        desk.add(name, f"/{name}")
    desk.politeness = {"spacing": 0.3, "timeout": 5}
    desk.crawl()
    assert all(after - before >= 0.29 for before, after in pairwise(times)) and len(times) == 3
