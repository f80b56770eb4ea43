"""Sitemaps, news sitemaps and their indexes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from scrapy.http import Response

from config import Source
from crawler import days
from crawler.spiders.feed import FeedSpider
from crawler.task import Target
from crawler.wire import Document

NEWEST = 1000  # pages of one sitemap that are looked at; Google's limit for news sitemaps
CHILDREN = 5  # sitemaps of one index that are opened: those changed last
FAR = 200  # of them where a crawl asks for a time in the past; five seconds each are a quarter of an hour
WHOLE = 20_000  # pages of one sitemap then
DEPTH = 2


class SitemapSpider(FeedSpider):
    """Reads sitemaps too: the newest pages of each, and of an index the sitemaps that changed last."""

    name = "sitemaps"

    async def listed(
        self, source: Source, target: Target, document: Document, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        for child in self._children(target, document, response):
            yield child
        most = NEWEST if self.job.options.since is None else WHOLE
        async for found in super().listed(source, target, _newest(document, most), response, headers):
            yield found

    def _children(self, target: Target, document: Document, response: Response) -> Iterator[Any]:
        depth = response.meta.get("depth_of_index", 0)
        if depth >= DEPTH:
            return
        for url in self._chosen(document):
            child = self.first(replace(target, part=url))
            child.meta["depth_of_index"] = depth + 1
            yield child

    def _chosen(self, document: Document) -> list[str]:
        """The sitemaps of an index that are opened: the last changed, or all that may list what --since asks for."""
        since, until = self.job.options.since, self.job.options.until
        if since is None:
            return list(document.children[:CHILDREN])
        unchanged = since - timedelta(days=1)  # many name the day of a change only
        chosen = []
        for url, changed in zip_longest(document.children, document.changed):
            span = days.span_in(url)
            if (changed is None or changed >= unchanged) and not (span and days.outside(span, since, until)):
                chosen.append(url)
        return chosen[:FAR]


def _newest(document: Document, most: int) -> Document:
    """Its newest pages only: a plain sitemap may list an outlet's whole past."""
    if len(document.entries) <= most:
        return document
    dated = sorted(
        document.entries, key=lambda entry: entry.published.timestamp() if entry.published else 0.0, reverse=True
    )
    cut = len(document.entries) - most
    return replace(document, entries=tuple(dated[:most]), dropped=document.dropped + cut)
