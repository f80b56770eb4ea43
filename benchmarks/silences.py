"""Silences on a labelled newsroom: how many would be printed of a side that spoke, with all outlets read and with one
of each side down, each in its turn.

The product's own rule decides, asked as `publish` asks it. An outlet that is down stopped answering an hour ago: what
it printed is in no feed and no story, and the labels alone know that its side told it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from benchmarks.bench import START, Bench, items_of, story_of
from benchmarks.tally import RUNS, Tally
from digest.issue.silence import Watch, read_sources
from digest.issue.tellings import text_key
from digest.stories.pool import Meaning, Pool
from digest.stories.possible import Home, Listening
from digest.stories.reading import Item
from digest.stories.similarity import Vector, centred
from store.records import SIDES, Fetch, Reached, Source, side_of
from topics import relevance

CLOSES = START + timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Newsroom:
    """One labelled day as the store has it: a page is read only where its headline and lead are relevant."""

    rows: Sequence[Mapping[str, Any]]
    bench: Bench

    @cached_property
    def sides(self) -> Sequence[str | None]:
        return [side_of(row["country"], row.get("ownership", "")) for row in self.rows]

    @cached_property
    def kept(self) -> Collection[int]:
        """The articles that are on topic: the others are known by headline and lead, and are in no story."""
        return frozenset(n for n, row in enumerate(self.rows) if self._relevant(row))

    def _relevant(self, row: Mapping[str, Any]) -> bool:
        body, outlet, home = row.get("body") or "", row.get("outlet") or "", row["country"]
        text = (row["title"], row.get("lead") or "", body, row["language"])
        return relevance.judge(self.bench.matcher, *text, outlet=outlet, home=home).relevant

    @cached_property
    def items(self) -> Sequence[Item]:
        return [item if n in self.kept else replace(item, text="") for n, item in enumerate(items_of(self.rows))]

    @cached_property
    def tellers(self) -> Mapping[str, Collection[str | None]]:
        """Which sides told each story, outlets that are down among them."""
        found: dict[str, set[str | None]] = defaultdict(set)
        for row, side in zip(self.rows, self.sides, strict=True):
            found[row["gold_story"]].add(side)
        return found

    @cached_property
    def outlets(self) -> Mapping[str, Sequence[str]]:
        """The outlets of each side that printed anything, by id."""
        pairs = {(row["outlet_id"], side) for row, side in zip(self.rows, self.sides, strict=True)}
        return {side: sorted(id for id, its in pairs if its == side) for side in SIDES}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One side that the labels' `story` is not told by in one of ours, and whether its silence is printed."""

    story: str
    side: str
    spoke: bool  # it did tell it, by the labels
    reason: str  # why its silence is not printed, "" where it is

    @property
    def silent(self) -> bool:
        return not self.reason


def _readings(room: Newsroom, down: Collection[str]) -> Watch:
    sources = [Source(id, id, side, "en", "private") for side, ids in room.outlets.items() for id in ids]
    fetches = [Fetch(s.id, s.id, CLOSES - HOUR, None, "error" if s.id in down else "ok") for s in sources]
    reached = [Reached(f.source_id, f.url, f.at, None if f.good else f.at) for f in fetches]
    return Watch(read_sources(sources, fetches, {}, CLOSES, reached), {})


def verdicts(room: Newsroom, down: Collection[str] = ()) -> Iterator[Verdict]:
    """Every side that a woven story does not have, with the outlets `down` unread."""
    there = [n for n, row in enumerate(room.rows) if row["outlet_id"] not in down]
    kept = [n for n in there if n in room.kept]
    woven = room.bench.weave([room.items[n] for n in kept])
    place, meaning = story_of(woven), meaning_of(room, kept)
    inside: dict[int, list[int]] = defaultdict(list)
    for n in kept:
        inside[place[n]].append(n)
    pool = Pool(room.bench.matcher, [room.items[n] for n in there], meaning)
    at = {n: place for place, n in enumerate(there)}
    listening = {}
    for side in SIDES:
        mine = [n for n in there if room.sides[n] == side]
        others, homes = stand_of(room, side, kept, place)
        stand = {at[n]: home for n, home in homes.items()}
        stories = {at[n]: place[n] for n in [*homes, *others]}
        listening[side] = Listening(pool, [at[n] for n in mine], [at[n] for n in others], stand, stories)
    watch = replace(_readings(room, down), listening=listening)
    for ids in inside.values():
        story = Counter(room.rows[n]["gold_story"] for n in ids).most_common(1)[0][0]
        texts = len({text_key(woven.places[n], room.rows[n]["outlet_id"]) for n in ids} - {None})
        for side in SIDES:
            if side not in {room.sides[n] for n in ids}:
                quiet = watch.quiet(side, [room.items[n] for n in ids], texts)
                yield Verdict(story, side, side in room.tellers[story], quiet.reason)


def stand_of(
    room: Newsroom, side: str, kept: Sequence[int], place: Mapping[int, int]
) -> tuple[Sequence[int], Mapping[int, Home]]:
    """What others told in one story with a side's articles, and where these stand; `place`: article -> its story."""
    mine = [n for n in kept if room.sides[n] == side]
    stories = {place[n] for n in mine}
    others = [n for n in kept if place[n] in stories and room.sides[n] != side]
    told = {place[n] for n in others}
    return others, {n: "shared" if place[n] in told else "alone" for n in mine}


def meaning_of(room: Newsroom, kept: Sequence[int], more: Sequence[Item] = ()) -> Meaning:
    """The vectors that `kept` were woven by, and those of `more`: what nobody read has none, as in the store."""
    items = [room.items[n] for n in kept]
    vectors, others = room.bench.vectors(items), room.bench.vectors(more)
    means = room.bench.means(items, vectors)
    known: Mapping[int, Vector] = {}
    if vectors and means:
        known = centred(vectors | (others or {}), {item.id: item.language for item in [*items, *more]}, means)
    return lambda told: known.get(told.id) if isinstance(told, Item) else None


def runs_of(room: Newsroom) -> list[frozenset[str]]:
    """The outlets that are down, run by run: one of each side, until each was."""
    most = max(map(len, room.outlets.values()), default=0)
    return [frozenset(ids[n] for ids in room.outlets.values() if n < len(ids)) for n in range(most)]


def tally_of(rows: Sequence[Mapping[str, Any]], bench: Bench) -> Tally:
    """Counts under "silences.all_read" and "silences.one_down_a_side": nothing where rows do not say whose they are."""
    if not all(row.get("outlet_id") and row.get("country") for row in rows):
        return Counter()
    room = Newsroom(rows, bench)
    found: Tally = Counter()
    for name, downs in zip(RUNS, ([frozenset[str]()], runs_of(room)), strict=True):
        for down in downs:
            for verdict in verdicts(room, down):
                said = "false" if verdict.spoke else "true"
                found[f"silences.{name}.{said}"] += verdict.silent
                found[f"silences.{name}.of"] += not verdict.spoke
    return found
