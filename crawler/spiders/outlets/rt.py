"""RT: a feed of a day, and a sitemap for each year."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from scrapy.http import TextResponse

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Rt(OutletSpider):
    name = "rt"

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        return "sitemap", urljoin(url, f"/sitemap_{day:%Y}.xml")

    def stamp(self, response: TextResponse) -> str:
        return response.css(".date_article-header::text").get("")

    def taken(self, entry: Entry) -> Entry | None:
        return None if "/shows/" in (entry.url or "") or "/podcast/" in (entry.url or "") else entry
