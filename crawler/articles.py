"""An article as it was just read, out of a page or out of the entry alone. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from config import Source
from crawler import language, tdm
from crawler.canonical import canonical, host_of, safe_link
from crawler.dates import effective
from crawler.headline import without_outlet
from store.articles import Draft
from store.records import Entry, Listed

# Version 1 of the columns of `crawl --output` and `scrapy crawl -O`
COLUMNS = (
    "id", "source", "country", "ownership", "language", "url", "title", "author", "published", "published_raw",
    "fetched",
    "relevant", "edges", "text_sha256", "origin",
)  # fmt: skip
_FINAL = (
    "robots", "reserved", "refused", "blocked", "too large", "no text", "not a page", "empty", "http 404", "http 410",
    "not recorded",
)  # fmt: skip
GONE = ("http 404", "http 410")  # the page is no more, which is no fault of this crawl
GONE_PAGE = "its page is gone (HTTP 404 or 410)"  # told of an entry that has a headline only
# The page is there, but not for us: its title and link are
FORBIDDEN = ("robots", "robots unreachable", "reserved", "blocked")
_BARE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
BACK_OFF, LONGEST = timedelta(minutes=30), timedelta(days=1)  # before a page is asked for again
QUOTED = 280  # characters that an issue may quote of an article; who allows less gives no text to quote from


@dataclass
class ArticleItem:
    """What a spider hands on: a plain, mutable dataclass, as Scrapy's pipelines expect.

    `id` is derived from its canonical address, so that two machines name it alike.
    """

    source: str
    country: str
    ownership: str
    identity: str
    url: str
    title: str
    lead: str
    text: str
    language: str
    published: datetime
    fetched: datetime
    author: str = ""
    published_raw: str = ""
    origin: str = "page"
    reserved: bool = False
    links: tuple[str, ...] = ()
    key: str = ""  # of the entry that led here; "" for an address typed by hand
    also: tuple[tuple[str, str], ...] = ()  # (source, key) of other entries that lead to the same page
    outlet: str = ""
    gated: bool = True  # False: kept whatever it is about
    kept: bool = True  # False: shown, not stored
    etag: str | None = None  # of the page, byte for byte
    last_modified: str | None = None
    unread: str = ""  # why the page itself was not read; the feed's text stands in
    again: datetime | None = None  # when it is asked for again; None for never
    relevant: bool = False
    edges: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    replayed: bool = False
    id: str = field(init=False)
    text_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = number(self.identity)
        self.text_sha256 = hashlib.sha256((self.text or self.lead).encode("utf-8", "replace")).hexdigest()

    def draft(self) -> Draft:
        """As the store takes it."""
        return Draft(
            source_id=self.source, identity=self.identity, url=self.url, title=self.title, lead=self.lead,
            text=self.text,
            language=self.language, published=self.published, author=self.author, published_raw=self.published_raw,
            relevant=self.relevant, edges=tuple(self.edges), about=tuple(self.about), concepts=tuple(self.concepts),
            origin=self.origin, reserved=self.reserved, links=tuple(self.links), replayed=self.replayed,
            etag=self.etag, last_modified=self.last_modified,
        )  # fmt: skip


def number(identity: str) -> str:
    """The article's name in every output: the same for the same canonical address, whatever the store."""
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def final(outcome: str) -> bool:
    """Whether asking for the page again would not help."""
    return outcome in _FINAL


def next_try(row: Listed, at: datetime) -> datetime:
    """When a page that could not be read is asked for again: after as long as its entry is known, so that the pauses
    double, up to a day."""
    return at + min(max(at - row.first_seen, BACK_OFF), LONGEST)


def reserved(headers: Mapping[str, str]) -> bool:
    """Whether the answer's headers reserve text mining or snippets (TDMRep, X-Robots-Tag)."""
    return headers.get("tdm-reservation", "").strip() == "1" or tdm.tagged(headers.get("x-robots-tag", ""))[0]


