"""JSON Feed 1.0 and 1.1 -> entries (jsonfeed.org/version/1.1). Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crawler.canonical import safe_link
from crawler.dates import parse as parse_date
from crawler.entries import GUID, LEAD, NEWEST, TEXT, TITLE, Feed, FeedError, entry_key, headline
from crawler.language import base as language_base
from crawler.text import clean, cut, plain
from store.records import Entry


def read_json(text: str, url: str, zone: str) -> Feed:
    """Parse a JSON Feed; links are resolved against `url`, zone-less dates read in `zone`. Raises FeedError."""
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
    newest = _newest_json(items)
    entries = tuple(_json_entry(item, data, url, zone, guids) for item in newest)
    return Feed(
        entries=entries,
        format="json",
        language=language_base(_text(data, "language")),
        title=clean(_text(data, "title"), TITLE),
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
    guid = clean(_text(item, "id"), GUID)
    where = _text(item, "url") or _text(item, "external_url")
    link = safe_link(where, _text(data, "home_page_url") or url) if where else None
    if link is None and guid.startswith(("http://", "https://")):
        link = safe_link(guid)
    body = plain(_text(item, "content_html"), TEXT) or plain(_as_markup(_text(item, "content_text")), TEXT)
    lead = clean(_as_markup(_text(item, "summary")), LEAD) or clean(_as_markup(body), LEAD)
    title = headline(clean(_as_markup(_text(item, "title")), TITLE), lead)
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
