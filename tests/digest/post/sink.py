"""An SMTP server on 127.0.0.1 whose faults are scripted by the reader's address. What it kept is what was delivered.

By the local part, up to the first "+":
    ok           accepted                              rcpt4 rcpt5  450 / 550 5.1.1 at RCPT
    grey         450 until the 3rd try                 policy       550 5.7.1 at RCPT
    data4 data5  451 / 554 after the final dot         full         452 4.2.2 at RCPT
    dropbefore   hangs up after the mail, not kept     dropafter    keeps it, then hangs up: the open fate
    dropafter1   the same, at the first try only       hang         keeps nothing, never answers
    close421     421 at RCPT, then hangs up            junk         an answer that is none, at RCPT
    junkdot      keeps it, an answer that is none      longreply    an answer of a megabyte at RCPT
    utf8         an answer of several lines, not ASCII at RCPT; then accepted
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import re
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

RCPT = {
    "rcpt4": "450 4.2.0 later", "rcpt5": "550 5.1.1 no such user", "policy": "550 5.7.1 not from you",
    "full": "452 4.2.2 mailbox full", "junk": "999 what", "close421": "421 4.7.0 go away",
    "longreply": "250 " + "x" * (1 << 20), "utf8": "250-пожалуйста\r\n250 好",
}  # fmt: skip
AFTER_DOT = {"data4": "451 4.3.0 later", "data5": "554 5.7.1 rejected as spam"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that the server took."""

    recipient: str
    message_id: str
    raw: bytes


class Sink:
    """`with Sink() as sink:` listens on `sink.port`; `down` greets with 421, `limit` says 421 after so many mails.

    `delay`: seconds between keeping a mail and saying so.
    """

    def __init__(self, log: Path | None = None) -> None:
        """`log`: a file that gets the Message-ID of each mail before the sender hears that it was taken."""
        self.log = log
        self.kept: list[Kept] = []
        self.connections = 0
        self.down = False
        self.limit = 0
        self.delay = 0.0
        self.port = 0
        self._tries: Counter[str] = Counter()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Sink:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)

    def copies(self) -> Counter[str]:
        """Message-ID -> how many were kept."""
        return Counter(kept.message_id for kept in self.kept)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        self._done = asyncio.Event()
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=1 << 22)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._done.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _Session(self, reader, writer).talk()
        writer.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()


class _Session:
    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.recipient, self.mails = "", 0

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()

    async def talk(self) -> None:
        if self.sink.down:
            await self.say("421 4.3.2 down")
            return
        await self.say("220 sink ESMTP")
        while line := (await self.reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            if not await self.answer(line[:4].upper(), line):
                return

    async def answer(self, verb: str, line: str) -> bool:
        """Answer one command; False to hang up."""
        if verb in ("EHLO", "HELO"):
            await self.say("250-sink\r\n250-8BITMIME\r\n250 SIZE 20000000")
        elif verb == "MAIL":
            if self.sink.limit and self.mails >= self.sink.limit:
                await self.say("421 4.7.0 too many messages on this connection")
                return False
            await self.say("250 ok")
        elif verb == "RCPT":
            return await self.rcpt(line)
        elif verb == "DATA":
            return await self.data()
        elif verb == "QUIT":
            await self.say("221 bye")
            return False
        else:
            await self.say("250 ok" if verb in ("RSET", "NOOP") else "502 5.5.2 what")
        return True

    def kind(self) -> str:
        return self.recipient.split("@")[0].split("+")[0]

    async def rcpt(self, line: str) -> bool:
        found = re.search(r"<([^>]*)>", line)
        self.recipient = found.group(1) if found else ""
        self.sink._tries[self.recipient] += 1
        if self.kind() == "grey" and self.sink._tries[self.recipient] < 3:
            await self.say("450 4.7.1 greylisted")
        else:
            await self.say(RCPT.get(self.kind(), "250 ok"))
        return self.kind() != "close421"

    async def data(self) -> bool:
        await self.say("354 go")
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                return False  # the sender died before the final dot: nothing is kept
            lines.append(line[1:] if line.startswith(b"..") else line)
        kind = self.kind()
        if kind in AFTER_DOT:
            await self.say(AFTER_DOT[kind])
            return True
        if kind == "dropbefore":
            return False
        if kind == "hang":
            await asyncio.sleep(3600)
        raw = b"".join(lines)
        kept = Kept(self.recipient, str(email.message_from_bytes(raw)["Message-ID"]), raw)
        self.sink.kept.append(kept)
        if self.sink.log is not None:
            with self.sink.log.open("a", encoding="ascii") as out:
                out.write(kept.message_id + "\n")
        self.mails += 1
        if kind == "dropafter" or (kind == "dropafter1" and self.sink._tries[self.recipient] == 1):
            return False
        await asyncio.sleep(self.sink.delay)
        await self.say("what?" if kind == "junkdot" else "250 2.0.0 kept")
        return True
