"""What one address turned out to be: values that go from parser to scout to asker. Imports no parser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.schedule import STALE
from crawler.wire import entry
from store.records import Entry


@dataclass(frozen=True, slots=True)
class Look:
    """What one body is. `kind`: feed | sitemap | index | page | rights.

    `declared` is the charset that header or document name, `encoding` the one that it is in; `repaired`: there was
    damage. `feeds` and `sitemaps` are the addresses that a page names, `children` those of an index. `reserved`: its
    publisher reserves text mining. `repeated` counts entries whose guid one of another link has too.
    """

    kind: str
    format: str = ""
    title: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    total: int = 0
    whole: bool = True
    declared: str = ""
    encoding: str = ""
    repaired: bool = False
    repeated: int = 0
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    reserved: bool = False

    @property
    def newest(self) -> datetime | None:
        return max((entry.published for entry in self.entries if entry.published), default=None)

    @property
    def lists(self) -> bool:
        """Whether headlines can be read from it: a plain sitemap has none."""
        return self.kind in ("feed", "sitemap") and any(entry.title and entry.url for entry in self.entries)


    def fresh(self, now: datetime) -> bool:
        """Whether it lists articles, and some that are not old: many a feed answers for years after its last item."""
        return self.lists and (self.newest is None or now - self.newest <= STALE)


def of_plain(values: Mapping[str, Any]) -> Look:
    """A look from the values that `dataclasses.asdict` and JSON made of it."""
    lists = {name: tuple(values[name]) for name in ("feeds", "sitemaps", "children")}
    return Look(**{**values, **lists, "entries": tuple(entry(each) for each in values["entries"])})


@dataclass(frozen=True, slots=True)
class Sight:
    """What came of one address. `url` is where its answer was found in the end, `hops` the redirects on the way there.

    `outcome` is that of records.Fetch; `look` is None unless something could be read. `robots`: ok | allow | disallow,
    or "" where it was not asked for; `sitemaps` are those that it names. `modified` is the Last-Modified header.
    """

    source_id: str
    kind: str
    asked: str
    url: str
    outcome: str
    error: str = ""
    status: int | None = None
    hops: tuple[tuple[int, str], ...] = ()
    modified: datetime | None = None
    reserved: bool = False
    robots: str = ""
    sitemaps: tuple[str, ...] = ()
    seconds: float = 0.0
    look: Look | None = None

    @property
    def moved(self) -> str:
        """The address that an unbroken chain of 301 and 308 led to, or ""."""
        return self.url if self.hops and all(status in (301, 308) for status, _ in self.hops) else ""


def best(seen: Iterable[Sight]) -> Sight | None:
    """The one with the newest article, of those that list any: undated ones last; the earlier of two equals."""
    listing = [(sight, sight.look.newest) for sight in seen if sight.look is not None and sight.look.lists]
    return max(listing, key=lambda pair: pair[1].timestamp() if pair[1] else 0.0, default=(None, None))[0]
