"""Pure: which story stands first. Every number that a rank is made of, each with its reason.

A rank is a sum of four parts, so that `explain` can show it: who told the story independently, how fresh it is, how
much of the paper's subject it is about, and how different those are who tell it. Ties are settled by time, then by
number.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from digest.issue.issue import Rank
from digest.issue.tellings import Voice, independent_texts
from store.records import SIDES

SIDE = 2.0  # for each side with a report of its own: who told it is what this paper is about
REPRINTED = 1.0  # for a side that only reprints or rewrites
REPORTS = 0.7  # for each doubling of a side's independent reports: the tenth adds little to the ninth
REPORTS_MOST = 2.0  # six reports are as much as reports can say; a seventh must not stand for a capital
ELSEWHERE = 0.5  # of that, for outlets outside the three sides
TOLD_BEFORE = 0.25  # of a side's worth, where it has nothing new: an update ranks by what is new in it
FRESH = 2.0  # for a report of this minute
HALF_LIFE = timedelta(hours=24)  # yesterday's event is worth half of it
EDGE = 0.5  # for each of the edition's edges that the story is about
KIND = 0.25  # for each kind of ownership, and each language, beyond the first
KINDS_MOST = 1.0

HEADS = 4  # an outlet's headline stands over a fourth of the full stories at most, where another can stand there
HEADS_LEAST = 2
ALONE = 2  # stories that one outlet tells alone, in each section of an issue; more would make it that outlet's paper


def rank_of(fresh: Sequence[Voice], earlier: Sequence[Voice], edges: Collection[str], closes: datetime) -> Rank:
    """The rank of a story with these reports; `edges` are those of the edition that it is about."""
    told = {v.side for v in earlier}
    coverage = math.fsum(_side(side, fresh, side in told) for side in SIDES) + ELSEWHERE * _reports(
        [v for v in fresh if v.side is None]
    )
    latest = max((v.article.published for v in fresh if v.independent), default=None)
    latest = latest or min(v.article.published for v in fresh)
    freshness = FRESH * 0.5 ** (max(timedelta(0), closes - latest) / HALF_LIFE)
    diversity = min(KINDS_MOST, KIND * (_kinds(v.source.ownership for v in fresh) + _kinds(_languages(fresh))))
    parts = [round(part, 3) for part in (coverage, freshness, EDGE * len(edges), diversity)]
    return Rank(round(math.fsum(parts), 3), *parts)


def _side(side: str, fresh: Iterable[Voice], told: bool) -> float:
    own = [v for v in fresh if v.side == side]
    if not own:
        return TOLD_BEFORE * SIDE if told else 0.0
    texts = [v for v in own if v.independent]
    return SIDE + _reports(texts) - REPORTS if texts else REPRINTED


def _reports(voices: Iterable[Voice]) -> float:
    return min(REPORTS_MOST, REPORTS * math.log2(1 + independent_texts(voices)))


def _kinds(values: Iterable[str]) -> int:
    return max(0, len(set(values)) - 1)


def _languages(voices: Iterable[Voice]) -> Iterable[str]:
    return (v.article.language.split("-")[0] for v in voices)


def heads(stories: int) -> int:
    """Over how many of `stories` told in full one outlet's headline may stand."""
    return max(HEADS_LEAST, stories // HEADS)
