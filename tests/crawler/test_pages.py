"""A page is asked for again only when its feed says that something changed, and then only if its server says so too."""

from __future__ import annotations

import json
from datetime import timedelta

from crawler.roster.diagnose import History
from crawler.roster.diagnose import stored as told
from store import history
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, etagged, feed, item, page, rss
from tests.crawler.test_crawl import LEAD, TALKS, TEXT, news, stored

DATE = NOW.strftime("%a, %d %b %Y %H:%M:%S +0000")


def listed(server: OutletServer, title: str) -> None:
    server.pages["/rss.xml"] = feed(rss(item(title, f"{server.url}/one.html", guid="one", date=DATE, lead=LEAD)))


def test_a_new_headline_over_an_unchanged_page_is_a_revision_with_the_text_that_is_held(
    desk: Newsdesk, server: OutletServer
) -> None:
    body = page(TALKS, *TEXT).body
    server.pages["/one.html"] = etagged(body, 'W/"odd, tag"', Content_Type="text/html; charset=utf-8")
    listed(server, TALKS)
    desk.add("harbor-wire", "/rss.xml")
    assert desk.crawl().totals["new"] == 1
    first = stored(desk)["one"]

    listed(server, f"Update: {TALKS}")
    desk.now += timedelta(hours=2)
    assert desk.crawl().totals["changed"] == 1
    again = server.asked("/one.html")
    assert [seen.headers.get("if-none-match") for seen in again] == [None, 'W/"odd, tag"']
    second = stored(desk)["one"]
    assert (second.title, second.text, second.revision) == (f"Update: {TALKS}", first.text, 2)


def test_a_page_that_changed_too_is_read_anew(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/one.html"] = etagged(page(TALKS, *TEXT).body, '"v1"', Content_Type="text/html; charset=utf-8")
    listed(server, TALKS)
    desk.add("harbor-wire", "/rss.xml")
    desk.crawl()
    longer = page(TALKS, *TEXT, "Tariffs on Chinese cars stay, the American delegation said later on.").body
    server.pages["/one.html"] = etagged(longer, '"v2"', Content_Type="text/html; charset=utf-8")
    listed(server, f"Update: {TALKS}")
    desk.now += timedelta(hours=2)
    assert desk.crawl().totals["changed"] == 1
    assert "Tariffs on Chinese cars stay" in stored(desk)["one"].text


def test_a_headline_whose_page_is_gone_is_no_failure(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/rss.xml"] = feed(rss(item(TALKS, f"{server.url}/gone.html", guid="g")))
    server.pages["/gone.html"] = Answer(status=410)
    desk.add("wire", "/rss.xml")
    report = desk.crawl()
    (row,) = report.rows
    assert (row.read, row.gone, row.failed, report.exit_code) == (1, 1, 0, 0)
    assert "1 page gone" in row.reason and "1 gone" in report.summary()


def test_the_output_says_whose_words_it_holds(desk: Newsdesk, server: OutletServer) -> None:
    one, two = news(server, "one", "two")
    server.pages["/rss.xml"] = feed(rss(one, two))
    server.pages["/two.html"] = Answer(status=404)
    desk.add("wire", "/rss.xml")
    for _ in range(2):  # read just now, and out of the store
        desk.crawl(output=desk.folder / "out.jsonl", force=True)
        rows = [json.loads(line) for line in (desk.folder / "out.jsonl").read_text("utf-8").splitlines()]
        assert {row["url"].rpartition("/")[2]: row["origin"] for row in rows} == {
            "one.html": "page",
            "two.html": "feed",
        }
        desk.now += timedelta(hours=2)


def test_a_page_that_stays_away_is_asked_for_less_and_less_often(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/rss.xml"] = feed(rss(item(TALKS, f"{server.url}/one.html", guid="one", date=DATE)))
    server.pages["/one.html"] = Answer(status=500)
    desk.add("wire", "/rss.xml")
    asked = []
    for hours in (0, 1, 2, 3, 4, 40, 60, 65):
        desk.now = NOW + timedelta(hours=hours)
        desk.crawl("wire", force=True)
        asked.append(len(server.asked("/one.html")))
    assert asked == [1, 2, 3, 3, 4, 5, 5, 6], "after 1, 1, 2, then 36 and 24 hours; a day later at most"


def test_that_an_outlet_refuses_us_its_pages_is_found_out(desk: Newsdesk, server: OutletServer) -> None:
    names = [f"page-{number}" for number in range(6)]
    server.pages["/rss.xml"] = feed(rss(*news(server, *names)))
    for name in names:
        server.pages[f"/{name}.html"] = Answer(status=403)
    desk.add("wire", "/rss.xml")
    assert desk.crawl().totals["new"] == 6
    entries = desk.ask(history.entries_since, "wire", NOW - timedelta(days=1))
    (found,) = told(desk.sources[0], History(tuple(entries)))
    assert found.what == "pages closed" and found.fix == {"full_text": False}
