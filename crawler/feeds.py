"""Feed bytes -> entries. Pure: RSS 0.9-2.0, Atom and RDF through feedparser, which opens no socket here; JSON Feed."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

import feedparser

from crawler import items, scan
from crawler.canonical import safe_link
from crawler.dates import parse as parse_date
from crawler.entries import GUID, LEAD, NEWEST, TEXT, TITLE, Feed, FeedError, entry_key, headline
from crawler.jsonfeed import read_json
from crawler.language import base as language_base
from crawler.text import clean, cut, decode, plain
from store.records import Entry

__all__ = ["Feed", "FeedError", "entry_key", "read_feed"]

feedparser.api.PREFERRED_XML_PARSERS = []  # a parser of long ago, which each document would be searched for in vain
# feedparser's own failures on hostile text: character references, missing attributes, deep recursion
_PARSER_FAILURES = (ValueError, LookupError, OverflowError, AttributeError, TypeError, RecursionError, AssertionError)


def read_feed(
    body: bytes, *, url: str, content_type: str = "", encoding: str = "", zone: str = "UTC",
    seen_fingerprints: Set[str] | None = None,
) -> Feed:  # fmt: skip
    """Parse a feed fetched from `url`.

    `content_type` is the response's header, `encoding` and `zone` the source's configured charset and time zone.
    `seen_fingerprints`: items whose raw bytes were read before are left out before feedparser sees them; what is
    returned is the same as without the argument, minus the entries with those fingerprints. Raises FeedError.
    """
    if not body.strip():
        raise FeedError("empty")
    decoded = decode(body, content_type=content_type, hint=encoding)
    text = decoded.text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        feed = read_json(text, url, zone)
    elif not scan.is_feed(text):
        raise FeedError("not a feed", _what(text))
    else:
        feed = _read_xml(text, url, zone, seen_fingerprints or frozenset())
    return replace(feed, repaired=decoded.repaired, encoding=decoded.encoding)


def _read_xml(text: str, url: str, zone: str, seen: Set[str]) -> Feed:
    try:
        mended = scan.mended(text)
        first_look = scan.look(mended)
    except scan.Unsafe as exc:
        raise FeedError("unsafe", str(exc)) from exc
    # No shortcuts where feedparser and expat count items differently (an item inside an item), nor plain reading where
    # feedparser finds the document not to be well-formed (a namespace that nobody declared)
    for plainly, known in ((True, seen), (False, seen), (False, frozenset[str]())):
        part = items.chosen(mended, first_look, known, plainly=plainly)
        parsed = {"version": "rss20", "feed": part.channel} if part.channel is not None else _parsed(part.data, url)
        found = part.joined(parsed.get("entries") or ())
        as_counted = len(found) == len(part.fingerprints) or not (part.plain or part.unchanged)
        if as_counted and not (part.plain and parsed.get("bozo")):
            break
    if not parsed.get("version") and not found and not part.unchanged:
        raise FeedError("not a feed", _what(text))
    if not first_look.closed and not found:
        raise FeedError("truncated")
    return _feed(mended, parsed, found, part, url, zone, whole=first_look.closed)


def _feed(
    text: str, parsed: Mapping[str, Any], found: Sequence[Any], part: items.Choice, url: str, zone: str, *, whole: bool
) -> Feed:
    channel = parsed.get("feed") or {}
    matched = len(part.fingerprints) == len(found)
    if matched:
        unique: Sequence[bool] = part.unique
    else:
        guids = Counter(_guid(raw) for raw in found)
        unique = [guids[_guid(raw)] == 1 for raw in found]
    prints = part.fingerprints if matched else ("",) * len(found)
    entries = tuple(_entry(raw, url, zone, alone) for raw, alone in zip(found[:NEWEST], unique, strict=False))
    return Feed(
        entries=entries,
        format=str(parsed.get("version") or "xml"),
        language=language_base(str(_field(channel, "language") or "")),
        title=clean(str(_field(channel, "title") or ""), TITLE),
        ttl=_ttl(channel),
        skip_hours=_skipped_hours(text),
        skip_days=tuple(re.findall(r"(?<=<day>)[A-Za-z]{6,9}(?=</day>)", _block(text, "skipDays"))),
        total=max(part.total, len(found)),
        dropped=part.dropped + len(found) - len(entries),
        unchanged=part.unchanged,
        whole=whole,
        fingerprints=prints[: len(entries)],
    )


def _parsed(data: bytes, url: str) -> Mapping[str, Any]:
    """feedparser's view. A stream, never a string: it would take a string for an address and fetch it."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        result: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _PARSER_FAILURES as exc:
        raise FeedError("not a feed", f"unreadable ({type(exc).__name__})") from exc
    return result


