"""Lists of other readers: what is taken from them, and what a list of ours gives back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Source
from crawler.roster.importing import Judged, judge
from crawler.roster.opml import OpmlError, Outline, read, write

FEED = '<outline text="Harbor Wire" type="rss" xmlUrl="https://harbor-wire.ru/rss" htmlUrl="https://www.harbor-wire.ru/"/>'


def opml(*outlines: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<body>\n'
    return f"{head}{''.join(outlines)}</body></opml>".encode()


def judged(*outlines: str, known: tuple[Source, ...] = (), country: str = "") -> list[Judged]:
    return judge(read(opml(*outlines)), known, country)


def test_a_list_of_another_reader_gives_name_address_and_line() -> None:
    assert read(opml(FEED)) == [
        Outline(4, {"name": "Harbor Wire", "domains": ["harbor-wire.ru"], "feeds": ["https://harbor-wire.ru/rss"]})
    ]


def test_groups_are_looked_through_and_one_named_by_a_country_s_code_tells_it() -> None:
    deep = '<outline text="News"><outline text="us">' + FEED + "</outline></outline>"
    assert read(opml(deep))[0].row["country"] == "US"


def test_a_list_that_is_not_utf_8_is_read_by_what_it_declares() -> None:
    body = opml(FEED.replace("Harbor Wire", "Гавань")).decode().replace("UTF-8", "windows-1251").encode("windows-1251")
    assert read(body)[0].row["name"] == "Гавань"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<opml>\n<body>\n<outline></body></opml>", "line 3: "),
        (b"", "line 1: "),
        (b"<rss>\n</rss>", "line 1: <rss> where <opml> should be"),
        (opml(FEED, "\n", FEED.replace("https://harbor-wire.ru/rss", "ftp://x")), "line 5: not an http"),
        (opml(FEED, '\n<outline text="T&T"/>'), "line 5: "),
    ],
)  # fmt: skip
def test_a_bad_list_names_its_lines(body: bytes, said: str) -> None:
    with pytest.raises(OpmlError) as raised:
        read(body)
    assert any(fault.startswith(said) for fault in raised.value.faults), raised.value.faults


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_parsed(charset: str) -> None:
    bomb = '<!DOCTYPE opml [\n<!ENTITY a "aaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<opml><body/></opml>'
    outside = '<!DOCTYPE opml [\n<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<opml><outline text="&a;"/></opml>'
    for body in (bomb, outside):
        with pytest.raises(OpmlError, match="entities"):
            read(body.encode(charset))


def test_what_is_known_is_said_and_not_taken_twice() -> None:
    known = Source(id="wire", name="Wire", country="RU", feeds=("https://harbor-wire.ru/rss",))
    (one,) = judged(FEED, known=(known,))
    assert (one.row, one.why, one.line) == (None, "is read already, as wire", 4)
    first, second = judged(FEED, FEED.replace("https://harbor-wire.ru/rss", "http://www.harbor-wire.ru/rss/"))
    assert first.row is not None and second.row is None and "twice" in second.why


def test_a_country_that_nothing_tells_is_asked_for() -> None:
    unknown = FEED.replace(".ru", ".com")
    (one,) = judged(unknown)
    assert one.row is None and "--country" in one.why
    (one,) = judged(unknown, country="GB")
    assert one.row is not None and one.row["country"] == "GB"
    (one,) = judged(FEED, country="GB")
    assert one.row is not None and one.row["country"] == "RU"


def test_a_video_channel_is_left_out_with_its_reason() -> None:
    (one,) = judged(FEED.replace("harbor-wire.ru/rss", "www.youtube.com/feeds/videos.xml?channel_id=x"))
    assert one.row is None and "video" in one.why


PLAIN = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
URLS = st.lists(st.integers(1, 99).map(lambda n: f"https://o{n}.example/f?a=1&b=%C3%A9"), max_size=3, unique=True)


@st.composite
def sources(draw: st.DrawFn) -> Source:
    keys: dict[str, Any] = {
        "id": f"s{draw(st.integers(1, 10**6))}", "name": draw(PLAIN), "country": draw(st.sampled_from(["US", "XX"])),
        "language": draw(st.sampled_from(["en", "ru", "zh-Hant"])), "feeds": draw(URLS), "sitemaps": draw(URLS),
        "sections": draw(URLS), "spider": "x", "interval": draw(st.none() | st.integers(5, 60)),
        "headers": draw(st.dictionaries(st.sampled_from(["Accept", "X-A"]), PLAIN, max_size=2)),
        "full_text": draw(st.booleans()), "ports": draw(st.lists(st.integers(1, 99), max_size=2)), "note": draw(PLAIN),
        "allow_private_hosts": draw(st.sampled_from([[], ["127.0.0.1:80"]])), "enabled": draw(st.booleans()),
        "ownership": draw(st.sampled_from(["state", "private", "exiled"])), "restricted_in": ["EU"],
        "restriction_date": draw(st.none() | st.just(date(2026, 5, 1))), "ignore_zone": draw(st.booleans()),
    }  # fmt: skip
    return Source.model_validate(keys)


@settings(max_examples=50, deadline=None)
@given(st.lists(sources(), max_size=4, unique_by=lambda source: source.id))
def test_an_exported_list_comes_back_as_it_was(listed: list[Source]) -> None:
    again = [Source.model_validate(outline.row) for outline in read(write(listed, "Mine"))]
    assert {source.id: source for source in again} == {source.id: source for source in listed}
