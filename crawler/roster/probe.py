"""Look at addresses once, through the guarded door, in a process of its own; nothing is stored."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config import Config, Source
from crawler.look import Sight, of_plain
from crawler.schedule import http_date
from crawler.task import CrawlOptions, Job, Target, command, environment

LONGEST = 600.0  # seconds for all of them


class ProbeError(Exception):
    """Raised when the process that looks died before it had seen anything, from probe."""


@dataclass(frozen=True, slots=True)
class Ask:
    """An address to look at, as `source` would read it. `kind`: feed | sitemap | section | any."""

    source: Source
    url: str
    kind: str = "any"


def probe(
    config: Config,
    asks: Sequence[Ask],
    *,
    now: datetime,
    first: bool = False,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> list[Sight]:
    """Ask each address once, in the order given for one server; `first`: until one lists fresh articles.

    What was not answered in time is not in the list. Raises ProbeError.
    """
    if not asks:
        return []
    lean = config.model_copy(update={"sources": (), "lexicon": (), "terms": ()})  # a look needs none of these
    sources = {ask.source.id: ask.source for ask in asks}
    targets = tuple(Target(ask.url, ask.kind, (ask.source.id,)) for ask in asks)
    job = Job(lean, now, CrawlOptions(dry_run=True), targets, tuple(sources.values()))
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  our own module, by this interpreter
            [*command("crawler.roster.scout"), *(["first"] if first else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors, env=environment(), text=True, encoding="utf-8",
        )  # fmt: skip
        found, ended = _heard(process, job, progress)
        if not ended and not found:
            errors.seek(0)
            last = errors.read().decode("utf-8", "replace").strip().splitlines()[-1:] or ["no word"]
            raise ProbeError(f"the process that asks died (exit {process.returncode}): {last[0][:200]}")
    order = {ask.url: number for number, ask in enumerate(asks)}
    return sorted(found, key=lambda sight: order[sight.asked])


def _heard(
    process: subprocess.Popen[str], job: Job, progress: Callable[[int, int, str], None]
) -> tuple[list[Sight], bool]:
    """What the scout tells, and whether it came to its end."""
    assert process.stdin is not None and process.stdout is not None
    end = threading.Timer(LONGEST, process.kill)
    end.daemon = True
    end.start()
    found: list[Sight] = []
    try:
        process.stdin.write(job.dumped() + "\n")
        process.stdin.flush()
        for line in process.stdout:
            event = json.loads(line)
            if event["e"] == "end":
                return found, True
            found.append(_sight(event))
            progress(len(found), len(job.targets), found[-1].source_id)
    except BrokenPipeError:
        pass  # it died: what it has told is all there is
    finally:
        end.cancel()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
        process.stdout.close()
    return found, False


def _sight(event: Mapping[str, Any]) -> Sight:
    look = event["look"]
    return Sight(
        event["source"], event["kind"], event["asked"], event["url"], event["outcome"], event["error"],
        event["status"], tuple((status, url) for status, url in event["hops"]), http_date(event["modified"]),
        event["reserved"], event["robots"], tuple(event["sitemaps"]), event["seconds"],
        of_plain(look) if look is not None else None,
    )  # fmt: skip
