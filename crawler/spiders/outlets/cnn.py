"""CNN: a news sitemap; the RSS host has been frozen since 2023. Each post of a live blog has an address below its
blog's.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.spiders.outlet import OutletSpider, moved_to
from store.records import Entry


class Cnn(OutletSpider):
    name = "cnn"

    def taken(self, entry: Entry) -> Entry | None:
        path = urlsplit(entry.url or "").path
        if path.startswith(("/videos/", "/video/", "/audio/", "/gallery/", "/interactive/")):
            return None
        blog, post, _ = (entry.url or "").partition("/h_")
        return moved_to(entry, blog) if post and "/live-news/" in path else entry
