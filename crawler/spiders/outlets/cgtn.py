"""CGTN: section pages; a day in each address, and the hour before the day in the byline ("10:22, 24-Nov-2026")."""

from __future__ import annotations

from scrapy.http import TextResponse

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Cgtn(OutletSpider):
    name = "cgtn"

    def taken(self, entry: Entry) -> Entry | None:
        return entry if "/news/" in (entry.url or "") and "/video" not in (entry.url or "") else None

    def stamp(self, response: TextResponse) -> str:
        return response.css(".news-date::text, .date::text, [class*=publish-time]::text").get("")
