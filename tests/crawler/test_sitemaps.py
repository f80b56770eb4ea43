"""Sitemaps of every kind give addresses; whatever else arrives gives a named error."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.sitemaps import SitemapError, read_sitemap
from tests.crawler.hostile import NOT_FEEDS, feed, item

URL = "https://outlet.example/news-sitemap.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://outlet.example/a?x=1&amp;y=2</loc><news:news><news:publication><news:name>Outlet</news:name>
<news:language>zh-cn</news:language></news:publication><news:publication_date>2026-10-05T16:00:00+08:00</news:publication_date>
<news:title>一条 &amp; 新闻</news:title></news:news></url>
<url><loc> /relative </loc><lastmod>2026-10-05 11:00</lastmod></url>
<url><loc>javascript:alert(1)</loc></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://outlet.example/old.xml</loc><lastmod>2025-01-01</lastmod></sitemap>
<sitemap><loc>https://outlet.example/new.xml.gz</loc><lastmod>2026-10-05</lastmod></sitemap></sitemapindex>"""


def test_a_news_sitemap_names_its_articles() -> None:
    found = read_sitemap(NEWS.encode(), url=URL, zone="Europe/Moscow")
    first, second = found.entries
    assert (first.url, first.title, first.language) == ("https://outlet.example/a?x=1&y=2", "一条 & 新闻", "zh")
    assert first.published == second.published == datetime(2026, 10, 5, 8, tzinfo=UTC)
    assert second.url == "https://outlet.example/relative" and second.title == ""
    assert (found.total, found.dropped, found.whole) == (3, 1, True)


def test_a_picture_of_a_page_is_not_the_page() -> None:
    body = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>https://outlet.example/a</loc>
    <i:image><i:loc>https://outlet.example/a.jpg</i:loc><i:title>Pier</i:title></i:image></url></urlset>"""
    entry = read_sitemap(body.encode(), url=URL).entries[0]
    assert (entry.url, entry.title) == ("https://outlet.example/a", "")


def test_an_index_names_its_children_newest_first() -> None:
    found = read_sitemap(INDEX.encode(), url=URL)
    assert [address for address, _ in found.children] == [
        "https://outlet.example/new.xml.gz",
        "https://outlet.example/old.xml",
    ]
    assert found.entries == () and found.format == "index"


def test_a_gzipped_file_is_opened_and_a_bomb_is_not() -> None:
    assert len(read_sitemap(gzip.compress(NEWS.encode()), url=URL).entries) == 2
    with pytest.raises(SitemapError) as caught:
        read_sitemap(gzip.compress(b"\0" * 60_000_000), url=URL)
    assert caught.value.reason == "too large"


def test_plain_lists_and_feeds_serve_too() -> None:
    listed = read_sitemap(b"https://outlet.example/1\r\nhttps://outlet.example/2\n\n", url=URL)
    assert [entry.url for entry in listed.entries] == ["https://outlet.example/1", "https://outlet.example/2"]
    assert read_sitemap(feed(item("From a feed")), url=URL).entries[0].title == "From a feed"


def test_what_arrived_of_a_cut_off_sitemap_is_kept() -> None:
    cut = read_sitemap(NEWS[: NEWS.index("javascript")].encode(), url=URL)
    assert len(cut.entries) == 2 and not cut.whole
    assert not read_sitemap(gzip.compress(NEWS.encode() * 5)[:-200], url=URL).whole


def test_the_same_address_is_the_same_entry_in_feed_and_sitemap() -> None:
    listed = read_sitemap(b"http://www.outlet.example/a/?utm_source=x", url=URL).entries[0]
    assert listed.key == read_feed_key("https://outlet.example/a")


def read_feed_key(link: str) -> str:
    return read_sitemap(feed(item(link=link, guid="")), url=URL).entries[0].key


@pytest.mark.parametrize("body", NOT_FEEDS.values(), ids=NOT_FEEDS.keys())
def test_what_is_no_sitemap_is_called_so(body: bytes) -> None:
    with pytest.raises(SitemapError) as caught:
        read_sitemap(body, url=URL)
    assert caught.value.reason == "not a sitemap"


def test_declarations_are_refused() -> None:
    body = b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'
    with pytest.raises(SitemapError) as caught:
        read_sitemap(body, url=URL)
    assert caught.value.reason == "unsafe"
