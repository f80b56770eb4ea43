"""The service: a ticker, the processes it has started, and the web beside them."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from starlette.applications import Starlette

from config import Config, ConfigError, load
from digest import hours
from service import worker
from service.look import look
from service.when import Job, due
from store import db, meta

log = logging.getLogger("tripoint.service")

TICK = 20  # seconds; an issue is out within a minute of its hour


class Service:
    """What `tripoint run` holds in memory: the config in force and the processes it has started. All else is stored."""

    def __init__(self, config: Config, engine: Engine, *, clock: Callable[[], datetime]) -> None:
        self.config, self.engine, self.clock = config, engine, clock
        self.children: dict[str, Child] = {}
        self.stopping = False
        self._lock = threading.Lock()
        self._files = signature(config.folder)
        with db.writing(engine) as tx:
            self.since = meta.since(tx, clock())
            meta.put(tx, meta.CONFIG_ERROR, "")
        self._settle()

    def tick(self) -> None:
        """Look, and start what is due. Called by the ticker and whenever a job ends; never twice at once."""
        with self._lock:
            if self.stopping:
                return
            try:
                self._reap()
                self._reload()
                at = self.clock()
                view = look(self.engine, self.config, at, self.since)
                view = replace(view, running=view.running | self.children.keys())
                for job in due(view, self.config, at):
                    self._start(job, at)
            except Exception:
                log.exception("a tick failed; the next one tries again")

    def stop(self, patience: float = 6.0) -> None:
        """End the jobs: a mail in hand is finished, the rest is undone. Takes little more than `patience` seconds."""
        with self._lock:
            self.stopping = True
            for child in self.children.values():
                child.process.terminate()
            ends = time.monotonic() + patience
            for child in self.children.values():
                try:
                    child.process.wait(max(ends - time.monotonic(), 0.1))
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()

    def _start(self, job: Job, at: datetime) -> None:
        child = Child(job, at, time.monotonic() + worker.deadline(self.config, job), worker.start(self.config, job))
        self.children[job.name] = child
        threading.Thread(target=self._watch, args=(child,), name=f"watch {job.name}", daemon=True).start()

    def _watch(self, child: Child) -> None:
        """The end of a job is the best moment to look for the next one: weave after a crawl, deliver after an issue."""
        try:
            child.process.wait(max(child.ends - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            log.error("%s took too long and was killed", child.job.name)
            child.process.kill()
            child.process.wait()
        self.tick()

    def _reap(self) -> None:
        for name, child in list(self.children.items()):
            code = child.process.poll()
            if code is None:
                continue
            del self.children[name]
            if code not in (0, worker.TAKEN):
                line = f"its process ended with {f'signal {-code}' if code < 0 else f'exit code {code}'}"
                log.error("%s: %s", name, line)
                worker.note_failure(self.engine, name, child.began, self.clock(), line)

    def _reload(self) -> None:
        """Take over an edited config, if it is valid; otherwise the old one stays in force and the error is shown."""
        found = signature(self.config.folder)
        if found == self._files:
            return
        self._files = found
        try:
            fresh = load(self.config.folder)
        except ConfigError as exc:
            log.error("the edited config is not used, the old one stays in force:\n%s", exc)
            error = str(exc)
        else:
            log.info("the config was edited and is in force")
            # The database and the address that the web listens on are open; they change with the next start
            held = {"database": self.config.database, "web": fresh.web.model_copy(update=self._listening())}
            taken = fresh.model_copy(update=held)
            if taken != fresh:
                log.warning("[database] url and [web] host and port change with the next start of the service")
            self.config, error = taken, ""
            self.config.__dict__.pop("database_url", None)
        with db.writing(self.engine) as tx:
            meta.put(tx, meta.CONFIG_ERROR, error)
        self._settle()

    def _settle(self) -> None:
        for line in hours.settle(self.config, self.engine, self.clock()):
            log.info("%s", line)

    def _listening(self) -> dict[str, object]:
        return {"host": self.config.web.host, "port": self.config.web.port}


@dataclass(frozen=True, slots=True)
class Child:
    """A job's process. `ends` is the monotonic time at which it is killed."""

    job: Job
    began: datetime
    ends: float
    process: subprocess.Popen[bytes]


class Site:
    """The web beside the jobs: always with the config that is in force."""

    def __init__(self, service: Service) -> None:
        """Take the address, so that an occupied port is said before anything begins. Raises OSError."""
        self.service = service
        self._built: tuple[Config, Starlette] | None = None
        wanted = service.config.web
        self.socket = socket.create_server((wanted.host, wanted.port), family=_family(wanted.host))
        settings = uvicorn.Config(
            self, log_config=None, access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=3
        )
        self._server = uvicorn.Server(settings)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        config = self.service.config
        if self._built is None or self._built[0] is not config:
            from digest.web.app import build  # a service without the web does without its libraries

            self._built = (config, build(config, self.service.engine, clock=self.service.clock))
        await self._built[1](scope, receive, send)

    def run(self) -> None:
        """Answer until `end`; open requests get three seconds."""
        host, port = self.socket.getsockname()[:2]
        log.info("the web is at http://%s:%s", f"[{host}]" if ":" in host else host, port)
        self._server.run(sockets=[self.socket])

    def end(self) -> None:
        """Make `run` return, also when it has not begun yet: a signal may come that early."""
        self._server.should_exit = True


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The config's files and when they changed."""
    files = sorted((*folder.glob("*.toml"), *folder.glob("lexicon/*.toml")))
    stats = [(path, path.stat()) for path in files if path.exists()]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def serve(folder: Path, *, clock: Callable[[], datetime], web: bool = True) -> int:
    """The service, until SIGTERM or Ctrl-C; returns the exit code. Raises ConfigError and StoreError at its start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    for noisy in ("apscheduler", "alembic", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    config = load(folder)
    engine = db.open_store(config.database_url, create=True)
    service = Service(config, engine, clock=clock)
    site = Site(service) if web else None
    ended = threading.Event()

    def end(*_: object) -> None:
        ended.set()
        if site is not None:
            site.end()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    ticker = BackgroundScheduler(timezone=UTC)
    ticker.add_job(
        service.tick, "interval", seconds=TICK, next_run_time=clock(),
        max_instances=1, coalesce=True, misfire_grace_time=None,
    )  # fmt: skip
    try:
        ticker.start()
        if site is not None:
            site.run()
        else:
            while not ended.wait(1.0):
                pass
    finally:
        if ticker.running:
            ticker.shutdown(wait=False)
        service.stop()
        engine.dispose()
        for number, handler in before.items():
            signal.signal(number, handler)
    log.info("ended")
    return 0
