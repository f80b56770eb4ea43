"""The issue: one dated, frozen product of a slot. Mail, archive, feed and JSON all render this one object.

All text is plain (see `plain.py`), all times are aware UTC, and the object survives a round trip through JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from store.records import SIDES, side_of

State = Literal["told", "earlier", "silent", "unknown"]
Key = Literal["all", "two", "two-open", "one", "one-open", "brief"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who speaks, as printed: the ownership stands beside the name, whatever the side."""

    id: str
    name: str
    country: str
    language: str
    ownership: str

    @property
    def side(self) -> str | None:
        return side_of(self.country, self.ownership)


@dataclass(frozen=True, slots=True)
class Report:
    """One article as it is cited. `mentions` are concept labels, given where the headline is in a foreign language."""

    article: int
    title: str
    language: str
    url: str
    published: datetime
    outlet: Outlet
    mentions: tuple[str, ...] = ()
    rewrites: str = ""  # the outlet that a rewrite credits; a rewrite is never an independent report
    rewritten: bool = False
    translation: str = ""  # the headline in the edition's language, made by a machine
    retitled: int = 0  # how often the outlet has changed the headline since it was first seen


@dataclass(frozen=True, slots=True)
class Usage:
    """A term as one side used it, with the words around it. `wording` is what the lexicon calls it in English.

    `distanced`: it stands in quotation marks or after "so-called", so that it is somebody else's word.
    """

    side: str
    wording: str
    before: str
    term: str
    after: str
    report: Report
    distanced: bool = False


@dataclass(frozen=True, slots=True)
class Contrast:
    """Words that differ: one thing, `subject`, and what each side called it."""

    pair: str
    subject: str
    usages: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """One side's row. `told` now; `earlier`: in an issue before; `silent`: measured; `unknown`: could not be measured.

    `report` is None on a told side whose only headline already stands above the row.
    """

    side: str
    state: State
    report: Report | None = None
    above: Outlet | None = None  # the outlet whose headline stands above
    above_at: datetime | None = None
    also: tuple[Report, ...] = ()
    outlets: int = 0
    texts: int = 0  # independent reports: copies of one text count once, rewrites not at all
    agency: str = ""  # whose text it is, where several outlets print one
    read: int = 0
    watched: int = 0
    reason: str = ""  # of unknown: alone | unread | missed | possible match | older | not asked
    missed: tuple[str, ...] = ()  # outlets of the side that could have told it and were not read well
    lead: str = ""  # the opening sentence of `report`, in its own language
    mix: tuple[tuple[str, int], ...] = ()  # how many of its outlets are state, private, ...: the most frequent first

    @property
    def spoke(self) -> bool:
        return self.state in ("told", "earlier")


@dataclass(frozen=True, slots=True)
class Update:
    """What is new in a story that this slot has told before. `since` is the date of the issue that told it last.

    `reports` is 0 where a side broke its silence by a reprint; `facts` is what the new reports name and the told ones
    did not.
    """

    since: date
    reports: int
    sides: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The story that this one follows. `told` is the date of this slot's last issue with it, or None."""

    story: int
    title: str
    language: str
    told: date | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """Why a story stands where it stands: `score` is the sum of the others (see ranking.py)."""

    score: float
    coverage: float
    freshness: float
    edges: float
    diversity: float


