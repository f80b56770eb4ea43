"""Bad feeds, bad servers and bad addresses in one crawl beside good sources: each has its name, and harms nobody."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.crawl import CrawlReport, Row
from store import articles, sources
from store.records import Article, Endpoint
from tests.crawler import outlet_server as habits
from tests.crawler.conftest import Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, feed, item, redirect, rss
from tests.crawler.test_crawl import LEAD, TALKS, news

RUSSIAN = "Россия и США возобновили переговоры в Женеве"


def titled(server: OutletServer, name: str, title: str) -> str:
    news(server, name)
    return item(title, f"{server.url}/{name}.html", guid=name, lead=LEAD)


def bad_feeds(server: OutletServer) -> dict[str, Answer]:
    """name -> a feed that is none, or is broken."""
    html = {"Content-Type": "text/html", "ETag": '"poison"'}
    whole = rss(*(titled(server, f"cut-{number}", f"{TALKS} {number}") for number in range(5)))
    bomb = gzip.compress(b"\0" * (64 << 20), 9)
    return {
        "html": Answer(b"<!doctype html><title>Down for maintenance</title><p>Back soon", headers=html),
        "empty": Answer(b"", headers={"ETag": '"poison"'}),
        "json": Answer(b'{"error": "quota"}', headers={"Content-Type": "application/json"}),
        "binary": Answer(bytes(range(256)) * 300),
        "nothing": feed(rss(), ETag='"nothing"'),
        "truncated": feed(whole[: len(whole) * 2 // 3], ETag='"torn"'),
        "stump": feed(whole[:150]),
        "huge": feed(b"<rss>" + b"A" * (9 << 20)),
        "bomb": feed(bomb, Content_Encoding="gzip"),
        "twice-packed": feed(gzip.compress(gzip.compress(rss())), Content_Encoding="gzip, gzip"),
        "unknown-packing": feed(b"\x9d\x00\x17" * 99, Content_Encoding="x-unknown"),
        "laughs": feed(b'<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + rss(titled(server, "laugh", "T &c;"))),
        "lying": Answer(
            rss(titled(server, "lying", RUSSIAN)).replace(b"utf-8", b"windows-1251").decode().encode("cp1251"),
            headers={"Content-Type": "application/rss+xml; charset=utf-8"},
        ),
        "not-packed": feed(rss(titled(server, "not-packed", TALKS)), Content_Encoding="gzip"),
        "brotli-noise": feed(b"\xff" * 5000, Content_Encoding="br"),
        "deep-json": Answer(b"[" * 2_000_000, headers={"Content-Type": "application/feed+json"}),
        "odd-json": Answer(
            b'{"version":"https://jsonfeed.org/version/1.1","title":5,"items":[{"id":1e999,"url":["x"],"title":{}},3]}'
        ),
        "wide": Answer(rss(titled(server, "wide", TALKS)).decode().encode("utf-16")),
        "wide-unmarked": Answer(rss(titled(server, "wide-unmarked", TALKS)).decode().encode("utf-16-be")),
        "twice-marked": Answer(b"\xef\xbb\xbf" * 2 + rss(titled(server, "twice-marked", TALKS))),
        "one-line": feed(rss(titled(server, "one-line", TALKS), extra="<x>" + "A" * (7 << 20) + "</x>")),
        "many": feed(rss(*(item(f"Cake {n}", f"{server.url}/cake-{n}.html", guid=str(n)) for n in range(5000)))),
        "one-guid": feed(
            rss(*(item(f"{TALKS} {n}", f"{server.url}/guid-{n}.html", guid="same", lead=LEAD) for n in range(5)))
        ),
        "titles": feed(
            rss(
                titled(server, "newlines", f"{TALKS}&#13;&#10;Bcc: victim@example.com"),
                titled(server, "surrogate", f"{TALKS} &#xD800; broken"),
                titled(server, "beyond", f"{TALKS} &#999999999999;"),
                titled(server, "markup", f"<![CDATA[{TALKS} <script>alert(1)</script>]]>"),
            )
        ),
    }


HABITS = {
    "endless": habits.endless, "endless-chunks": habits.endless_chunks, "drip": habits.drip, "silent": habits.silent,
    "drip-headers": habits.drip_headers, "reset": habits.reset, "short": habits.short_body,
    "two-lengths": habits.two_lengths,
    "bad-chunk": habits.bad_chunk, "huge-header": habits.huge_header, "cookies": habits.cookie_flood,
    "chain": habits.chain, "loop": redirect("/loop"), "to-file": redirect("file:///etc/passwd"),
    "to-meta": redirect("http://169.254.169.254/latest/meta-data/"), "to-mapped": redirect("http://[::ffff:127.0.0.1]:9/"),
    "to-decimal": redirect("http://2130706433/"), "to-gopher": redirect("gopher://127.0.0.1:25/_x"),
    "to-data": redirect("data:text/xml,<rss/>"), "pay": Answer(b"pay", 402), "gone": Answer(status=410),
    "wall": Answer(b"<title>Just a moment...</title>", 403, {"cf-mitigated": "challenge", "Content-Type": "text/html"}),
    "broken": Answer(status=500), "unasked": Answer(status=304, headers={"ETag": '"x"'}),
    "odd-status": habits.odd_status, "no-http": habits.no_http, "interim": habits.interim,
    "endless-headers": habits.endless_headers, "less-than-nothing": habits.less_than_nothing,
}  # fmt: skip
GOOD = [f"good-{number}" for number in range(6)]


@pytest.fixture(scope="module")
def crawled(shared: Newsdesk) -> tuple[CrawlReport, dict[str, Row], dict[str, Article], dict[str, Endpoint]]:
    server = shared.server
    shared.politeness = {"spacing": 0, "timeout": 2}
    for name, answer in (bad_feeds(server) | HABITS).items():
        server.pages[f"/{name}"] = answer
        shared.add(name, f"/{name}")
    for name in GOOD:
        server.pages[f"/{name}"] = feed(rss(*news(server, f"{name}-a", f"{name}-b")), ETag='"good"')
        shared.add(name, f"/{name}")
    with OutletServer() as canary:
        server.pages["/to-canary"] = redirect(canary.url + "/secret")
        shared.add("to-canary", "/to-canary")
        shared.add("inner", f"{canary.url}/inner", allow_private_hosts=(), ports=(canary.port,))
        shared.add("spelled", f"http://0x7f.1:{canary.port}/inner", allow_private_hosts=(), ports=(canary.port,))
        # Named by one source, and by its name: another one may not go there, and what it links to is not fetched
        inside = f"http://localhost:{canary.port}"
        named = {"allow_private_hosts": (f"localhost:{canary.port}",), "enabled": False}
        shared.add("owner", f"{inside}/owner", ports=(canary.port,), **named)
        shared.add("thief", f"{inside}/thief", ports=(canary.port,), allow_private_hosts=())
        secret = item(TALKS, f"{inside}/secret", guid="y", lead=LEAD)
        server.pages["/thief-link"] = feed(rss(secret))
        shared.add("thief-link", "/thief-link", ports=(server.port, canary.port))
        link = item(TALKS, f"{canary.url}/page", guid="x", lead=LEAD)
        server.pages["/inner-link"] = feed(rss(link))
        shared.add("inner-link", "/inner-link")
        report = shared.crawl()
        assert canary.seen == []
    rows = {row.id: row for row in report.rows}
    ever = datetime(1960, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)
    stored = {each.url.rpartition("/")[2]: each for each in shared.ask(articles.between, *ever)}
    endpoints = {source: endpoint for (source, _), endpoint in shared.ask(sources.endpoints).items()}
    return report, rows, stored, endpoints


Crawled = tuple[CrawlReport, dict[str, Row], dict[str, Article], dict[str, Endpoint]]


def test_good_sources_are_read_whole_whatever_stands_beside_them(crawled: Crawled) -> None:
    report, rows, _, endpoints = crawled
    assert [(rows[name].state, rows[name].new) for name in GOOD] == [("read", 2)] * len(GOOD)
    assert all(endpoints[name].etag == '"good"' for name in GOOD)
    assert not report.complete and report.exit_code == 3 and not report.unreachable
    assert report.lines == ()  # no process died on the way


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("html", "not a feed"), ("empty", "empty"), ("json", "not a feed"), ("binary", "not a feed"),
        ("stump", "truncated"),
        ("huge", "too large"), ("bomb", "too large"), ("twice-packed", "refused: more than one content encoding"),
        ("unknown-packing", "not a feed"), ("laughs", "unsafe"), ("endless", "too large"),
        ("endless-chunks", "too large"),
        ("drip", "timeout"), ("silent", "timeout"), ("drip-headers", "timeout"), ("reset", "truncated"),
        ("short", "truncated"),
        ("bad-chunk", "truncated"), ("chain", "refused: more than 5 redirects"),
        ("loop", "refused: more than 5 redirects"),
        ("to-file", "refused"), ("to-meta", "refused"), ("to-mapped", "refused"), ("to-decimal", "refused"),
        ("to-gopher", "refused"), ("to-data", "refused"), ("to-canary", "refused"), ("inner", "refused"),
        ("spelled", "refused"),
        ("pay", "blocked"), ("wall", "blocked"), ("gone", "http 410"), ("broken", "http 500"),
        ("unasked", "http 304: its server says that nothing changed, though"), ("odd-status", "http 999"),
        ("no-http", "error: the connection broke"), ("interim", "timeout"), ("endless-headers", "timeout"),
        ("less-than-nothing", "error: the connection broke"), ("deep-json", "not a feed"),
        ("not-packed", "error: its body is not packed as"), ("brotli-noise", "error: its body is not packed as"),
        ("thief", "refused: localhost is a private host"),
    ],
)  # fmt: skip
def test_each_fault_has_its_name(crawled: Crawled, name: str, reason: str) -> None:
    row = crawled[1][name]
    assert row.state == "failed" and row.reason.startswith(reason), row.reason


@pytest.mark.parametrize("name", ["html", "empty", "unasked", "truncated", "short", "reset", "nothing"])
def test_no_validator_is_kept_of_what_did_not_parse_whole(crawled: Crawled, name: str) -> None:
    assert crawled[3][name].etag is None


@pytest.mark.parametrize(
    ("name", "health"),
    [
        ("good-0", "ok"), ("nothing", "empty"), ("html", "not a feed"), ("pay", "blocked"), ("wall", "blocked"),
        ("gone", "gone"), ("broken", "failing"), ("silent", "failing"),
    ],
)  # fmt: skip
def test_health_says_how_each_is(crawled: Crawled, name: str, health: str) -> None:
    assert crawled[3][name].health == health


def test_what_a_truncated_feed_held_is_kept(crawled: Crawled) -> None:
    row = crawled[1]["truncated"]
    assert row.state == "read" and 1 <= row.new < 5 and "broke off" in row.reason


@pytest.mark.parametrize(
    ("name", "new"),
    [("wide", 1), ("wide-unmarked", 1), ("twice-marked", 1), ("one-line", 1), ("one-guid", 5), ("odd-json", 0)],
)
def test_odd_but_whole_feeds_are_read(crawled: Crawled, name: str, new: int) -> None:
    assert (crawled[1][name].state, crawled[1][name].new) == ("read", new)


def test_of_five_thousand_entries_the_newest_five_hundred_are_read(crawled: Crawled) -> None:
    assert crawled[1]["many"].state == "read" and crawled[1]["many"].off_topic == 500


def test_an_empty_feed_is_read_and_says_so(crawled: Crawled) -> None:
    assert crawled[1]["nothing"].state == "read" and crawled[1]["nothing"].reason == "it lists nothing"


def test_a_lying_charset_is_seen_through(crawled: Crawled) -> None:
    assert crawled[2]["lying.html"].title == RUSSIAN


def test_titles_are_one_clean_line(crawled: Crawled) -> None:
    for name in ("newlines", "surrogate", "beyond", "markup"):
        title = crawled[2][f"{name}.html"].title
        assert title.startswith(TALKS) and title.isprintable() and "<" not in title
        title.encode("utf-8")


def test_an_entry_that_points_inside_is_not_fetched_and_its_words_are_the_feeds(crawled: Crawled) -> None:
    row = crawled[1]["inner-link"]
    assert (row.state, row.new) == ("read", 1) and crawled[2]["page"].origin == "feed"
