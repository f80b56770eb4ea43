"""Feed bytes -> entries. Pure: RSS 0.9-2.0, Atom, RDF and JSON Feed, through feedparser, which never opens a socket here."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from crawler import scan
from crawler.canonical import canonical, safe_link
from crawler.dates import parse as parse_date
from crawler.language import base as language_base
from crawler.text import clean, cut, decode, plain
from store.records import Entry

NEWEST = 500  # entries read of one document; 10,000 cost feedparser three seconds, 100,000 a minute
TITLE = 300
LEAD = 1000
TEXT = 100_000
_GUID = 2000
# feedparser's own failures on hostile text (facts: character references, missing attributes, deep recursion)
_PARSER_FAILURES = (ValueError, LookupError, OverflowError, AttributeError, TypeError, RecursionError, AssertionError)


class FeedError(Exception):
    """Raised when a body gives no entries that can be trusted, from read_feed.

    `reason`: "not a feed" (a web page, an error message, noise), "empty" (no bytes), "truncated" (cut off before the first
    whole entry), "unsafe" (declarations, attribute or nesting floods) or "too large".
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed.

    `total` counts every item of the document, `dropped` those past the newest 500, `unchanged` those left out because their
    fingerprint was seen. `whole` is False where the body was cut off: keep its entries, never its validators.
    `fingerprints` belongs to `entries`, one each ("" where the document is not well-formed XML). `ttl` is in minutes.
    """

    entries: tuple[Entry, ...]
    format: str
    language: str = ""
    title: str = ""
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub: str = ""
    self_url: str = ""
    total: int = 0
    dropped: int = 0
    unchanged: int = 0
    whole: bool = True
    repaired: bool = False
    encoding: str = "utf-8"
    fingerprints: tuple[str, ...] = ()


def read_feed(
    body: bytes, *, url: str, content_type: str = "", encoding: str = "", zone: str = "UTC",
    seen_fingerprints: Set[str] | None = None,
) -> Feed:  # fmt: skip
    """Parse a feed fetched from `url`.

    `content_type` is the response's header, `encoding` and `zone` the source's configured charset and time zone.
    `seen_fingerprints`: items whose raw bytes were read before are left out before feedparser sees them; what is returned
    is the same as without the argument, minus the entries with those fingerprints. Raises FeedError.
    """
    if not body.strip():
        raise FeedError("empty")
    decoded = decode(body, content_type=content_type, hint=encoding)
    text = decoded.text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        feed = _read_json(text, url, zone)
    elif not scan.is_feed(text):
        raise FeedError("not a feed", _what(text))
    else:
        feed = _read_xml(text, url, zone, seen_fingerprints or frozenset())
    return replace(feed, repaired=decoded.repaired, encoding=decoded.encoding)


def entry_key(guid: str, url: str | None, title: str, published: datetime | None, *, guid_unique: bool) -> str:
    """The entry's identity within its source, as 64 hex digits: the guid where it is unique in the document, else the
    link's canonical form, else the title with its stated day."""
    if guid and guid_unique:
        name = "guid " + guid
    elif url and (identity := canonical(url)):
        name = "link " + identity
    else:
        day = published.date().isoformat() if published else ""
        name = f"title {day} {title}"
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


# ------------------------------------------------------------------------------------------------------------- XML


@dataclass(frozen=True, slots=True)
class _Cut:
    """The document as feedparser is to see it, with what is known of the items that stay in it."""

    data: bytes
    fingerprints: tuple[str, ...]
    guids: Counter[str] | None
    total: int
    dropped: int
    unchanged: int


