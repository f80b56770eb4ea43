"""What a site reserves is taken at its word: its /.well-known/tdmrep.json, asked for once a day and before its first
page, and its headers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler import tdm
from tests.crawler.conftest import Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, Seen, Writer, feed, page, rss, whole
from tests.crawler.test_crawl import LEAD, TALKS, TEXT, news, stored

WHERE = "/.well-known/tdmrep.json"
JSON = {"Content-Type": "application/json"}


def reserving(*rules: dict[str, Any]) -> bytes:
    return json.dumps(list(rules)).encode()


@pytest.mark.parametrize(
    ("body", "path", "reserved"),
    [
        (reserving({"location": "/", "tdm-reservation": 1}), "/world/a.html", True),
        (reserving({"location": "/premium/*", "tdm-reservation": 1}), "/premium/a.html", True),
        (reserving({"location": "/premium/*", "tdm-reservation": 1}), "/world/a.html", False),
        (reserving({"location": "*.pdf$", "tdm-reservation": 1}), "/a.pdf", True),
        (
            reserving({"location": "/", "tdm-reservation": 1}, {"location": "/open/", "tdm-reservation": 0}),
            "/open/a.html",
            False,
        ),
        (reserving({"location": "/", "tdm-reservation": 0}), "/a.html", False),
        (b"<html>not found</html>", "/a.html", False),
        (b"[1, null, {}, {\"location\": 3}]", "/a.html", False),
        (b"[" * 100_000, "/a.html", False),
        (reserving({"location": "/a\nAllow: /", "tdm-reservation": 1}), "/a.html", False),
        (b"", "/a.html", False),
    ],
)
def test_reads_what_a_site_reserves(body: bytes, path: str, reserved: bool) -> None:
    assert tdm.reserves(tdm.read(body), f"https://outlet.example{path}") is reserved


def test_a_reserved_page_gives_title_and_link_only_and_the_site_is_asked_once_a_day(
    desk: Newsdesk, server: OutletServer
) -> None:
    server.pages["/rss.xml"] = feed(rss(*news(server, "one")))
    server.pages[WHERE] = Answer(reserving({"location": "/", "tdm-reservation": 1}), headers=JSON)
    desk.add("plain", "/rss.xml")
    assert desk.crawl().totals["new"] == 1
    article = stored(desk)["one"]
    assert article.title and article.url and (article.text, article.lead) == ("", "")
    assert article.reserved and WHERE in server.paths(robots=True)
    assert server.asked("/one.html") == []  # a page that may not be read is not asked for

    server.pages["/rss.xml"] = feed(rss(*news(server, "one", "two", "three")))
    desk.now += timedelta(hours=2)
    assert desk.crawl().totals["new"] == 2
    assert len(server.asked(WHERE)) == 1 and stored(desk)["two"].text == ""

    server.pages[WHERE] = Answer(status=404)
    server.pages["/rss.xml"] = feed(rss(*news(server, "four")))
    desk.now += timedelta(hours=25)
    assert desk.crawl().totals["new"] == 1
    assert len(server.asked(WHERE)) == 2 and stored(desk)["four"].text
    paths = server.paths(robots=True)
    assert paths.index("/four.html") > len(paths) - 1 - paths[::-1].index(WHERE)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", (False, None)),
        ("noindex, nofollow", (False, None)),
        ("NoAI", (True, None)),
        ("index, nosnippet", (True, None)),
        ("noai\nmax-image-preview:large", (True, None)),
        ("max-snippet:0", (True, 0)),
        ("max-snippet: 50, max-image-preview:large\nmax-snippet:-1", (False, 50)),
        ("googlebot: nosnippet", (False, None)),
        ("googlebot: nosnippet\nTripoint: noai", (True, None)),
        ("*: nosnippet", (True, None)),
        ("unavailable_after: 25 Jun 2027 15:00:00 GMT, nosnippet", (True, None)),
    ],
)
def test_reads_what_a_header_says(value: str, found: tuple[bool, int | None]) -> None:
    assert tdm.tagged(value) == found


def test_headers_of_page_and_feed_are_taken_at_their_word(desk: Newsdesk, server: OutletServer) -> None:
    async def in_two_lines(seen: Seen, writer: Writer) -> None:
        answer = whole(page(TALKS, *TEXT)).split(b"\r\n", 1)
        writer.write(answer[0] + b"\r\nX-Robots-Tag: noai\r\nX-Robots-Tag: max-image-preview:large\r\n" + answer[1])

    items = news(server, "two-lines", "none", "twenty", "another")
    server.pages["/two-lines.html"] = in_two_lines
    for name, tag in (("none", "max-snippet:0"), ("twenty", "max-snippet:20"), ("another", "googlebot: noai")):
        known = server.pages[f"/{name}.html"]
        assert isinstance(known, Answer)
        server.pages[f"/{name}.html"] = replace(known, headers={**known.headers, "X-Robots-Tag": tag})
    server.pages["/rss.xml"] = feed(rss(*items))
    desk.add("plain", "/rss.xml")
    server.pages["/closed.xml"] = feed(rss(*news(server, "in-closed-feed")), tdm_reservation="1")
    server.pages["/in-closed-feed.html"] = Answer(status=404)
    desk.add("closed", "/closed.xml")
    desk.crawl()
    kept = {name: (article.lead, bool(article.text)) for name, article in stored(desk).items()}
    assert kept["two-lines"] == kept["none"] == ("", False)
    assert kept["twenty"] == (LEAD[:20], False) and kept["another"] == (LEAD, True)
    assert "in-closed-feed" not in kept  # nothing but a title, and no page


def test_a_site_that_cannot_say_reserves_nothing_and_is_asked_again_next_time(
    desk: Newsdesk, server: OutletServer
) -> None:
    server.pages["/rss.xml"] = feed(rss(*news(server, "one")))
    server.pages[WHERE] = Answer(status=500)
    desk.add("plain", "/rss.xml")
    assert desk.crawl().totals["new"] == 1 and stored(desk)["one"].text
    server.pages["/rss.xml"] = feed(rss(*news(server, "one", "two")))
    desk.now += timedelta(hours=2)
    desk.crawl()
    assert len(server.asked(WHERE)) == 2
