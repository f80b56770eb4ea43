"""One spider reads all feeds of a batch: documents to entries, entries to pages, pages to articles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from scrapy import Request
from scrapy.http import Response

from config import Source
from crawler import door, schedule, verdict
from crawler.bookkeeping import DIED
from crawler.canonical import canonical
from crawler.middlewares import FEED_SIZE, headers_of, moved_for_good
from crawler.notes import Listing, Poison
from crawler.parsing import ParseError, ParserDied
from crawler.resolver import GuardResolver
from crawler.sift import Sifted, by_address, renumbered, sift
from crawler.spiders.page import FIRST, PLAIN, POISONED, PageSpider
from crawler.task import Target
from crawler.wire import Document
from store.records import Endpoint, Entry, Fetch
from topics.relevance import worth_fetching

_END = object()  # of all documents
AHEAD = 100  # sources whose fingerprints are looked up at once
SKIPPED_AFTER = timedelta(days=10)  # an entry listed since then and unchanged to the byte is not parsed again


class FeedSpider(PageSpider):
    """Reads the documents of `job` and the pages that they lead to. Subclasses say how other kinds are read."""

    name = "feeds"

    async def start(self) -> AsyncIterator[Any]:
        """Open the store, then give the pages that an earlier crawl left unread, and what the documents lead to."""
        self.open()
        documents = (target for target in self.job.targets if target.kind != "any")
        for id in sorted({id for target in documents for id in target.sources if self.may_be_left_over(id)}):
            for request in self.left_over(self.job.source(id)):
                yield request
        async for found in self.documents():
            yield found

    async def documents(self) -> AsyncIterator[Any]:
        """Read every document of the job, each host's one after another, some hosts at a time; give what they lead to.

        They are asked for past Scrapy's scheduler and scraper, through its downloader alone (half the time of a poll):
        the order is known, and so is who hears of the answer.
        """
        hosts: dict[str, list[Target]] = {}
        for target in self.job.targets:
            if target.kind != "pages":
                hosts.setdefault(door.host_key(target.url), []).append(target)
        in_order = sorted(hosts.values(), key=len, reverse=True)  # the longest first: spacing makes it the last
        waiting = self._remembered(in_order)
        self.coming = (id for targets in in_order for target in targets for id in target.sources)
        found: asyncio.Queue[Any] = asyncio.Queue()

        async def some_hosts() -> None:
            for targets in waiting:
                for target in targets:
                    await self._document(target, found)
                self._forget(targets)

        most = self.crawler.settings.getint("CONCURRENT_REQUESTS")
        done = asyncio.gather(*(some_hosts() for _ in range(most)))
        done.add_done_callback(lambda _: found.put_nowait(_END))
        try:
            while (one := await found.get()) is not _END:
                yield one
            await done
        finally:
            done.cancel()

    def _remembered(self, in_order: Sequence[list[Target]]) -> Iterator[list[Target]]:
        """Each host's documents, with what the store knows of them and their servers at hand; looked up together."""
        for start in range(0, len(in_order), AHEAD):
            some = in_order[start : start + AHEAD]
            targets = [target for each in some for target in each]
            self.endpoints.update(self.recorder.endpoints(id for target in targets for id in target.sources))
            asked = {schedule.address(self.endpoint(id, target)) for target in targets for id in target.sources}
            servers = {door.host_key(url) for url in asked}
            self.hosts.update({**dict.fromkeys(servers), **self.recorder.hosts(servers)})
            yield from some

    def _forget(self, targets: Iterable[Target]) -> None:
        """A host's documents are read. What leads on to others, as sitemaps do, is asked about later still."""
        for target in targets:
            for id in target.sources if target.kind == "feed" and self.job.options.since is None else ():
                found = self.endpoints.pop((id, target.url), None)
                if found is not None:
                    self.hosts.pop(door.host_key(schedule.address(found)), None)

    async def _document(self, target: Target, found: asyncio.Queue[Any]) -> None:
        """Ask for one document and read it, whatever happens: a fault of ours in one is no reason to miss the rest."""
        assert self.crawler.engine is not None
        request = self.first(target)
        assert request.callback is not None
        try:
            try:
                response = await self.crawler.engine.download_async(request)
            except Exception as exc:  # refused, not reached, broken off: the spider names it
                self.unreachable(request, exc)
            else:
                async for one in request.callback(response, **request.cb_kwargs):
                    found.put_nowait(one)
        except Exception:
            self.logger.exception("a fault of ours while reading %s", request.url)

    def first(self, target: Target) -> Request:
        """The request for a document, conditional where its validators are known."""
        source = self.job.source(target.sources[0])
        endpoint = self.endpoint(source.id, target)
        plain = self.job.replaying or target.kind == "any" or bool(target.part)
        conditions = {} if plain else schedule.conditions(endpoint, endpoint.validators_url or "")
        return Request(
            target.part or (target.url if plain else schedule.address(endpoint)),
            callback=self.read, errback=self.failed, priority=FIRST, dont_filter=True, headers=dict(source.headers),
            cb_kwargs={"target": target},
            meta={
                "target": target, "download_maxsize": FEED_SIZE, "kind": target.kind,
                "grant": self.grant(target.sources, typed=target.kind == "any"), "own_headers": tuple(source.headers),
                "no_robots": target.kind == "feed" and not source.obey_robots_for_feeds,
                "conditions": (endpoint.validators_url, conditions) if conditions else None,
            },
        )  # fmt: skip

    async def read(self, response: Response, target: Target) -> AsyncIterator[Any]:
        """A document arrived: read it for each of its sources."""
        headers = headers_of(response)
        outcome, error = verdict.of_answer(response.status, headers, response.body)
        if outcome != "ok":
            for id in target.sources:
                self.nothing(id, target, outcome, error, response, headers)
            return
        self.tell({"e": "reading", "url": target.url, "sources": list(target.sources)})
        self._keep_deadly(target, response)
        for id in target.sources:
            async for found in self.read_for(self.job.source(id), target, response, headers):
                yield found

    async def read_for(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """Parse a document with one source's charset and time zone, and go on to its pages."""
        try:
            more = {"seen": self._seen(source, target)} if target.kind == "feed" else {}
            document = await self.parsed(target.kind, source, response, **more)
        except (ParseError, ParserDied) as exc:
            self.unreadable(source.id, target, exc, response, headers)
            return
        async for found in self.listed(source, target, document, response, headers):
            yield found

    def _seen(self, source: Source, target: Target) -> list[str]:
        """Fingerprints of entries that need no second look: none where all are judged anew, or nothing was read yet."""
        if self.job.replaying or self.job.options.keep_all or self.job.is_adhoc(source.id):
            return []
        if self.endpoint(source.id, target).good is None:
            return []
        if source.id not in self.prints:  # one question for the sources that come next as well
            ids = dict.fromkeys((source.id, *islice(self.coming, AHEAD)))
            self.prints.update(self.recorder.fingerprints(ids, self.job.now - SKIPPED_AFTER))
        return self.prints.pop(source.id, [])

    async def listed(
        self, source: Source, target: Target, document: Document, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """Note what a document lists, and ask for the pages that are wanted."""
        at, shown_only = self.at(response), target.kind == "any" and not self.job.options.save
        entries: tuple[Entry, ...] = document.entries
        sifted = await self.sift(source, document, at)
        pages, waiting, twice = self.choose(source, sifted.wanted)
        stamps = [entry.published for entry in entries if entry.published and entry.published <= at + timedelta(days=1)]
        newest = max(stamps, default=None)
        counts = Counter(sifted.counts)
        counts["seen"] += document.unchanged + twice
        counts["skipped"] += waiting
        counts["wanted"] -= waiting + twice
        outcome = "ok" if entries or document.unchanged or document.children else "empty"
        items = len(entries) + document.unchanged
        # The validators of an index are not kept: unchanged itself, it must not hide what its sitemaps say
        answer = schedule.Answer(
            self.clock(), "ok", response.status, headers, response.url, moved_for_good(response),
            document.whole and not document.children, listed=items + len(document.children), new=sifted.new,
            pace=schedule.pace(stamps, at), newest=newest,
            ttl=document.ttl, skip_hours=document.skip_hours, skip_days=document.skip_days,
            seconds=response.meta.get("download_latency", 0.0),
        )  # fmt: skip
        fetch = Fetch(
            source.id, target.part or target.url, at, response.status, outcome, items, sifted.new, newest,
            "" if document.whole else "the document broke off; what it held was read",
        )  # fmt: skip
        self.recorder.put(Listing(
            fetch, self._scheduled(source, target, answer), sifted.rows, sifted.touched, counts,
            min(stamps, default=None), shown_only,
        ))  # fmt: skip
        for row in pages:
            yield self.article(source, row, gated=self.gated(target), kept=not shown_only, at=at)

    async def sift(self, source: Source, document: Document, at: datetime) -> Sifted:
        """Decide what to do with each entry."""
        entries = document.entries
        fresh = self.job.replaying  # a recording is read as if for the first time
        alone = fresh or self.job.is_adhoc(source.id)  # what other sources have stored is nothing to it
        identities = [] if alone else [found for entry in entries if entry.url and (found := canonical(entry.url))]
        keys = [] if fresh else [entry.key for entry in entries]
        known, stored = await self.recorder.known(source.id, keys, identities)
        if not fresh and renumbered(entries, known, document.unchanged):
            known = by_address(entries, self.recorder.listed(source.id), known)
        spoken = document.language or source.language
        return sift(
            entries, known, stored, source_id=source.id, language=spoken, now=at,
            fingerprints=document.fingerprints, unchanged=document.unchanged,
            keep_all=self.job.options.keep_all or self.job.is_adhoc(source.id),
            promising=lambda entry: worth_fetching(
                self.matcher, entry.title, entry.lead, entry.language or spoken, home=source.country
            ),
        )  # fmt: skip

    def nothing(
        self,
        source_id: str,
        target: Target,
        outcome: str,
        error: str,
        response: Response | None,
        headers: dict[str, str],
    ) -> None:
        """A document gave no entries: note why, and when to ask again."""
        status = response.status if response is not None else None
        answer = schedule.Answer(
            self.clock(), outcome, status, headers, response.url if response is not None else target.url,
            moved_for_good(response) if response is not None and outcome == "unchanged" else None, error=error,
            seconds=response.meta.get("download_latency", 0.0) if response is not None else 0.0,
        )  # fmt: skip
        endpoint = self.endpoint(source_id, target)
        newest = endpoint.newest if outcome == "unchanged" else None
        fetch = Fetch(
            source_id, target.part or target.url, self.at(response), status, outcome, newest=newest, error=error
        )
        source = self.job.source(source_id)
        shown_only = target.kind == "any" and not self.job.options.save
        scheduled = None if outcome == "held" else self._scheduled(source, target, answer)
        self.recorder.put(Listing(fetch, scheduled, shown_only=shown_only))

    def _scheduled(self, source: Source, target: Target, answer: schedule.Answer) -> Endpoint | None:
        """The endpoint after this answer; None where the schedule may not be written."""
        if self.job.replaying or target.kind == "any" or target.part:
            return None
        config = self.job.config
        after = schedule.after(
            self.endpoint(source.id, target), answer,
            interval=timedelta(minutes=source.interval or config.politeness.interval),
            closings=self.closings,
        )  # fmt: skip
        self.endpoints[source.id, target.url] = after
        return after

    def unreadable(
        self, source_id: str, target: Target, why: ParseError | ParserDied, response: Response, headers: dict[str, str]
    ) -> None:
        """The parser made nothing of a document: note why, and keep the bytes of one that killed it three times."""
        if isinstance(why, ParseError):
            self.nothing(source_id, target, why.reason, str(why) or PLAIN[why.reason], response, headers)
            return
        error = str(why)
        self.nothing(source_id, target, "error", error, response, headers)
        failures = self.endpoint(source_id, target).failures  # none of an address typed by hand
        if failures >= POISONED and not self.job.replaying:
            self.recorder.put(Poison(source_id, target.url, target.kind, failures, self.clock(), error, response.body))

    def _keep_deadly(self, target: Target, response: Response) -> None:
        """Keep the bytes of what this process has died of twice: nobody may be left to do so after it is read."""
        for id in target.sources:
            found = self.endpoint(id, target)
            if found.failures + 1 >= POISONED and found.error.startswith(DIED) and not self.job.replaying:
                times, why = found.failures + 1, found.error
                self.recorder.put(Poison(id, target.url, target.kind, times, self.clock(), why, response.body))
                self.recorder.flush()

    def failed(self, failure: Any) -> None:
        """A document that another one led to could not be fetched at all."""
        self.unreachable(failure.request, failure.value)

    def unreachable(self, request: Request, why: BaseException) -> None:
        """A document could not be fetched at all."""
        target: Target = request.meta["target"]
        refused = GuardResolver.refused.get(door.where(request.url)) if request.url.startswith("http") else None
        outcome, error = verdict.of_failure(why, refused)
        for id in target.sources:
            self.nothing(id, target, outcome, error, None, {})
