"""From an entry to its page, and from the page to an article; and what every spider has in common."""

from __future__ import annotations

import gc
import math
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
from crawler import door, robots, schedule, tdm, verdict
from crawler.articles import ArticleItem
from crawler.bookkeeping import outlet
from crawler.canonical import canonical
from crawler.headline import without_outlet
from crawler.middlewares import headers_of
from crawler.notes import Learned, Met, Poison, Postponed, Reserved, Settled, Unchanged
from crawler.parsing import ParseError, ParserDied, Parsing, hint
from crawler.recorder import Recorder
from crawler.resolver import GuardResolver
from crawler.task import Job, Target
from store.records import Endpoint, Host, Listed
from topics.concepts import Matcher

Tell = Callable[[dict[str, Any]], None]
POISONED = 3  # tries after which a body that kills the parser is put aside
FIRST, LATER = 10, 0  # priorities: documents before pages
DEADLY = "the crawl ended while it was being read, three times"
PLAIN = {  # what a parser says, in plain words
    "not a feed": "it is no feed", "not a sitemap": "it is no sitemap", "not a page": "it is no web page",
    "empty": "not one byte came", "truncated": "it broke off before the first entry",
    "unsafe": "it holds what a feed never needs",
    "too large": "larger than is read", "no text": "no article text on the page",
    "parser time": "what this source sends takes too long to read; the rest of it waits for the next crawl",
}  # fmt: skip


