"""Texts as unit vectors of words or of subjects, weighted by rarity, without keeping the vectors.

A week of 100,000 articles would hold a gigabyte of them. Kept is one length for each text; of two texts only the few
words that they share are weighted, to the very same figures.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Mapping

from digest.stories import thresholds as at
from digest.stories.reading import Features


class Rarity(dict[str, float]):
    """key -> how much it tells events apart, worked out when it is first asked for."""

    def __init__(self, weigh: Callable[[str], float]) -> None:
        self._weigh = weigh

    def __missing__(self, key: str) -> float:
        found = self[key] = self._weigh(key)
        return found


class Weighing:
    """The unit vectors of texts: `counts` gives what stands in a text and how often, `rarity` what each is worth."""

    def __init__(self, counts: Callable[[Features], Mapping[str, float]], rarity: Callable[[Features], Rarity]) -> None:
        self._counts = counts
        self._rarity = rarity
        self._lengths: dict[int, float] = {}

    def vector(self, f: Features) -> dict[str, float]:
        """key -> weight, of length 1; empty where nothing is known of the text."""
        length, rarity = self._length(f), self._rarity(f)
        return {key: n * rarity[key] / length for key, n in self._counts(f).items()} if length else {}

    def cosine(self, left: Features, right: Features) -> float:
        """How alike the vectors of two texts are, 0..1."""
        a, b = self._counts(left), self._counts(right)
        if len(a) > len(b):
            left, right, a, b = right, left, b, a
        shared = [key for key in a if key in b]
        if not shared:
            return 0.0
        length, other = self._length(left), self._length(right)
        if not (length and other):
            return 0.0
        ours, theirs = self._rarity(left), self._rarity(right)
        return sum([(a[key] * ours[key] / length) * (b[key] * theirs[key] / other) for key in shared])

    def _length(self, f: Features) -> float:
        found = self._lengths.get(f.id)
        if found is None:
            rarity = self._rarity(f)
            weights = [n * rarity[key] for key, n in self._counts(f).items()]
            found = self._lengths[f.id] = math.sqrt(sum(weight * weight for weight in weights))
        return found


class Strongest:
    """The keys that a text is found by, strongest first: worked out once, however many indexes file it."""

    def __init__(self, keys: Callable[[Features], Mapping[str, float]]) -> None:
        self._keys = keys
        self._found: dict[int, tuple[tuple[str, ...], array[float]]] = {}

    def of(self, f: Features) -> Iterator[tuple[str, float]]:
        """At most KEYS (key, weight)."""
        found = self._found.get(f.id)
        if found is None:
            best = sorted(self._keys(f).items(), key=lambda pair: (-pair[1], pair[0]))[: at.KEYS]
            found = tuple(key for key, _ in best), array("d", (weight for _, weight in best))
            self._found[f.id] = found
        return zip(*found, strict=True)
