"""What a spider hands on: one article as it was just read. A plain, mutable dataclass, as Scrapy's pipelines expect."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from store.articles import Draft

COLUMNS = (
    "id", "source", "country", "ownership", "language", "url", "title", "author", "published", "published_raw", "fetched",
    "relevant", "edges", "text_sha256",
)  # fmt: skip
# Version 1 of the columns of `crawl --output` and `scrapy crawl -O`: docs/output.md says what each holds


@dataclass
class ArticleItem:
    """One article. `id` is derived from its canonical address, so that two machines name it alike."""

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
    outlet: str = ""
    gated: bool = True  # False: kept whatever it is about
    kept: bool = True  # False: shown, not stored
    retry: str = ""  # why the page itself could not be read now; the feed's text stands in
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
            source_id=self.source, identity=self.identity, url=self.url, title=self.title, lead=self.lead, text=self.text,
            language=self.language, published=self.published, author=self.author, published_raw=self.published_raw,
            relevant=self.relevant, edges=tuple(self.edges), about=tuple(self.about), concepts=tuple(self.concepts),
            origin=self.origin, reserved=self.reserved, links=tuple(self.links), replayed=self.replayed,
        )  # fmt: skip


def number(identity: str) -> str:
    """The article's name in every output: the same for the same canonical address, whatever the store."""
    return hashlib.sha256(identity.encode()).hexdigest()[:16]