def _read_xml(text: str, url: str, zone: str, seen: Set[str]) -> Feed:
    try:
        mended = scan.mended(text)
        seen_by_expat = scan.look(mended)
    except scan.Unsafe as exc:
        raise FeedError("unsafe", str(exc)) from exc
    part = _cut_well_formed(seen_by_expat, seen) if seen_by_expat.well_formed else _cut_loosely(mended)
    parsed = _parsed(part.data, url)
    raw_entries = parsed.get("entries") or []
    if not parsed.get("version") and not raw_entries and not part.unchanged:
        raise FeedError("not a feed", _what(text))
    if not seen_by_expat.closed and not raw_entries:
        raise FeedError("truncated")
    channel = parsed.get("feed") or {}
    guids = part.guids if part.guids is not None else Counter(_guid(raw) for raw in raw_entries)
    entries = tuple(_entry(raw, url, zone, guids) for raw in raw_entries[:NEWEST])
    matched = len(part.fingerprints) == len(raw_entries)
    return Feed(
        entries=entries,
        format=str(parsed.get("version") or "xml"),
        language=language_base(str(_field(channel, "language") or "")),
        title=clean(str(_field(channel, "title") or ""), TITLE),
        ttl=_ttl(channel),
        skip_hours=_skipped_hours(mended),
        skip_days=tuple(re.findall(r"(?<=<day>)[A-Za-z]{6,9}(?=</day>)", _block(mended, "skipDays"))),
        hub=_link(channel, "hub", url),
        self_url=_link(channel, "self", url),
        total=max(part.total, len(raw_entries)),
        dropped=part.dropped + max(0, len(raw_entries) - NEWEST),
        unchanged=part.unchanged,
        whole=seen_by_expat.closed,
        fingerprints=part.fingerprints[:NEWEST] if matched else ("",) * len(entries),
    )


def _cut_well_formed(seen_by_expat: scan.Look, seen: Set[str]) -> _Cut:
    """Take out, by expat's exact byte offsets, the items past the newest 500 and those that were read before.

    Everything outside the items stays, so that what feedparser makes of the others cannot change. The fingerprint covers
    the item's bytes and what stands before the first item (base addresses, namespaces, the channel's language).
    """
    data, items = seen_by_expat.data, seen_by_expat.items
    if not items:
        return _Cut(data, (), None, 0, 0, 0)
    newest = items if len(items) <= NEWEST else [items[i] for i in _newest([data[i.start : i.end] for i in items])]
    frame = hashlib.sha256(_frame(data[: items[0].start]))
    prints = [_fingerprint(frame.copy(), data[item.start : item.end]) for item in newest]
    kept = [(item, mark) for item, mark in zip(newest, prints, strict=True) if mark not in seen]
    pieces, at = [], 0
    staying = {id(item) for item, _ in kept}
    for item in items:
        pieces.append(data[at : item.start])
        if id(item) in staying:
            pieces.append(data[item.start : item.end])
        at = item.end
    pieces.append(data[at:])
    guids = Counter(item.guid for item in newest)
    return _Cut(
        b"".join(pieces),
        tuple(mark for _, mark in kept),
        guids,
        len(items),
        len(items) - len(newest),
        len(newest) - len(kept),
    )


def _frame(head: bytes) -> bytes:
    """What before the first item can change how an item reads: the tags with attributes, links and language; not dates."""
    return b"".join(
        re.findall(rb"<[^<>]*(?:xmlns|xml:|version)[^<>]*>|<link[^<]*<|<language[^<]*<|<(?:item|entry)\b", head)
    )


def _fingerprint(frame: Any, raw: bytes) -> str:
    frame.update(raw)
    return str(frame.hexdigest()[:32])


def _cut_loosely(text: str) -> _Cut:
    starts = scan.loose_items(text)
    if len(starts) <= NEWEST:
        return _Cut(text.encode("utf-8"), (), None, len(starts), 0, 0)
    ends = [*starts[1:], len(text)]
    chosen = _newest([text[a:b].encode("utf-8", "ignore") for a, b in zip(starts, ends, strict=True)])
    kept = text[: starts[0]] + "".join(text[starts[i] : ends[i]] for i in chosen)
    return _Cut(kept.encode("utf-8"), (), None, len(starts), len(starts) - len(chosen), 0)


_ITEM_DATE = re.compile(rb"<(?:pubDate|(?:dc:)?date|published|updated)>\s*(?:<!\[CDATA\[)?([^<\]]{6,60})")


def _newest(raw_items: Sequence[bytes]) -> list[int]:
    """Which 500 items are the newest, in document order; the first 500 unless every one states a date."""
    stated = [found[1].decode("ascii", "ignore") if (found := _ITEM_DATE.search(raw)) else "" for raw in raw_items]
    dates = [parse_date(date) if date else None for date in stated]
    known = [date for date in dates if date is not None]
    if len(known) < len(dates):
        return list(range(min(NEWEST, len(raw_items))))
    ranked = sorted(range(len(known)), key=lambda i: known[i], reverse=True)[:NEWEST]
    return sorted(ranked)


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


