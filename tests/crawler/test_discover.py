"""What an address turns out to be, and where else to look: values in, values out."""

from __future__ import annotations

import pytest

from crawler.discover import candidates, language_of, look, oddity
from crawler.feeds import FeedError
from crawler.look import Look
from tests.crawler.outlet_server import item, rss

HOME = "https://harbor-wire.example/"


def page(head: str, body: str = "<p>news</p>") -> Look:
    return look(f"<html lang=en><head><title>Harbor Wire</title>{head}</head><body>{body}".encode(), url=HOME)


def test_a_feed_is_seen_with_its_title_language_and_newest_item() -> None:
    dated = item("Talks in Geneva", HOME + "1", guid="a", date="Tue, 24 Nov 2026 09:00:00 +0000")
    found = look(rss(dated, item("More talks", HOME + "2", guid="a")), url=HOME + "feed.xml")
    assert (found.kind, found.title, found.language, found.total) == ("feed", "Harbor Wire", "en", 2)
    assert found.newest is not None and found.newest.hour == 9
    assert found.repeated == 2
    assert found.lists


def test_a_page_names_its_feeds_but_not_its_comments_and_programming_interfaces() -> None:
    found = page(
        '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
        '<link rel="alternate" type="application/feed+json" href="/feed.json">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">'
        '<link rel="alternate" hreflang="ru" href="/ru/"><link rel="sitemap" href="/map.xml">',
        '<a href="/rss/world.xml">RSS</a><a href="/feedback">Write to us</a><a href="javascript:feed()">x</a>',
    )
    assert found.kind == "page"
    assert found.title == "Harbor Wire"
    assert found.feeds == (HOME + "feed/", HOME + "feed.json", HOME + "rss/world.xml")
    assert found.sitemaps == (HOME + "map.xml",)


def test_links_of_a_page_count_from_its_base() -> None:
    found = page('<base href="https://cdn.example/x/"><link rel=alternate type="application/atom+xml" href="atom.xml">')
    assert found.feeds == ("https://cdn.example/x/atom.xml",)


def test_what_a_page_declares_is_tried_before_the_usual_places_and_few_are() -> None:
    named = Look("page", feeds=tuple(f"{HOME}{n}.xml" for n in range(9)))
    tried = candidates(named, HOME, [HOME + "all.xml", HOME + "news-map.xml"])
    assert tried[:5] == [*named.feeds[:4], HOME + "news-map.xml"]
    bare = candidates(Look("page"), HOME, [])
    assert HOME + "feed" in bare
    assert len(tried) <= 8 and len(bare) <= 8


@pytest.mark.parametrize(
    "url", ["https://www.youtube.com/feeds/videos.xml?channel_id=x", "https://t.me/s/outlet", "https://news.google.com/rss"]
)
def test_a_video_channel_or_a_search_engine_is_no_outlet(url: str) -> None:
    assert oddity(url)


def test_an_outlet_whose_name_ends_like_one_of_them_is_one() -> None:
    assert oddity("https://www.fedex.com/") is None


def test_a_reservation_of_the_whole_site_is_read_from_its_well_known_file() -> None:
    rules = b'[{"location": "/", "tdm-reservation": 1}]'
    assert look(rules, url=HOME + ".well-known/tdmrep.json").reserved
    assert not look(b"<html>404</html>", url=HOME + ".well-known/tdmrep.json").reserved


def test_the_script_of_the_headlines_outranks_what_a_feed_declares() -> None:
    found = look(rss(item("Россия и Китай подписали соглашение о поставках газа", HOME + "1")), url=HOME)
    assert language_of(found) == "ru"


@pytest.mark.parametrize("body", [b"", b"   ", b"not a page at all"])
def test_noise_is_nothing(body: bytes) -> None:
    with pytest.raises(FeedError):
        look(body, url=HOME)
