"""Интерфакс: a feed of some hours, and a page for each past day (/news/2026/11/24), itself in several parts."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from scrapy.http import TextResponse

from crawler.spiders.outlet import OutletSpider


class InterfaxRu(OutletSpider):
    name = "interfax-ru"

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        return "section", urljoin(url, f"/news/{day:%Y/%m/%d}")

    def older(self, response: TextResponse) -> str:
        parts = [response.urljoin(href) for href in response.css(".pages a::attr(href)").getall()]
        later = parts[parts.index(response.url) + 1 :] if response.url in parts else parts[1:]
        return later[0] if later else ""