def _entry(raw: Mapping[str, Any], url: str, zone: str, guids: Counter[str]) -> Entry:
    guid = _guid(raw)
    link = _entry_link(raw, url)
    lead, text = _lead_and_text(raw)
    title = _headline(clean(_escaped_plain(raw, "title"), TITLE), lead)
    stated = str(_field(raw, "published") or _field(raw, "updated") or _field(raw, "created") or "").strip()[:100]
    published = parse_date(stated, zone=zone)
    if published is None and (again := str(_field(raw, "updated") or "")) and again != stated:
        published = parse_date(again, zone=zone)
    return Entry(
        key=entry_key(guid, link, title, published, guid_unique=guids[guid] == 1),
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


def _headline(title: str, lead: str) -> str:
    """The title, or the lead's first words where the title says nothing (posts without one, lone joiners or dots)."""
    return title if any(char.isalnum() for char in title) else cut(lead, 100) or title


def _field(raw: Any, name: str, default: Any = None) -> Any:
    """A field as it was parsed: FeedParserDict's own lookups guess one key from another, and warn."""
    return dict.get(raw, name, default)


def _guid(raw: Mapping[str, Any]) -> str:
    return clean(str(_field(raw, "id") or ""), _GUID)


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


def _link(channel: Mapping[str, Any], rel: str, url: str) -> str:
    for link in _field(channel, "links") or ():
        if _field(link, "rel") == rel:
            return safe_link(str(_field(link, "href") or ""), url) or ""
    return ""


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


# ------------------------------------------------------------------------------------------------------- JSON Feed


def _read_json(text: str, url: str, zone: str) -> Feed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as exc:
        reason = "truncated" if "jsonfeed.org/version/" in text[:4096] else "not a feed"
        raise FeedError(reason, "JSON that does not parse") from exc
    if (
        not isinstance(data, dict)
        or "jsonfeed.org/version/" not in str(data.get("version"))
        or not isinstance(data.get("items"), list)
    ):
        raise FeedError("not a feed", "JSON that is no feed")
    items = [item for item in data["items"] if isinstance(item, dict)]
    guids = Counter(_text(item, "id") for item in items)
    hubs = (
        [_text(hub, "url") for hub in data.get("hubs") or () if isinstance(hub, dict)]
        if isinstance(data.get("hubs"), list)
        else []
    )
    newest = _newest_json(items)
    entries = tuple(_json_entry(item, data, url, zone, guids) for item in newest)
    return Feed(
        entries=entries,
        format="json",
        language=language_base(_text(data, "language")),
        title=clean(_text(data, "title"), TITLE),
        hub=safe_link(hubs[0], url) or "" if hubs else "",
        self_url=safe_link(_text(data, "feed_url"), url) or "",
        total=len(items),
        dropped=len(items) - len(newest),
        fingerprints=("",) * len(entries),
    )


def _newest_json(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(items) <= NEWEST:
        return items
    oldest = datetime.min.replace(tzinfo=UTC)
    dates = [parse_date(_text(item, "date_published")) or oldest for item in items]
    ranked = sorted(range(len(items)), key=lambda i: dates[i], reverse=True)[:NEWEST]
    return [items[i] for i in sorted(ranked)]


def _json_entry(item: dict[str, Any], data: dict[str, Any], url: str, zone: str, guids: Counter[str]) -> Entry:
    guid = clean(_text(item, "id"), _GUID)
    where = _text(item, "url") or _text(item, "external_url")
    link = safe_link(where, _text(data, "home_page_url") or url) if where else None
    if link is None and guid.startswith(("http://", "https://")):
        link = safe_link(guid)
    body = plain(_text(item, "content_html"), TEXT) or plain(_as_markup(_text(item, "content_text")), TEXT)
    lead = clean(_as_markup(_text(item, "summary")), LEAD) or clean(_as_markup(body), LEAD)
    title = _headline(clean(_as_markup(_text(item, "title")), TITLE), lead)
    stated = clean(_text(item, "date_published") or _text(item, "date_modified"), 100)
    published = parse_date(stated, zone=zone)
    return Entry(
        key=entry_key(guid, link, title, published, guid_unique=guids[_text(item, "id")] == 1),
        url=link, title=title, lead=lead, text=body if len(body) > max(400, 1.3 * len(lead)) else "",
        author=_json_author(item), published=published, published_raw=stated,
        language=language_base(_text(item, "language")), guid=guid,
    )  # fmt: skip


def _json_author(item: dict[str, Any]) -> str:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [clean(_text(author, "name"), 100) for author in authors or () if isinstance(author, dict)]
    return cut(", ".join(name for name in names if name), 200)


def _as_markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
