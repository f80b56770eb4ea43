"""The base for everything that is read: feeds, sitemaps, section pages, and addresses typed by hand.

A batch of plain sources shares one OutletSpider. An outlet with odd pages has a file of its own in outlets/, with a
subclass that overrides a method of the first part below, and `spider = "its name"` in sources.toml.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from scrapy import Request
from scrapy.http import Response, TextResponse

from config import Source
from crawler import articles as made
from crawler import dates, days, door
from crawler.canonical import canonical, safe_link
from crawler.middlewares import headers_of
from crawler.parsing import ParseError, ParserDied
from crawler.spiders.page import Tell
from crawler.spiders.sitemap import SitemapSpider
from crawler.task import Job, Target
from crawler.text import clean
from crawler.wire import Document
from store.records import Entry, Listed

HEADLINE = 20  # characters; a shorter link is a menu's
LONGEST = 300
MOST = 200  # headlines of one section page
LINKS, PARTS = 2000, 40  # links of it that are looked at, and pieces of text in each; a front page has 500
PAGES = 40  # pages of one section that are gone back; five seconds each
_OLDER = (
    "next",
    "next page",
    "older",
    "older posts",
    "more",
    "далее",
    "следующая",
    "вперед",
    "вперёд",
    "下一页",
    "下页",
)


def dated(entry: Entry, source: Source) -> Entry:
    """The entry with the day that its address names, if it does; its page knows the hour."""
    day = days.day_in(urlsplit(entry.url or "").path)
    if day is None or entry.published is not None:
        return entry
    return replace(entry, published=days.begins(day, source.timezone), published_raw=day.isoformat())


def links(response: TextResponse) -> Iterator[tuple[str, str]]:
    """(address, words) of a page's first links, lazily: section pages are read in the process that fetches, which a
    page of 200,000 links, or one link around a whole book, would hold up for all the others."""
    root: Any = response.selector.root
    if not isinstance(root, etree._Element):  # not one tag
        return
    for link in islice(root.iter("a"), LINKS):
        if href := link.get("href"):
            yield href, " ".join(islice(link.itertext(), PARTS))


def moved_to(entry: Entry, url: str) -> Entry:
    """The entry as one that leads to `url`: the posts of a live blog are one article in many states."""
    return replace(entry, url=url, key=_key(url))


def _key(url: str) -> str:
    return sha256(f"link {canonical(url) or url}".encode()).hexdigest()


class OutletSpider(SitemapSpider):
    """Reads everything that a source names; by a spider of `kinds` where the source names one of them."""

    name = "outlet"

    def __init__(
        self, job: Job, tell: Tell = lambda event: None, kinds: Mapping[str, type[OutletSpider]] | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(job, tell, **kwargs)
        self.kinds = kinds or {}
        self.walked: set[str] = set()  # sources whose past was asked for

    # -- what an outlet's own spider says differently --

    def current(self, url: str, day: date) -> str:
        """The document to read on that day, where the configured address has one for each day."""
        return url

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        """(kind, address) of what lists the articles of a past day, for crawls with --since; `url` is configured."""
        return None

    def taken(self, entry: Entry) -> Entry | None:
        """The entry as it is to be read; None for what is no article: a video, a gallery, a topic's page."""
        return entry

    def stamp(self, response: TextResponse) -> str:
        """The page's own words for when it was published, where they say more than what it states for machines."""
        return ""

    def older(self, response: TextResponse) -> str:
        """The address of the section page with older headlines, "" where this is the last one."""
        for link in response.css("link[rel~=next], a[rel~=next], a.next, .next > a, .pagination-next > a"):
            if url := safe_link(response.urljoin(link.attrib.get("href", ""))):
                return url
        for href, text in links(response):
            if clean(text, LONGEST).strip(" ›»>→").lower() in _OLDER:
                return safe_link(response.urljoin(href)) or ""
        return ""

    # -- who reads what --

    def first(self, target: Target) -> Request:
        spider = self.delegate(target)
        if spider is not self:
            return spider.first(target)
        request = super().first(target)
        if target.part or target.kind == "any":
            return request
        here = ZoneInfo(self.job.source(target.sources[0]).timezone)
        today = self.current(target.url, self.job.now.astimezone(here).date())
        return request if today == target.url else request.replace(url=today)

    def left_over(self, source: Source) -> Iterator[Any]:
        spider = self.delegate(Target("", "pages", (source.id,)))
        yield from super().left_over(source) if spider is self else spider.left_over(source)

    def delegate(self, target: Target) -> OutletSpider:
        """The spider that reads this target: the source's own where it names one."""
        named = self.job.source(target.sources[0]).spider
        kind = self.kinds.get(named) if named and target.kind != "any" else None
        if kind is None or isinstance(self, kind):
            return self
        other = kind(self.job, self.tell)
        # One crawl, one memory: what was asked, taken, held and learned counts for all its spiders
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name != "name"})
        other.crawler = self.crawler
        return other

    async def read_for(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        reader = {"any": self.read_any, "section": self.read_section}.get(target.kind, super().read_for)
        async for found in reader(source, target, response, headers):
            yield found

    async def read(self, response: Response, target: Target) -> AsyncIterator[Any]:
        for request in self.backwards(target):
            yield request
        async for found in super().read(response, target):
            yield found

    def backwards(self, target: Target) -> Iterator[Request]:
        """What the outlet keeps of the days that --since asks for, asked once for each source."""
        options = self.job.options
        if options.since is None or target.part or target.kind == "any":
            return
        for source in (self.job.source(id) for id in target.sources if id not in self.walked):
            self.walked.add(source.id)
            past = days.asked(options.since, options.until, self.job.now, source.timezone)
            for kind, url in dict.fromkeys(found for day in past if (found := self.archive(target.url, day))):
                yield self.first(Target(target.url, kind, (source.id,), part=url))

    async def listed(
        self, source: Source, target: Target, document: Document, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        kept = [(number, entry) for number, raw in enumerate(document.entries) if (entry := self.taken(raw))]
        if made.reserved(headers):
            kept = [(number, made.wordless(entry)) for number, entry in kept]
        prints = tuple(document.fingerprints[number] for number, _ in kept) if document.fingerprints else ()
        mine = replace(document, entries=tuple(entry for _, entry in kept), fingerprints=prints)
        async for found in super().listed(source, target, mine, response, headers):
            yield found

    def refined(self, source: Source, response: Response, page: dict[str, Any]) -> dict[str, Any]:
        page = made.limited(page, headers_of(response))
        stamp = clean(self.stamp(response), 100) if isinstance(response, TextResponse) else ""
        published = dates.parse(stamp, zone=source.zone)
        return page if published is None else {**page, "published": published, "published_raw": stamp}

    # -- section pages --

    async def read_section(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """A page that lists articles: its headlines are the entries; and the page before it, as far as is asked."""
        try:
            await self.tried(source, response)
        except (ParseError, ParserDied) as exc:
            self.unreadable(source.id, target, exc, response, headers)
            return
        entries = tuple(dated(entry, source) for entry in islice(self.headlines(response), MOST))
        if not entries:
            self.nothing(source.id, target, "empty", "no headline found on the page", response, headers)
            return
        document = Document(entries, total=len(entries))
        async for found in self.listed(source, target, document, response, headers):
            yield found
        for request in self._before(target, entries, response):
            yield request

    async def tried(self, source: Source, response: Response) -> None:
        """Make sure that the page, which is parsed in this process, hurts nobody. Raises ParseError or ParserDied."""
        if isinstance(response, TextResponse):
            body = response.text.encode("utf-8", "replace")  # what a selector parses
            await self.parsing.ask(
                "trial", body, url=response.url, content_type="text/html", encoding="", zone="UTC", of=source.id
            )

    def _before(self, target: Target, entries: Sequence[Entry], response: Response) -> Iterator[Request]:
        """The next older page of a section, until one lists nothing new or only what is older than is asked for."""
        since = self.job.options.since
        if since is None or not isinstance(response, TextResponse):
            return
        depth, known = response.meta.get("pages_back", 0), response.meta.get("headlines", frozenset())
        urls = frozenset(entry.url for entry in entries)
        stamps = [entry.published for entry in entries if entry.published is not None]
        over = len(stamps) * 2 > len(entries) and max(stamps) + days.SLACK <= since
        url = self.older(response)
        if not url or over or depth >= PAGES or urls <= known or door.host_key(url) != door.host_key(response.url):
            return
        request = self.first(replace(target, part=url))
        request.meta.update({"pages_back": depth + 1, "headlines": known | urls})
        yield request

    def headlines(self, response: Response) -> Iterator[Entry]:
        """The entries of a section page: every link of the same site whose words are as long as a headline."""
        if not isinstance(response, TextResponse):
            return
        seen = set()
        here = (urlsplit(response.url).hostname or "").removeprefix("www.")
        for href, text in links(response):
            url = safe_link(response.urljoin(href))
            title = clean(text, LONGEST)
            if url is None or len(title) < HEADLINE or url in seen:
                continue
            if (urlsplit(url).hostname or "").removeprefix("www.") != here or urlsplit(url).path in ("", "/"):
                continue
            seen.add(url)
            yield Entry(key=_key(url), url=url, title=title)

    # -- addresses typed by hand --

    async def read_any(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """An address of unknown kind: a feed, a sitemap, or else an article."""
        try:
            kind, document = await self.parsed("any", source, response)
        except (ParseError, ParserDied) as exc:
            self.unreadable(source.id, target, exc, response, headers)
            return
        if kind != "page":
            async for found in self.listed(source, target, document, response, headers):
                yield found
            return
        at = self.at(response)
        row = Listed(
            source.id, "", response.url, str(document["title"]), str(document["lead"]), str(document["language"]),
            document["published"], at, at, "pending", published_raw=str(document["published_raw"]),
        )  # fmt: skip
        page = made.limited(document, headers)
        item = made.from_page(source, row, page, response.url, at, reserved=made.reserved(headers))
        self.tell({"e": "typed", "source": source.id, "url": target.url})  # answered, though it is no listing
        yield self._finished(item, row, gated=False, kept=self.job.options.save)
