"""Associated Press: a news sitemap. Its live pages keep one address, and galleries, videos and Spanish stand among
the articles.
"""

from __future__ import annotations

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Ap(OutletSpider):
    name = "ap"

    def taken(self, entry: Entry) -> Entry | None:
        is_article = "/article/" in (entry.url or "") or "/live/" in (entry.url or "")
        return entry if is_article and entry.language in ("", "en") else None
