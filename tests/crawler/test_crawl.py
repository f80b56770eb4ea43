"""The whole crawl against a real server on loopback: what is read, stored, and accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.crawl import Row
from store import articles, sources
from store.records import Article
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, Seen, etagged, feed, item, page, rss

TALKS = "China and the United States resume trade talks in Geneva"
LEAD = "Chinese and American negotiators met on Tuesday to discuss tariffs."
TEXT = (
    "Chinese and American negotiators met in Geneva on Tuesday to discuss tariffs, the first such talks between "
    "Washington and Beijing since the summer.",
    "The two delegations are to meet again on Thursday, officials in Washington and Beijing said.",
)
CAKE = "How to bake a lemon cake"
WINDOW = NOW - timedelta(days=60), NOW + timedelta(days=60)


def news(server: OutletServer, *names: str) -> list[str]:
    """Items that link to pages of their own, all about one event; the first is an hour old, the next two hours ..."""
    found = []
    for hours, name in enumerate(names, 1):
        server.pages[f"/{name}.html"] = page(f"{TALKS} ({name})", *TEXT)
        date = (NOW - timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        found.append(item(f"{TALKS} ({name})", f"{server.url}/{name}.html", guid=name, date=date, lead=LEAD))
    return found


def stored(desk: Newsdesk) -> dict[str, Article]:
    """Every stored article by the last part of its address."""
    ever = datetime(1960, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)
    return {
        article.url.rpartition("/")[2].removesuffix(".html"): article for article in desk.ask(articles.between, *ever)
    }


@dataclass
class Scene:
    """What one crawl of the shared day gave."""

    rows: dict[str, Row]
    stored: dict[str, Article]
    seen: list[Seen]
    complete: bool

    def asked(self, path: str) -> Seen:
        (only,) = [seen for seen in self.seen if seen.path == path]
        return only


@pytest.fixture(scope="module")
def day(shared: Newsdesk) -> tuple[Scene, Scene, Scene]:
    """A day with many sources: its first crawl, one right after, and a forced one in the next hour with changes."""
    server = shared.server
    set_up(shared, server)
    scenes = [scene(shared)]
    scenes.append(scene(shared))
    change(server)
    shared.now += timedelta(hours=1)
    scenes.append(scene(shared, force=True))
    return scenes[0], scenes[1], scenes[2]


def scene(desk: Newsdesk, **options: Any) -> Scene:
    desk.server.seen.clear()
    report = desk.crawl(**options)
    return Scene({row.id: row for row in report.rows}, stored(desk), list(desk.server.seen), report.complete)


def set_up(desk: Newsdesk, server: OutletServer) -> None:
    cake = item(CAKE, f"{server.url}/cake.html", guid="cake", lead="Butter, sugar and two lemons.")
    linkless = "<item><title>No link at all</title><guid isPermaLink='false'>none</guid></item>"
    server.pages["/plain.xml"] = etagged(rss(*news(server, "one", "two"), cake, linkless), Set_Cookie="a=b")
    desk.add("plain", "/plain.xml", headers={"X-Key": "k"})

    server.pages["/edited.xml"] = feed(rss(*news(server, "edited", "renumbered")))
    desk.add("edited", "/edited.xml")

    items = news(server, "missing", "empty", "down", "reserved")
    server.pages["/missing.html"] = Answer(status=404)
    server.pages["/empty.html"] = Answer(b"<html><body><script>var a = 1;</script></body></html>")
    server.pages["/down.html"] = Answer(status=500)
    reserved = '<meta name="tdm-reservation" content="1">'
    server.pages["/reserved.html"] = page(f"{TALKS} (reserved)", *TEXT, head=reserved)
    server.pages["/pageless.xml"] = etagged(rss(*items))
    desk.add("pageless", "/pageless.xml")

    server.pages["/feed-only.xml"] = feed(rss(*news(server, "teaser")))
    desk.add("feed-only", "/feed-only.xml", full_text=False)

    server.pages["/common.xml"] = etagged(rss(*news(server, "common")))
    desk.add("common-a", "/common.xml")
    desk.add("common-b", "/common.xml")

    news(server, "mapped")
    stamp = (NOW - timedelta(hours=1)).isoformat()
    server.pages["/news-map.xml"] = Answer(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{server.url}/mapped.html</loc><n:news><n:publication_date>{stamp}</n:publication_date>"
        f"<n:title>{TALKS} (mapped)</n:title></n:news></url></urlset>".encode(),
        headers={"Content-Type": "application/xml", "ETag": '"s"'},
    )
    server.pages["/index.xml"] = Answer(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
        f"<loc>{server.url}/news-map.xml</loc></sitemap></sitemapindex>".encode(),
        headers={"Content-Type": "application/xml", "ETag": '"i"'},
    )
    desk.add("mapped", sitemaps=["/index.xml"])

    news(server, "section")
    links = f'<a href="/">Home</a><a href="/section.html"><b>{TALKS}</b> (it)</a><a href="http://else.example/x">{TALKS}</a>'
    server.pages["/world"] = Answer(
        f"<html><body>{links}</body></html>".encode(), headers={"Content-Type": "text/html"}
    )
    desk.add("section", sections=["/world"])

    stamps = {
        "y2199": "Fri, 31 Dec 2199 00:00:00 GMT",
        "undated": None,
        "odd": "yesterday-ish",
        "y1970": "1 Jan 1970 00:00 GMT",
    }
    dated = []
    for name, date in stamps.items():
        news(server, name)
        dated.append(item(f"{TALKS} ({name})", f"{server.url}/{name}.html", guid=name, date=date, lead=LEAD))
    server.pages["/dates.xml"] = feed(rss(*dated))
    desk.add("dates", "/dates.xml")


def change(server: OutletServer) -> None:
    """The next hour: a corrected headline, a feed with new guids, a page that answers again."""
    edited, renumbered = news(server, "edited", "renumbered")
    edited = edited.replace(TALKS, "China and the United States break off trade talks")
    renumbered = renumbered.replace(">renumbered<", ">7<").replace("renumbered.html", "renumbered.html?utm_source=x")
    server.pages["/edited.xml"] = feed(rss(edited, renumbered))
    news(server, "down")


def test_a_feed_becomes_articles(day: tuple[Scene, Scene, Scene]) -> None:
    row = day[0].rows["plain"]
    assert (row.read, row.new, row.off_topic, row.skipped, row.failed, row.left) == (4, 2, 1, 1, 0, 0)
    assert day[0].complete and "1 entries without a usable link" in row.reason
    one = day[0].stored["one"]
    assert one.title == f"{TALKS} (one)" and one.relevant and one.edges == ("CN-US",) and "first such talks" in one.text
    assert (one.origin, one.published, one.fetched, one.language) == ("page", NOW - timedelta(hours=1), NOW, "en")


def test_the_row_accounts_for_every_entry(day: tuple[Scene, Scene, Scene]) -> None:
    for row in (row for each in day for row in each.rows.values()):
        parts = row.new + row.changed + row.seen + row.off_topic + row.skipped + row.waiting + row.failed + row.left
        assert parts == row.read, row


def test_an_off_topic_page_is_not_fetched_but_its_headline_is_kept(
    shared: Newsdesk, day: tuple[Scene, Scene, Scene]
) -> None:
    assert "/cake.html" not in {seen.path for seen in day[0].seen}
    off = shared.ask(articles.entries_between, *WINDOW, "US")
    assert {entry.title: entry.outcome for entry in off}[CAKE] == "off topic"


def test_right_after_nothing_is_asked_and_each_source_says_when(day: tuple[Scene, Scene, Scene]) -> None:
    assert day[1].seen == [] and day[1].complete
    for row in day[1].rows.values():
        assert row.state == "not due" and row.next_due is not None
        assert f"not due, next at {row.next_due:%Y-%m-%d %H:%M} UTC" in row.reason


def test_later_an_unchanged_feed_is_answered_304_and_brings_nothing(day: tuple[Scene, Scene, Scene]) -> None:
    row = day[2].rows["plain"]
    assert (row.state, row.read, row.new, row.changed) == ("unchanged", 0, 0, 0)
    asked = day[2].asked("/plain.xml")
    assert asked.headers["if-none-match"] == '"v1"' and asked.headers["a-im"] == "feed"


def test_manners_on_the_wire(day: tuple[Scene, Scene, Scene]) -> None:
    first = day[0]
    for seen in first.seen:
        assert seen.method == "GET" and not {"cookie", "referer", "range"} & set(seen.headers)
        assert seen.headers["user-agent"] == "Tripoint/0.1.0 (+http://127.0.0.1:8000/bot)"
        assert seen.headers["accept-encoding"] == "gzip, br"
        assert "if-none-match" not in seen.headers and "if-modified-since" not in seen.headers
    assert first.seen[0].path == "/robots.txt" and len([s for s in first.seen if s.path == "/robots.txt"]) == 1
    assert "application/rss+xml" in first.asked("/plain.xml").headers["accept"]
    assert first.asked("/one.html").headers["x-key"] == "k" and "x-key" not in first.asked("/edited.html").headers
    assert not [seen for seen in day[2].seen if seen.path == "/robots.txt"]  # known for a day


def test_a_corrected_headline_is_a_revision_and_a_new_guid_is_nothing(day: tuple[Scene, Scene, Scene]) -> None:
    row = day[2].rows["edited"]
    assert (row.new, row.changed, row.seen) == (0, 1, 1)
    edited = day[2].stored["edited"]
    assert edited.title.startswith("China and the United States break off") and edited.revision == 2
    assert day[2].stored["renumbered"].revision == 1


def test_the_feeds_own_words_stand_in_where_a_page_cannot_be_read(day: tuple[Scene, Scene, Scene]) -> None:
    row = day[0].rows["pageless"]
    assert (row.new, row.failed) == (4, 0)
    for name in ("missing", "empty", "down"):
        assert day[0].stored[name].origin == "feed" and day[0].stored[name].text == LEAD
    for name in ("missing", "empty"):
        assert f"/{name}.html" not in {seen.path for seen in day[2].seen}  # asking again would not help


def test_a_page_that_failed_for_now_is_asked_again_and_that_is_no_news(day: tuple[Scene, Scene, Scene]) -> None:
    row, filled = day[2].rows["pageless"], day[2].stored["down"]
    assert (row.new, row.changed, row.seen) == (0, 0, 1)
    assert filled.origin == "page" and "first such talks" in filled.text and filled.revision == 1


def test_a_publisher_who_reserves_mining_gets_title_and_link_only(day: tuple[Scene, Scene, Scene]) -> None:
    reserved = day[0].stored["reserved"]
    assert reserved.reserved and reserved.text == reserved.lead == "" and reserved.title == f"{TALKS} (reserved)"


def test_a_source_may_be_read_from_its_feed_only(day: tuple[Scene, Scene, Scene]) -> None:
    assert day[0].stored["teaser"].origin == "feed" and "/teaser.html" not in {seen.path for seen in day[0].seen}


def test_two_sources_at_one_address_share_one_request(day: tuple[Scene, Scene, Scene]) -> None:
    day[0].asked("/common.xml")
    day[0].asked("/common.html")
    assert (day[0].rows["common-a"].new, day[0].rows["common-b"].seen) == (1, 1)


def test_a_news_sitemap_is_reached_through_its_index(day: tuple[Scene, Scene, Scene]) -> None:
    row = day[0].rows["mapped"]
    assert (row.new, row.good, row.bad) == (1, 1, 0)
    assert day[0].stored["mapped"].published == NOW - timedelta(hours=1)
    assert day[2].rows["mapped"].seen == 1  # an unchanged index must not hide what its sitemaps say


def test_a_section_pages_headlines_are_entries(day: tuple[Scene, Scene, Scene]) -> None:
    row = day[0].rows["section"]
    assert (row.read, row.new) == (1, 1)


def test_no_date_lies_in_the_future_or_far_in_the_past(day: tuple[Scene, Scene, Scene]) -> None:
    assert day[0].rows["dates"].new == 4
    found = [day[0].stored[name] for name in ("y2199", "undated", "odd", "y1970")]
    assert all(NOW - timedelta(days=30) <= article.published <= NOW for article in found)
    assert found[0].published_raw.startswith("Fri, 31 Dec 2199")


# -- options ----------------------------------------------------------------------------------------------------------


def test_what_an_option_leaves_out_is_still_found_behind_a_304(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/rss.xml"] = etagged(rss(*news(server, "one", "two", "three", "four")))
    desk.add("talks", "/rss.xml")
    server.pages["/cake.html"] = page(CAKE, "Butter, sugar and lemons make a cake. " * 3, "Bake it for an hour. " * 4)
    server.pages["/cake.xml"] = etagged(rss(item(CAKE, f"{server.url}/cake.html", guid="cake")))
    desk.add("kitchen", "/cake.xml")

    dry = desk.rows(dry_run=True)
    assert (dry["talks"].new, dry["kitchen"].off_topic) == (4, 1) and not list(desk.folder.rglob("*.db"))
    limited = desk.rows(limit=1, since=NOW - timedelta(days=7))
    assert (limited["talks"].read, limited["talks"].new, limited["talks"].skipped) == (4, 1, 3)
    assert limited["talks"].oldest == NOW - timedelta(hours=4)
    assert "reaches back to 2026-11-24 08:00 UTC only" in limited["talks"].reason

    before = desk.ask(sources.endpoints), desk.ask(articles.entries_between, *WINDOW), stored(desk)
    dry = desk.rows(force=True, dry_run=True)
    assert (dry["talks"].state, dry["talks"].new) == ("unchanged", 3)
    assert (desk.ask(sources.endpoints), desk.ask(articles.entries_between, *WINDOW), stored(desk)) == before

    wide = desk.rows(force=True, keep_all=True, since=NOW - timedelta(hours=2, minutes=30))
    assert (wide["talks"].new, wide["kitchen"].new) == (1, 1)  # the cake has no date: it is asked for
    assert stored(desk)["cake"].title == CAKE and not stored(desk)["cake"].relevant
    assert desk.rows(force=True)["talks"].new == 2 and len(stored(desk)) == 5


def test_an_address_in_no_config_is_shown_and_kept_only_with_save(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/cake.html"] = page(
        CAKE, "Butter, sugar and two lemons make a cake. " * 3, "Bake it for an hour. " * 4
    )
    server.pages["/other.xml"] = feed(rss(*news(server, "one")))
    desk.add("harbor-wire", "/rss.xml")  # names the server, so that it may be reached
    desk.sources[0] = desk.sources[0].model_copy(update={"feeds": ("http://harbor-wire.example/rss.xml",)})
    out = desk.folder / "out.jsonl"
    report = desk.crawl(f"{server.url}/cake.html", f"{server.url}/other.xml", output=out)
    assert [row.state for row in report.rows] == ["read"] and report.exit_code == 0
    assert sum(row.new for row in report.rows) == 2 and out.read_text(encoding="utf-8").count("\n") == 2
    assert not list(desk.folder.rglob("*.db"))
    desk.crawl(f"{server.url}/cake.html", save=True)
    (kept,) = desk.ask(articles.between, *WINDOW)
    assert kept.title == CAKE and not kept.relevant and desk.ask(sources.all)[kept.source_id].country == "XX"
