"""What is read without feedparser, or left out because it was read before, changes nothing of what a feed says.

`TRIPOINT_FEEDS=FOLDER` holds every file in that folder to it as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.feeds import Feed, FeedError, read_feed
from crawler.plainitems import NAMESPACES, read_plain
from tests.crawler.hostile import NOT_FEEDS, UNSAFE, feed, item

URL = "https://outlet.example/feeds/all.xml"
FOLDER = os.environ.get("TRIPOINT_FEEDS", "")
HEAD = '<rss version="2.0" {}><channel><title>Outlet</title><link>https://outlet.example/</link>'
DECLARED = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())

TEXTS = st.sampled_from(
    ["", "Talks reopen", " Talks \n resume ", "Переговоры", "会谈", "A &amp; B", "x &lt; y", "&lt;p&gt;1&lt;/p&gt; 2",
     "&#8220;Deal&#8221; &#x41; &#38;lt; &apos;", "<![CDATA[<p>One &amp; two</p>]]>", "\n <![CDATA[ a ] b ]] c ]]>\n",
     "<![CDATA[a]]><![CDATA[b]]>", "Ã©tÃ© Ð¢", "caf\u00e9", "\u0085x\u0093y", "a &amp;nbsp; &amp;copy b", "<b>b</b>",
     "<!-- no --> text", "e &gt; f", "\r\ntext\r\n", "\u2028 line \u00a0", "a@b.example (Ann)", "<?pi?>x", "x" * 400]
)  # fmt: skip
LINKS = st.sampled_from(
    ["https://outlet.example/a.html", " https://outlet.example/b?x=1&amp;y=2 ", "http://other.example:8080/c", "/d",
     "", "<![CDATA[https://outlet.example/e]]>", "https://OUTLET.example/F?", "javascript:alert(1)", "g h",
     "https://outlet.example/i?a=1&amp;b;=2", "tag:outlet.example,2026:1", "https://outlet.example/\u00e9", "7", "//x"]
)  # fmt: skip
ADDRESSED = ("link", "comments", "wfw:commentRss")
TAGS = st.sampled_from(
    ["title", "title", "link", "link", "guid", "guid", "pubDate", "description", "description", "content:encoded",
     "dc:creator", "author", "category", "comments", "enclosure", "media:content", "media:thumbnail", "slash:comments",
     "wfw:commentRss", "source", "dc:date", "media:title", "media:description", "image", "updated", "id", "dc:language",
     "unknown", "itunes:author", "summary", "item"]
)  # fmt: skip
ATTRIBUTES = {
    "guid": ["", "", ' isPermaLink="false"', ' isPermaLink="true"', " ispermalink='false'", ' isPermaLink="no"'],
    "enclosure": [' url="https://outlet.example/x.mp3" length="1" type="audio/mpeg"'],
    "media:content": [' url="https://outlet.example/x.jpg" medium="image"'],
    "category": ["", ' domain="https://outlet.example/>"'],
    "title": ["", "", ' type="html"', ' xml:lang="ru"'],
    "description": ["", "", ' xml:base="https://x.example/"'],
}
DATES = st.sampled_from(["Mon, 05 Oct 2026 08:00:00 GMT", "2026-10-05", "yesterday", "", "5 окт 2026"])


@st.composite
def children(draw: st.DrawFn) -> str:
    tag = draw(TAGS)
    kind = DATES if tag == "pubDate" else LINKS if tag in ADDRESSED or tag == "guid" else TEXTS
    attributes = draw(st.sampled_from(ATTRIBUTES.get(tag, [""])))
    text = draw(kind)
    if tag in ("enclosure", "media:content", "media:thumbnail") or not text:
        return f"<{tag}{attributes}/>" if draw(st.booleans()) else f"<{tag}{attributes}></{tag}>"
    return f"<{tag}{attributes}>{text}</{tag}>{draw(st.sampled_from(['', ' ', chr(10), 'x']))}"


FRAME_TAGS = st.sampled_from(
    ["title", "language", "ttl", "sy:updatePeriod", "sy:updateFrequency", "sy:updateBase", "link", "description",
     "pubDate", "lastBuildDate", "generator", "docs", "category", "copyright", "managingEditor", "skipHours",
     "atom:link", "atom:link", "image", "image", "cloud", "textInput", "itunes:image", "dc:language"]
)  # fmt: skip
FRAME_TEXTS = st.one_of(TEXTS, st.sampled_from(["en-US", "ru", " zh-cn ", "60", "0", "hourly", "2", "x" * 9]))
ATOM_LINKS = st.sampled_from(
    [' href="https://outlet.example/rss.xml" rel="self" type="application/rss+xml"', " rel='hub' href='https://h.example/'",
     ' rel="hub" href="/relative"', ' href="https://outlet.example/x?a=1&amp;b=2"', "", ' rel="self"', ' href=""',
     ' rel="self" href="javascript:alert(1)"', ' rel="hub" href="https://h.example/ a"', ' title="x" href="https://h.example/"']
)  # fmt: skip
IMAGES = st.sampled_from(
    ["<title>Other</title><url>https://outlet.example/l.png</url><link>https://outlet.example/</link>",
     "<url>https://outlet.example/l.png</url><title>Other", "<language>fr</language>", "<ttl>7</ttl>", "",
     "<title>A</title> <width>9</width>x", "<image><title>B</title></image>"]
)  # fmt: skip


@st.composite
def frame(draw: st.DrawFn) -> str:
    tag = draw(FRAME_TAGS)
    if tag == "atom:link":
        return f"<{tag}{draw(ATOM_LINKS)}{draw(st.sampled_from(['/>', ' />', '></atom:link>']))}"
    text = draw(IMAGES if tag == "image" else FRAME_TEXTS)
    return f"<{tag}>{text}</{tag}>{draw(st.sampled_from(['', '', chr(10)]))}"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    rows = draw(st.lists(st.lists(children(), max_size=7).map("".join), min_size=1, max_size=5))
    names = draw(st.sampled_from([DECLARED] * 6 + ["", DECLARED.replace("dc/elements", "dc/else"), 'xmlns="urn:x"']))
    lang = draw(st.sampled_from(["", "", "", ' xml:lang="zh"', ' xml:base="https://y.example/"']))
    opened = draw(st.sampled_from(["<item>", "<item>", "<item>", '<item rdf:about="x">', "<item >"]))
    body = "".join(f"{opened}{row}</item>" for row in rows)
    around = [draw(st.lists(frame(), max_size=2).map("".join)) for _ in range(2)]
    return (HEAD.format(names + lang) + around[0] + body + around[1] + "</channel></rss>").encode()


@st.composite
def channels(draw: st.DrawFn) -> bytes:
    """Documents whose items are plain, so that what stands around them decides."""
    opened = ['<rss version="2.0" {}><channel>', "<rss {} version='2.0'>\n <channel>", "<rss {}><channel >"]
    head = draw(st.sampled_from([*opened, '<rss version="0.91" {}><channel>']))
    around = [draw(st.lists(frame(), max_size=5).map("".join)) for _ in range(2)]
    names = draw(st.sampled_from([DECLARED] * 4 + ["", DECLARED.replace("2005/Atom", "2005/Other")]))
    return (head.format(names) + around[0] + item("One", guid="1") + around[1] + "</channel></rss>\n").encode()


def outcome(body: bytes, seen: frozenset[str] = frozenset()) -> Feed | str:
    try:
        return read_feed(body, url=URL, seen_fingerprints=seen)
    except FeedError as error:
        return str(error)


def by_feedparser(body: bytes, seen: frozenset[str] = frozenset()) -> Feed | str:
    """The definition: feedparser alone reads every item."""
    with (
        patch("crawler.items.read_plain", lambda raw, names: None),
        patch("crawler.items.read_plain_channel", lambda data, names: None),
    ):
        return outcome(body, seen)


@settings(max_examples=400, deadline=None)
@given(documents())
@example((HEAD.format(DECLARED) + "<item><title>One</title></item></channel></rss>").encode())
@example((HEAD.format(DECLARED) + "<item><title>One</title></item><x:y/></channel></rss>").encode())
def test_a_plain_item_reads_as_feedparser_reads_it(body: bytes) -> None:
    assert outcome(body) == by_feedparser(body)


@settings(max_examples=600, deadline=None)
@given(channels())
@example(('<rss version="2.0"><channel><ttl>5</ttl>' + item("One") + "<x:y/></channel></rss>").encode())
def test_a_plain_channel_reads_as_feedparser_reads_it(body: bytes) -> None:
    assert outcome(body) == by_feedparser(body)


@settings(max_examples=150, deadline=None)
@given(documents(), st.integers(0, 31))
def test_what_was_read_before_is_left_out_and_nothing_else_changes(body: bytes, mask: int) -> None:
    whole = outcome(body)
    assert isinstance(whole, Feed)
    seen = frozenset(mark for i, mark in enumerate(whole.fingerprints) if mask >> i & 1 and mark)
    part = outcome(body, seen)
    assert part == by_feedparser(body, seen) and isinstance(part, Feed)
    if part.unchanged:
        pairs = zip(whole.entries, whole.fingerprints, strict=True)
        assert list(part.entries) == [entry for entry, mark in pairs if mark not in seen]
    else:
        assert replace(part, unchanged=0) == whole


def test_the_items_of_an_ordinary_feed_need_no_feedparser() -> None:
    raw = item().encode()
    assert read_plain(raw, {}) is not None
    assert read_plain(raw.replace(b"</item>", b"<dc:creator>Ann</dc:creator></item>"), {}) is None  # whose dc?
    with patch("crawler.feeds.feedparser.parse", side_effect=AssertionError("asked for nothing")):
        assert len(read_feed(feed(*(item(f"T{i}", guid=f"{i}") for i in range(9))), url=URL).entries) == 9


@pytest.mark.parametrize("body", [*NOT_FEEDS.values(), *UNSAFE.values()], ids=[*NOT_FEEDS, *UNSAFE])
def test_what_is_no_feed_stays_none(body: bytes) -> None:
    assert outcome(body) == by_feedparser(body)


def given_files() -> Iterator[Path]:
    return (path for path in sorted(Path(FOLDER).rglob("*")) if path.is_file()) if FOLDER else iter(())


@pytest.mark.skipif(not FOLDER, reason="TRIPOINT_FEEDS names no folder of feeds")
def test_every_given_feed_reads_the_same_in_whole_and_in_part() -> None:
    for path in given_files():
        body = path.read_bytes()
        whole = outcome(body)
        assert whole == by_feedparser(body), path
        if not isinstance(whole, Feed):
            continue
        for seen in (frozenset(whole.fingerprints[::2]) - {""}, frozenset(whole.fingerprints[1:]) - {""}):
            part = outcome(body, seen)
            assert isinstance(part, Feed), path
            pairs = zip(whole.entries, whole.fingerprints, strict=True)
            kept = [entry for entry, mark in pairs if mark not in seen] if part.unchanged else list(whole.entries)
            assert list(part.entries) == kept, path
