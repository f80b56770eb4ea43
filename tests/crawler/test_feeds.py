"""Feeds of every dialect give entries; whatever else arrives gives a named error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.feeds import FeedError, read_feed
from tests.crawler.hostile import BAD_LINKS, HEAD, HEAVY, LIVE_MARKUP, NOT_FEEDS, TAIL, UNSAFE, feed, item

URL = "https://outlet.example/feed.xml"
EIGHT = datetime(2026, 10, 5, 8, tzinfo=UTC)

RSS_091 = """<?xml version="1.0"?><rss version="0.91"><channel><title>Old</title><language>ru-RU</language>
<item><title>Первая новость</title><link>https://outlet.example/1</link><description>О чём</description></item>
</channel></rss>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://outlet.example/"><title>R</title></channel>
<item rdf:about="https://outlet.example/1"><title>One</title><link>https://outlet.example/1</link>
<dc:date>2026-10-05T16:00:00+08:00</dc:date><dc:creator>Li Wei</dc:creator></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://outlet.example/en/">
<title>A</title><link rel="self" href="/atom.xml"/><link rel="hub" href="https://hub.example/"/>
<entry><id>tag:outlet.example,2026:1</id><title type="html">One &amp;amp; two</title><link href="story/1"/>
<updated>2026-10-05T08:00:00Z</updated><author><name>Ivan Petrov</name></author><summary>Short.</summary>
<content type="html">&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://outlet.example/",
        "language": "zh-CN",
        "items": [
            {"id": "1", "url": "/1", "title": "一", "content_text": "正文",
             "date_published": "2026-10-05T16:00:00+08:00", "authors": [{"name": "王"}]},
            {"id": 2, "content_html": "<p>Words without a title.</p>"},
            "nonsense",
        ],
    }
)  # fmt: skip


def _outcome(body: bytes) -> str:
    try:
        read_feed(body, url=URL)
    except FeedError as error:
        return error.reason
    return "read"


def test_rss_rdf_atom_and_json_are_read() -> None:
    old = read_feed(RSS_091.encode(), url=URL)
    assert (old.language, old.entries[0].title, old.entries[0].lead) == ("ru", "Первая новость", "О чём")
    rdf = read_feed(RDF.encode(), url=URL).entries[0]
    assert (rdf.url, rdf.published, rdf.author) == ("https://outlet.example/1", EIGHT, "Li Wei")
    atom = read_feed(ATOM.encode(), url=URL)
    entry = atom.entries[0]
    assert (entry.title, entry.url, entry.published) == ("One & two", "https://outlet.example/en/story/1", EIGHT)
    assert (entry.author, entry.lead) == ("Ivan Petrov", "Short.")
    feed_ = read_feed(JSON_FEED.encode(), url=URL)
    assert [e.title for e in feed_.entries] == ["一", "Words without a title."] and feed_.language == "zh"
    assert feed_.entries[0].url == "https://outlet.example/1" and feed_.entries[0].published == EIGHT


