"""A small real web server on loopback that a test scripts: good answers, and the bad habits of real ones.

Every request is kept with its headers, so that a test can judge our manners from the server's side.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: Any = None  # what the server's clock said


@dataclass(frozen=True)
class Answer:
    """A whole, well-behaved answer; Content-Length is added."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Writer = asyncio.StreamWriter
Scripted = Answer | Callable[[Seen], Answer] | Callable[[Seen, Writer], Awaitable[None]]


class OutletServer:
    """Serves `pages` (path without query -> what to answer) on a free port of 127.0.0.1 while the context is open.

    An unknown path is a 404. /robots.txt is a 404 too, which allows everything, unless it is scripted.
    """

    def __init__(self, clock: Callable[[], Any] = lambda: None) -> None:
        self.pages: dict[str, Scripted] = {}
        self.seen: list[Seen] = []
        self.answers: list[tuple[Seen, Answer]] = []  # what plain answers were given
        self.clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> OutletServer:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._accepted, "127.0.0.1", 0), self._loop)
        self._server = started.result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def paths(self, *, robots: bool = False) -> list[str]:
        """What was asked for, in order."""
        rules = () if robots else ("/robots.txt", "/.well-known/tdmrep.json")
        return [seen.path for seen in self.seen if seen.path not in rules]

    def asked(self, path: str) -> list[Seen]:
        """The requests for one path."""
        return [seen for seen in self.seen if seen.path == path]

    async def _accepted(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: Writer) -> bool:
        """Answer one request; whether the connection stays open."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        pairs = (line.split(":", 1) for line in lines[1:] if ":" in line)
        seen = Seen(method, path, {name.strip().lower(): value.strip() for name, value in pairs}, self.clock())
        self.seen.append(seen)
        scripted = self.pages.get(path.split("?")[0], Answer(status=404))
        if not isinstance(scripted, Answer):
            wants_writer = asyncio.iscoroutinefunction(scripted)
            if wants_writer:
                await scripted(seen, writer)  # type: ignore[call-arg,misc]
                return False
            scripted = scripted(seen)  # type: ignore[call-arg,assignment]
        assert isinstance(scripted, Answer)
        self.answers.append((seen, scripted))
        writer.write(whole(scripted))
        await writer.drain()
        return True


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """A status line and headers, as bytes."""
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def whole(answer: Answer) -> bytes:
    """An answer on the wire."""
    body = b"" if answer.status in (204, 304) else answer.body
    length = {} if answer.status in (204, 304) else {"Content-Length": str(len(body))}
    return head(answer.status, {**answer.headers, **length}) + body


# -- feeds and pages --------------------------------------------------------------------------------------------------


def rss(*items: str, language: str = "en", extra: str = "") -> bytes:
    """An RSS document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Harbor Wire</title>'
        f"<link>http://harbor-wire.example/</link><language>{language}</language>{extra}{''.join(items)}</channel></rss>"
    ).encode()


def item(title: str, link: str, *, guid: str | None = None, date: str | None = None, lead: str = "") -> str:
    """An item of an RSS document; `title` and `lead` are markup already."""
    return (
        f"<item><title>{title}</title><link>{link}</link>"
        + (f'<guid isPermaLink="false">{guid}</guid>' if guid is not None else "")
        + (f"<pubDate>{date}</pubDate>" if date is not None else "")
        + f"<description>{lead}</description></item>"
    )


def feed(body: bytes, **headers: str) -> Answer:
    """A feed's answer."""
    return Answer(
        body, headers={"Content-Type": "application/rss+xml", **{k.replace("_", "-"): v for k, v in headers.items()}}
    )


def page(title: str, *paragraphs: str, head: str = "") -> Answer:
    """An article's page."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = f"<html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{text}</article>"
    return Answer((body + "</body></html>").encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def etagged(body: bytes, tag: str = '"v1"', **headers: str) -> Callable[[Seen], Answer]:
    """A feed that answers 304 to its own ETag."""

    def answer(seen: Seen) -> Answer:
        own = {"ETag": tag, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if seen.headers.get("if-none-match") == tag:
            return Answer(status=304, headers=own)
        return Answer(body, headers={"Content-Type": "application/rss+xml", **own})

    return answer


# -- bad habits -------------------------------------------------------------------------------------------------------


async def endless(seen: Seen, writer: Writer) -> None:
    """No length, and never an end."""
    writer.write(head(200, {"Content-Type": "application/rss+xml", "Connection": "close"}))
    while True:
        writer.write(b"<item>" + b"A" * 65536)
        await writer.drain()


async def endless_chunks(seen: Seen, writer: Writer) -> None:
    writer.write(head(200, {"Content-Type": "application/rss+xml", "Transfer-Encoding": "chunked"}))
    while True:
        writer.write(b"10000\r\n" + b"A" * 65536 + b"\r\n")
        await writer.drain()


async def drip(seen: Seen, writer: Writer) -> None:
    """A byte now and then, for ever."""
    writer.write(head(200, {"Content-Type": "application/rss+xml", "Content-Length": "1000000"}))
    while True:
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.2)


async def drip_headers(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)


async def silent(seen: Seen, writer: Writer) -> None:
    """Takes the request and never answers."""
    await asyncio.sleep(3600)


async def reset(seen: Seen, writer: Writer) -> None:
    """Breaks off in the middle of the body, with a reset."""
    writer.write(
        head(200, {"Content-Length": "100000", "ETag": '"torn"'}) + rss(item("one", "http://outlet.example/1"))
    )
    await writer.drain()
    writer.transport.abort()


async def short_body(seen: Seen, writer: Writer) -> None:
    """Promises more than it sends."""
    body = rss(item("one", "http://outlet.example/1"))
    promised = str(len(body) + 500)
    writer.write(head(200, {"Content-Length": promised, "ETag": '"torn"', "Connection": "close"}) + body)


async def two_lengths(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 500\r\nConnection: close\r\n\r\n" + rss())


async def bad_chunk(seen: Seen, writer: Writer) -> None:
    writer.write(head(200, {"Transfer-Encoding": "chunked"}) + b"zz\r\nabc\r\n")


async def huge_header(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Big: " + b"A" * (2 << 20) + b"\r\nContent-Length: 2\r\n\r\nok")


async def endless_headers(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: " + b"a" * 1000 + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.001)


async def interim(seen: Seen, writer: Writer) -> None:
    """Says "go on" for ever."""
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
        await writer.drain()
        await asyncio.sleep(0.01)


async def odd_status(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n")


async def no_http(seen: Seen, writer: Writer) -> None:
    """A feed without a word of HTTP before it."""
    writer.write(rss())


async def less_than_nothing(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + rss())


async def cookie_flood(seen: Seen, writer: Writer) -> None:
    body = rss()
    cookies = b"".join(b"Set-Cookie: c%d=%s; Path=/\r\n" % (number, b"v" * 3000) for number in range(500))
    writer.write(b"HTTP/1.1 200 OK\r\n" + cookies + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


def chain(seen: Seen) -> Answer:
    """A redirect to itself with one more in the query, for ever."""
    number = int(seen.path.partition("?")[2] or 0)
    return redirect(f"{seen.path.partition('?')[0]}?{number + 1}")
