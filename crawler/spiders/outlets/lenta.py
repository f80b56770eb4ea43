"""Лента.ру: a feed of some hours, and a page for each past day (/2026/11/24/) with further pages below it."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Lenta(OutletSpider):
    name = "lenta"

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        return "section", urljoin(url, f"/{day:%Y/%m/%d}/")

    def taken(self, entry: Entry) -> Entry | None:
        return entry if "/news/" in (entry.url or "") or "/articles/" in (entry.url or "") else None
