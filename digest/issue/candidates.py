"""Pure: which stories have something to tell in an issue, what is new in them, and how they rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from digest.issue.issue import Rank, Update
from digest.issue.memory import update_of
from digest.issue.ranking import rank_of
from digest.issue.tellings import Label, Voice, printable
from store.records import Story


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story with something new: `fresh` was never told in this slot; `earlier` was, or is too old to be news."""

    story: Story
    edges: tuple[str, ...]
    fresh: tuple[Voice, ...]
    earlier: tuple[Voice, ...]
    update: Update | None
    rank: Rank

    @property
    def voices(self) -> tuple[Voice, ...]:
        return (*self.fresh, *self.earlier)

    @property
    def first(self) -> datetime:
        """When the first of the new reports was published."""
        return min(v.article.published for v in self.fresh)

    @property
    def sides(self) -> frozenset[str]:
        """The sides that told it, now or before."""
        return frozenset(v.side for v in self.voices if v.side)

    @property
    def order(self) -> tuple[bool, float, float, int]:
        """Sort key, the best first: pinned, by rank, by the latest report, by number."""
        latest = max(v.article.published for v in self.voices)
        return (not self.story.pinned, -self.rank.score, -latest.timestamp(), self.story.id)


@dataclass(frozen=True, slots=True)
class Basis:
    """What decides about a story besides its own reports: what the slot told, which edges count, when it closes and how
    far back it looks."""

    told: Mapping[int, date]
    edges: Sequence[str]
    closes: datetime
    since: datetime
    labels: Mapping[str, Label]


def candidate_of(story: Story, edges: tuple[str, ...], voices: Sequence[Voice], basis: Basis) -> Candidate | None:
    """The story as it may be told, or None where nothing in it is new for this basis.

    A report that cannot be printed (a link that is none, an empty headline) is left out; ValueError when none remains.
    """
    told = [v for v in voices if v.article.id in basis.told]
    fresh = [v for v in voices if v.article.id not in basis.told and v.article.published > basis.since]
    if not fresh:
        return None
    good = tuple(v for v in fresh if printable(v))
    if not good:
        raise ValueError(f"story {story.id}: no report in it can be printed")
    update = update_of(good, told, basis.told, basis.labels)
    if update is not None and not update.reports and not update.sides:
        return None
    new = {v.article.id for v in fresh}
    earlier = [v for v in voices if v.article.id not in new]
    rank = rank_of(good, earlier, [edge for edge in edges if edge in basis.edges], basis.closes)
    return Candidate(story, edges, good, tuple(v for v in earlier if printable(v)), update, rank)
