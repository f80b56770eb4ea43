"""The last word before a connection is made: a request may have waited in its host's queue for minutes."""

from __future__ import annotations

import math
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import door
from crawler.hosts import Pool
from crawler.verdict import Refusal

KEPT = 5  # seconds past the spacing that a connection waits for its host's next request; 240 hold thousands of sockets


class Handler(HTTP11DownloadHandler):
    """Scrapy's own, for http and https, but a host that asked for quiet meanwhile gets it."""

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor  # not before Scrapy has chosen one

        super().__init__(crawler)
        theirs, self._pool = self._pool, Pool(reactor)
        self._pool.maxPersistentPerHost, self._pool._factory = theirs.maxPersistentPerHost, theirs._factory
        self._pool.cachedConnectionTimeout = math.ceil(crawler.settings.getfloat("DOWNLOAD_DELAY")) + KEPT
        self._told = crawler

    async def download_request(self, request: Request) -> Response:
        held: dict[str, Any] = getattr(self._told.spider, "held", {})
        until = held.get(door.host_key(request.url))
        if until is not None:
            # "held" waits with its host; where another host has sent us here, that one must not be asked again at once
            outcome = "error" if request.meta.get("hops") else "held"
            raise Refusal(outcome, f"its server asked to be left alone until {until:%Y-%m-%d %H:%M} UTC")
        response = await super().download_request(request)
        spider: Any = self._told.spider
        if response.status in (429, 503) and hasattr(spider, "hold"):
            spider.hold(request, response)  # before the next one leaves the queue
        return response
