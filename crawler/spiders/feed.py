"""One spider reads all feeds of a batch: documents to entries, entries to pages, pages to articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from time import monotonic
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response

from config import Source
from crawler import articles as made
from crawler import door, robots, schedule, verdict
from crawler.articles import ArticleItem
from crawler.canonical import canonical
from crawler.middlewares import FEED_SIZE, headers_of, moved_for_good
from crawler.parsing import ParseError, ParserDied, Parsing, hint
from crawler.recorder import Learned, Listing, Poison, Postponed, Recorder, Settled, outlet
from crawler.sift import Sifted, sift
from crawler.task import Job, Target
from crawler.wire import Document
from store.records import Endpoint, Entry, Fetch, Host, Lexicon, Listed
from topics.concepts import Matcher
from topics.relevance import worth_fetching

Tell = Callable[[dict[str, Any]], None]
POISONED = 3  # tries after which a body that kills the parser is put aside
FIRST, LATER = 10, 0  # priorities: documents before pages
SKIPPED_AFTER = timedelta(days=10)  # an entry listed since then and unchanged to the byte is not parsed again
BACK_OFF = timedelta(minutes=30)
PLAIN = {  # what a parser says, in plain words
    "not a feed": "it is no feed", "not a sitemap": "it is no sitemap", "not a page": "it is no web page",
    "empty": "not one byte came", "truncated": "it broke off before the first entry", "unsafe": "it holds what a feed never needs",
    "too large": "larger than is read", "no text": "no article text on the page",
}  # fmt: skip


def _newest_first(row: Listed) -> tuple[bool, float, str]:
    return row.published is None, -(row.published or row.first_seen).timestamp(), row.key


class FeedSpider(scrapy.Spider):
    """Reads the documents of `job` and the pages that they lead to. Subclasses say how other kinds are read."""

    name = "feeds"

    def __init__(self, job: Job, tell: Tell = lambda event: None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.tell = tell
        self.parsing = Parsing()
        self.held: dict[str, datetime] = {}
        self._begun = monotonic()
        self._taken: Counter[str] = Counter()
        self._asked: set[str] = set()
        self._followers: dict[str, list[tuple[str, str]]] = {}  # page -> other entries that lead to it
        self._grants: dict[str, door.Grant] = {}

    # -- the frame --

    async def start(self) -> AsyncIterator[Any]:
        """Open the store, then ask for every document, and for the pages that an earlier crawl left unread."""
        self.open()
        for id in sorted({id for target in self.job.targets if target.kind != "any" for id in target.sources}):
            for request in self.left_over(self.job.source(id)):
                yield request
        for target in self.job.targets:
            if target.kind != "pages":
                yield self.first(target)

    def open(self) -> None:
        """Connect recorder and resolver with this job."""
        job = self.job
        outlets = [outlet(source) for source in (*job.config.sources, *job.adhoc)]
        self.recorder.open(job.config.database_url, self.tell, dry=job.options.dry_run, outlets=outlets)
        if job.options.save:
            for source in job.adhoc:
                self.recorder.put(outlet(source))
        door.GuardResolver.allowed = door.Grant.of((*self.job.config.sources, *self.job.adhoc)).private
        self.endpoints = self.recorder.endpoints()
        self._begun = monotonic()

    async def closed(self, reason: str) -> None:
        await self.parsing.close()

    @cached_property
    def recorder(self) -> Recorder:
        found = self.crawler.get_extension(Recorder)
        assert found is not None
        return found

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(Lexicon.of(self.job.config.lexicon_rows()))

    def clock(self) -> datetime:
        """The job's `now`, and how long it has gone on since, in whole seconds."""
        return self.job.now + timedelta(seconds=int(monotonic() - self._begun))

    def at(self, response: Response | None) -> datetime:
        """The instant an answer counts for: the job's now, or in a replay the recorded one."""
        recorded = response.meta.get("at") if response is not None else None
        if self.job.replaying and self.job.options.at is None and isinstance(recorded, datetime):
            return recorded
        return self.job.now

    def grant(self, sources: Sequence[str], *, typed: bool = False) -> door.Grant:
        """What these sources may reach; an address typed by hand may use what any source of the config names."""
        key = "any" if typed else "\n".join(sources)
        if key not in self._grants:
            named = self.job.config.sources if typed else [self.job.source(id) for id in sources]
            self._grants[key] = door.Grant.of(named)
        return self._grants[key]

    # -- robots, for the middleware --

    def stored_robots(self, key: str) -> Host | None:
        """The rules of a host, if they are fresh."""
        if self.job.replaying or self.recorder.engine is None:  # `scrapy shell` opens no store
            return None
        host = self.recorder.host(key)
        return host if robots.fresh(host, self.job.now) else None

    def learned_robots(self, key: str, status: str, body: bytes) -> None:
        if not self.job.replaying and self.recorder.engine is not None:
            self.recorder.put(Learned(key, status, body, self.clock()))

    # -- documents --

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

    def endpoint(self, source_id: str, target: Target) -> Endpoint:
        return self.endpoints.get((source_id, target.url)) or Endpoint(source_id, target.url, target.kind)

    async def read(self, response: Response, target: Target) -> AsyncIterator[Any]:
        """A document arrived: read it for each of its sources."""
        headers = headers_of(response)
        outcome, error = verdict.of_answer(response.status, headers, response.body)
        if outcome != "ok":
            for id in target.sources:
                self.nothing(id, target, outcome, error, response, headers)
            return
        self.tell({"e": "reading", "url": target.url, "sources": list(target.sources)})
        for id in target.sources:
            async for found in self.read_for(self.job.source(id), target, response, headers):
                yield found

    async def read_for(
        self, source: Source, target: Target, response: Response, headers: dict[str, str]
    ) -> AsyncIterator[Any]:
        """Parse a document with one source's charset and time zone, and go on to its pages."""
        try:
            document = await self.parsed(target.kind, source, response)
        except ParseError as exc:
            self.nothing(source.id, target, exc.reason, str(exc) or PLAIN[exc.reason], response, headers)
            return
        except ParserDied as exc:
            self._poisoned(source.id, target, response, headers, str(exc))
            return
        for request in self.listed(source, target, document, response, headers):
            yield request

    async def parsed(self, kind: str, source: Source, response: Response, **more: Any) -> Any:
        """Ask the parser process about a body."""
        if kind == "feed":
            more["seen"] = self._seen(source)
        return await self.parsing.ask(
            kind, response.body, url=response.url, encoding=source.encoding, zone=source.timezone,
            content_type=headers_of(response).get("content-type", ""), **more,
        )  # fmt: skip

    def _seen(self, source: Source) -> list[str]:
        """Fingerprints of entries that need no second look: none where all are to be judged anew."""
        if self.job.replaying or self.job.options.keep_all or self.job.is_adhoc(source.id):
            return []
        return self.recorder.fingerprints(source.id, self.job.now - SKIPPED_AFTER)

    def listed(
        self, source: Source, target: Target, document: Document, response: Response, headers: dict[str, str]
    ) -> Iterator[Any]:
        """Note what a document lists, and ask for the pages that are wanted."""
        at, shown_only = self.at(response), target.kind == "any" and not self.job.options.save
        entries: tuple[Entry, ...] = document.entries
        sifted = self.sift(source, entries, at, document.fingerprints, document.language)
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
            document.whole and not document.children, listed=items + len(document.children), new=sifted.new, pace=schedule.pace(stamps, at), newest=newest,
            ttl=document.ttl, skip_hours=document.skip_hours, skip_days=document.skip_days, seconds=response.meta.get("download_latency", 0.0),
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

    def gated(self, target: Target | None) -> bool:
        """Whether articles must be on topic to be kept."""
        return not self.job.options.keep_all and not (target is not None and target.kind == "any")

    def sift(
        self, source: Source, entries: Sequence[Entry], at: datetime, fingerprints: Sequence[str], language: str
    ) -> Sifted:
        """Decide what to do with each entry."""
        fresh = self.job.replaying  # a recording is read as if for the first time
        known = {} if fresh else self.recorder.known(source.id, [entry.key for entry in entries])
        identities = [identity for entry in entries if entry.url and (identity := canonical(entry.url))]
        stored = {} if fresh or self.job.is_adhoc(source.id) else self.recorder.stored(identities)
        spoken = language or source.language
        return sift(
            entries, known, stored, source_id=source.id, language=spoken, now=at, fingerprints=fingerprints,
            keep_all=self.job.options.keep_all or self.job.is_adhoc(source.id),
            promising=lambda entry: worth_fetching(
                self.matcher, entry.title, entry.lead, entry.language or spoken, home=source.country
            ),
        )  # fmt: skip

    def choose(self, source: Source, wanted: Iterable[Listed]) -> tuple[list[Listed], int, int]:
        """(the pages to ask for, how many are left out, how many are asked for already): newest first, in the window,
        at most --limit, each once."""
        chosen, left, twice = [], 0, 0
        limit = self.job.options.limit
        for row in sorted(wanted, key=_newest_first):
            identity = canonical(row.url or "") or row.key
            full = limit is not None and self._taken[source.id] >= limit
            if identity in self._asked:
                twice += 1
                self._followers.setdefault(identity, []).append((row.source_id, row.key))
            elif full or not self.job.options.wants(row.published):
                left += 1
            else:
                self._asked.add(identity)
                self._taken[source.id] += 1
                chosen.append(row)
        return chosen, left, twice

    def left_over(self, source: Source) -> Iterator[Any]:
        """The pages that an earlier crawl did not come to."""
        if self.job.replaying:
            return
        options = self.job.options
        rows = self.recorder.pending(source.id, self.job.now, off_topic=options.keep_all)
        pages, _, _ = self.choose(source, rows)
        for row in pages:
            self.tell({"e": "left over", "source": source.id, "url": row.url})
            yield self.article(source, row, gated=self.gated(None), kept=True, at=self.job.now)

    def nothing(
        self, source_id: str, target: Target, outcome: str, error: str, response: Response | None, headers: dict[str, str]
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
        fetch = Fetch(source_id, target.part or target.url, self.at(response), status, outcome, newest=newest, error=error)
        source = self.job.source(source_id)
        shown_only = target.kind == "any" and not self.job.options.save
        scheduled = None if outcome == "held" else self._scheduled(source, target, answer)
        self.recorder.put(Listing(fetch, scheduled, shown_only=shown_only))

    def _scheduled(self, source: Source, target: Target, answer: schedule.Answer) -> Endpoint | None:
        """The endpoint after this answer; None where the schedule may not be written."""
        if self.job.replaying or target.kind == "any" or target.part:
            return None
        config = self.job.config
        slots = [(edition.default_slot.time, edition.default_slot.timezone) for edition in config.editions]
        after = schedule.after(
            self.endpoint(source.id, target), answer,
            interval=timedelta(minutes=source.interval or config.politeness.interval),
            closings=schedule.closings(slots, answer.at),
        )  # fmt: skip
        self.endpoints[source.id, target.url] = after
        return after

    def hold(self, request: Request, response: Response) -> None:
        """Leave a whole server alone where it asks for that; called as soon as it answers."""
        target = request.meta.get("target")
        failures = self.endpoint(target.sources[0], target).failures if target is not None else 0
        until = schedule.host_hold(response.status, headers_of(response), self.clock(), failures)
        if until is not None and self.recorder.engine is not None:
            key = door.host_key(response.url)
            self.held[key] = until
            self.recorder.put(Learned(key, until=until))

    def _poisoned(
        self, source_id: str, target: Target, response: Response, headers: dict[str, str], error: str
    ) -> None:
        """A document killed the parser: count it, and keep its bytes at the third time."""
        self.nothing(source_id, target, "error", error, response, headers)
        failures = self.endpoint(source_id, target).failures
        if failures >= POISONED and not self.job.replaying:
            self.recorder.put(
                Poison(source_id, target.url, target.kind, failures, self.clock(), error, response.body)
            )

    def failed(self, failure: Any) -> None:
        """A document could not be fetched at all."""
        request = failure.request
        target: Target = request.meta["target"]
        refused = door.GuardResolver.refused.get(door.where(request.url)) if request.url.startswith("http") else None
        outcome, error = verdict.of_failure(failure.value, refused)
        for id in target.sources:
            self.nothing(id, target, outcome, error, None, {})

    # -- pages --

    def article(self, source: Source, row: Listed, *, gated: bool, kept: bool, at: datetime) -> Any:
        """The request for an entry's page; the article itself for a source that is read from its feed only."""
        if not source.full_text:
            item = made.from_entry(source, row, at)
            return self._finished(item, row, gated, kept)
        assert row.url is not None
        return Request(
            row.url, callback=self.read_page, errback=self.page_failed, priority=LATER, dont_filter=True,
            headers=dict(source.headers),
            cb_kwargs={"source": source, "row": row, "gated": gated, "kept": kept},
            meta={
                "grant": self.grant([source.id]), "own_headers": tuple(source.headers), "kind": "page",
                "page": (source, row, gated, kept, at),
            },
        )  # fmt: skip

    def _finished(self, item: ArticleItem, row: Listed, gated: bool, kept: bool) -> ArticleItem:
        item.gated, item.kept, item.replayed = gated, kept, self.job.replaying
        item.also = tuple(self._followers.pop(canonical(row.url or "") or row.key, ()))
        return item

    async def read_page(
        self, response: Response, source: Source, row: Listed, gated: bool, kept: bool
    ) -> AsyncIterator[Any]:
        """A page arrived: read the article on it, or fall back to what the feed said."""
        headers = headers_of(response)
        outcome, error = verdict.of_answer(response.status, headers, response.body)
        at = response.meta["page"][4] if "at" not in response.meta else self.at(response)
        if outcome != "ok":
            for item in self.without_page(source, row, outcome, error, gated, kept, at):
                yield item
            return
        tries = self.recorder.attempt(source.id, row.key) if kept and not self.job.replaying else 1
        try:
            page = await self.parsed("page", source, response, hint=hint(made.entry_of(row)))
        except ParseError as exc:
            error = ": ".join(filter(None, (PLAIN[exc.reason], str(exc))))
            for item in self.without_page(source, row, exc.reason, error, gated, kept, at):
                yield item
        except ParserDied as exc:
            for item in self._killed(source, row, tries, str(exc), response, gated, kept, at):
                yield item
        else:
            item = made.from_page(source, row, page, response.url, at, reserved=made.reserved(headers))
            yield self._finished(item, row, gated, kept)

    def _killed(
        self, source: Source, row: Listed, tries: int, error: str, response: Response, gated: bool, kept: bool, at: datetime
    ) -> Iterator[Any]:
        """A page killed the parser: try again later, and put it aside with its bytes at the third time."""
        if tries < POISONED or not kept:
            yield from self.without_page(source, row, "error", error, gated, kept, at)
            return
        self.recorder.put(Poison(source.id, row.url or "", "page", tries, self.clock(), error, response.body))
        self.recorder.put(Settled(source.id, row.key, row.url or "", "quarantined", error))

    def page_failed(self, failure: Any) -> Iterator[Any]:
        """A page could not be fetched at all."""
        source, row, gated, kept, at = failure.request.meta["page"]
        refused = door.GuardResolver.refused.get(door.where(failure.request.url))
        outcome, error = verdict.of_failure(failure.value, refused)
        yield from self.without_page(source, row, outcome, error, gated, kept, at)

    def without_page(
        self, source: Source, row: Listed, outcome: str, error: str, gated: bool, kept: bool, at: datetime
    ) -> Iterator[Any]:
        """The feed's own words stand in for a page that cannot be read, now or ever."""
        later = "" if made.final(outcome) or row.attempts + 1 >= POISONED else error
        if row.lead or row.text or outcome in made.FORBIDDEN:
            item = made.from_entry(source, row, at)
            item.retry = later
            yield self._finished(item, row, gated, kept)
        elif later and kept:
            self.recorder.put(Postponed(source.id, row.key, row.url or "", at + BACK_OFF, error))
        else:
            self.recorder.put(Settled(source.id, row.key, row.url or "", "failed", error, shown_only=not kept))
