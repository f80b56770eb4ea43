"""Sitemaps, news sitemaps and their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrapy.http import Response

from config import Source
from crawler.spiders.feed import FeedSpider
from crawler.task import Target
from crawler.wire import Document

NEWEST = 1000  # pages of one sitemap that are looked at; Google's limit for news sitemaps
CHILDREN = 5  # sitemaps of one index that are opened: those changed last
DEPTH = 2


class SitemapSpider(FeedSpider):
    """Reads sitemaps too: the newest pages of each, and of an index the sitemaps that changed last."""

    name = "sitemaps"

    def listed(
        self, source: Source, target: Target, document: Document, response: Response, headers: dict[str, str]
    ) -> Iterator[Any]:
        yield from self._children(target, document, response)
        yield from super().listed(source, target, _newest(document), response, headers)

    def _children(self, target: Target, document: Document, response: Response) -> Iterator[Any]:
        depth = response.meta.get("depth_of_index", 0)
        if depth >= DEPTH:
            return
        for url in document.children[:CHILDREN]:
            child = self.first(replace(target, part=url))
            child.meta["depth_of_index"] = depth + 1
            yield child


def _newest(document: Document) -> Document:
    """Its newest pages only: a plain sitemap may list an outlet's whole past."""
    if len(document.entries) <= NEWEST:
        return document
    dated = sorted(
        document.entries, key=lambda entry: entry.published.timestamp() if entry.published else 0.0, reverse=True
    )
    cut = len(document.entries) - NEWEST
    return replace(document, entries=tuple(dated[:NEWEST]), dropped=document.dropped + cut)
