"""中国新闻网: a short feed for now, and one page for each past day that lists everything of it."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Chinanews(OutletSpider):
    name = "chinanews"

    def archive(self, url: str, day: date) -> tuple[str, str] | None:
        return "section", urljoin(url, f"/scroll-news/{day:%Y}/{day:%m%d}/news.shtml")

    def taken(self, entry: Entry) -> Entry | None:
        return None if "/shipin/" in (entry.url or "") or "/tp/" in (entry.url or "") else entry