def limited(page: dict[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """The page's values with the shorter of the snippets that it and its answer's headers allow."""
    limits = (page["max_snippet"], tdm.tagged(headers.get("x-robots-tag", ""))[1])
    return {**page, "max_snippet": min((limit for limit in limits if limit is not None), default=None)}


def wordless(entry: Entry) -> Entry:
    """An entry out of a feed whose server reserves mining: title and link only."""
    return replace(entry, lead="", text="")


def entry_of(row: Listed) -> Entry:
    """An entry as the store remembers it, as a feed gave it."""
    return Entry(
        key=row.key, url=row.url, title=row.title, lead=row.lead, text=row.text, author=row.author,
        published=row.published, published_raw=row.published_raw, language=row.language,
    )  # fmt: skip


def from_entry(source: Source, row: Listed, at: datetime, *, reserved: bool = False) -> ArticleItem:
    """The article as the feed alone tells it; `reserved`: its title and link."""
    assert row.url is not None
    return ArticleItem(
        source=source.id, country=source.country, ownership=source.ownership, outlet=source.name,
        identity=canonical(row.url) or row.url, url=row.url, title=without_outlet(row.title, source.name),
        lead="" if reserved else row.lead, text="" if reserved else row.text or row.lead,
        language=language.base(row.language or source.language), published=effective(row.published, row.first_seen),
        fetched=at, author=row.author, published_raw=row.published_raw, origin="feed", key=row.key, reserved=reserved,
    )  # fmt: skip


def from_page(
    source: Source, row: Listed, page: Mapping[str, Any], url: str, at: datetime, *, reserved: bool = False
) -> ArticleItem:
    """The article as its page tells it, with the feed's title and lead where it has them.

    `page` holds the fields of extract.Extracted, `url` is where the page was found in the end. A publisher who reserved
    mining or snippets is taken at their word: title and link only.
    """
    link, identity = addresses(url, str(page["canonical_url"]))
    closed = reserved or bool(page["reserved"]) or page["max_snippet"] == 0
    lead = "" if closed else row.lead or str(page["lead"])
    most = page["max_snippet"]
    short = most is not None and most < QUOTED
    if short:
        lead = lead[:most]
    published, raw = _published(row, page)
    return ArticleItem(
        source=source.id, country=source.country, ownership=source.ownership, outlet=source.name, identity=identity,
        url=link, title=without_outlet(row.title or str(page["title"]) or link, source.name),
        lead=lead, text="" if closed or short else str(page["text"]),
        language=language.base(str(page["language"]) or row.language or source.language),
        published=effective(published, row.first_seen), fetched=at, author=str(page["author"]) or row.author,
        published_raw=raw, origin="page", reserved=closed,
        links=() if closed else tuple(page["links"]), key=row.key,
    )  # fmt: skip


def day_only(raw: str) -> bool:
    """Whether a stamp names a day and no hour, as addresses and many sitemaps do."""
    return _BARE_DAY.fullmatch(raw) is not None


def _published(row: Listed, page: Mapping[str, Any]) -> tuple[datetime | None, str]:
    """When it was published and in whose words: the entry's, unless its page knows better.

    It does where the entry names a day only, and where it has no headline: a plain sitemap says when a page was last
    changed. A page that is two days off a stated day tells of something else.
    """
    stated: datetime | None = page["published"]
    vague = day_only(row.published_raw)
    near = row.published is None or (stated is not None and abs(stated - row.published) < 2 * timedelta(days=1))
    if stated is not None and (row.published is None or (vague and near) or (not row.title and not vague)):
        return stated, str(page["published_raw"])
    return row.published, row.published_raw or str(page["published_raw"])


def addresses(url: str, stated: str) -> tuple[str, str]:
    """(the link to print, the identity) of a page found at `url` that states the canonical address `stated`.

    A stated address counts only on the same host: otherwise any page could pass as another outlet's.
    """
    stated = safe_link(stated) or ""
    link = stated if stated and host_of(stated) == host_of(url) and canonical(stated) else safe_link(url) or url
    return link, canonical(link) or link
