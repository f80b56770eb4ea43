"""Global Times: a feed whose dates are up to six weeks off, so that the pages' own count ("Published: Nov 24, 2026
10:22 PM").
"""

from __future__ import annotations

from dataclasses import replace

from scrapy.http import TextResponse

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class GlobalTimes(OutletSpider):
    name = "globaltimes"

    def taken(self, entry: Entry) -> Entry | None:
        return replace(entry, published=None, published_raw="")

    def stamp(self, response: TextResponse) -> str:
        return response.css(".pub_time::text").get("")
