"""Pure: which stories have something to tell in an issue, what is new in them, and how they rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.issue.issue import Update
from digest.issue.tellings import Voice, independent_texts, outlet_ids, printable
from store.records import SIDES, Story


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story with something new: `fresh` was never told in this slot, `earlier` was."""

    story: Story
    edges: tuple[str, ...]
    fresh: tuple[Voice, ...]
    earlier: tuple[Voice, ...]
    update: Update | None

    @property
    def voices(self) -> tuple[Voice, ...]:
        return (*self.fresh, *self.earlier)

    @property
    def sides(self) -> frozenset[str]:
        """The sides that told it, now or before."""
        return frozenset(v.side for v in self.voices if v.side)

    @property
    def rank(self) -> tuple[bool, int, int, int, float, int]:
        """Sort key, the best first: pinned, sides that told it, independent reports, outlets, the latest report."""
        latest = max(v.article.published for v in self.voices)
        texts, outlets = independent_texts(self.voices), len(outlet_ids(self.voices))
        return (not self.story.pinned, -len(self.sides), -texts, -outlets, -latest.timestamp(), self.story.id)


def update_of(fresh: Sequence[Voice], earlier: Sequence[Voice], told: Mapping[int, date]) -> Update | None:
    """What is new against earlier issues. None where the story is told for the first time."""
    if not earlier:
        return None
    old = {v.text_key for v in earlier}
    new = {v.text_key for v in fresh if v.text_key and v.text_key not in old}
    reports = len(new) + sum(1 for v in fresh if v.copy.group is None and v.text_key in old)  # an outlet's next report
    before = {v.side for v in earlier}
    sides = {v.side for v in fresh if v.side and v.side not in before}
    return Update(max(told[v.article.id] for v in earlier), reports, tuple(side for side in SIDES if side in sides))


def candidate_of(
    story: Story, edges: tuple[str, ...], voices: Sequence[Voice], told: Mapping[int, date]
) -> Candidate | None:
    """The story as it may be told, or None where nothing in it is new for this slot.

    A report that cannot be printed (a link that is none, an empty headline) is left out; ValueError when none remains.
    """
    fresh = [v for v in voices if v.article.id not in told]
    earlier = [v for v in voices if v.article.id in told]
    update = update_of(fresh, earlier, told)
    if not fresh or (update is not None and update.reports == 0):
        return None
    good = tuple(v for v in fresh if printable(v))
    if not good:
        raise ValueError(f"story {story.id}: no report in it can be printed")
    return Candidate(story, edges, good, tuple(v for v in earlier if printable(v)), update)