def _entry(raw: Mapping[str, Any], url: str, zone: str, guid_unique: bool) -> Entry:
    guid = _guid(raw)
    link = _entry_link(raw, url)
    lead, text = _lead_and_text(raw)
    title = headline(clean(_escaped_plain(raw, "title"), TITLE), lead)
    stated = str(_field(raw, "published") or _field(raw, "updated") or _field(raw, "created") or "").strip()[:100]
    published = parse_date(stated, zone=zone)
    if published is None and (again := str(_field(raw, "updated") or "")) and again != stated:
        published = parse_date(again, zone=zone)
    return Entry(
        key=entry_key(guid, link, title, published, guid_unique=guid_unique),
        url=link,
        title=title,
        lead=lead,
        text=text,
        author=_author(raw),
        published=published,
        published_raw=clean(stated, 100),
        language=language_base(str(_field(raw, "language") or "")),
        guid=guid,
    )


def _field(raw: Any, name: str, default: Any = None) -> Any:
    """A field as it was parsed: FeedParserDict's own lookups guess one key from another, and warn."""
    return dict.get(raw, name, default)


def _guid(raw: Mapping[str, Any]) -> str:
    return clean(str(_field(raw, "id") or ""), GUID)


def _entry_link(raw: Mapping[str, Any], url: str) -> str | None:
    direct = safe_link(str(_field(raw, "link") or ""), url)
    if direct:
        return direct
    for link in _field(raw, "links") or ():
        if _field(link, "rel", "alternate") == "alternate" and (
            found := safe_link(str(_field(link, "href") or ""), url)
        ):
            return found
    guid = str(_field(raw, "id") or "")
    return safe_link(guid) if guid.startswith(("http://", "https://")) else None


def _escaped_plain(raw: Mapping[str, Any], name: str) -> str:
    """A text field as markup: where the feed says that it is plain text, its "<" is a "<"."""
    value = str(_field(raw, name) or "")
    detail = _field(raw, f"{name}_detail") or {}
    if _field(detail, "type") == "text/plain" and "<" in value and not _TAG.search(value):
        return value.replace("&", "&amp;").replace("<", "&lt;")
    return value


_TAG = re.compile(
    r"<(?:/?[a-zA-Z][a-zA-Z0-9]*(?:[\s/][^>]*)?/?>|!--|[a-zA-Z]+/?\s*on\w+\s*=|(?:script|svg|img|iframe|math|style)\b)",
    re.IGNORECASE,
)


def _lead_and_text(raw: Mapping[str, Any]) -> tuple[str, str]:
    """The summary as one line, and the feed's full text where it is clearly more than the summary."""
    summary = str(_field(raw, "summary") or "")
    contents = [str(_field(part, "value") or "") for part in _field(raw, "content") or ()]
    longest = max(contents, key=len, default="")
    text = plain(longest or summary, TEXT)
    lead = clean(summary or longest, LEAD)
    return lead, text if len(text) > max(400, 1.3 * len(lead)) or len(lead) >= LEAD - 1 else ""


def _author(raw: Mapping[str, Any]) -> str:
    names = []
    for author in _field(raw, "authors") or ():
        name = clean(str(_field(author, "name") or ""), 100)
        if name and "@" not in name and name not in names:
            names.append(name)
    if not names and (one := clean(str(_field(raw, "author") or ""), 100)) and "@" not in one:
        names.append(one)
    return cut(", ".join(names[:6]), 200)


_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


def _ttl(channel: Mapping[str, Any]) -> int | None:
    """Minutes between polls that the feed asks for: RSS ttl, else the syndication module's period / frequency."""
    ttl = str(_field(channel, "ttl") or "").strip()
    if ttl.isdigit() and int(ttl[:9]) > 0:
        return int(ttl[:9])
    period = _PERIODS.get(str(_field(channel, "sy_updateperiod") or "").strip().lower())
    if period is None:
        return None
    times = str(_field(channel, "sy_updatefrequency") or "").strip()
    return max(1, period // int(times[:4])) if times.isdigit() and int(times[:4]) > 0 else period


def _block(text: str, tag: str) -> str:
    start = text.find(f"<{tag}>", 0, 65_536)
    return text[start : text.find(f"</{tag}>", start, start + 4096)] if start >= 0 else ""


def _skipped_hours(text: str) -> tuple[int, ...]:
    hours = re.findall(r"<hour>\s*(\d{1,2})\s*</hour>", _block(text, "skipHours"))
    return tuple(sorted({int(hour) % 24 for hour in hours if int(hour) <= 24}))


def _what(text: str) -> str:
    """What a body that is no feed looks like, in a few words for the operator."""
    head = text[:4096].lower()
    if "<html" in head or "<!doctype html" in head:
        title = re.search(r"<title[^>]*>([^<]{1,200})", text[:65_536], re.IGNORECASE)
        return f"a web page titled {clean(title[1], 80)!r}" if title else "a web page"
    return "JSON that is no feed" if head.startswith(("{", "[")) else "no feed element in it"
