"""Asks the parser process (crawler.parser), waits, and starts another one when it died or hangs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from time import monotonic
from typing import Any

from crawler import look, wire
from crawler.task import command, environment
from store.records import Entry

PATIENCE = 60.0  # wall seconds for one body; the parser's own limit is 20 of CPU
USUAL = 1.0  # wall seconds that a body may take and count for nothing; most take a twentieth
EXCESS = 60.0  # seconds beyond that which all bodies of one source may take in a crawl: three that die of their limit
LINE = 64 * 2**20  # bytes of one answer


class ParserDied(Exception):
    """Raised when a body killed or hung the parser, from Parsing.ask."""


class ParseError(Exception):
    """Raised when a body holds nothing of the kind asked for, from Parsing.ask. `reason` is the outcome's name."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


class Parsing:
    """One parser process, asked one body at a time; made at the first question."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self.deaths = 0
        self.excess: dict[str, float] = {}  # seconds, by source

    async def ask(
        self, kind: str, body: bytes, *, url: str, content_type: str, encoding: str, zone: str, of: str = "",
        begin: Callable[[], None] = lambda: None, **more: Any,
    ) -> Any:  # fmt: skip
        """The body parsed as `kind`: a wire.Document, or a page's values (a dict); for "any" a pair (kind, that).

        `of` is its source: one whose bodies are very slow, or deadly, has to leave time for the others. `begin` is
        called when its turn has come. Raises ParseError or ParserDied.
        """
        head = {"kind": kind, "url": url, "content_type": content_type, "encoding": encoding, "zone": zone, **more}
        head["size"] = len(body)
        line = json.dumps(head, default=wire.plain).encode("ascii") + b"\n"
        async with self._turn:
            spent = self.excess.get(of, 0.0)
            if spent >= EXCESS:
                raise ParseError("parser time")
            begin()
            begun, died = monotonic(), True
            try:
                told = await self._exchange(line + body)
                died = False
            finally:
                self.excess[of] = spent + max(monotonic() - begun - USUAL, EXCESS / 3 if died else 0)
        if "error" in told:
            raise ParseError(told["error"], told["detail"])
        found = _FROM[told["kind"]](told[told["kind"]])
        return (told["kind"], found) if kind == "any" else found

    async def _exchange(self, message: bytes) -> dict[str, Any]:
        process = await self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(message)
            await process.stdin.drain()
            line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        except (TimeoutError, ConnectionError, ValueError) as exc:
            await self.close()
            self.deaths += 1
            raise ParserDied(f"the parser did not answer: {exc or 'time-out'}") from exc
        if not line.endswith(b"\n"):
            code = await process.wait()
            self._process = None
            self.deaths += 1
            raise ParserDied(f"the parser died on it ({f'signal {-code}' if code < 0 else f'exit {code}'})")
        told: dict[str, Any] = json.loads(line)
        return told

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *command("crawler.parser"), env=environment(),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE,
            )  # fmt: skip
        return self._process

    async def close(self) -> None:
        """End the process."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None


_FROM: dict[str, Any] = {
    "feed": wire.document, "sitemap": wire.document, "page": wire.page, "look": look.of_plain, "trial": bool,
}  # fmt: skip


def hint(of: Entry) -> dict[str, Any]:
    """An entry as the parser takes it."""
    return asdict(of)
