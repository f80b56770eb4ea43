"""`tripoint demo`: the main job on the invented newsroom, from its feeds to a mailbox, without any other network.

The newsroom's day is over, so the demo lives on the morning after: one clock, given here, goes to every job.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import Engine

from config import Config, ConfigError
from crawler.crawl import CrawlOptions, CrawlReport, crawl
from demo import scratch
from demo.newsroom import HOST, MORNING, Newsroom, PortTaken, serve
from digest.deliver import deliver, message_for_one
from digest.post.message import opened
from digest.publish import publish
from digest.weave import weave
from digest.web.app import build
from store import db, issues, subscribers
from store import sources as source_rows

READER = "reader@demo.example"
CLOSES = datetime(2026, 11, 24, 7, 0, tzinfo=MORNING.tzinfo)  # when the slot of the shipped edition closes
AGAIN = timedelta(minutes=40)  # a later run's clock stands this much after the run before

Echo = Callable[[str], None]
ARRANGED = {
    "down": "made to refuse connections",
    "stale": "made to stop in 2023; its feed still answers",
    "walled": "made to ask readers whether they are human",
}


class DemoFailed(Exception):
    """Raised when the job ended without an issue to show, from run's last step."""


@dataclass(frozen=True, slots=True)
class Day:
    """The demo's instants: when it reads, and when it publishes and mails."""

    reads: datetime
    publishes: datetime


def day(last_read: datetime | None) -> Day:
    """Half an hour before the slot closes, or a while after the run before this one."""
    reads = MORNING if last_read is None else last_read + AGAIN
    return Day(reads, max(CLOSES, reads + timedelta(minutes=1)))


def run(out: Path, *, once: bool, port: int, echo: Echo) -> int:
    """The whole demo in the folder `out`; serves the issue on `port` (0: any free one) until Ctrl-C unless `once`.

    The exit code is 0 also where outlets could not be read: three of them are made to fail.
    """
    out = out.expanduser().resolve()
    try:
        with serve(ports=scratch.ports(out)) as room, _listening(port, once, echo) as web:
            config = scratch.prepare(out, room, web.getsockname()[1])
            engine = db.open_store(config.database_url, create=True)
            try:
                moment = _job(config, engine, room, echo)
                _show(config, engine, out, echo)
                if not once:
                    _serve(config, engine, web, moment, echo)
            finally:
                engine.dispose()
    except (scratch.NotADemo, PortTaken, ConfigError, DemoFailed) as exc:
        echo(f"the demo ended early: {exc}")
        return 1
    return 0


def _listening(port: int, once: bool, echo: Echo) -> socket.socket:
    """A bound socket for the web, held from the start: the issue's links name its port."""
    web = socket.socket()
    web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        web.bind((HOST, port))
    except OSError as exc:
        web.bind((HOST, 0))
        if not once:
            echo(f"port {port} is not free ({exc.strerror}): the issue will be shown on {web.getsockname()[1]}")
    return web


def _job(config: Config, engine: Engine, room: Newsroom, echo: Echo) -> datetime:
    """Crawl, weave, publish and deliver on the demo's clock; returns the instant at the end."""
    with db.reading(engine) as conn:
        made = source_rows.fetches_between(conn, MORNING, MORNING + timedelta(days=365))
    clock = day(max((fetch.at for fetch in made), default=None))
    room.turn_to(clock.reads)
    _subscribe(config, engine, clock.reads, echo)
    edition = config.editions[0]

    echo(f"crawl    {len(room.sites)} invented outlets on {HOST}; it is {clock.reads:%d %b %Y %H:%M} UTC")
    report = crawl(config, (), CrawlOptions(force=True), now=clock.reads, progress=_progress(echo))
    _tell_crawl(report, room, echo)
    echo("weave    " + weave(config, engine, now=clock.reads).line())
    echo("publish  " + publish(config, engine, now=clock.publishes, edition=edition.name).message)
    for line in deliver(config, engine, clock=lambda: clock.publishes).lines:
        echo("deliver  " + line)
    return clock.publishes


def _subscribe(config: Config, engine: Engine, now: datetime, echo: Echo) -> None:
    edition = config.editions[0]
    with db.writing(engine) as tx:
        if subscribers.find(tx, READER, edition.name) is None:  # who left in an earlier run stays away
            subscribers.add(tx, READER, edition.name, edition.default_slot.key, "added by the demo", now)
            echo(f"reader   {READER} added to {edition.name!r}")


def _progress(echo: Echo) -> Callable[[int, int, str], None]:
    """A line at each third of the way."""
    told = {0}

    def tick(done: int, total: int, _what: str) -> None:
        third = 3 * done // total if total else 0
        if third not in told:
            told.add(third)
            echo(f"         {done} of {total} read")

    return tick


def _tell_crawl(report: CrawlReport, room: Newsroom, echo: Echo) -> None:
    echo("         " + report.summary())
    states = {id: site.outlet for id, site in room.sites.items() if site.outlet.state != "up"}
    reasons = {row.id: row.reason for row in report.rows}
    for id, outlet in states.items():
        told = f" ({reasons[id]})" if reasons.get(id) else ""
        echo(f"         {outlet.name}, {outlet.country}: {ARRANGED[outlet.state]}{told}")
    feeds = {(id, site.outlet.reads) for id, site in room.sites.items()}
    asked = [request for request in room.log if (request.outlet_id, request.target) in feeds]
    unchanged = sum(request.status == 304 for request in asked)
    if unchanged:
        echo(f"         {unchanged} of {len(asked)} feeds and sitemaps answered 304, unchanged")


def _show(config: Config, engine: Engine, out: Path, echo: Echo) -> None:
    """Write the issue as files beside the mailbox and say where all of it lies."""
    with db.reading(engine) as conn:
        found = issues.latest(conn)
    if found is None:
        raise DemoFailed("no issue came out")
    box = config.path(config.mail.maildir)
    mails = [*sorted(box.glob("new/*")), *sorted(box.glob("cur/*"))]
    # No mail where the reader left the list before the first issue: then the page as nobody in particular gets it
    mail = mails[0].read_bytes() if mails else message_for_one(config, found.page, now=found.frozen)
    files = opened(mail)
    echo("")
    for suffix, content in files.items():
        path = out / f"issue.{suffix}"
        path.write_bytes(content)
        echo(f"issue    {path}")
    echo(f"mailbox  {box} (a Maildir)")
    echo(f"config   {config.folder}")


def _serve(config: Config, engine: Engine, web: socket.socket, moment: datetime, echo: Echo) -> None:
    """Show the issue on the web until Ctrl-C."""
    echo(f"web      http://{HOST}:{web.getsockname()[1]}/ shows it (Ctrl-C ends the demo)")
    site = build(config, engine, clock=lambda: moment)
    uvicorn.Server(uvicorn.Config(site, log_level="warning", access_log=False)).run(sockets=[web])
