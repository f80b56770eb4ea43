"""What reading a feed gives, and the rules that every kind of feed shares. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from crawler.canonical import canonical
from crawler.text import cut
from crawler.wire import Unreadable
from store.records import Entry

NEWEST = 500  # entries read of one document; 10,000 cost feedparser three seconds, 100,000 a minute
TITLE = 300  # characters
LEAD = 1000
TEXT = 100_000
GUID = 2000


class FeedError(Unreadable):
    """Raised when a body gives no entries that can be trusted, from crawler.feeds.read_feed.

    `reason`: "not a feed" (a web page, an error message, noise), "empty" (no bytes), "truncated" (cut off before the
    first whole entry), "unsafe" (declarations, attribute or nesting floods) or "too large".
    """


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed.

    `total` counts every item of the document, `dropped` those past the newest 500, `unchanged` those left out because
    their fingerprint was seen. `whole` is False where the body was cut off: keep its entries, never its validators.
    `fingerprints` belongs to `entries`, one each ("" where the document is not well-formed XML). `ttl` is in minutes.
    """

    entries: tuple[Entry, ...]
    format: str
    language: str = ""
    title: str = ""
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    total: int = 0
    dropped: int = 0
    unchanged: int = 0
    whole: bool = True
    repaired: bool = False
    encoding: str = "utf-8"
    fingerprints: tuple[str, ...] = ()


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


def headline(title: str, lead: str) -> str:
    """The title, or the lead's first words where the title says nothing (posts without one, lone joiners or dots)."""
    return title if any(char.isalnum() for char in title) else cut(lead, 100) or title
