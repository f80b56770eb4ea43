"""РИА Новости: a sitemap for each day, under one address that takes the day, is the most complete way to read it."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from scrapy.http import TextResponse

from crawler.spiders.outlet import OutletSpider


class Ria(OutletSpider):
    name = "ria"

    def current(self, url: str, day: date) -> str:
        return f"{url}?date_start={day:%Y%m%d}&date_end={day:%Y%m%d}" if "/sitemap_article" in url else url

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        return "sitemap", self.current(urljoin(url, "/sitemap_article.xml"), day)

    def stamp(self, response: TextResponse) -> str:
        return response.css(".article__info-date a::text, .article__info-date::text").get("")
