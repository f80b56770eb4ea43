"""What Scrapy and Twisted keep of each host, and for how long: a crawl meets thousands and talks to a few at a time."""

from __future__ import annotations

from itertools import islice
from time import monotonic
from typing import Any

from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from twisted.web.client import HTTPConnectionPool


class Slots(Downloader):
    """Scrapy's downloader, but a host's slot goes soon after its spacing is over and nothing more is wanted of it."""

    _SLOT_GC_INTERVAL = 0.5  # default 60 seconds

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._idle: set[str] = set()

    def _slot_gc(self, age: float = 0) -> None:
        """Drop the slots that were idle the last time as well: between a host's robots.txt, which may name a longer
        spacing, and the document that waits for it there are a few turns of the loop."""
        now = monotonic()
        idle = {key for key, slot in self.slots.items() if not slot.active and slot.lastseen + slot.delay <= now - age}
        for key in idle & self._idle:
            self.slots.pop(key).close()
        self._idle = idle


class Pool(HTTPConnectionPool):
    """Twisted's pool, but with at most `most` idle connections in all; those used longest ago are closed."""

    most = 128  # twice CONCURRENT_REQUESTS: so many hosts may have a document or a page in turn

    def __init__(self, reactor: Any) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]

    def _putConnection(self, key: Any, connection: Any) -> None:
        super()._putConnection(key, connection)  # type: ignore[no-untyped-call]
        for oldest in islice(self._timeouts.values(), max(len(self._timeouts) - self.most, 0)):
            oldest.reset(0)  # its time is over now

    def _removeConnection(self, key: Any, connection: Any) -> None:
        super()._removeConnection(key, connection)  # type: ignore[no-untyped-call]
        if not self._connections[key]:
            del self._connections[key]
