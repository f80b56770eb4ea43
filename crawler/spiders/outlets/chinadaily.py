"""China Daily: section pages. Topics and photo series stand among the articles."""

from __future__ import annotations

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class ChinaDaily(OutletSpider):
    name = "chinadaily"

    def taken(self, entry: Entry) -> Entry | None:
        return entry if "/a/" in (entry.url or "") else None
