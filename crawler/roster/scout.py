"""The process that looks at addresses for `sources add`, `check`, `doctor`: `python -m crawler.roster.scout [first]`.

It goes out by the same door as a crawl, obeys the same robots.txt and keeps the same pace, but opens no store: what it
sees is told, line by line, and nothing else is changed. With `first` it asks for one address after another, and stops
at the first that lists fresh articles.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request
from scrapy.http import Response

from crawler import articles as made
from crawler import door, robots, schedule, verdict
from crawler.child import run
from crawler.look import Look
from crawler.middlewares import FEED_SIZE, headers_of
from crawler.parsing import ParseError, ParserDied
from crawler.resolver import GuardResolver
from crawler.spiders.outlet import MOST, OutletSpider
from crawler.spiders.page import FIRST, PLAIN
from crawler.task import Target


class Scout(OutletSpider):
    """Asks for each target once and tells what came."""

    name = "scout"

    def __init__(self, *arguments: Any, first: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._first = first
        self._waiting = list(self.job.targets)
        self._rules: dict[str, robots.Rules] = {}

    async def start(self) -> AsyncIterator[Any]:
        GuardResolver.allowed = door.Grant.of(self.job.adhoc).private
        while self._waiting:
            yield self.ask(self._waiting.pop(0))
            if self._first:
                return

    def ask(self, target: Target) -> Request:
        source = self.job.source(target.sources[0])
        today = self.job.now.astimezone(ZoneInfo(source.timezone)).date()
        url = self.delegate(target).current(target.url, today)  # where an outlet has a document for each day
        return Request(
            url, callback=self.saw, errback=self.missed, priority=FIRST, dont_filter=True,
            headers=dict(source.headers), cb_kwargs={"target": target},
            meta={
                "target": target, "download_maxsize": FEED_SIZE, "kind": target.kind, "grant": door.Grant.of([source]),
                "own_headers": tuple(source.headers),
                "no_robots": target.kind == "feed" and not source.obey_robots_for_feeds,
            },
        )  # fmt: skip

    def learned_robots(self, key: str, status: str, body: bytes) -> bool:
        self._rules[key] = robots.read("ok" if status == "ok" else "allow" if status == "allow" else "disallow", body)
        return False

    def hold(self, request: Request, response: Response) -> None:
        until = schedule.host_hold(response.status, headers_of(response), self.clock(), 0)
        if until is not None:
            self.held[door.host_key(response.url)] = until

    async def saw(self, response: Response, target: Target) -> AsyncIterator[Any]:
        """An answer: what it is, or why it cannot be read."""
        headers = headers_of(response)
        outcome, error = verdict.of_answer(response.status, headers, response.body)
        found: Look | None = None
        if outcome == "ok":
            try:
                found = await self.parsed("look", self.job.source(target.sources[0]), response)
            except ParseError as exc:
                outcome, error = exc.reason, str(exc) or PLAIN[exc.reason]
            except ParserDied as exc:
                outcome, error = "error", str(exc)
        if found is not None and target.kind == "section":
            headlines = tuple(self.delegate(target).headlines(response))[:MOST]
            found = replace(found, entries=headlines, total=len(headlines))
        self._tell(target, response, headers, outcome, error, found)
        if self._first and self._waiting and not (found is not None and found.fresh(self.job.now)):
            yield self.ask(self._waiting.pop(0))

    async def missed(self, failure: Any) -> AsyncIterator[Any]:
        """No answer at all."""
        request = failure.request
        refused = GuardResolver.refused.get(door.where(request.url)) if request.url.startswith("http") else None
        outcome, error = verdict.of_failure(failure.value, refused)
        self._tell(request.meta["target"], None, {}, outcome, error, None)
        if self._first and self._waiting:
            yield self.ask(self._waiting.pop(0))

    def _tell(
        self, target: Target, response: Response | None, headers: dict[str, str], outcome: str, error: str,
        found: Look | None,
    ) -> None:  # fmt: skip
        url = response.url if response is not None else target.url
        rules = self._rules.get(door.host_key(url)) if url.startswith("http") else None
        self.tell({
            "e": "saw", "source": target.sources[0], "kind": target.kind, "asked": target.url, "url": url,
            "hops": list(response.meta.get("hops", ())) if response is not None else [],
            "status": response.status if response is not None else None, "outcome": outcome, "error": error,
            "modified": headers.get("last-modified", ""), "reserved": made.reserved(headers),
            "robots": rules.status if rules is not None else "",
            "sitemaps": list(rules.parsed.sitemaps) if rules is not None and rules.parsed is not None else [],
            "seconds": response.meta.get("download_latency", 0.0) if response is not None else 0.0,
            "look": asdict(found) if found is not None else None,
        })  # fmt: skip


if __name__ == "__main__":
    run(Scout, first="first" in sys.argv[1:])
