"""The base for everything that is read: feeds, sitemaps, section pages, and addresses typed by hand.

A batch of plain sources shares one OutletSpider. An outlet with odd pages has a file of its own beside this one, with a
subclass that overrides a method, and `spider = "its name"` in sources.toml.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from config import Source
from crawler import articles as made
from crawler.canonical import canonical, safe_link
from crawler.parsing import ParseError, ParserDied
from crawler.spiders.page import PLAIN
from crawler.spiders.sitemap import SitemapSpider
from crawler.task import Target
from crawler.text import clean
from crawler.wire import Document
from store.records import Entry, Listed

HEADLINE = 20  # characters; a shorter link is a menu's
LONGEST = 300
MOST = 200  # links of one section page


class OutletSpider(SitemapSpider):
    """Reads everything that a source names."""

    name = "outlet"

    def first(self, target: Target) -> Request:
        spider = self.delegate(target)
        return super().first(target) if spider is self else spider.first(target)

    def delegate(self, target: Target) -> OutletSpider:
        """The spider that reads this target: the source's own where it names one."""
        from crawler.spiders.loader import outlet_spiders

        named = self.job.source(target.sources[0]).spider
        kind = outlet_spiders().get(named) if named and target.kind != "any" else None
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

    # -- section pages --

    async def read_section(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """A page that lists articles: its headlines are the entries."""
        entries = tuple(self.headlines(response))[:MOST]
        if not entries:
            self.nothing(source.id, target, "empty", "no headline found on the page", response, headers)
            return
        document = Document(entries, total=len(entries))
        for found in self.listed(source, target, document, response, headers):
            yield found

    def headlines(self, response: Response) -> Iterator[Entry]:
        """The entries of a section page: every link of the same site whose words are as long as a headline."""
        if not isinstance(response, TextResponse):
            return
        seen = set()
        here = (urlsplit(response.url).hostname or "").removeprefix("www.")
        for link in response.css("a[href]"):
            url = safe_link(response.urljoin(link.attrib["href"]))
            title = clean(" ".join(link.css("::text").getall()), LONGEST)
            if url is None or len(title) < HEADLINE or url in seen:
                continue
            if (urlsplit(url).hostname or "").removeprefix("www.") != here or urlsplit(url).path in ("", "/"):
                continue
            seen.add(url)
            identity = canonical(url) or url
            yield Entry(key=sha256(f"link {identity}".encode()).hexdigest(), url=url, title=title)

    # -- addresses typed by hand --

    async def read_any(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """An address of unknown kind: a feed, a sitemap, or else an article."""
        try:
            kind, document = await self.parsed("any", source, response)
        except ParseError as exc:
            self.nothing(source.id, target, exc.reason, str(exc) or PLAIN[exc.reason], response, headers)
            return
        except ParserDied as exc:
            self.nothing(source.id, target, "error", str(exc), response, headers)
            return
        if kind != "page":
            for found in self.listed(source, target, document, response, headers):
                yield found
            return
        at = self.at(response)
        row = Listed(
            source.id, "", response.url, str(document["title"]), str(document["lead"]), str(document["language"]),
            document["published"], at, at, "pending", published_raw=str(document["published_raw"]),
        )  # fmt: skip
        item = made.from_page(source, row, document, response.url, at, reserved=made.reserved(headers))
        self.tell({"e": "typed", "source": source.id, "url": target.url})  # answered, though it is no listing
        yield self._finished(item, row, gated=False, kept=self.job.options.save)
