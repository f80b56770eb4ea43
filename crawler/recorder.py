"""The crawl's only writer. What it is given is written in batches, each one transaction; only then is it told as done.

A feed's validators are in the same transaction as the entries they stand for, and an entry whose page is still to be
read is stored as pending: whenever the crawl is killed, the next one knows what is left, whatever a 304 hides.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler import tdm
from crawler.articles import ArticleItem
from crawler.notes import Learned, Listing, Met, Note, Poison, Postponed, Reserved, Settled, Unchanged
from store import articles, db, sources, subscribers
from store.records import Endpoint, Host, Listed, Source

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

log = logging.getLogger(__name__)

BATCH = 64  # notes in one transaction
PATIENCE = 0.5  # seconds that a note waits for others
MOMENT = 0.05  # seconds that a question waits for others: one look-up for all takes a tenth of one for each


@dataclass(frozen=True, slots=True)
class _Question:
    """What a document wants to know of the store."""

    source_id: str
    keys: Sequence[str]
    identities: Sequence[str]
    answer: asyncio.Future[tuple[dict[str, Listed], dict[str, int]]]


class Recorder:
    """Scrapy extension. Opens the store when the spider opens, and closes it, with everything written, when it ends."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.engine: Engine | None = None
        self.tell: Callable[[dict[str, Any]], None] = lambda event: None
        self.dry = False
        self.lost = 0  # notes that could not be written
        self._notes: list[Note] = []
        self._questions: list[_Question] = []
        self._dry_seen: set[str] = set()
        self._settled: set[tuple[str, str]] = set()  # (source, key) of entries whose page was dealt with in this crawl
        self._outlets: tuple[Source, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Recorder:
        from scrapy import signals  # the asking process writes too, and has no Scrapy

        recorder = cls(crawler)
        crawler.signals.connect(recorder.closed, signals.spider_closed)
        crawler.signals.connect(recorder.idle, signals.spider_idle)
        crawler.signals.connect(recorder.scraped, signals.item_scraped)
        crawler.signals.connect(recorder.dropped, signals.item_dropped)
        return recorder

    def open(
        self, url: str, tell: Callable[[dict[str, Any]], None], *, dry: bool, outlets: Iterable[Source] = ()
    ) -> None:
        """Use the store at `url`; `tell` hears of everything that was written. A dry run writes and takes back."""
        self.engine = db.connect(url)
        self.tell, self.dry, self._outlets = tell, dry, tuple(outlets)

    # -- Scrapy's signals --

    def scraped(self, item: Any, spider: Spider) -> None:
        if isinstance(item, ArticleItem) and self.engine is not None:
            self.put(item)

    def dropped(self, item: Any, spider: Spider, exception: Exception) -> None:
        if isinstance(item, ArticleItem) and self.engine is not None:
            self.put(Settled(item.source, item.key, item.url, "off topic", shown_only=not item.kept))

    def idle(self, spider: Spider) -> None:
        self.flush()

    def closed(self, spider: Spider, reason: str) -> None:
        self.flush()
        if self.engine is not None:
            self.engine.dispose()

    # -- reading --

    async def known(
        self, source_id: str, keys: Sequence[str], identities: Sequence[str]
    ) -> tuple[dict[str, Listed], dict[str, int]]:
        """What the store knows of these entries, and which of these canonical addresses it holds.

        Asked together with what other documents want to know at about this time. What waits to be written of their
        source is written first; of two documents of one source the second waits for what the first one lists.
        """
        if not keys and not identities:
            return {}, {}
        loop = asyncio.get_running_loop()
        question = _Question(source_id, keys, identities, loop.create_future())
        if not self._questions:
            loop.call_later(MOMENT, self._answer)
        self._questions.append(question)
        return await question.answer

    def _answer(self) -> None:
        asked = {one.source_id: one for one in reversed(self._questions)}  # the first of each source
        self._questions = [one for one in self._questions if asked[one.source_id] is not one]
        if self._questions:
            asyncio.get_running_loop().call_later(MOMENT, self._answer)
        if any(isinstance(note, Listing) and note.fetch.source_id in asked for note in self._notes):
            self.flush()
        pairs = [(one.source_id, key) for one in asked.values() for key in one.keys]
        try:
            with self._reading() as conn:
                listed = sources.listed(conn, pairs)
                stored = articles.ids_of(conn, {name for one in asked.values() for name in one.identities})
        except SQLAlchemyError as exc:
            for one in asked.values():
                one.answer.set_exception(exc)
            return
        for one in asked.values():
            rows = {key: row for key in one.keys if (row := listed.get((one.source_id, key))) is not None}
            one.answer.set_result((rows, {name: stored[name] for name in one.identities if name in stored}))

    def listed(self, source_id: str) -> list[Listed]:
        """Every entry of a source."""
        with self._reading() as conn:
            return sources.all_listed(conn, source_id)

    def pending(self, source_id: str, now: datetime, *, off_topic: bool) -> list[Listed]:
        """The entries of a source whose page is still to be read."""
        with self._reading() as conn:
            return sources.pending(conn, source_id, now, off_topic=off_topic)

    def stored(self, identities: Iterable[str]) -> dict[str, int]:
        """identity -> number, of the pages that are articles already."""
        with self._reading() as conn:
            return articles.ids_of(conn, identities)

    def validators(self, article_id: int) -> tuple[str, dict[str, str]] | None:
        """(address, conditional headers) to ask for a stored article's page with."""
        with self._reading() as conn:
            return articles.validators(conn, article_id)

    def fingerprints(self, source_ids: Iterable[str], since: datetime) -> dict[str, list[str]]:
        """By source, the fingerprints of entries listed since then."""
        with self._reading() as conn:
            return sources.fingerprints(conn, source_ids, since)

    def endpoints(self, source_ids: Iterable[str]) -> dict[tuple[str, str], Endpoint]:
        """What is known of every address of these sources."""
        with self._reading() as conn:
            return sources.endpoints(conn, source_ids)

    def hosts(self, keys: Iterable[str]) -> dict[str, Host]:
        """What is known of these servers, and what waits to be written of them."""
        named = set(keys)
        if any(isinstance(note, (Learned, Reserved)) and note.host in named for note in self._notes):
            self.flush()
        with self._reading() as conn:
            return sources.hosts(conn, named)

    def held(self, now: datetime) -> dict[str, datetime]:
        """The servers that asked to be left alone, and until when."""
        with self._reading() as conn:
            return sources.held(conn, now)

    def slots(self) -> set[tuple[str, str]]:
        """The hours, as ("07:00", zone), at which somebody's issue closes."""
        with self._reading() as conn:
            named = (hour.partition(" ") for _, hour in subscribers.slots(conn))
            return {(clock, zone) for clock, _, zone in named}

    def sources_with_pending(self, now: datetime) -> set[str]:
        """The sources that have a page still to be read."""
        with self._reading() as conn:
            return sources.sources_with_pending(conn, now)

    def _reading(self) -> Any:
        assert self.engine is not None
        return db.reading(self.engine)

    # -- writing --

    def put(self, note: Note) -> None:
        """Take a note; it is written with its batch."""
        if isinstance(note, Listing):
            note = self._without_settled(note)
        else:
            self._settled.update(_entries_of(note))
        if not self._notes:
            asyncio.get_running_loop().call_later(PATIENCE, self.flush)
        self._notes.append(note)
        if len(self._notes) >= BATCH:
            self.flush()

    def _without_settled(self, note: Listing) -> Listing:
        """The listing without what it would undo: an entry that waited for its page when its document was looked up may
        have got it since, as a page that an earlier crawl had left over. That it is listed still is noted."""
        if not self._settled:
            return note
        done = {row.key for row in note.rows if row.outcome == "pending"}
        done = {key for key in done if (note.fetch.source_id, key) in self._settled}
        rows = tuple(row for row in note.rows if row.key not in done)
        return replace(note, rows=rows, touched=(*note.touched, *sorted(done))) if done else note

    def attempt(self, source_id: str, key: str) -> int:
        """Count a try of an entry's page, at once and before the work; the number of tries."""
        self.flush()
        if self.dry or self.engine is None:
            return 1
        with db.writing(self.engine) as tx:
            return sources.attempt(tx, source_id, key)

    def flush(self) -> None:
        """Write what waits. Where the batch fails, each note is tried alone; those that fail are counted and named."""
        notes, self._notes = self._notes, []
        if not notes or self.engine is None:
            return
        try:
            events = self._write(notes)
        except SQLAlchemyError as exc:
            log.warning("a batch could not be written, its notes are tried alone: %s", exc)
            events = []
            for note in notes:
                try:
                    events.extend(self._write([note]))
                except SQLAlchemyError as alone:
                    self.lost += 1
                    reason = str(getattr(alone, "orig", None) or alone).splitlines()[0]
                    events.append({"e": "lost", "source": _source_of(note), "error": reason})
        for event in events:
            self.tell(event)

    def _write(self, notes: list[Note]) -> list[dict[str, Any]]:
        assert self.engine is not None
        events: list[dict[str, Any]] = []
        with self.engine.connect() as conn, conn.begin() as transaction:
            for outlet in self._outlets if self.dry else ():
                sources.add(conn, outlet)
            # What servers said first, all at once: it stands for itself. The rest in its order, listings together.
            learned = [note for note in notes if isinstance(note, Learned)]
            _learn(conn, learned)
            others = (note for note in notes if not isinstance(note, Learned))
            for kind, group in groupby(others, key=type):
                if kind is Listing:
                    events.extend(self._listings(conn, [note for note in group if isinstance(note, Listing)]))
                    continue
                for note in group:
                    events.extend(self._apply(conn, note))
            if self.dry:
                transaction.rollback()
        return events

    def _apply(self, tx: Connection, note: Note) -> Iterable[dict[str, Any]]:
        match note:
            case Source():
                sources.add(tx, note)
            case ArticleItem():
                yield self._article(tx, note)
            case Settled():
                if note.key and not note.shown_only:
                    sources.settle(tx, note.source_id, note.key, note.outcome, error=note.error)
                yield {
                    "e": "article", "source": note.source_id, "url": note.url, "status": note.outcome,
                    "error": note.error,
                }  # fmt: skip
            case Met():
                sources.settle(tx, note.source_id, note.key, "article", article_id=note.article_id)
            case Unchanged():
                status = articles.retitle(tx, note.article_id, note.title, note.lead, note.at)
                sources.settle(tx, note.source_id, note.key, "article", article_id=note.article_id)
                yield {"e": "article", "source": note.source_id, "url": note.url, "status": status, "error": ""}
            case Postponed():
                sources.postpone(tx, note.source_id, note.key, note.until, note.error)
                yield {
                    "e": "article", "source": note.source_id, "url": note.url, "status": "waiting", "error": note.error,
                }  # fmt: skip
            case Poison():
                sources.quarantine(
                    tx, note.source_id, note.url, note.stage, note.attempts, note.at, note.error, note.body
                )
            case Reserved():
                sources.save_host_state(tx, note.host, tdm.state(note.rules, note.at))

    def _listings(self, tx: Connection, notes: Sequence[Listing]) -> list[dict[str, Any]]:
        """Listings that follow each other, in one statement for each table: most of a poll is nothing else."""
        kept = [note for note in notes if not note.shown_only]
        sources.save_entries(tx, (row for note in kept for row in note.rows))
        for note in kept:
            sources.touch(tx, note.fetch.source_id, note.touched, note.fetch.at)
        sources.log_fetches(tx, (note.fetch for note in kept))
        sources.save_endpoints(tx, (note.endpoint for note in kept if note.endpoint is not None))
        return [_told(note) for note in notes]

    def _article(self, tx: Connection, item: ArticleItem) -> dict[str, Any]:
        event = {"e": "article", "source": item.source, "url": item.url, "item": item, "error": ""}
        if not item.kept:
            return {**event, "status": "new"}
        id, status = articles.record(tx, item.draft(), item.fetched)
        if self.dry and status == "new" and item.identity in self._dry_seen:
            status = "seen"  # an earlier batch of this dry run had it, and was rolled back
        self._dry_seen.add(item.identity)
        if item.key and item.again is not None:
            sources.postpone(tx, item.source, item.key, item.again, item.unread, article_id=id)
        elif item.key:
            for source, key in ((item.source, item.key), *item.also):
                sources.settle(tx, source, key, "article", article_id=id, error=item.unread)
        return {**event, "status": status}


def _learn(tx: Connection, notes: Sequence[Learned]) -> None:
    """Write robots rules and holds, each host's last rules only."""
    rules = {note.host: (note.host, note.robots, note.status, note.at) for note in notes if note.at is not None}
    sources.save_robots(tx, rules.values())
    for note in notes:
        if note.until is not None:
            sources.save_hold(tx, note.host, note.until)


def _told(note: Listing) -> dict[str, Any]:
    """A listing as the asking process hears of it."""
    fetch = note.fetch
    return {
        "e": "listing", "source": fetch.source_id, "url": fetch.url, "outcome": fetch.outcome, "status": fetch.status,
        "entries": fetch.entries, "counts": dict(note.counts), "newest": fetch.newest, "oldest": note.oldest,
        "error": fetch.error, "due": note.endpoint.due if note.endpoint else None,
    }  # fmt: skip


def _entries_of(note: Note) -> Iterable[tuple[str, str]]:
    """(source, key) of the entries that a note settles, for now or for good."""
    if isinstance(note, ArticleItem):
        return ((note.source, note.key), *note.also)
    return ((note.source_id, note.key),) if isinstance(note, (Settled, Unchanged, Postponed)) else ()


def _source_of(note: Note) -> str:
    if isinstance(note, Listing):
        return note.fetch.source_id
    return str(getattr(note, "source_id", "") or getattr(note, "source", "") or getattr(note, "id", ""))
