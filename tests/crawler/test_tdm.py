"""A site's /.well-known/tdmrep.json is asked for once a day, before its first page, and taken at its word."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from crawler import tdm
from tests.crawler.conftest import Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, feed, rss
from tests.crawler.test_crawl import news, stored

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
    paths = server.paths(robots=True)
    assert paths.index(WHERE) < paths.index("/one.html")

    server.pages["/rss.xml"] = feed(rss(*news(server, "one", "two", "three")))
    desk.now += timedelta(hours=2)
    assert desk.crawl().totals["new"] == 2
    assert len(server.asked(WHERE)) == 1 and stored(desk)["two"].text == ""

    server.pages[WHERE] = Answer(status=404)
    server.pages["/rss.xml"] = feed(rss(*news(server, "four")))
    desk.now += timedelta(hours=25)
    assert desk.crawl().totals["new"] == 1
    assert len(server.asked(WHERE)) == 2 and stored(desk)["four"].text


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
