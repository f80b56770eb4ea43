"""Коммерсантъ: the feed alone (its robots.txt turns crawlers away), with galleries and broadcasts among the
articles.
"""

from __future__ import annotations

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Kommersant(OutletSpider):
    name = "kommersant"

    def taken(self, entry: Entry) -> Entry | None:
        return entry if "/doc/" in (entry.url or "") else None
