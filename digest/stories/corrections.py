"""Pure: what operators said of stories, and how it is kept. What was merged stays merged, what was split stays split.

A correction is kept as a pair of articles, one of each story it speaks of, and means their stories, whatever else is in
them by then: articles change stories by corrections only, so that one pair is enough. Of two corrections that
contradict each other the later one holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.stories.clusters import Cluster, Gathered, Rules
from store.records import Correction, Story

MERGE, SPLIT = "merge", "split"


class CorrectionError(Exception):
    """Raised when a correction makes no sense: a story with itself, an article that is not in it; from merge, split."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A correction, ready to be written. `leaves` are the articles that move out of the story that keeps its number;
    `undone` are earlier corrections that this one contradicts."""

    record: tuple[Correction, ...]
    undone: tuple[Correction, ...] = ()
    leaves: tuple[int, ...] = ()


def correction(kind: str, one: int, other: int, at: datetime) -> Correction:
    """The pair in its one order."""
    return Correction(kind, min(one, other), max(one, other), at)


def crossing(
    corrections: Iterable[Correction], kind: str, left: Collection[int], right: Collection[int]
) -> list[Correction]:
    """The corrections of `kind` that speak of an article in `left` and one in `right`."""
    return [
        c for c in corrections
        if c.kind == kind and ((c.left in left and c.right in right) or (c.right in left and c.left in right))
    ]  # fmt: skip


def merge(one: Story, other: Story, corrections: Sequence[Correction], now: datetime) -> Plan:
    """Make one story of two. Splits between them are undone. Raises CorrectionError for a story and itself."""
    if one.id == other.id:
        raise CorrectionError(f"story {one.id} and itself: nothing to merge")
    if not one.members or not other.members:
        raise CorrectionError(f"story {(one if not one.members else other).id} holds no article")
    said = correction(MERGE, one.members[0], other.members[0], now)
    return Plan((said,), tuple(crossing(corrections, SPLIT, one.members, other.members)))


def split(
    story: Story, chosen: Collection[int], corrections: Sequence[Correction], homes: Mapping[int, int], now: datetime
) -> Plan:
    """Make two stories of one: the articles `chosen`, and the rest. The half with the oldest article keeps the number.

    `homes` says in which story each article of `corrections` is now. Merges across the two halves are undone. Raises
    CorrectionError where `chosen` is not in the story, or leaves nothing of it.
    """
    picked, rest = [id for id in story.members if id in chosen], [id for id in story.members if id not in chosen]
    strangers = sorted(set(chosen) - set(picked))
    if strangers:
        names = ", ".join(map(str, strangers))
        raise CorrectionError(f"not in story {story.id}: article {names}")
    if not picked or not rest:
        raise CorrectionError(f"story {story.id} has {len(story.members)} articles: name some of them, and not all")
    keeps, leaves = (picked, rest) if story.members[0] in chosen else (rest, picked)
    said = [correction(SPLIT, keeps[0], leaves[0], now), *_inherited(keeps, leaves, story.id, corrections, homes)]
    return Plan(tuple(said), tuple(crossing(corrections, MERGE, keeps, leaves)), tuple(leaves))


def _inherited(
    keeps: Sequence[int], leaves: Sequence[int], story: int, corrections: Iterable[Correction], homes: Mapping[int, int]
) -> list[Correction]:
    """What was split from the whole story is split from both halves: each half has a pair of its own."""
    found = []
    for c in corrections:
        for inside, outside in ((c.left, c.right), (c.right, c.left)):
            if c.kind == SPLIT and homes.get(inside) == story and homes.get(outside) not in (story, None):
                half = keeps if inside in leaves else leaves
                found.append(correction(SPLIT, half[0], outside, c.at))
    return found


def rules(
    corrections: Sequence[Correction], homes: Mapping[int, int], standing: Mapping[int, tuple[int, int]]
) -> Rules:
    """What weaving must heed, in articles that it sees.

    `homes` says in which story each article of `corrections` is, `standing` in which (story, cluster) each article is
    that weaving compares: only some of a large story. A split holds between every two clusters of the two stories.
    """
    shown: dict[int, dict[int, int]] = defaultdict(dict)  # story -> cluster -> one of its articles
    for id, (story, cluster) in sorted(standing.items()):
        shown[story].setdefault(cluster, id)
    apart: set[tuple[int, int]] = set()
    together: set[tuple[int, int]] = set()
    for c in corrections:
        one, other = homes.get(c.left), homes.get(c.right)
        if one is None or other is None or one == other:
            continue
        pairs = {(a, b) for a in shown[one].values() for b in shown[other].values()}
        if c.kind == SPLIT:
            apart |= pairs
        else:
            together |= set(sorted(pairs)[:1])
    return Rules(frozenset(together), frozenset(apart))


def forbidden(corrections: Iterable[Correction], homes: Mapping[int, int]) -> frozenset[tuple[int, int]]:
    """Pairs of stories, the older first, that an operator split."""
    pairs = ((homes.get(c.left), homes.get(c.right)) for c in corrections if c.kind == SPLIT)
    return frozenset((min(a, b), max(a, b)) for a, b in pairs if a is not None and b is not None and a != b)


def kept(stories: Iterable[Gathered], apart: Collection[tuple[int, int]]) -> list[Gathered]:
    """`stories` with those taken apart again that unite what an operator split, whatever engine united them.

    Each stored story stays whole; a cluster goes where its oldest stored story goes, one without any with the first.
    """
    return [part for story in stories for part in (_parts(story, apart) if apart else [story])]


def _parts(story: Gathered, apart: Collection[tuple[int, int]]) -> list[Gathered]:
    groups: list[list[int]] = []
    for id in story.stories:
        fits = (g for g in groups if not any((min(id, other), max(id, other)) in apart for other in g))
        group = next(fits, None)
        if group is None:
            groups.append([id])
        else:
            group.append(id)
    if len(groups) < 2:
        return [story]
    place = {id: number for number, group in enumerate(groups) for id in group}
    found = []
    for number, group in enumerate(groups):
        inside = [cluster for cluster in story.clusters if place.get(_home(cluster), 0) == number]
        ids = {f.id for cluster in inside for f in cluster.members}
        links = tuple(link for link in story.links if link[0] in ids and link[1] in ids)
        found.append(replace(story, clusters=tuple(inside), stories=tuple(group), links=links))
    return [part for part in found if part.clusters]


def _home(cluster: Cluster) -> int:
    """The oldest stored story of a cluster, 0 for a new one."""
    return min((story for story in (cluster.story, *cluster.united) if story is not None), default=0)
