"""What a crawl is told to do: values that go from the process which decides to the one that fetches, as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from config import Config, Source


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """The options of `tripoint crawl`. Times are aware UTC; `limit` counts articles per source."""

    country: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    keep_all: bool = False
    save: bool = False
    dry_run: bool = False
    force: bool = False
    at: datetime | None = None
    output: Path | None = None
    record: Path | None = None
    replay: Path | None = None

    def wants(self, published: datetime | None, vague: timedelta = timedelta()) -> bool:
        """Whether an article of that time is asked for; an undated one always is.

        `vague`: it may also have been published up to so much later (a day, where only the day is known).
        """
        if published is None:
            return True
        late = self.since is not None and published < self.since and published + vague <= self.since
        return not late and (self.until is None or published < self.until)


@dataclass(frozen=True, slots=True)
class Target:
    """One address to read, and the sources that it belongs to. `kind`: feed | sitemap | section | any | pages.

    `part` is the sitemap of an index that is being read just now, else "".

    "any" is an address typed by hand: what it is, is found out. "pages" asks for no document: only pages that an
    earlier crawl of this source left unread.
    """

    url: str
    kind: str
    sources: tuple[str, ...]
    part: str = ""


@dataclass(frozen=True)
class Job:
    """One batch for one child process. `adhoc` are sources made up for addresses that are in no config."""

    config: Config
    now: datetime
    options: CrawlOptions
    targets: tuple[Target, ...]
    adhoc: tuple[Source, ...] = ()
    deadline: float = 900.0
    spool: Path | None = None  # where the child notes each article whole, for --output
    begun: float | None = None  # time.monotonic() at `now`, which all processes of a machine share

    @property
    def replaying(self) -> bool:
        return self.options.replay is not None

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.id: source for source in (*self.adhoc, *self.config.sources)}

    def source(self, id: str) -> Source:
        return self._sources[id]

    def is_adhoc(self, id: str) -> bool:
        return any(source.id == id for source in self.adhoc)

    def dumped(self) -> str:
        """As one JSON document, for a child's stdin."""
        return json.dumps(
            {
                "config": self.config.model_dump(mode="json", exclude_defaults=True),
                "now": self.now,
                "options": asdict(self.options),
                "targets": [asdict(target) for target in self.targets],
                "adhoc": [source.model_dump(mode="json", exclude_defaults=True) for source in self.adhoc],
                "deadline": self.deadline,
                "spool": self.spool,
                "begun": self.begun,
            },
            default=_plain,
        )

    @classmethod
    def loaded(cls, text: str) -> Job:
        """The job that `dumped` wrote."""
        values = json.loads(text)
        return cls(
            config=Config.model_validate(values["config"]),
            now=datetime.fromisoformat(values["now"]),
            options=_options(values["options"]),
            targets=tuple(Target(t["url"], t["kind"], tuple(t["sources"])) for t in values["targets"]),
            adhoc=tuple(Source.model_validate(source) for source in values["adhoc"]),
            deadline=values["deadline"],
            spool=Path(values["spool"]) if values["spool"] else None,
            begun=values["begun"],
        )


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _options(values: dict[str, Any]) -> CrawlOptions:
    for name in ("since", "until", "at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in ("output", "record", "replay"):
        values[name] = Path(values[name]) if values[name] else None
    return CrawlOptions(**{field.name: values[field.name] for field in fields(CrawlOptions)})


def command(module: str) -> list[str]:
    """How one of our modules is run as a process: without the working directory on the path, where anything may lie."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """The environment of such a process: it finds the same code as this one."""
    here = str(Path(__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, known)))}
