"""Bytes -> what is there: a feed, a sitemap, or a page that names some. Pure; for adding and judging a source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.etree import LxmlError

from crawler import structured, tdm
from crawler.canonical import safe_link
from crawler.feeds import FeedError, read_feed
from crawler.language import base, guess
from crawler.look import Look
from crawler.metadata import title_of
from crawler.sitemaps import SitemapError, read_sitemap
from crawler.text import clean, decode
from store.records import Entry

SHOWN = 200  # entries that a look keeps: enough to judge a feed by
DECLARED = 4  # feeds of one page that are tried
NAMED = 2  # sitemaps of one robots.txt that are tried
_FEED_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
    "application/json", "application/xml", "text/xml",
)  # fmt: skip
# Where most software that makes feeds puts them; tried only where a page names none
_FEED_PATHS = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss")
_SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap.xml")
_NO_OUTLETS = {  # sites whose links look like feeds and lead to no outlet's own articles
    "youtube.com": "a video channel: there is no text to read",
    "youtu.be": "a video: there is no text to read",
    "rutube.ru": "a video channel: there is no text to read",
    "bilibili.com": "a video channel: there is no text to read",
    "t.me": "a Telegram channel: its posts are no articles with pages of their own",
    "vk.com": "a page of a social network",
    "weibo.com": "a page of a social network",
    "x.com": "a page of a social network",
    "twitter.com": "a page of a social network",
    "facebook.com": "a page of a social network",
    "instagram.com": "a page of a social network",
    "tiktok.com": "a page of a social network",
    "news.google.com": "a search engine's feed: its links do not lead to the outlet",
    "podcasts.apple.com": "a podcast: there is no text to read",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:+-]+)", re.IGNORECASE)


def look(body: bytes, *, url: str, content_type: str = "", encoding: str = "", zone: str = "UTC") -> Look:
    """What `body`, fetched from `url`, is. Raises FeedError where it is empty or nothing of these."""
    if urlsplit(url).path == urlsplit(tdm.address(url)).path:
        return Look("rights", reserved=tdm.reserves(tdm.read(body), urljoin(url, "/")))
    named: dict[str, Any] = {"url": url, "content_type": content_type, "encoding": encoding, "zone": zone}
    try:
        feed = read_feed(body, **named)
    except FeedError as exc:
        if exc.reason in ("empty", "unsafe", "truncated"):
            raise
        not_a_feed = exc
    else:
        entries = _short(feed.entries)
        return Look(
            "feed", feed.format, feed.title, feed.language or _spoken(entries), entries, feed.total, feed.whole,
            _declared(body, content_type), feed.encoding, feed.repaired,
            _repeated(entries),
        )  # fmt: skip
    try:
        found = read_sitemap(body, **named)
    except SitemapError:
        return _page(body, url, content_type, encoding, not_a_feed)
    entries = _short(sorted(found.entries, key=_newest_first))
    return Look(
        "index" if found.children else "sitemap", found.format, language=_spoken(entries), entries=entries,
        total=found.total, whole=found.whole, children=tuple(address for address, _ in found.children[:50]),
    )  # fmt: skip


def _newest_first(entry: Entry) -> float:
    return -entry.published.timestamp() if entry.published else 0.0


def _short(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(replace(entry, text="", lead=entry.lead[:200]) for entry in list(entries)[:SHOWN])


def _repeated(entries: Sequence[Entry]) -> int:
    """How many entries share their guid with one of another link: the same entry twice is no harm."""
    links: dict[str, set[str | None]] = {}
    for entry in entries:
        links.setdefault(entry.guid, set()).add(entry.url)
    return sum(1 for entry in entries if entry.guid and len(links[entry.guid]) > 1)


def _spoken(entries: Sequence[Entry]) -> str:
    said = Counter(entry.language for entry in entries if entry.language)
    return said.most_common(1)[0][0] if said else ""


def _declared(body: bytes, content_type: str) -> str:
    found = _CHARSET.search(content_type)
    if found:
        return found[1].lower()
    inside = _XML_CHARSET.search(body[:400])
    return inside[1].decode("ascii", "replace").lower() if inside else ""


def _page(body: bytes, url: str, content_type: str, encoding: str, error: FeedError) -> Look:
    """A web page: what it is called, and the feeds and sitemaps that it names."""
    decoded = decode(body, content_type=content_type, hint=encoding)
    if "<" not in decoded.text[:4096]:
        raise error
    try:
        tree = html.document_fromstring(decoded.text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (LxmlError, ValueError) as exc:
        raise FeedError("not a feed", "nothing that can be read") from exc
    metas = structured.metas(tree)
    home = urljoin(url, tree.xpath("string(//base/@href)") or "")
    site = structured.first(metas, ("og:site_name", "application-name"))
    return Look(
        "page", "html", clean(site or title_of(tree, structured.json_ld(tree), metas), 80),
        base(tree.get("lang") or tree.get("xml:lang") or ""),
        declared=_declared(body, content_type), encoding=decoded.encoding, repaired=decoded.repaired,
        feeds=tuple(dict.fromkeys(_alternates(tree, home))), sitemaps=tuple(dict.fromkeys(_sitemaps(tree, home))),
        reserved=structured.reservation(metas)[0],
    )  # fmt: skip


def _alternates(tree: Any, home: str) -> Iterable[str]:
    """Feeds that a page declares, its comments' aside; then links that look like feeds to a reader."""
    for link in tree.xpath("//link[@href]"):
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        address = safe_link(link.get("href"), home)
        if "alternate" not in (link.get("rel") or "").lower().split() or kind not in _FEED_TYPES or address is None:
            continue
        # WordPress names its programming interface and every page's comments in the same way
        about = f"{address} {link.get('title') or ''}".lower()
        if "comment" in about or "oembed" in about or (kind == "application/json" and "feed" not in about):
            continue
        yield address
    for link in tree.xpath("//a[@href]"):
        address = safe_link(link.get("href"), home)
        if address and re.search(r"(?:/(?:rss|feed|atom)(?:[./?]|$)|\.rss$|/rss[\w-]*\.xml$)", urlsplit(address).path):
            yield address


def _sitemaps(tree: Any, home: str) -> Iterable[str]:
    for link in tree.xpath("//link[@href]"):
        address = safe_link(link.get("href"), home)
        if "sitemap" in (link.get("rel") or "").lower().split() and address:
            yield address


# -- what to try ------------------------------------------------------------------------------------------------------


def oddity(url: str) -> str | None:
    """Why an address can be no source of ours, in a few words; None where it may be one."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    return next((why for site, why in _NO_OUTLETS.items() if host == site or host.endswith("." + site)), None)


def candidates(page: Look, url: str, robots: Sequence[str]) -> list[str]:
    """Where a feed or a sitemap of the site at `url` may be, the best first, few enough to be polite.

    `robots` are the sitemaps that its robots.txt names.
    """
    named = [*page.sitemaps, *robots]
    news = [address for address in named if "news" in address.lower()]
    wanted = [
        *page.feeds[:DECLARED],
        *news[:NAMED],
        *(() if page.feeds else (urljoin(url, path) for path in _FEED_PATHS)),
        *[address for address in named if address not in news][:NAMED],
        *(() if named else (urljoin(url, path) for path in _SITEMAP_PATHS)),
    ]
    return [address for address in dict.fromkeys(wanted) if oddity(address) is None]


def language_of(found: Look, fallback: str = "") -> str:
    """The language of a document's headlines: the script outranks what it declares."""
    words = " ".join(entry.title for entry in found.entries[:30])
    return guess(words, found.language or fallback) or found.language or fallback
