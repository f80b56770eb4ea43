"""Sitemap bytes -> entries and child sitemaps. Pure.

Reads Google-News sitemaps, plain ones, indexes, plain text lists and feeds used as sitemaps, gzipped or not
(sitemaps.org/protocol.html). A one-off crawl may want all 50,000 addresses that the protocol allows.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from crawler import days, scan
from crawler.canonical import safe_link
from crawler.dates import parse as parse_date
from crawler.feeds import FeedError, entry_key, read_feed
from crawler.language import base as language_base
from crawler.text import clean, decode
from crawler.wire import Unreadable
from store.records import Entry

MOST = 50_000  # addresses of one sitemap (the protocol's own limit)
LARGEST = 50 * 1024 * 1024  # bytes after decompression (the protocol's own limit)
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE)
_URL_LINE = re.compile(r"^https?://\S+$")


class SitemapError(Unreadable):
    """Raised when a body holds no sitemap, from read_sitemap.

    `reason`: "not a sitemap", "empty", "truncated", "unsafe" or "too large".
    """


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`entries` are pages in document order; `children` are further sitemaps with the date they state, newest first.

    `total` counts every address of the document, `dropped` those that are no safe http address or past the limit.
    """

    entries: tuple[Entry, ...]
    children: tuple[tuple[str, datetime | None], ...] = ()
    total: int = 0
    dropped: int = 0
    whole: bool = True
    format: str = "sitemap"


def read_sitemap(body: bytes, *, url: str, content_type: str = "", encoding: str = "", zone: str = "UTC") -> Sitemap:
    """Parse a sitemap fetched from `url`; dates without a zone are read in `zone`. Raises SitemapError."""
    body, whole = _unpacked(body)
    if not body.strip():
        raise SitemapError("empty")
    text = decode(body, content_type=content_type, hint=encoding).text.lstrip("\ufeff \t\r\n")
    if not _ROOT.search(text, 0, 65_536):
        return _other_kind(text, body, url, content_type, zone)
    try:
        mended = scan.mended(text)
        whole = scan.look(mended).closed or (bool(_end(text)) and whole)
    except scan.Unsafe as exc:
        raise SitemapError("unsafe", str(exc)) from exc
    return _read(mended, url, zone, whole and bool(_end(text)))


def _read(text: str, url: str, zone: str, whole: bool) -> Sitemap:
    entries: list[Entry] = []
    children: list[tuple[str, datetime | None]] = []
    total = 0
    for element in _elements(text):
        name = _local(element)
        if name not in ("url", "sitemap"):
            continue
        fields = _fields(element)
        total += 1
        link = safe_link(fields.get("loc", "").strip(), url)
        if link and name == "sitemap":
            children.append((link, parse_date(fields.get("lastmod", ""), zone=zone)))
        elif link and len(entries) < MOST:
            entries.append(_entry(link, fields, zone))
        element.clear()
    if not total and not whole:
        raise SitemapError("truncated")
    children.sort(key=lambda child: child[1].timestamp() if child[1] else 0.0, reverse=True)
    kept = len(entries) + len(children)
    return Sitemap(
        tuple(entries), tuple(children[:MOST]), total, total - kept, whole, "index" if children else "sitemap"
    )


def _elements(text: str) -> Any:
    """Elements as they end. `recover` reads on past a bare ampersand; nothing external is ever resolved."""
    stream = io.BytesIO(text.encode("utf-8"))
    return (
        element
        for _, element in etree.iterparse(
            stream,
            events=("end",),
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            encoding="utf-8",
        )
        if isinstance(element.tag, str)
    )


def _fields(element: Any) -> dict[str, str]:
    """loc, lastmod and what the news extension says; images and videos have a loc and a title of their own."""
    fields: dict[str, str] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = _local(child)
        if name in ("loc", "lastmod"):
            fields.setdefault(name, child.text or "")
        elif name == "news":
            for part in child.iter():
                if isinstance(part.tag, str):
                    fields.setdefault(_local(part), part.text or "")
    return fields


def _entry(link: str, fields: dict[str, str], zone: str) -> Entry:
    title = clean(fields.get("title", ""), 300)
    # A plain sitemap's date is that of the last change; a day in the address is that of the article
    day = days.day_in(urlsplit(link).path)
    stated = (fields.get("publication_date") or (day and day.isoformat()) or fields.get("lastmod") or "").strip()[:100]
    published = parse_date(stated, zone=zone)
    return Entry(
        key=entry_key("", link, title, published, guid_unique=False),
        url=link,
        title=title,
        published=published,
        published_raw=clean(stated, 100),
        language=language_base(fields.get("language", "")),
    )


def _other_kind(text: str, body: bytes, url: str, content_type: str, zone: str) -> Sitemap:
    """A plain list of addresses, or a feed in a sitemap's place (both allowed by the protocol)."""
    lines = [line.strip() for line in text[:LARGEST].split("\n", MOST + 1) if line.strip()]
    addresses = [line for line in lines if _URL_LINE.match(line)]
    if addresses and len(addresses) >= 0.9 * len(lines):
        links = [link for address in addresses[:MOST] if (link := safe_link(address, url))]
        entries = tuple(_entry(link, {}, zone) for link in links)
        return Sitemap(entries, (), len(lines), len(lines) - len(entries), True, "text")
    try:
        feed = read_feed(body, url=url, content_type=content_type, zone=zone)
    except FeedError as exc:
        reason = "unsafe" if exc.reason == "unsafe" else "not a sitemap"
        raise SitemapError(reason, exc.detail) from exc
    return Sitemap(feed.entries, (), feed.total, feed.dropped, feed.whole, feed.format)


def _unpacked(body: bytes) -> tuple[bytes, bool]:
    """The body, gunzipped where it is a .gz file, and whether it came to its end. Raises SitemapError past 50 MiB."""
    if not body.startswith(b"\x1f\x8b"):
        return body, True
    opened = zlib.decompressobj(wbits=31)
    try:
        data = opened.decompress(body, LARGEST)
    except zlib.error as exc:
        raise SitemapError("not a sitemap", "a damaged gzip file") from exc
    if opened.unconsumed_tail:
        raise SitemapError("too large", "more than 50 MiB unpacked")
    return data, opened.eof


def _end(text: str) -> re.Match[str] | None:
    return re.search(
        r"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>|<(?:urlset|sitemapindex)[^>]*/>", text[-2000:], re.IGNORECASE
    )


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
