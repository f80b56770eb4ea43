"""One job in a process of its own: `python -m scheduler`, with the job and the config as JSON on its input.

A process, so that a model, a leak or a hang costs one job and never the web or the next tick. The config comes from the
parent: after an invalid edit the files no longer say what is in force.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from sqlalchemy import Engine

from config import Config
from config.schema import Slot
from service.when import Job
from store import articles, db, leases, meta

log = logging.getLogger("tripoint.worker")

DEADLINES = {"weave": 1800, "publish": 600, "deliver": 3600}  # seconds; a crawl has its own in the config
GRACE = 120  # seconds a crawl may take beyond its own deadline, to wind up
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 30))  # after 1, 2 ... failures in a row
AGAIN = timedelta(minutes=10)  # before a job is asked again for what it could not do now
TAKEN = 4  # the exit code of a job that somebody else is doing


@dataclass(frozen=True, slots=True)
class Done:
    """What a job did. `rest`: how long it is of no use to start it again; `ok` False makes that grow."""

    line: str
    ok: bool = True
    rest: timedelta | None = None


Clock = Callable[[], datetime]
Stop = Callable[[], bool]


def deadline(config: Config, job: Job) -> float:
    """Seconds after which a job is killed, and its lease is void."""
    return DEADLINES.get(job.name, config.politeness.deadline + GRACE)


# -- in the parent ----------------------------------------------------------------------------------------------------


def start(config: Config, job: Job) -> subprocess.Popen[bytes]:
    """Begin `job` in a process of its own."""
    here = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))
    # -P: without the working directory on the path, where anything may lie
    command = [sys.executable, "-P", "-m", "scheduler"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})  # noqa: S603
    assert process.stdin is not None
    order = {"name": job.name, "args": job.args, "config": config.model_dump(mode="json")}
    try:
        process.stdin.write(json.dumps(order).encode())
        process.stdin.close()
    except BrokenPipeError:
        pass  # it died at once; its exit code says so
    return process


def note_failure(engine: Engine, name: str, began: datetime, now: datetime, line: str) -> None:
    """Record that a job's process died, so that it is not started again at every tick."""
    with db.writing(engine) as tx:
        before = meta.endings(tx).get(name)
        failures = (before.failures if before else 0) + 1
        rest = now + BACK_OFF[min(failures, len(BACK_OFF)) - 1]
        meta.note_ending(tx, name, meta.Ending(began, now, False, line[:500], failures, rest))


# -- the jobs ---------------------------------------------------------------------------------------------------------


def perform(job: Job, config: Config, engine: Engine, *, clock: Clock, stop: Stop) -> bool:
    """Do `job`, unless somebody else is doing it (False), and record how it ended. Raises only a call to exit."""
    began, who = clock(), leases.holder()
    with db.writing(engine) as tx:
        if not leases.take(tx, job.name, who, began, deadline(config, job)):
            return False
        before = meta.endings(tx).get(job.name)
    try:
        done = _JOBS[job.name](job, config, engine, clock, stop, before)
    except Exception as exc:
        log.exception("%s failed", job.name)
        done = Done(f"failed: {type(exc).__name__}: {exc}", ok=False)
    finally:
        with db.writing(engine) as tx:
            leases.give_back(tx, job.name, who)
    ended = clock()
    failures = 0 if done.ok else (before.failures if before else 0) + 1
    rest = done.rest if done.ok else BACK_OFF[min(failures, len(BACK_OFF)) - 1]
    with db.writing(engine) as tx:
        until = None if rest is None else ended + rest
        meta.note_ending(tx, job.name, meta.Ending(began, ended, done.ok, done.line[:500], failures, until))
    log.info("%s: %s", job.name, done.line)
    return True


def _crawl(job: Job, config: Config, _engine: Engine, clock: Clock, _stop: Stop, _before: meta.Ending | None) -> Done:
    from crawler.crawl import CrawlOptions, crawl

    report = crawl(config, job.args, CrawlOptions(), now=clock())
    return Done(report.summary())


def _weave(_job: Job, config: Config, engine: Engine, clock: Clock, _stop: Stop, _before: meta.Ending | None) -> Done:
    from digest.weave import weave

    line = weave(config, engine, now=clock()).line()
    with db.reading(engine) as conn:
        left = articles.any_unwoven(conn)
    return Done(line, rest=AGAIN if left else None)


def _publish(job: Job, config: Config, engine: Engine, clock: Clock, _stop: Stop, _before: meta.Ending | None) -> Done:
    from digest.publish import publish_slot

    reports = []
    for key in job.args:
        name, at, zone = key.split(" ", 2)
        edition = config.edition(name)
        if edition is not None:
            reports.append(publish_slot(config, engine, edition, Slot(time=at, timezone=zone), now=clock()))
    unread = any(report.state == "unread" for report in reports)
    return Done("\n".join(report.message for report in reports), rest=AGAIN if unread else None)


def _deliver(_job: Job, config: Config, engine: Engine, clock: Clock, stop: Stop, before: meta.Ending | None) -> Done:
    from digest.deliver import PATIENCE, deliver

    # After a run that met a dead relay one connection is enough to ask whether it is back
    patience = PATIENCE if before is None or before.ok else 1
    report = deliver(config, engine, clock=clock, stop=stop, patience=patience)
    return Done("\n".join(report.lines), ok=not report.stopped or stop())


_JOBS: dict[str, Callable[[Job, Config, Engine, Clock, Stop, meta.Ending | None], Done]] = {
    "crawl": _crawl, "weave": _weave, "publish": _publish, "deliver": _deliver,
}  # fmt: skip


# -- the child --------------------------------------------------------------------------------------------------------


def main(clock: Clock) -> int:
    """Do the one job that is described on the standard input."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    order = json.load(sys.stdin)
    job = Job(order["name"], tuple(order["args"]))
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if job.name != "deliver":  # that one finishes the mail in hand; the others are one transaction each
            raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    config = Config.model_validate(order["config"])
    engine = db.open_store(config.database_url)
    try:
        return 0 if perform(job, config, engine, clock=clock, stop=lambda: bool(asked)) else TAKEN
    finally:
        engine.dispose()
