"""Which clusters are worth comparing: a small index over words, subjects and vectors, so that time stays bounded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

import numpy as np

from digest.stories import thresholds as at
from digest.stories.reading import Features
from digest.stories.similarity import Vector

Keys = Callable[[Features], Mapping[str, float]]


class Nearest:
    """Numbers of clusters, found again by what their members share with a text. Deterministic: ties by number."""

    def __init__(self, keys: Keys, vectors: Mapping[int, Vector]) -> None:
        self._keys = keys
        self._vectors = vectors
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._rows: list[Vector] = []
        self._owners: list[int] = []
        self._matrix: Vector | None = None

    def add(self, number: int, features: Iterable[Features]) -> None:
        """File `features` under `number`."""
        for f in features:
            for key, weight in self._strongest(f):
                postings = self._postings[key]
                postings[number] = max(postings.get(number, 0.0), weight)
            vector = self._vectors.get(f.id)
            if vector is not None:
                self._rows.append(vector)
                self._owners.append(number)

    def around(self, features: Iterable[Features]) -> list[int]:
        """At most 2 * CANDIDATES numbers that any of `features` may belong to, in rising order."""
        found: dict[int, float] = defaultdict(float)
        meant: dict[int, float] = defaultdict(float)
        for f in features:
            for key, weight in self._strongest(f):
                for number, other in islice(reversed(self._postings.get(key, {}).items()), at.POSTINGS):
                    found[number] += weight * other
            self._by_vector(f, meant)
        best = sorted(found, key=lambda n: (-found[n], n))[: at.CANDIDATES]
        nearest = sorted(meant, key=lambda n: (-meant[n], n))[: at.CANDIDATES]
        return sorted({*best, *nearest})

    def _strongest(self, f: Features) -> list[tuple[str, float]]:
        keys = self._keys(f)
        return sorted(keys.items(), key=lambda pair: (-pair[1], pair[0]))[: at.KEYS]

    def _by_vector(self, f: Features, meant: dict[int, float]) -> None:
        vector = self._vectors.get(f.id)
        if vector is None or not self._rows:
            return
        if self._matrix is None or len(self._matrix) < len(self._rows):
            done = 0 if self._matrix is None else len(self._matrix)
            if len(self._rows) - done > at.PENDING or self._matrix is None:
                self._matrix = np.vstack(self._rows)
        scores = self._matrix @ vector
        for row in np.argsort(-scores, kind="stable")[: 3 * at.CANDIDATES].tolist():
            meant[self._owners[row]] = max(meant[self._owners[row]], float(scores[row]))
        for row in range(len(self._matrix), len(self._rows)):  # the newest, not yet in the matrix
            meant[self._owners[row]] = max(meant[self._owners[row]], float(self._rows[row] @ vector))
