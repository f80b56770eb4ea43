"""The invented newsroom is a set of honest small sites, and what it serves holds no label."""

from __future__ import annotations

import gzip
import html
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources

import feedparser
import pytest

from demo.newsroom import MORNING, Newsroom, PortTaken, serve
from demo.outlets import outlets, pieces, standing
from store.records import SIDES, side_of

LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower-case names) and the body, unzipped."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with LOOPBACK.open(request, timeout=10) as answer:
            status, sent, body = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, sent, body = error.code, error.headers, error.read()
    found = {name.lower(): value for name, value in sent.items()}
    return status, found, gzip.decompress(body) if found.get("content-encoding") == "gzip" and body else body


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with serve() as room:
        yield room


def readable(room: Newsroom) -> list[str]:
    return [id for id, site in room.sites.items() if site.outlet.state in ("up", "stale")]


def labels() -> list[dict[str, object]]:
    text = (resources.files("demo") / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_labelled_article_is_printed_once() -> None:
    printed = [piece.id for piece in pieces()]
    assert len(printed) == len(set(printed)) == 100
    assert {label["id"] for label in labels()} == {id for id in printed if id.startswith("a")}


def test_nothing_that_is_served_holds_a_label(room: Newsroom) -> None:
    public = (resources.files("demo") / "newsroom.jsonl").read_text(encoding="utf-8")
    assert "gold" not in public
    assert '"note"' not in public
    notes = [str(label["note"]) for label in labels() if label["note"]]
    for id in readable(room):
        site = room.sites[id]
        for path in [site.outlet.reads, *(piece.path for piece in site.printed)]:
            charset = {"gb2312": "gbk"}.get(site.outlet.charset, site.outlet.charset)
            body = fetch(site.address + path)[2].decode(charset)
            assert "gold_" not in body
            assert not any(note in body for note in notes)


def test_every_site_is_on_loopback_with_a_port_of_its_own(room: Newsroom) -> None:
    assert all(site.address.startswith("http://127.0.0.1:") for site in room.sites.values())
    assert len(set(room.ports.values())) == len(room.sites) == 27


def test_feeds_and_sitemaps_list_what_stands(room: Newsroom) -> None:
    for id in readable(room):
        site = room.sites[id]
        status, _headers, body = fetch(room.reads(id))
        expected = {site.address + piece.path for piece in standing(site.printed, MORNING)}
        assert status == 200
        if site.outlet.format == "news-sitemap":
            found = set(re.findall(r"<loc>(.*?)</loc>", body.decode()))
        elif site.outlet.format == "json":
            found = {item["url"] for item in json.loads(body)["items"]}
        else:
            parsed = feedparser.parse(body)
            assert parsed.bozo in (0, False) or site.outlet.charset != "utf-8", parsed.get("bozo_exception")
            found = {entry.link for entry in parsed.entries}
        assert {url.replace("&amp;", "&") for url in found} == expected


def test_pages_hold_their_article_in_the_charset_they_name(room: Newsroom) -> None:
    for id in readable(room):
        site = room.sites[id]
        for piece in standing(site.printed, MORNING):
            status, headers, body = fetch(site.address + piece.path)
            # GBK is how a page that says gb2312 is read (WHATWG Encoding).
            text = body.decode({"gb2312": "gbk"}.get(site.outlet.charset, site.outlet.charset))
            assert status == 200
            assert headers["content-type"].startswith("text/html")
            assert all(paragraph in html.unescape(text) for paragraph in piece.paragraphs), piece.id
            assert "127.0.0.1" in text
            assert ".example/" not in text


def test_an_unchanged_feed_answers_304_and_a_changed_one_does_not() -> None:
    with serve(MORNING - timedelta(hours=12)) as room:
        seen = {id: fetch(room.reads(id))[1] for id in readable(room)}
        asked = {id: {h: v for h, n in (("If_None_Match", "etag"), ("If_Modified_Since", "last-modified"))
                      if (v := headers.get(n))} for id, headers in seen.items()}
        for id, validators in asked.items():
            status, _headers, body = fetch(room.reads(id), **validators)
            assert (status, body) == (304, b""), id
        room.turn_to(MORNING)
        status, _headers, _body = fetch(room.reads("harbor-wire"), **asked["harbor-wire"])
        assert status == 200
        assert fetch(room.reads("amursky-stvor"), **asked["amursky-stvor"])[0] == 304  # printed nothing since


def test_validators_are_never_mixed_up(room: Newsroom) -> None:
    url = room.reads("harbor-wire")
    _status, headers, _body = fetch(url)
    # RFC 9110, 13.2.2: If-None-Match, where present, decides alone.
    assert fetch(url, If_None_Match='"another"', If_Modified_Since=headers["last-modified"])[0] == 200
    assert fetch(url, If_None_Match=headers["etag"], Accept_Encoding="gzip")[0] == 200  # another representation
    zipped = fetch(url, Accept_Encoding="gzip")
    assert zipped[1]["content-encoding"] == "gzip"
    assert fetch(url, If_None_Match=zipped[1]["etag"], Accept_Encoding="gzip")[0] == 304


def test_a_live_blog_is_one_address_whose_text_changes() -> None:
    blog = next(piece for piece in pieces() if piece.id == "a052")
    seen: dict[str, bytes] = {}
    with serve() as room:
        address = room.sites[blog.outlet_id].address + blog.path
        for id in ("a052", "a077", "a093"):
            room.turn_to(next(piece for piece in pieces() if piece.id == id).published)
            status, _headers, seen[id] = fetch(address)
            assert status == 200
            listed = fetch(room.reads(blog.outlet_id))[2].decode()
            assert listed.count(blog.path) == 1
    assert len(set(seen.values())) == 3


def test_nothing_is_shown_before_it_is_printed() -> None:
    with serve(datetime(2026, 11, 1, tzinfo=UTC)) as room:
        for id in readable(room):
            outlet = room.sites[id].outlet
            for piece in room.sites[id].printed:
                expected = 200 if outlet.state == "stale" else 404
                assert fetch(room.sites[id].address + piece.path)[0] == expected


def test_the_amp_page_names_its_full_version(room: Newsroom) -> None:
    amp = next(piece for piece in pieces() if piece.id == "a066")
    site = room.sites[amp.outlet_id]
    _status, _headers, body = fetch(site.address + amp.path)
    link = re.search(r'rel="canonical" href="(.*?)"', body.decode())
    assert link is not None
    assert link.group(1) != site.address + amp.path
    assert fetch(link.group(1))[0] == 200


def test_the_outlets_that_cannot_be_read_are_down_stale_and_walled(room: Newsroom) -> None:
    states = {site.outlet.state: site for site in room.sites.values() if site.outlet.state != "up"}
    with pytest.raises(urllib.error.URLError, match="refused"):
        fetch(room.reads(states["down"].outlet.outlet_id))
    assert fetch(room.reads(states["walled"].outlet.outlet_id))[0] == 403
    newest = max(piece.published for piece in states["stale"].printed)
    assert MORNING - newest > timedelta(days=365)


def test_enough_of_each_side_is_read_though_two_have_an_outlet_that_cannot_be() -> None:
    """At least 80 % of a side's outlets and five; the one that is down forbids its side's silence all the same."""
    enough = {}
    for side in SIDES:
        own = [outlet for outlet in outlets() if side_of(outlet.country, outlet.ownership) == side]
        read = [outlet for outlet in own if outlet.state == "up"]
        enough[side] = len(read) >= 5 and len(read) >= 0.8 * len(own)
    assert enough == {"US": True, "RU": True, "CN": True}
    states = {outlet.state: outlet for outlet in outlets()}
    assert states["down"].country != states["stale"].country


def test_robots_are_plain_and_other_paths_are_404(room: Newsroom) -> None:
    for id in readable(room):
        status, headers, body = fetch(room.sites[id].address + "/robots.txt")
        assert status == 200
        assert headers["content-type"].startswith("text/plain")
        assert b"Disallow: /search" in body
        assert fetch(room.sites[id].address + "/no-such-page")[0] == 404


def test_ports_can_be_taken_again_but_not_twice() -> None:
    with serve() as first:
        ports = first.ports
        with pytest.raises(PortTaken, match="in use"), serve(ports=ports):
            pass
    with serve(ports=ports) as second:
        assert second.ports == ports
