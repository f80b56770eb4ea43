"""Reuters: a news sitemap, headlines and links alone. Pictures, videos and graphics stand among the articles."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Reuters(OutletSpider):
    name = "reuters"

    def taken(self, entry: Entry) -> Entry | None:
        kind = urlsplit(entry.url or "").path.split("/")[1:2]
        return None if kind in (["video"], ["pictures"], ["graphics"], ["podcasts"]) else entry
