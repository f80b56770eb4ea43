"""When: the one clock of Tripoint, and the service that does each job at its time.

What is due is computed from the store (`service/`); this file gives it the time. Only the command line imports it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from config import Config


def now() -> datetime:
    """The present instant, aware and in UTC. Everything else is given the time."""
    return datetime.now(UTC)


def run(folder: Path, *, web: bool = True) -> int:
    """`tripoint run`: the service until SIGTERM or Ctrl-C; returns the exit code."""
    from service.ticker import serve  # the ticker and the web server are of no use to any other command

    return serve(folder, clock=now, web=web)


def status(config: Config, engine: Engine, now: datetime) -> dict[str, Any]:
    """`tripoint status`: one screen, with `needs_you` naming what a person has to look at, or ""."""
    from service.status import status as seen

    return seen(config, engine, now)


def work() -> int:
    """`python -m scheduler`: do the one job that the service describes on the standard input; returns the exit code."""
    from service.worker import main

    return main(now)


if __name__ == "__main__":
    sys.exit(work())
