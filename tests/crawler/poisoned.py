"""The crawl's processes with a fault inside: a body that says so kills whoever parses, or whoever fetches; nobody
answers for names that begin with "slow-", and those that begin with "inner-" lead to this machine.

Run as `python poisoned.py crawler.child | crawler.parser`, in place of `python -m`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

PARSER, FETCHER = b"KILL-THE-PARSER", b"KILL-THE-FETCHER"
SLOW = 5.0  # seconds
COMMAND = [sys.executable, str(Path(__file__))]


def parser() -> None:
    import crawler.parser

    honest = crawler.parser.answer

    def answer(ask: dict[str, object], body: bytes) -> dict[str, object]:
        if PARSER in body:
            os.kill(os.getpid(), signal.SIGKILL)
        return honest(ask, body)

    crawler.parser.answer = answer
    crawler.parser.main()


def child() -> None:
    import crawler.child
    import crawler.parsing
    import crawler.resolver
    from crawler.spiders.feed import FeedSpider
    from crawler.spiders.outlet import OutletSpider

    crawler.parsing.command = lambda module: [*COMMAND, module]
    look_up = crawler.resolver._look_up

    def slowly(host: str, port: int) -> list[str]:
        if host.startswith("slow-"):
            time.sleep(SLOW)
        return ["127.0.0.1"] if host.startswith("inner-") else look_up(host, port)

    crawler.resolver._look_up = slowly
    honest = FeedSpider.parsed

    async def parsed(self, kind, source, response, **more):  # type: ignore[no-untyped-def]
        if FETCHER in response.body and kind != "page":
            os.kill(os.getpid(), signal.SIGKILL)
        return await honest(self, kind, source, response, **more)

    def refined(self, source, response, page):  # type: ignore[no-untyped-def]
        if FETCHER in response.body:
            os.kill(os.getpid(), signal.SIGKILL)
        return page

    FeedSpider.parsed = parsed  # type: ignore[method-assign]
    OutletSpider.refined = refined  # type: ignore[method-assign]
    crawler.child.main()


if __name__ == "__main__":
    parser() if sys.argv[1] == "crawler.parser" else child()
