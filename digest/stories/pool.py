"""All that the sides' outlets listed, read once: what is common in it, and which of it comes near a text."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Protocol

import numpy as np

from digest.stories.reading import Features, Item, read
from digest.stories.similarity import Similarity, Vector, engine
from topics.concepts import Matcher

_NOON = datetime(2000, 1, 1, tzinfo=UTC)  # entries of the last 72 h are as near in time as an issue knows
_HEARD = 24  # texts compared with one article: the nearest by shared words, or by subjects and names across languages


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


class Pool:
    """Texts of all sides, by their places: how rare a word is, and how near unrelated texts come to each other, is told
    by all of them together, as when stories are woven. `meaning` gives the centred vector that an article was woven by,
    None for what has none. Reading is put off until the first question: on a good day no side is asked.
    """

    def __init__(self, matcher: Matcher, texts: Sequence[Told], meaning: Meaning = _meaningless) -> None:
        self.matcher = matcher
        self.texts = texts
        self.meaning = meaning
        self._numbers = count(-1, -1)  # the similarity keeps what it made of a text under the text's number

    @cached_property
    def features(self) -> list[Features]:
        return [self._read(n, text) for n, text in enumerate(self.texts)]

    @cached_property
    def similarity(self) -> Similarity:
        """By the lexicon and by words: for all of them."""
        return engine(self.features, self.matcher)

    @cached_property
    def vectors(self) -> dict[int, Vector]:
        """place or number -> vector; what is asked about is added when it is asked."""
        known = ((n, self.meaning(text)) for n, text in enumerate(self.texts))
        return {n: vector for n, vector in known if vector is not None}

    @cached_property
    def understanding(self) -> Similarity:
        """By the model's vectors too: for those that have one."""
        return engine([f for f in self.features if f.id in self.vectors], self.matcher, self.vectors)

    @cached_property
    def _stacked(self) -> tuple[Sequence[int], Vector]:
        """The places that have a vector, and their vectors as rows."""
        places = sorted(place for place in self.vectors if place >= 0)
        return places, np.array([self.vectors[place] for place in places])

    @cached_property
    def _found_by(self) -> Mapping[tuple[str, str], Sequence[tuple[int, float]]]:
        """(language or "", key) -> texts that have it, with its weight: words within a language, names across."""
        index: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        for f in self.features:
            for key, weight in self.similarity.keys(f).items():
                index[f.language, key].append((f.id, weight))
            for key, weight in self.similarity.keys_across(f).items():
                index["", key].append((f.id, weight))
        return index

    def asked(self, article: Told) -> Features:
        """An article that is asked about, read; its vector is known under its number from now on."""
        told = self._read(next(self._numbers), article)
        vector = self.meaning(article) if self.vectors else None
        if vector is not None:
            self.vectors[told.id] = vector
        return told

    def nearest(self, told: Features, groups: Sequence[Collection[int]]) -> list[list[int]]:
        """Of each group of places those that share most with what is asked about: by words, subjects and names, and by
        meaning. Not sorted by how near they are.
        """
        shared: dict[int, float] = defaultdict(float)
        for language, keys in ((told.language, self.similarity.keys(told)), ("", self.similarity.keys_across(told))):
            for key, weight in keys.items():
                for place, other in self._found_by.get((language, key), ()):
                    shared[place] += weight * other
        meant: dict[int, float] = {}
        if told.id in self.vectors:
            places, rows = self._stacked
            meant = dict(zip(places, (rows @ self.vectors[told.id]).tolist(), strict=True))
        return [list(dict.fromkeys([*_strongest(shared, group), *_strongest(meant, group)])) for group in groups]

    def _read(self, number: int, text: Told) -> Features:
        return read(Item(number, text.title, text.lead, text.text, text.language.split("-")[0], _NOON), self.matcher)


def _strongest(worth: Mapping[int, float], group: Collection[int]) -> list[int]:
    found = (place for place in group if place in worth)
    return heapq.nsmallest(_HEARD, found, key=lambda place: (-worth[place], place))
