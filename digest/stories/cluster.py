"""What clustering works on: articles of one language about one event, and what an operator said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.stories import thresholds as at
from digest.stories.nearest import Nearest
from digest.stories.reading import Features
from digest.stories.similarity import Score, Similarity


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator said: pairs of article ids that belong together, and pairs that never do. And what stands from
    earlier runs, which is not to swallow its own next step.
    """

    together: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()
    standing: frozenset[int] = frozenset()

    def ties(self, left: Iterable[Features], right: Iterable[Features]) -> bool:
        return _crossed(self.together, left, right)

    def partners(self, of: Iterable[Features]) -> set[int]:
        """Articles that belong together with one of these."""
        if not self.together:
            return set()
        own = {f.id for f in of}
        return {b for a, b in self.together if a in own} | {a for a, b in self.together if b in own}

    def splits(self, left: Iterable[Features], right: Iterable[Features]) -> bool:
        return _crossed(self.apart, left, right)

    def forbids(self, left: list[Features], right: list[Features]) -> bool:
        """Whether the two may never be one story: by what an operator said, or as an event and its next step."""
        if self.splits(left, right):
            return True
        if not (self.standing and left and right):
            return False
        before, after = (left, right) if left[0].at <= right[0].at else (right, left)
        return before[0].id in self.standing and next_step(before, after) and not self.ties(left, right)


def ends(members: list[Features]) -> list[Features]:
    """The first and the newest of them, as many as are compared."""
    half = at.REPRESENTATIVES // 2
    return members if len(members) <= at.REPRESENTATIVES else [*members[:half], *members[-half:]]


def next_step(before: list[Features], after: list[Features]) -> bool:
    """Whether the second of two, each the oldest first, came when the first had ended, and with figures of its own.

    Who reports an event late repeats its figures (18 of 18 pairs that give any, and nine in ten articles of a story
    share one with those before); a vote after a debate, an answer to sanctions has others (13 of 17).
    """
    if after[0].at - before[-1].at < timedelta(hours=at.FOLLOW_HOURS):
        return False
    told = frozenset[float]().union(*(f.figures for f in ends(before)))
    new = frozenset[float]().union(*(f.figures for f in ends(after)))
    return bool(told and new) and told.isdisjoint(new)


def _crossed(pairs: frozenset[tuple[int, int]], left: Iterable[Features], right: Iterable[Features]) -> bool:
    if not pairs:
        return False
    a, b = {f.id for f in left}, {f.id for f in right}
    return any((x in a and y in b) or (x in b and y in a) for x, y in pairs)


@dataclass(slots=True)
class Cluster:
    """Articles of one language about one event. `story` is the stored story it belongs to, None for a new one."""

    language: str
    members: list[Features]  # oldest first
    story: int | None = None
    touched: bool = False  # has taken an article in this run
    why: dict[int, Score] = field(default_factory=dict)
    united: tuple[int, ...] = ()  # stored stories that the merge pass found to be one
    number: int = -1  # among the clusters of this run

    @property
    def gone(self) -> bool:
        """Whether it has become part of another: its number stays, so that all others keep theirs."""
        return not self.members

    @property
    def latest(self) -> datetime:
        return self.members[-1].at

    def ids(self) -> set[int]:
        return {f.id for f in self.members}

    def shown(self) -> list[Features]:
        """The members that are compared: the first, which set the subject, and the newest."""
        return ends(self.members)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A story as this run sees it.

    `stories` are the stored stories that it unites, oldest first; none for a new one. `links` are pairs of article ids
    across languages with the score that tied them.
    """

    clusters: tuple[Cluster, ...]
    stories: tuple[int, ...]
    links: tuple[tuple[int, int, float], ...] = ()


def indexed(clusters: Mapping[int, Cluster], language: str, similarity: Similarity, *, across: bool = False) -> Nearest:
    """The clusters of a language by number, to be found by what they share with a text of it, or of another language.

    What stands untouched is filed already, where the similarity knows of it.
    """
    base = similarity.standing(language, across=across)
    stands = len(base) if base else 0
    changed = [n for n in range(stands) if n not in clusters or clusters[n].touched or clusters[n].gone]
    strongest = similarity.strongest_across if across else similarity.strongest
    index = Nearest(strongest, similarity.vectors, base, changed)
    for number in sorted({*changed, *(number for number in clusters if number >= stands)}):
        cluster = clusters.get(number)
        if cluster is not None and cluster.language == language and not cluster.gone:
            index.add(number, cluster.shown())
    return index


def near_in_time(left: Cluster, right: Cluster) -> bool:
    return abs(left.latest - right.latest) <= timedelta(hours=at.MERGE_HOURS)


def tied(members: Iterable[Features], clusters: Sequence[Cluster], rules: Rules) -> list[int]:
    """Numbers of the clusters that an operator merged with the story of `members`."""
    partners = rules.partners(members)
    return [n for n, c in enumerate(clusters) if any(f.id in partners for f in c.members)] if partners else []
