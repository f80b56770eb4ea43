"""When: the clock, what is due, and the service that does it. Only the command line may import this room."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from config import Config
from scheduler.clock import now

__all__ = ["now", "run", "status"]


def run(folder: Path, *, web: bool = True) -> int:
    """`tripoint run`: the service until SIGTERM or Ctrl-C; returns the exit code."""
    from scheduler.service import serve  # the ticker and the web server are of no use to any other command

    return serve(folder, web=web)


def status(config: Config, engine: Engine, now: datetime) -> dict[str, Any]:
    """`tripoint status`: one screen, with `needs_you` naming what a person has to look at, or ""."""
    from scheduler.look import status as seen

    return seen(config, engine, now)
