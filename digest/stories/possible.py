"""Might one of these entries tell this story? Asked before a silence is printed, so a doubt means yes."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Protocol

from digest.stories import thresholds as at
from digest.stories.reading import Features, Item, read
from digest.stories.similarity import Similarity, engine
from topics.concepts import Matcher

_NOON = datetime(2000, 1, 1, tzinfo=UTC)  # entries of the last 72 h are as near in time as an issue knows
_HEARD = 24  # entries compared with one article: the nearest by shared words, or by subjects and names across languages
_SPOKEN = 8  # articles of a story that stand for it: the first ones, which set the subject, and the newest


class Told(Protocol):
    """What is asked of an article or an entry."""

    @property
    def title(self) -> str: ...
    @property
    def lead(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def source_id(self) -> str: ...


class Listening:
    """The entries of one side, read once and asked about every story; by all that was read of each, without a model.

    `companions` are what others told in one story with an entry. A side that spoke may hide in a part that the story
    was wrongly kept from, and there a companion, of another country but of the asker's language, gives it away sooner
    than its own words do. Reading is put off until the first question: on a good day no side is asked.
    """

    def __init__(self, matcher: Matcher, entries: Sequence[Told], companions: Sequence[Told] = ()) -> None:
        self.matcher = matcher
        self.entries = entries
        self.companions = companions
        self._numbers = count(-1, -1)  # the similarity keeps what it made of a text under the text's number

    @cached_property
    def features(self) -> list[Features]:
        return [_features(self.matcher, n, entry) for n, entry in enumerate([*self.entries, *self.companions])]

    @cached_property
    def similarity(self) -> Similarity:
        return engine(self.features, self.matcher)

    @cached_property
    def found_by(self) -> Mapping[tuple[str, str], Sequence[tuple[int, float]]]:
        """(language or "", key) -> entries that have it, with its weight: words within a language, names across."""
        index: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        for f in self.features:
            for key, weight in self.similarity.keys(f).items():
                index[f.language, key].append((f.id, weight))
            for key, weight in self.similarity.keys_across(f).items():
                index["", key].append((f.id, weight))
        return index

    def may_tell(self, articles: Sequence[Told]) -> bool:
        """Whether an entry comes near enough to any of the story's articles."""
        return self.heard(articles) is not None

    def heard(self, articles: Sequence[Told]) -> Told | None:
        """The first entry, or companion of one, that comes near enough to any of the story's articles."""
        if not self.entries:
            return None
        half = _SPOKEN // 2
        spoken = articles if len(articles) <= _SPOKEN else [*articles[:half], *articles[-half:]]
        whole = [*self.entries, *self.companions]
        afar = at.POSSIBLE if len({article.source_id for article in articles}) > 1 else at.POSSIBLE_ALONE
        found = (self._hears(_features(self.matcher, next(self._numbers), article), afar) for article in spoken)
        return next((whole[place] for place in found if place is not None), None)

    def _hears(self, told: Features, afar: float) -> int | None:
        """The place of the first that comes near enough to one text; `afar` is the share that is asked of another
        language's."""
        near: dict[int, float] = defaultdict(float)
        for key, weight in self.similarity.keys(told).items():
            for id, other in self.found_by.get((told.language, key), ()):
                near[id] += weight * other
        for key, weight in self.similarity.keys_across(told).items():
            for id, other in self.found_by.get(("", key), ()):
                near[id] += weight * other
        own = [id for id in near if id < len(self.entries)]
        others = [id for id in near if id >= len(self.entries)]
        looked_at = (
            (id, share)
            for ids, share in ((own, (at.POSSIBLE, afar)), (others, (at.POSSIBLE_THROUGH, at.POSSIBLE_THROUGH)))
            for id in heapq.nsmallest(_HEARD, ids, key=lambda id: (-near[id], id))
        )
        return next((id for id, share in looked_at if _near(self.similarity, told, self.features[id], share)), None)


def possible_match(matcher: Matcher, articles: Sequence[Told], entries: Sequence[Told]) -> bool:
    """Whether one of `entries` may tell the story of `articles`, in one question."""
    return Listening(matcher, entries).may_tell(articles)


def _base(language: str) -> str:
    return language.split("-")[0]


def _features(matcher: Matcher, number: int, text: Told) -> Features:
    return read(Item(number, text.title, text.lead, text.text, _base(text.language), _NOON), matcher)


def _near(similarity: Similarity, left: Features, right: Features, share: tuple[float, float]) -> bool:
    """Whether two texts reach `share` of what would make them one story: within a language, or across."""
    if left.language == right.language:
        return similarity.within(left, right).value >= share[0] * at.JOIN[similarity.name]
    score = similarity.across(left, right)
    common = score.parts["concepts"] >= at.POSSIBLE_SUBJECTS or score.parts["names"] >= at.POSSIBLE_NAMES
    return common and score.value >= share[1] * at.LINK[similarity.name]