@dataclass(frozen=True, slots=True)
class Wording:
    """What a machine that was asked for summaries or translations did for one issue; the rest fell back.

    `made` + `refused` (by our checks) + `unanswered` (late, or an error) is `wanted`.
    """

    job: Literal["summary", "translation"]
    by: str
    wanted: int
    made: int
    refused: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Item:
    """One story in an issue. `edges` is what it is about; who told it stands in `tellings`: two separate things."""

    story: int
    headline: Report
    summary: str
    edges: tuple[str, ...]
    tellings: tuple[Telling, ...]
    elsewhere: tuple[Report, ...]
    elsewhere_outlets: int
    outlet_ids: tuple[str, ...]
    texts: int
    first: datetime
    latest: datetime
    articles: tuple[int, ...]
    update: Update | None = None
    pinned: bool = False
    follows: Earlier | None = None
    # quoted: the opening sentences of the headline's report; translated: these, by a machine; written: by a machine.
    summary_kind: Literal["quoted", "translated", "written"] = "quoted"
    summary_by: str = ""  # the machine
    summary_from: tuple[Outlet, ...] = ()  # whose reports it was given
    terms: tuple[Contrast, ...] = ()
    rank: Rank | None = None

    @property
    def outlets(self) -> int:
        return len(self.outlet_ids)

    @property
    def told_by(self) -> tuple[str, ...]:
        return tuple(t.side for t in self.tellings if t.spoke)

    @property
    def measured(self) -> bool:
        """Is every side that did not speak known to be silent?"""
        return all(t.state != "unknown" for t in self.tellings)

    @property
    def kind(self) -> Key:
        """The section that an item belongs to by its coverage alone."""
        n = len(self.told_by)
        if n == len(SIDES):
            return "all"
        if n == 2:
            return "two" if self.measured else "two-open"
        if n == 1:
            return "one" if self.measured else "one-open"
        return "brief"

    @property
    def silent_side(self) -> str | None:
        return next((t.side for t in self.tellings if not t.spoke), None)


@dataclass(frozen=True, slots=True)
class Section:
    """`items` are printed; `beyond` are in the issue too, but only on the web: lowest rank first to go."""

    key: Key
    items: tuple[Item, ...]
    beyond: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class SideHealth:
    """How much of one side was read well in the window. `measurable` says whether its silence may be printed.

    `missed`: where enough were read, the outlets that forbid it all the same (see silence.py).
    """

    side: str
    watched: int
    read: int
    measurable: bool
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that was not read well, and why: a fetch outcome, "stale" or "not asked"."""

    outlet: Outlet
    reason: str
    since: datetime | None = None  # stale: its newest item


@dataclass(frozen=True, slots=True)
class Readings:
    """The sources behind an issue."""

    total: int
    read: int
    sides: tuple[SideHealth, ...]
    unread: tuple[Unread, ...]

    def side(self, side: str) -> SideHealth:
        return next(s for s in self.sides if s.side == side)


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many reports of an issue's stories were published on one day (UTC): by US, RU, CN and elsewhere."""

    day: date
    counts: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Issue:
    """Everything that a rendering needs. `closes` is the instant up to which things were known."""

    edition: str
    title: str
    language: str
    slot: str
    timezone: str
    local_date: date
    number: int
    closes: datetime
    early: bool
    sections: tuple[Section, ...]
    readings: Readings
    articles: int  # told here for the first time in this slot
    dropped: int = 0  # items that could not be composed or rendered
    version: int = 1
    wording: tuple[Wording, ...] = ()  # one for each machine that was asked
    frequency: Literal["daily", "weekly"] = "daily"
    days: tuple[DayCount, ...] = ()  # weekly: coverage by day and side

    def section(self, key: str) -> Section | None:
        return next((s for s in self.sections if s.key == key), None)

    def printed(self) -> Iterator[Item]:
        for section in self.sections:
            yield from section.items

    def every(self) -> Iterator[Item]:
        for section in self.sections:
            yield from section.items
            yield from section.beyond

    @property
    def empty(self) -> bool:
        return next(self.every(), None) is None

    @property
    def stories(self) -> int:
        return sum(1 for _ in self.every())

    @property
    def outlets(self) -> int:
        return len({id for item in self.every() for id in item.outlet_ids})

    def told_by(self, sides: int) -> int:
        """How many stories of the whole issue `sides` sides told."""
        return sum(1 for item in self.every() if len(item.told_by) == sides)

    def silences(self) -> int:
        """About how many stories of the whole issue a side is measured to be silent."""
        return sum(1 for item in self.every() if any(telling.state == "silent" for telling in item.tellings))


_json = TypeAdapter(Issue)


def to_json(issue: Issue) -> dict[str, Any]:
    """The issue as plain JSON values: what the store keeps."""
    content: dict[str, Any] = _json.dump_python(issue, mode="json")
    return content


def from_json(content: Mapping[str, Any]) -> Issue:
    """The inverse of `to_json`. Raises pydantic.ValidationError on anything else."""
    return _json.validate_python(dict(content))
