"""What a crawl is told to do: values that go from the process which decides to the one that fetches, as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from config import Config, Source
from store.records import Lexicon

AT_HAND = 256  # sources that a child keeps made; each costs five times its text


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


class Folded(Mapping[str, Source]):
    """Sources by id, each kept as its JSON and made when it is asked for: a child is told of thousands."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._made = lru_cache(maxsize=AT_HAND)(lambda id: Source.model_validate_json(texts[id]))

    def __getitem__(self, id: str) -> Source:
        return self._made(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@dataclass(frozen=True)
class Job:
    """One batch for one child process. `adhoc` are sources made up for addresses that are in no config.

    Told to a child, `config` is without its long lists: the sources that are read are `folded`, `named` are the private
    hosts ("host:port") of all sources, and the lexicon is the text of its rows, which most polls never need.
    """

    config: Config
    now: datetime
    options: CrawlOptions
    targets: tuple[Target, ...]
    adhoc: tuple[Source, ...] = ()
    deadline: float = 900.0
    spool: Path | None = None  # where the child notes each article whole, for --output
    begun: float | None = None  # time.monotonic() at `now`, which all processes of a machine share
    folded: Folded | None = None
    named: tuple[str, ...] = ()
    rows: str | None = None

    @property
    def replaying(self) -> bool:
        return self.options.replay is not None

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The config's sources by id; in a child those that are read, or all where an address was typed by hand."""
        return {source.id: source for source in self.config.sources} if self.folded is None else self.folded

    @cached_property
    def _made_up(self) -> dict[str, Source]:
        return {source.id: source for source in self.adhoc}

    def source(self, id: str) -> Source:
        return self._made_up.get(id) or self.sources[id]

    def is_adhoc(self, id: str) -> bool:
        return id in self._made_up

    def lexicon(self) -> Lexicon:
        """The operator's vocabulary."""
        return Lexicon.of(self.config.lexicon_rows() if self.rows is None else json.loads(self.rows))

    def private(self) -> tuple[str, ...]:
        """The private hosts that any source names."""
        named = (host for source in (*self.config.sources, *self.adhoc) for host in source.allow_private_hosts)
        return tuple(dict.fromkeys((*self.named, *named)))

    def dumped(self) -> str:
        """As one JSON document, for a child's stdin."""
        typed = any(target.kind == "any" for target in self.targets)
        read = self.sources if typed else dict.fromkeys(id for target in self.targets for id in target.sources)
        long = {"sources", "lexicon", "terms"}
        return json.dumps(
            {
                "config": self.config.model_dump(mode="json", exclude_defaults=True, exclude=long),
                "sources": {id: _folded(self.sources[id]) for id in read if id in self.sources},
                "named": self.private(),
                "rows": json.dumps(self.config.lexicon_rows()),
                "now": self.now,
                "options": asdict(self.options),
                "targets": [(target.url, target.kind, target.sources) for target in self.targets],
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
            targets=tuple(Target(url, sys.intern(kind), tuple(ids)) for url, kind, ids in values["targets"]),
            adhoc=tuple(Source.model_validate(source) for source in values["adhoc"]),
            deadline=values["deadline"],
            spool=Path(values["spool"]) if values["spool"] else None,
            begun=values["begun"],
            folded=Folded(values["sources"]),
            named=tuple(values["named"]),
            rows=values["rows"],
        )


def _folded(source: Source) -> str:
    return source.model_dump_json(exclude_defaults=True)


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
