"""The job: decide who is due, let one child process fetch, account for everything."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import IO

from sqlalchemy import Engine

from config import Config
from crawler import bookkeeping, door, layout, output, schedule
from crawler.plan import CrawlError, Known, Plan, addresses, named, plan
from crawler.recording import Recording, WarcError
from crawler.report import CrawlReport, Row, Tally
from crawler.task import CrawlOptions, Job, Target, command, environment
from store import articles, db, sources

Progress = Callable[[int, int, str], None]
GRACE = 15.0  # seconds for a child that was told to stop
RESTARTS = 2  # children that may die in one crawl before the rest is left for the next

__all__ = ["CrawlError", "CrawlOptions", "CrawlReport", "Row", "crawl"]


def crawl(
    config: Config, targets: Sequence[str], options: CrawlOptions, *, now: datetime, progress: Progress | None = None
) -> CrawlReport:
    """Read `targets` (source ids, addresses, @files; none: every source that is due) and store what they say.

    Safe to repeat: an article is stored once. Raises CrawlError for what was asked wrongly, StoreError without a store.
    """
    begun = monotonic()
    words = named(targets)
    output.check(options.output)
    if options.at is not None and options.replay is None:
        raise CrawlError("--at is for --replay: a live crawl goes by the clock, as its servers do")
    with _store(config, words, options) as (config, engine):
        cut, began = _check_replay(engine, options)
        if options.at is None:
            now = began or now  # what is asked for by its day is asked for by the recording's
        if not options.dry_run:
            bookkeeping.prepare(engine, config)
        found = plan(config, words, options, _known(engine, config, now), now)
        tally = Tally(config, found)
        if cut:
            tally.lines.append(f"{options.replay} breaks off in the middle of {cut}: what came later is not in it")
        if progress is not None:
            progress(0, tally.total, "")
        with tempfile.TemporaryDirectory(prefix="tripoint-") as folder:
            spool = Path(folder) / "articles.jsonl" if options.output is not None else None
            job = replace(found.job(config, options, now), spool=spool, begun=begun)
            if found.targets:
                _run(job, engine, tally, progress or (lambda done, total, what: None))
            written = None
            if options.output is not None:
                written = output.write(options.output, engine, found, options, spool)
        if not options.dry_run and not job.replaying:
            bookkeeping.tidy(engine, config, now)
            _sing(engine, config, tally, now)
    return tally.report(since=options.since, seconds=monotonic() - begun, output=written)


@contextmanager
def _store(config: Config, words: Sequence[str], options: CrawlOptions) -> Iterator[tuple[Config, Engine]]:
    """The store, made at the first crawl; a throw-away one for what stores nothing while there is none."""
    path = db.sqlite_path(config.database_url)
    absent = path is not None and not path.exists()
    keeps = not options.dry_run and (options.save or not words or any("://" not in word for word in words))
    with tempfile.TemporaryDirectory(prefix="tripoint-") as folder:
        if absent and not keeps:
            url = f"sqlite:///{folder}/scratch.db"
            config = config.model_copy(update={"database": config.database.model_copy(update={"url": url})})
            config.__dict__.pop("database_url", None)
        engine = db.open_store(config.database_url, create=absent)
        try:
            yield config, engine
        finally:
            engine.dispose()


def _check_replay(engine: Engine, options: CrawlOptions) -> tuple[str, datetime | None]:
    """Refuse what cannot be replayed here; the address in whose answer the recording breaks off, or "", and when it
    begins."""
    if options.replay is None:
        return "", None
    if options.record is not None:
        raise CrawlError("--record and --replay: a replay would only copy its own recording")
    if not options.replay.is_file():
        raise CrawlError(f"no such recording: {options.replay}")
    try:
        with closing(Recording(options.replay)) as recording:
            cut, began = recording.cut, recording.begun
    except WarcError as exc:
        raise CrawlError(f"--replay: {exc}") from exc
    with db.reading(engine) as conn:
        if not options.dry_run and articles.holds_live(conn):
            raise CrawlError("this store holds live articles: replay into another config, or with --dry-run")
    return cut, began


def _sing(engine: Engine, config: Config, tally: Tally, now: datetime) -> None:
    """Warn of outlets, among those that were read, whose articles came out empty of late."""
    with db.reading(engine) as conn:
        found = layout.suspects(conn, now)
    listed = {source.id for source in config.sources if not source.full_text}  # never asked for their pages
    for id, why in found.items():
        if id in tally.rows and id not in listed:
            tally.rows[id].reasons.append(why)


def _known(engine: Engine, config: Config, now: datetime) -> Known:
    with db.reading(engine) as conn:
        endpoints = sources.endpoints(conn)
        names = {door.host_key(schedule.address(endpoint)) for endpoint in endpoints.values()}
        names |= {door.host_key(url) for source in config.sources for _, url in addresses(source)}
        return Known(endpoints, sources.hosts(conn, names), frozenset(sources.sources_with_pending(conn, now)))


# -- the child --------------------------------------------------------------------------------------------------------


def _run(job: Job, engine: Engine, tally: Tally, progress: Progress) -> None:
    """Let children do the job until it is done, the deadline is over, or too many died."""
    ends = monotonic() + job.deadline
    for child in range(RESTARTS + 1):
        stopped, busy, fate = _child(job, ends, tally, progress)
        if stopped:
            tally.give_up(stopped)
            return
        if fate is None:
            tally.give_up("it was asked for, but no answer came")
            return
        # What the child read last is named and left alone; the rest goes on in another one
        rest = "is read by another one" if child < RESTARTS else "waits for the next crawl"
        tally.lines.append(f"the crawl process died ({fate}); what it had not read {rest}")
        stored = not job.options.dry_run and not job.replaying  # else there is nothing to go on with
        error = f"{bookkeeping.DIED} ({fate})"
        if stored:
            bookkeeping.bury(engine, busy & set(tally.open), job.now, error)
        for id, url in busy & set(tally.open):
            row = tally.row(id)
            row.bad += 1
            row.reasons.append(error)
            del tally.open[id, url]
        if child == RESTARTS:
            tally.give_up("the crawl process died repeatedly")
            return
        left = tuple(target for target in job.targets if any((id, target.url) in tally.open for id in target.sources))
        pages = [target for target in job.targets if target.kind == "pages"]
        begun = [Target("", "pages", (id,)) for id in tally.resumed()] if stored else []
        if not left and not begun:
            tally.give_up(f"the crawl process died: {fate}")
            return
        job = replace(job, targets=tuple(dict.fromkeys((*left, *pages, *begun))))


def _child(job: Job, ends: float, tally: Tally, progress: Progress) -> tuple[str, set[tuple[str, str]], str | None]:
    """Run one child. (why it was stopped or "", the address it read last, how it died or None)."""
    busy: set[tuple[str, str]] = set()
    finished = False
    late = threading.Event()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  our own module, by this interpreter
            command("crawler.child"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            env=environment(), text=True, encoding="utf-8",
        )  # fmt: skip
        assert process.stdin is not None and process.stdout is not None

        def stop() -> None:
            late.set()
            process.terminate()

        timers = [threading.Timer(max(ends - monotonic(), 0), stop)]
        timers.append(threading.Timer(max(ends - monotonic(), 0) + GRACE, process.kill))
        for timer in timers:
            timer.daemon = True
            timer.start()
        by_hand = ""
        try:
            try:
                finished = _listen(process, job, busy, tally, progress)
            except KeyboardInterrupt:
                by_hand = "the crawl was stopped by hand"
                process.terminate()  # it writes what it holds; a second Ctrl-C does not wait for that
                _hear(process, busy, tally, progress)
            process.wait()
        finally:
            for timer in timers:
                timer.cancel()
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
            process.stdin.close()
        if by_hand or late.is_set():
            return by_hand or f"the crawl's deadline of {job.deadline:.0f} s was over", busy, None
        return "", busy, None if finished else _fate(process.returncode, errors)


def _listen(
    process: subprocess.Popen[str], job: Job, busy: set[tuple[str, str]], tally: Tally, progress: Progress
) -> bool:
    """Hear a child out; whether it came to its end."""
    assert process.stdin is not None
    try:
        process.stdin.write(job.dumped() + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        return False
    return _hear(process, busy, tally, progress)


def _hear(process: subprocess.Popen[str], busy: set[tuple[str, str]], tally: Tally, progress: Progress) -> bool:
    """Take what a child says to its end; whether that was one."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["e"] == "end":
            return True
        if event["e"] == "reading":
            busy.clear()
            busy.update((id, event["url"]) for id in event["sources"])
            continue
        tally.hear(event)
        progress(min(tally.done, tally.total), tally.total, tally.row(event["source"]).name)
    return False


def _fate(code: int, errors: IO[bytes]) -> str:
    """How a child died, in few words."""
    errors.seek(0)
    last = errors.read().decode("utf-8", "replace").strip().splitlines()
    how = f"signal {-code}" if code < 0 else f"exit {code}"
    return f"{how}: {last[-1][:200]}" if last and code >= 0 else how


def planned(config: Config, words: Sequence[str], options: CrawlOptions, engine: Engine, now: datetime) -> Plan:
    """What `crawl` would read now; for `scrapy crawl NAME`, which runs in one process."""
    bookkeeping.prepare(engine, config)
    return plan(config, words, options, _known(engine, config, now), now)
