"""Restarts, many writers, a full disk and a network that breaks: F42, F20, F18 and F41 of the fault list, short.

TRIPOINT_WRITERS_SECONDS=60 makes the many-writers test the long one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from multiprocessing.queues import SimpleQueue
from time import monotonic

from sqlalchemy.exc import OperationalError

from store import db, sources
from store.records import Fetch
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, etagged, feed, rss
from tests.crawler.test_crawl import news, stored

WRITERS = 8
SECONDS = float(os.environ.get("TRIPOINT_WRITERS_SECONDS", "2"))


def test_a_hundred_restarts_in_ten_minutes_ask_nothing_again(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/a.xml"] = etagged(rss(*news(server, "one", "two")))
    server.pages["/b.xml"] = feed(rss())
    server.pages["/c.xml"] = Answer(status=500)
    for name in "abc":
        desk.add(name, f"/{name}.xml")
    desk.crawl()
    server.seen.clear()
    for _ in range(100):
        desk.now += timedelta(seconds=6)
        assert {row.state for row in desk.crawl().rows} == {"not due"}
    assert server.seen == []


# -- many writers -----------------------------------------------------------------------------------------------------


def _write(url: str, number: int, seconds: float, told: SimpleQueue[tuple[list[float], int]]) -> None:
    """Write for so many seconds; tell how long each write took, and how many failed."""
    engine = db.connect(url)
    ends, failed = monotonic() + seconds, 0
    took: list[float] = []
    while (begun := monotonic()) < ends:
        try:
            with db.writing(engine) as tx:
                at = NOW + timedelta(milliseconds=len(took))
                sources.log_fetch(tx, Fetch("a", f"http://outlet.example/{number}", at, 200, "ok"))
            took.append(monotonic() - begun)
        except (db.StoreError, OperationalError):
            failed += 1
    engine.dispose()
    told.put((took, failed))


def test_eight_writers_never_hear_that_the_store_is_locked(desk: Newsdesk) -> None:
    desk.add("a", "/a.xml")
    desk.crawl()
    context = multiprocessing.get_context("spawn")
    told: SimpleQueue[tuple[list[float], int]] = context.SimpleQueue()
    writers = [
        context.Process(target=_write, args=(desk.config.database_url, n, SECONDS, told)) for n in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    counts = [told.get() for _ in writers]
    for writer in writers:
        writer.join(60)
    took = sorted(wait for waits, _ in counts for wait in waits)
    most = took[len(took) * 99 // 100]
    print(f"{len(took)} writes in {SECONDS:.0f} s: 99 of 100 took at most {most:.2f} s, the longest {took[-1]:.2f} s")
    assert sum(failed for _, failed in counts) == 0
    noted = [fetch for fetch in desk.ask(sources.fetches_between, NOW, NOW + timedelta(days=1))
             if fetch.url.startswith("http://outlet.example/")]  # fmt: skip
    assert len(noted) == len(took) > 0


# -- a full disk ------------------------------------------------------------------------------------------------------

FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
from cli import main
sys.argv = ["tripoint", *sys.argv[2:]]
main()
"""


def test_a_full_disk_corrupts_nothing_and_the_next_crawl_goes_on(desk: Newsdesk, server: OutletServer) -> None:
    """A limit on the size of files stands in for the disk: writes past it fail as they do there."""
    names = [f"p{number}" for number in range(60)]
    padding = "".join(f"<!-- {n} {'x' * 900} -->" for n in range(10))
    server.pages["/a.xml"] = etagged(rss(*news(server, *names), extra=padding))
    (desk.folder / "tripoint.toml").write_text("[edition.daily]\n[politeness]\nspacing = 0\n", encoding="utf-8")
    (desk.folder / "sources.toml").write_text(
        f'[[source]]\nid = "a"\nname = "A"\ncountry = "US"\nfeeds = ["{server.url}/a.xml"]\n'
        f'allow_private_hosts = ["{server.host}"]\n',
        encoding="utf-8",
    )
    desk.add("a", "/a.xml")
    db.open_store(desk.config.database_url, create=True).dispose()
    path = db.sqlite_path(desk.config.database_url)
    assert path is not None
    command = [sys.executable, "-c", FULL, str(path.stat().st_size + 40_000)]
    arguments = ["--config", str(desk.folder), "crawl"]
    full = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert full.returncode != 0 and "Traceback" not in full.stderr, full.stderr
    with db.reading(desk.engine) as conn:
        assert conn.exec_driver_sql("pragma integrity_check").scalar() == "ok"
    free = [sys.executable, "-m", "cli", *arguments, "--force"]
    done = subprocess.run(free, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(stored(desk)) == set(names)


# -- a network that breaks --------------------------------------------------------------------------------------------


class Lossy:
    """A proxy on loopback in front of a server: delays each connection, and resets one in ten."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.target, self.chance, self.resets = port, chance, 0

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.03)
        broken = self.chance.random() < 0.1
        inside, outside = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                await asyncio.gather(pump(reader, outside), self.back(inside, writer, broken))
        finally:
            outside.close()
            writer.close()

    async def back(self, inside: asyncio.StreamReader, writer: asyncio.StreamWriter, broken: bool) -> None:
        while data := await inside.read(65536):
            if broken:
                self.resets += 1
                writer.write(data[:50])
                writer.transport.abort()
                return
            writer.write(data)
            await writer.drain()
        writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@contextmanager
def lossy(port: int, count: int, chance: random.Random) -> Iterator[tuple[list[int], Lossy]]:
    """`count` hosts (ports) that lead to `port` through a bad line."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    line = Lossy(port, chance)

    async def opened() -> list[int]:
        servers = [await asyncio.start_server(line.accepted, "127.0.0.1", 0) for _ in range(count)]
        line.servers = servers  # type: ignore[attr-defined]
        return [server.sockets[0].getsockname()[1] for server in servers]

    async def closed() -> None:
        for server in line.servers:  # type: ignore[attr-defined]
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    ports = asyncio.run_coroutine_threadsafe(opened(), loop).result(10)
    try:
        yield ports, line
    finally:
        asyncio.run_coroutine_threadsafe(closed(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def test_a_line_that_breaks_one_connection_in_ten_costs_no_source(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/feed.xml"] = feed(rss())
    with lossy(server.port, 100, random.Random(41)) as (ports, line):
        for port in ports:
            host = f"127.0.0.1:{port}"
            desk.add(f"at-{port}", f"http://{host}/feed.xml", ports=(port,), allow_private_hosts=(host,))
        rows = desk.rows()
        assert line.resets >= 5
    assert sum(row.state == "read" for row in rows.values()) >= 99