class PageSpider(scrapy.Spider):
    """The frame of every spider: a job, its clock and its permissions, and how the pages of entries become articles."""

    name = "pages"

    def __init__(self, job: Job, tell: Tell = lambda event: None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.tell = tell
        self.parsing = Parsing()
        self.held: dict[str, datetime] = {}
        self.closings: list[datetime] = []  # of issues, today and tomorrow
        self.endpoints: dict[tuple[str, str], Endpoint] = {}  # of the documents that come next, and their servers
        self.hosts: dict[str, Host | None] = {}  # None where nothing is known; others are looked up when come to
        self.unread: set[str] = set()
        self.coming: Iterator[str] = iter(())  # the sources in the order of their documents
        self.prints: dict[str, list[str]] = {}  # fingerprints of those that come next
        self._begun = monotonic() if job.begun is None else job.begun
        self._taken: Counter[str] = Counter()
        self._asked: set[str] = set()
        self._followers: dict[str, list[tuple[str, str]]] = {}  # page -> other entries that lead to it

    def open(self) -> None:
        """Connect recorder and resolver with this job."""
        job = self.job
        dry = job.options.dry_run
        outlets = map(outlet, (*job.sources.values(), *job.adhoc)) if dry else ()  # else they are in the store
        self.recorder.open(job.config.database_url, self.tell, dry=dry, outlets=outlets)
        if job.options.save:
            for source in job.adhoc:
                self.recorder.put(outlet(source))
        GuardResolver.allowed = frozenset(map(door.named, job.private()))
        self.unread = self.recorder.sources_with_pending(job.now)
        held = {} if job.replaying else self.recorder.held(job.now)  # the plan knows of documents' servers only
        self.held = {host: until for host, until in held.items() if schedule.holds(until, job.now)}
        slots = {(edition.default_slot.time, edition.default_slot.timezone) for edition in job.config.editions}
        self.closings = schedule.closings(slots | self.recorder.slots(), job.now)

    async def closed(self, reason: str) -> None:
        await self.parsing.close()

    @cached_property
    def recorder(self) -> Recorder:
        found = self.crawler.get_extension(Recorder)
        assert found is not None
        return found

    @cached_property
    def matcher(self) -> Matcher:
        found = Matcher(self.job.lexicon())
        gc.freeze()  # it stays, and is four fifths of what would be looked through for garbage again and again
        return found

    def clock(self) -> datetime:
        """The job's `now`, and how long it has gone on since, in whole seconds, rounded up.

        Up, and from the moment of `now` in the asking process: a poll that seems earlier than it was makes the next one
        come before the hour is over, as its server sees it.
        """
        return self.job.now + timedelta(seconds=math.ceil(monotonic() - self._begun))

    def at(self, response: Response | None) -> datetime:
        """The instant an answer counts for: the job's now, or in a replay the recorded one."""
        recorded = response.meta.get("at") if response is not None else None
        if self.job.replaying and self.job.options.at is None and isinstance(recorded, datetime):
            return recorded
        return self.job.now

    def grant(self, sources: Sequence[str], *, typed: bool = False) -> door.Grant:
        """What these sources may reach; an address typed by hand may use what any source of the config names."""
        return door.Grant.of(self.job.sources.values() if typed else [self.job.source(id) for id in sources])

    # -- the host, for the middlewares --

    def stored_robots(self, key: str) -> Host | None:
        """The rules of a host, if they are fresh."""
        if self.job.replaying or self.recorder.engine is None:  # `scrapy shell` opens no store
            return None
        host = self.hosts[key] if key in self.hosts else self.recorder.hosts([key]).get(key)
        return host if robots.fresh(host, self.job.now) else None

    def learned_robots(self, key: str, status: str, body: bytes) -> bool:
        """Note the rules of a host; whether the store will tell them again."""
        if self.job.replaying or self.recorder.engine is None:
            return False
        self.hosts.pop(key, None)
        self.recorder.put(Learned(key, status, body, self.clock()))
        return not self.recorder.dry

    def stored_reservations(self, key: str) -> tuple[tdm.Rule, ...] | None:
        """What a host reserves, if it was asked today."""
        if self.job.replaying or self.recorder.engine is None:
            return None
        host = self.recorder.hosts([key]).get(key)
        return tdm.kept(dict(host.state), self.job.now) if host is not None else None

    def learned_reservations(self, key: str, rules: tuple[tdm.Rule, ...]) -> bool:
        """Note what a host reserves; whether the store will tell it again."""
        if self.job.replaying or self.recorder.engine is None:
            return False
        self.recorder.put(Reserved(key, rules, self.clock()))
        return not self.recorder.dry

    def endpoint(self, source_id: str, target: Target) -> Endpoint:
        return self.endpoints.get((source_id, target.url)) or Endpoint(source_id, target.url, target.kind)

    def hold(self, request: Request, response: Response) -> None:
        """Leave a whole server alone where it asks for that; called as soon as it answers."""
        target = request.meta.get("target")
        failures = self.endpoint(target.sources[0], target).failures if target is not None else 0
        until = schedule.host_hold(response.status, headers_of(response), self.clock(), failures)
        if until is not None and self.recorder.engine is not None:
            key = door.host_key(response.url)
            self.held[key] = until
            self.recorder.put(Learned(key, until=until))

    # -- pages --

    async def parsed(self, kind: str, source: Source, response: Response, **more: Any) -> Any:
        """Ask the parser process about a body."""
        return await self.parsing.ask(
            kind, response.body, url=response.url, encoding=source.encoding, zone=source.zone, of=source.id,
            content_type=headers_of(response).get("content-type", ""), **more,
        )  # fmt: skip

    def gated(self, target: Target | None) -> bool:
        """Whether articles must be on topic to be kept."""
        return not self.job.options.keep_all and not (target is not None and target.kind == "any")

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
            elif full or not self._wanted(row):
                left += 1
            else:
                self._asked.add(identity)
                self._taken[source.id] += 1
                chosen.append(row)
        return chosen, left, twice

    def _wanted(self, row: Listed) -> bool:
        """Whether it may be of the time that is asked for."""
        options = self.job.options
        if made.day_only(row.published_raw):
            return options.wants(row.published, timedelta(days=1))
        if not row.title and row.published is not None and options.until is not None:
            # A plain sitemap says when a page changed last: it may be older than that, never younger
            return options.wants(min(row.published, options.until - timedelta(seconds=1)))
        return options.wants(row.published)

    def may_be_left_over(self, id: str) -> bool:
        """Whether a source may have pages that an earlier crawl did not come to."""
        return not self.job.replaying and (id in self.unread or self.job.options.keep_all)

    def left_over(self, source: Source) -> Iterator[Any]:
        """The pages that an earlier crawl did not come to."""
        every = self.job.options.keep_all
        rows = self._unmet(self.recorder.pending(source.id, self.job.now, off_topic=every))
        pages, _, _ = self.choose(source, rows)
        for row in pages:
            self.tell({"e": "left over", "source": source.id, "url": row.url})
            yield self.article(source, row, gated=self.gated(None), kept=True, at=self.job.now)

    def _unmet(self, rows: Sequence[Listed]) -> list[Listed]:
        """Without those whose page was read meanwhile because another source listed it, too."""
        pages = {row.key: canonical(row.url or "") or "" for row in rows if row.article_id is None}
        stored = self.recorder.stored(filter(None, pages.values())) if pages else {}
        for row in rows:
            if (article := stored.get(pages.get(row.key, ""))) is not None:
                self.recorder.put(Met(row.source_id, row.key, article))
        return [row for row in rows if pages.get(row.key, "") not in stored]

    def article(self, source: Source, row: Listed, *, gated: bool, kept: bool, at: datetime) -> Any:
        """The request for an entry's page; the article itself for a source that is read from its feed only."""
        if not source.full_text:
            item = made.from_entry(source, row, at)
            return self._finished(item, row, gated, kept)
        assert row.url is not None
        conditions = None
        if row.article_id is not None and kept and not self.job.replaying:
            conditions = self.recorder.validators(row.article_id)
        return Request(
            row.url, callback=self.read_page, errback=self.page_failed, priority=LATER, dont_filter=True,
            headers=dict(source.headers),
            cb_kwargs={"source": source, "row": row, "gated": gated, "kept": kept},
            meta={
                "grant": self.grant([source.id]), "own_headers": tuple(source.headers), "kind": "page",
                "page": (source, row, gated, kept, at), "conditions": conditions,
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
        if outcome == "unchanged" and response.meta.get("conditions") and row.article_id is not None:
            title = without_outlet(row.title, source.name)
            self.recorder.put(Unchanged(source.id, row.key, row.url or "", row.article_id, title, row.lead, at))
            return
        if outcome != "ok":
            for item in self.without_page(source, row, outcome, error, gated, kept, at):
                yield item
            return
        if kept and row.outcome == "pending" and row.attempts >= POISONED:
            for item in self._deadly(source, row, response, gated, at):
                yield item
            return
        tries = 1

        def begin() -> None:  # counted before the work: whatever it kills, the next crawl knows
            nonlocal tries
            tries = self.recorder.attempt(source.id, row.key) if kept and not self.job.replaying else 1

        try:
            page = await self.parsed("page", source, response, begin=begin, hint=hint(made.entry_of(row)))
        except ParseError as exc:
            error = ": ".join(filter(None, (PLAIN[exc.reason], str(exc))))
            for item in self.without_page(source, row, exc.reason, error, gated, kept, at):
                yield item
        except ParserDied as exc:
            for item in self._killed(source, row, tries, str(exc), response, gated, kept, at):
                yield item
        else:
            page = self.refined(source, response, page)
            closed = made.reserved(headers) or bool(response.meta.get("reserved"))
            item = made.from_page(source, row, page, response.url, at, reserved=closed)
            item.etag, item.last_modified = headers.get("etag"), headers.get("last-modified")
            yield self._finished(item, row, gated, kept)

    def refined(self, source: Source, response: Response, page: dict[str, Any]) -> dict[str, Any]:
        """The fields of a page's article, which an outlet's own spider may put right."""
        return page

    def _killed(
        self,
        source: Source,
        row: Listed,
        tries: int,
        error: str,
        response: Response,
        gated: bool,
        kept: bool,
        at: datetime,
    ) -> Iterator[Any]:
        """A page killed the parser: try again later, and put it aside with its bytes at the third time."""
        if tries < POISONED or not kept:
            yield from self.without_page(source, row, "error", error, gated, kept, at)
            return
        self._put_aside(source, row, tries, error, response)
        self.recorder.put(Settled(source.id, row.key, row.url or "", "quarantined", error))

    def _deadly(self, source: Source, row: Listed, response: Response, gated: bool, at: datetime) -> Iterator[Any]:
        """A page was begun three times, and nobody lived to say what came of it: it is not begun again."""
        self._put_aside(source, row, row.attempts, DEADLY, response)
        if row.lead or row.text:
            item = made.from_entry(source, row, at)
            item.unread = DEADLY
            yield self._finished(item, row, gated, kept=True)
        else:
            self.recorder.put(Settled(source.id, row.key, row.url or "", "quarantined", DEADLY))

    def _put_aside(self, source: Source, row: Listed, tries: int, error: str, response: Response) -> None:
        self.recorder.put(Poison(source.id, row.url or "", "page", tries, self.clock(), error, response.body))

    def page_failed(self, failure: Any) -> Iterator[Any]:
        """A page could not be fetched at all."""
        source, row, gated, kept, at = failure.request.meta["page"]
        refused = GuardResolver.refused.get(door.where(failure.request.url))
        outcome, error = verdict.of_failure(failure.value, refused)
        yield from self.without_page(source, row, outcome, error, gated, kept, at)

    def without_page(
        self, source: Source, row: Listed, outcome: str, error: str, gated: bool, kept: bool, at: datetime
    ) -> Iterator[Any]:
        """The feed's own words stand in for a page that cannot be read, now or ever."""
        later = "" if made.final(outcome) or row.attempts + 1 >= POISONED else error
        if row.lead or row.text or outcome in made.FORBIDDEN:
            item = made.from_entry(source, row, at, reserved=outcome == "reserved")
            item.unread, item.again = error, made.next_try(row, at) if later else None
            yield self._finished(item, row, gated, kept)
        elif later and kept:
            self.recorder.put(Postponed(source.id, row.key, row.url or "", made.next_try(row, at), error))
        else:
            told = made.GONE_PAGE if outcome in made.GONE else error
            self.recorder.put(Settled(source.id, row.key, row.url or "", "failed", told, shown_only=not kept))


def _newest_first(row: Listed) -> tuple[bool, float, str]:
    return row.published is None, -(row.published or row.first_seen).timestamp(), row.key
