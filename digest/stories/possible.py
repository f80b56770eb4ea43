"""Might one of these entries tell this story? Asked before a silence is printed, so a doubt means yes."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Protocol

import numpy as np

from digest.stories import thresholds as at
from digest.stories.reading import Features, Item, read
from digest.stories.similarity import Similarity, Vector, engine
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


Meaning = Callable[[Told], Vector | None]


def _meaningless(told: Told) -> Vector | None:
    return None


def _tied(told: Told) -> bool:
    return False


class Listening:
    """The entries of one side, read once and asked about every story; by all that was read of each.

    `companions` are what others told in one story with an entry. A side that spoke may hide in a part that the story
    was wrongly kept from, and there a companion, of another country but of the asker's language, gives it away sooner
    than its own words do. `meaning` gives the centred vector that an article was woven by, None for what has none:
    where both of two texts have one they are judged by it, else by the lexicon and their words. `untied` says of an
    entry whether it is on topic and nobody outside its side was found to tell it: then it may well tell what others
    do, in words that the lexicon does not know in both languages, and little likeness is asked. Reading is put off
    until the first question: on a good day no side is asked.
    """

    def __init__(
        self,
        matcher: Matcher,
        entries: Sequence[Told],
        companions: Sequence[Told] = (),
        meaning: Meaning = _meaningless,
        untied: Callable[[Told], bool] = _tied,
    ) -> None:
        self.matcher = matcher
        self.entries = entries
        self.companions = companions
        self.meaning = meaning
        self.untied = untied
        self._numbers = count(-1, -1)  # the similarity keeps what it made of a text under the text's number

    @cached_property
    def features(self) -> list[Features]:
        return [_features(self.matcher, n, entry) for n, entry in enumerate([*self.entries, *self.companions])]

    @cached_property
    def similarity(self) -> Similarity:
        """By the lexicon and by words: for all of them."""
        return engine(self.features, self.matcher)

    @cached_property
    def vectors(self) -> dict[int, Vector]:
        """place or number -> vector; what is asked about is added when it is asked."""
        known = ((n, self.meaning(entry)) for n, entry in enumerate([*self.entries, *self.companions]))
        return {n: vector for n, vector in known if vector is not None}

    @cached_property
    def understanding(self) -> Similarity:
        """By the model's vectors too: for those that have one."""
        return engine([f for f in self.features if f.id in self.vectors], self.matcher, self.vectors)

    @cached_property
    def stacked(self) -> tuple[Sequence[int], Vector]:
        """The places that have a vector, and their vectors as rows."""
        places = sorted(place for place in self.vectors if place >= 0)
        return places, np.array([self.vectors[place] for place in places])

    @cached_property
    def _strangers(self) -> Sequence[int]:
        """The places of entries that nobody else was found to tell."""
        return [place for place, entry in enumerate(self.entries) if self.untied(entry)]

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
        found = (place for article in spoken for place in self._near(article))
        return next((whole[place] for place in found), None)

    def _near(self, article: Told) -> Iterator[int]:
        """The places that come near enough to one article, those that may be the nearest first."""
        told = _features(self.matcher, next(self._numbers), article)
        vector = self.meaning(article) if self.vectors else None
        if vector is not None:
            self.vectors[told.id] = vector
        for place in self._candidates(told, vector):
            own, other = place < len(self.entries), self.features[place]
            if vector is not None and place in self.vectors:
                share = at.POSSIBLE_MEANT if own else at.POSSIBLE_MEANT_THROUGH
                near = _share(self.understanding, told, other) >= share
            elif own and told.language != other.language and self.untied(self.entries[place]):
                near = _share(self.similarity, told, other) >= at.POSSIBLE_UNTIED
            else:
                share = at.POSSIBLE if own else at.POSSIBLE_THROUGH
                near = _share(self.similarity, told, other) >= share and _in_common(self.similarity, told, other)
            if near:
                yield place

    def _candidates(self, told: Features, vector: Vector | None) -> list[int]:
        """The entries that share most with a text, by words, subjects and names, and by meaning; then companions."""
        shared: dict[int, float] = defaultdict(float)
        for language, keys in (
            (told.language, self.similarity.keys(told)),
            ("", self.similarity.keys_across(told)),
        ):
            for key, weight in keys.items():
                for place, other in self.found_by.get((language, key), ()):
                    shared[place] += weight * other
        found: list[int] = []
        for companion in (False, True):
            worth = {place: value for place, value in shared.items() if (place >= len(self.entries)) is companion}
            found += _strongest(worth)
            found += [] if companion else self._strangers
            if vector is not None:
                places, rows = self.stacked
                meant = dict(zip(places, (rows @ vector).tolist(), strict=True))
                found += _strongest({p: v for p, v in meant.items() if (p >= len(self.entries)) is companion})
        return list(dict.fromkeys(found))


def possible_match(matcher: Matcher, articles: Sequence[Told], entries: Sequence[Told]) -> bool:
    """Whether one of `entries` may tell the story of `articles`, in one question."""
    return Listening(matcher, entries).may_tell(articles)


def _strongest(worth: Mapping[int, float]) -> list[int]:
    return heapq.nsmallest(_HEARD, worth, key=lambda place: (-worth[place], place))


def _base(language: str) -> str:
    return language.split("-")[0]


def _features(matcher: Matcher, number: int, text: Told) -> Features:
    return read(Item(number, text.title, text.lead, text.text, _base(text.language), _NOON), matcher)


def _share(similarity: Similarity, left: Features, right: Features) -> float:
    """How much of what would make them one story two texts reach, within a language or across."""
    if left.language == right.language:
        return similarity.within(left, right).value / at.JOIN[similarity.name]
    return similarity.across(left, right).value / at.LINK[similarity.name]


def _in_common(similarity: Similarity, left: Features, right: Features) -> bool:
    """Across languages and without a model: is there a subject in common, or two names?"""
    if left.language == right.language:
        return True
    parts = similarity.across(left, right).parts
    return parts["concepts"] >= at.POSSIBLE_SUBJECTS or parts["names"] >= at.POSSIBLE_NAMES
