"""The canary: an outlet whose new layout empties its articles is named, though no request failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.layout import RECENT, USUAL, emptied
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, feed, item, page, rss

TALKS = "China and the United States resume trade talks in Geneva"
LEAD = "Chinese and American negotiators met on Tuesday to discuss tariffs."
LONG = tuple(
    f"Chinese and American negotiators met in Geneva for the {n}th hour to discuss tariffs, the first talks between "
    f"Washington and Beijing since the summer, officials of both delegations said on the record."
    for n in range(4, 9)
)
BARE = Answer(b"<html><head><title>x</title></head><body><div id=app></div></body></html>")


@pytest.mark.parametrize(
    ("lengths", "named"),
    [
        ([0] * RECENT + [3000] * USUAL, True),
        ([120] * RECENT + [900, 4000] * USUAL, True),
        ([3000] * RECENT + [3000] * USUAL, False),
        ([0, 0, 3000, 0, 3000, 0, 0, 0] + [3000] * USUAL, False),  # some pages are videos
        ([0] * RECENT + [200] * USUAL, False),  # an outlet of short notices
        ([0] * RECENT + [3000] * (USUAL - 1), False),  # too little is known of it
        ([0] * (RECENT - 1), False),
        ([], False),
    ],
)
def test_names_what_was_emptied_and_nothing_else(lengths: list[int], named: bool) -> None:
    assert bool(emptied(lengths)) is named


def test_a_crawl_says_when_an_outlets_pages_lost_their_text(desk: Newsdesk) -> None:
    server = desk.server
    desk.add("herald", "/rss.xml")
    before = _publish(server, range(USUAL))
    report = desk.crawl()
    assert report.rows[0].new == USUAL and "layout" not in report.rows[0].reason

    desk.now += timedelta(hours=2)
    after = _publish(server, range(USUAL, USUAL + RECENT), emptied=True)
    server.pages["/rss.xml"] = feed(rss(*after, *before))
    report = desk.crawl()
    assert report.rows[0].new == RECENT
    assert "8 of its last 8 pages gave hardly any text" in report.rows[0].reason
    assert "layout may have changed" in report.rows[0].reason


def _publish(server: OutletServer, numbers: range, emptied: bool = False) -> list[str]:
    found = []
    for n in numbers:
        server.pages[f"/{n}.html"] = BARE if emptied else page(f"{TALKS} ({n})", *LONG)
        date = (NOW - timedelta(minutes=n)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        found.append(item(f"{TALKS} ({n})", f"{server.url}/{n}.html", guid=str(n), date=date, lead=LEAD))
    server.pages["/rss.xml"] = feed(rss(*found))
    return found
