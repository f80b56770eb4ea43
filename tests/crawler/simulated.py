"""Time for a simulated week: a clock that stands still while there is work and jumps to the next timer when there is
none.

`install` must run before Scrapy and the product are imported. Everything of the process then goes by this clock, among
it Scrapy's spacing between requests and the product's `monotonic`; sockets, the store and the parser process are real.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
GRACE = 0.004  # real seconds without a byte on any socket after which nothing is under way on loopback


class Clock:
    """Seconds since the week began. `busy` counts work that is under way outside of the loop: threads, the parser."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.busy = 0

    def now(self) -> datetime:
        return MONDAY + timedelta(seconds=self.seconds)

    def go_on_to(self, moment: datetime) -> None:
        self.seconds = max(self.seconds, (moment - MONDAY).total_seconds())


CLOCK = Clock()


class Jumping(selectors.DefaultSelector):
    """Waits for sockets in real time for a moment only, then lets the clock jump."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        while True:
            found = super().select(GRACE)
            if found:
                return found
            if CLOCK.busy == 0 and timeout is not None:
                CLOCK.seconds += timeout
                return []


class Loop(asyncio.SelectorEventLoop):
    """An asyncio loop on the simulated clock."""

    def __init__(self) -> None:
        super().__init__(Jumping())

    def time(self) -> float:
        return CLOCK.seconds


def install() -> None:
    """Replace the process's clocks."""
    epoch = MONDAY.timestamp()
    time.time = lambda: epoch + CLOCK.seconds
    time.monotonic = lambda: CLOCK.seconds