def test_a_feed_says_when_to_come_back() -> None:
    head = (
        HEAD + "<ttl>90</ttl><skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    )
    told = read_feed(feed(head=head), url=URL)
    assert (told.ttl, told.skip_hours, told.skip_days) == (90, (0, 23), ("Sunday",))
    sy = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    period = (
        HEAD.replace("<rss ", f"<rss {sy} ")
        + "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    )
    assert read_feed(feed(head=period), url=URL).ttl == 360


def test_zone_less_stamps_are_the_sources() -> None:
    body = feed(item(date="2026-10-05 16:00:00"))
    entry = read_feed(body, url=URL, zone="Asia/Shanghai").entries[0]
    assert entry.published == EIGHT and entry.published_raw == "2026-10-05 16:00:00"
    undated = read_feed(feed(item(date="yesterday-ish")), url=URL).entries[0]
    assert undated.published is None and undated.published_raw == "yesterday-ish"


def test_full_text_comes_beside_the_lead() -> None:
    long = "".join(f"<p>Paragraph {i} of a story that a feed tells whole.</p>" for i in range(30))
    entry = read_feed(
        feed(item(body=f"Short.</description><content:encoded><![CDATA[{long}]]></content:encoded><description>")),
        url=URL,
    ).entries[0]
    assert entry.text.count("\n") == 29


@pytest.mark.parametrize("body", UNSAFE.values(), ids=UNSAFE.keys())
def test_floods_and_declarations_are_refused_before_parsing(body: bytes) -> None:
    with pytest.raises(FeedError) as caught:
        read_feed(body, url=URL)
    assert caught.value.reason == "unsafe"


def test_a_plain_document_type_is_harmless() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//X//DTD RSS//EN" "http://127.0.0.1:1/rss.dtd">'
        + feed().partition(b"\n")[2]
    )
    assert len(read_feed(body, url=URL).entries) == 1


@pytest.mark.timeout(20)  # after so many seconds of CPU the crawl kills its parser
@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_bodies_are_got_through(body: bytes) -> None:
    assert _outcome(body) in ("read", "not a feed", "truncated", "unsafe")


@pytest.mark.parametrize("body", NOT_FEEDS.values(), ids=NOT_FEEDS.keys())
def test_what_is_no_feed_is_called_so(body: bytes) -> None:
    with pytest.raises(FeedError) as caught:
        read_feed(body, url=URL)
    assert caught.value.reason == "not a feed"


def test_an_empty_body_is_not_an_empty_feed() -> None:
    with pytest.raises(FeedError) as caught:
        read_feed(b"  \n", url=URL)
    assert caught.value.reason == "empty"
    assert read_feed((HEAD + TAIL).encode(), url=URL).entries == ()


def test_a_body_cut_off_keeps_what_arrived_and_says_so() -> None:
    whole = feed(item("kept", guid="1"), item("cut", guid="2"))
    cut = read_feed(whole[: whole.index(b"cut") + 40], url=URL)
    assert cut.entries[0].title == "kept" and not cut.whole
    assert read_feed(whole, url=URL).whole
    with pytest.raises(FeedError) as caught:
        read_feed(whole[: whole.index(b"<item>")], url=URL)
    assert caught.value.reason == "truncated"


def test_only_the_newest_five_hundred_are_read() -> None:
    stamps = [f"Mon, 05 Oct 2026 {i // 60 % 24:02}:{i % 60:02}:00 +0000" for i in range(1200)]
    many = read_feed(
        feed(*(item(f"T{i}", f"https://outlet.example/{i}", str(i), stamps[i]) for i in range(1200))), url=URL
    )
    assert (len(many.entries), many.total, many.dropped) == (500, 1200, 700)
    assert {e.title for e in many.entries} == {f"T{i}" for i in range(700, 1200)}, (
        "the newest, though the feed is oldest first"
    )


@pytest.mark.parametrize("link", BAD_LINKS, ids=[repr(link[:30]) for link in BAD_LINKS])
def test_a_bad_link_is_dropped_and_its_neighbour_kept(link: str) -> None:
    escaped = link.replace("&", "&amp;").replace("<", "&lt;")
    entries = read_feed(
        feed(item(link=escaped, guid="bad"), item("good", "https://outlet.example/good", "2")), url=URL
    ).entries
    # feedparser mends a link as browsers do before we see it; what is left must be harmless
    assert entries[0].url is None or entries[0].url.startswith(("https://outlet.example/", "http://only/"))
    assert entries[-1].url == "https://outlet.example/good"


@pytest.mark.parametrize("markup", LIVE_MARKUP)
def test_titles_and_leads_are_plain_words(markup: str) -> None:
    entry = read_feed(
        feed(item(f"<![CDATA[T {markup}]]>", body=f"<![CDATA[before {markup} after]]>")), url=URL
    ).entries[0]
    for text in (entry.title, entry.lead, entry.text):
        assert not any(
            tag in text.lower() for tag in ("<script", "<img", "<svg", "<iframe", "<form", "<meta", "<div", "</td")
        )


def test_references_that_make_parsers_raise_are_repaired() -> None:
    broken = read_feed(feed(item("a &#99999999999; &#x110000; &#xD83D;&#xDE00; b &")), url=URL)
    assert broken.entries[0].title.startswith("a \ufffd \ufffd 😀 b")


def test_a_title_without_words_gives_way_to_the_lead() -> None:
    assert read_feed(feed(item("\u200d\u200d.")), url=URL).entries[0].title == "Body"
    assert read_feed(feed(item("x &lt; y")), url=URL).entries[0].title == "x < y"
    assert len(read_feed(feed(item("word " * 500)), url=URL).entries[0].title) <= 300


def test_identity_is_the_guid_where_it_is_unique_else_the_link() -> None:
    same = read_feed(feed(*(item(f"T{i}", f"https://outlet.example/{i}", "same") for i in range(20))), url=URL)
    assert len({e.key for e in same.entries}) == 20
    before, after = (feed(item(link=f"https://outlet.example/s?utm_campaign={i}", guid="")) for i in (1, 2))
    assert read_feed(before, url=URL).entries[0].key == read_feed(after, url=URL).entries[0].key
    retitled = read_feed(feed(item("Another title", guid="1")), url=URL).entries[0]
    assert retitled.key == read_feed(feed(item(guid="1")), url=URL).entries[0].key


@st.composite
def _feeds(draw: st.DrawFn) -> bytes:
    titles = draw(st.lists(st.text(alphabet="абв xyz中&<", max_size=12), min_size=1, max_size=8))
    guids = draw(st.lists(st.sampled_from(["a", "b", "c", "d", "e", ""]), min_size=len(titles), max_size=len(titles)))
    rows = [
        item(
            title.replace("&", "&amp;").replace("<", "&lt;"), f"https://outlet.example/{i % 5}", guid, body=f"Body {i}"
        )
        for i, (title, guid) in enumerate(zip(titles, guids, strict=True))
    ]
    return feed(*rows)


@settings(max_examples=40, deadline=None)
@given(_feeds(), st.integers(0, 255))
def test_leaving_out_what_was_read_changes_nothing_else(body: bytes, mask: int) -> None:
    full = read_feed(body, url=URL)
    seen = {mark for i, mark in enumerate(full.fingerprints) if mask >> i & 1}
    part = read_feed(body, url=URL, seen_fingerprints=seen)
    wanted = [pair for pair in zip(full.entries, full.fingerprints, strict=True) if pair[1] not in seen]
    assert list(zip(part.entries, part.fingerprints, strict=True)) == wanted
    assert (part.total, part.unchanged + len(part.entries)) == (full.total, len(full.entries))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_damage_makes_it_raise_anything_else(junk: bytes, at: int) -> None:
    body = feed(item(), item("two", "https://outlet.example/2", "2"))
    for broken in (junk, body[:at] + junk + body[at:], body[:at] + junk):
        assert _outcome(broken) in ("read", "not a feed", "empty", "truncated", "unsafe", "too large")
