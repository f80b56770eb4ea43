"""新华网 and its English edition: section pages. The Chinese pages print year, day and hour in marks of their own."""

from __future__ import annotations

import re

from scrapy.http import TextResponse

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Xinhua(OutletSpider):
    name = "xinhua"

    def taken(self, entry: Entry) -> Entry | None:
        return entry if re.search(r"/20\d{6}/[0-9a-f]{8,}/|/20\d{2}-\d{2}/\d{2}/", entry.url or "") else None

    def stamp(self, response: TextResponse) -> str:
        parts = response.css(".header-time").xpath("string()").get("")
        if found := re.search(r"(20\d{2})\s*(\d{1,2})\s*/\s*(\d{1,2})\s*(\d{1,2}:\d{2})", parts):
            return "{}-{}-{} {}".format(*found.groups())
        return (
            response.css(".info, .head-info, .publish-time").re_first(r"20\d{2}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?")
            or ""
        )
