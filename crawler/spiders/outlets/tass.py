"""ТАСС: the feed alone, its pages are closed to machines. Press releases and adverts stand among the news."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.spiders.outlet import OutletSpider
from store.records import Entry


class Tass(OutletSpider):
    name = "tass"

    def taken(self, entry: Entry) -> Entry | None:
        rubric = urlsplit(entry.url or "").path.split("/")[1:2]
        return None if rubric in (["press-relizy"], ["pressreleases"], ["press-releases"], ["spec"]) else entry
