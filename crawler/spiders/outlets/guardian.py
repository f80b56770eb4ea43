"""The Guardian: feeds of a few days, and for each section a page for each past day (/world/2026/nov/24/all)."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin, urlsplit

from crawler.days import MONTHS
from crawler.spiders.outlet import OutletSpider


class Guardian(OutletSpider):
    name = "guardian"

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        section = urlsplit(url).path.removesuffix("/rss").rstrip("/")
        return "section", urljoin(url, f"{section}/{day:%Y}/{MONTHS[day.month - 1]}/{day:%d}/all")
