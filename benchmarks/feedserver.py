"""A fast server of generated feeds for benchmarks.polling: every host is a port of its own on loopback."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache, partial
from typing import Any

ENTRIES = 30
NEWEST = datetime.fromisoformat("2026-11-24T11:00:00+00:00")
WORDS = """
    harvest orchard kettle meadow lantern violin quilt pottery garden bicycle bakery museum choir ferry kitchen
    library painter weather autumn recipe stadium marathon theatre novel sculptor vineyard beekeeper lighthouse
""".split()  # noqa: SIM905


@lru_cache(maxsize=64)
def body(host: int, state: int) -> bytes:
    """The feed of a host: 30 entries of some 1.9 kB, with one new and one gone for each step of `state`."""
    items = []
    for number in range(state + ENTRIES - 1, state - 1, -1):
        chance = random.Random(host * 100_003 + number)
        title = " ".join(chance.choices(WORDS, k=9)).capitalize()
        text = "".join(f"&lt;p&gt;{' '.join(chance.choices(WORDS, k=70))}.&lt;/p&gt;" for _ in range(3))
        date = format_datetime(NEWEST + timedelta(hours=number - ENTRIES))
        items.append(
            f"<item><title>{title}</title><link>http://host-{host}.example/{number}.html</link>"
            f'<guid isPermaLink="false">{host}-{number}</guid><pubDate>{date}</pubDate>'
            f"<dc:creator>A. Writer</dc:creator><category>{title.split()[0]}</category>"
            f"<description>{text}</description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Feed {host}</title><link>http://host-{host}.example/</link><description>Invented</description>"
        f"<language>en</language>{''.join(items)}</channel></rss>"
    ).encode()


class Connection(asyncio.Protocol):
    """One connection to one host."""

    def __init__(self, host: int, state: Any) -> None:
        self.host, self.state = host, state
        self.waiting = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            request, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            self.transport.write(answer(request, self.host, self.state.value))


def answer(request: bytes, host: int, state: int) -> bytes:
    """A whole answer: the feed or a 304; there is no robots.txt."""
    if not request.startswith(b"GET /feed.xml "):
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    tag = f'"{state}"'.encode()
    if any(
        line.lower().startswith(b"if-none-match:") and line.partition(b":")[2].strip() == tag
        for line in request.split(b"\r\n")
    ):
        return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
    found = body(host, state)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (tag, len(found)) + found


def serve(count: int, state: Any, told: Any) -> None:
    """Serve `count` hosts until this process is ended; their ports go to the pipe `told`."""
    asyncio.run(_serve(count, state, told))


async def _serve(count: int, state: Any, told: Any) -> None:
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(partial(Connection, host, state), "127.0.0.1", 0, backlog=8)
        for host in range(count)
    ]
    told.send([server.sockets[0].getsockname()[1] for server in servers])
    await asyncio.Event().wait()
