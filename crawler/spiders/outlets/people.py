"""人民网 and its editions: section pages and an index of sitemaps. Topics and pictures stand among the articles."""

from __future__ import annotations

import re

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class People(OutletSpider):
    name = "people"

    def taken(self, entry: Entry) -> Entry | None:
        is_article = re.search(r"/n\d/20\d{2}/", entry.url or "")  # everything else lists or shows pictures
        return entry if is_article else None
