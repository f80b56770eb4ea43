"""What a crawl notes of the world, value by value; the recorder alone writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler import tdm
from crawler.articles import ArticleItem
from store.records import Endpoint, Fetch, Listed, Source


@dataclass(frozen=True, slots=True)
class Listing:
    """What one source listed at one address. `endpoint` is None where the schedule may not be written (a replay)."""

    fetch: Fetch
    endpoint: Endpoint | None = None
    rows: tuple[Listed, ...] = ()
    touched: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    shown_only: bool = False  # an address typed by hand, without --save


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an entry that gave no article. `outcome`: off topic | failed | quarantined."""

    source_id: str
    key: str
    url: str
    outcome: str
    error: str = ""
    shown_only: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """An entry whose page another source listed too, and which was read for that one."""

    source_id: str
    key: str
    article_id: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An entry whose page its server says did not change since it was stored."""

    source_id: str
    key: str
    url: str
    article_id: int
    title: str
    lead: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Postponed:
    """An entry whose page is tried again later."""

    source_id: str
    key: str
    url: str
    until: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Poison:
    """A body that killed the parser for the third time."""

    source_id: str
    url: str
    stage: str
    attempts: int
    at: datetime
    error: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Learned:
    """A server's robots.txt, or until when it wants to be left alone."""

    host: str
    status: str = ""
    robots: bytes = b""
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a server reserves from text mining."""

    host: str
    rules: tuple[tdm.Rule, ...]
    at: datetime


Note = Listing | ArticleItem | Settled | Met | Unchanged | Postponed | Poison | Learned | Reserved | Source
