"""Which clusters are worth comparing: a small index over words, subjects and vectors, so that time stays bounded."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.stories import thresholds as at
from digest.stories.reading import Features
from digest.stories.standing import Standing, Vector
from digest.stories.weighing import Strongest

_COMMON = 32  # clusters with one key, from which arrays are quicker than a dict; below POSTINGS
_BLOCK = 4096  # vectors in one block: none is ever moved


class Nearest:
    """Numbers of clusters, found again by what their members share with a text. Deterministic: ties by number.

    `base` are clusters filed beforehand, those `without` left out of it: they have changed and are filed anew.
    """

    def __init__(
        self,
        strongest: Strongest,
        vectors: Mapping[int, Vector],
        base: Standing | None = None,
        without: Collection[int] = (),
    ) -> None:
        self._strongest = strongest
        self._vectors = vectors
        self._rare: dict[str, dict[int, float]] = defaultdict(dict)
        self._common: dict[str, _Postings] = {}
        self._rows = _Rows()
        self._base = base
        self._stands = np.ones(len(base) if base else 0, bool)
        self._stands[list(without)] = False
        if base is not None:
            for number, vector in zip(base.owners, base.vectors, strict=True):
                if self._stands[number]:
                    self._rows.add(number, vector)

    def add(self, number: int, features: Iterable[Features]) -> None:
        """File `features` under `number`."""
        if self._base is not None and number < len(self._stands) and self._stands[number]:
            self._stands[number] = False  # from now on filed here as a whole
            self._file(number, self._base.inside(number), meaning=False)
        self._file(number, features)

    def _file(self, number: int, features: Iterable[Features], *, meaning: bool = True) -> None:
        for f in features:
            for key, weight in self._strongest.of(f):
                common = self._common.get(key)
                if common is not None:
                    common.add(number, weight)
                    continue
                postings = self._rare[key]
                postings[number] = max(postings.get(number, 0.0), weight)
                if len(postings) >= _COMMON:
                    self._common[key] = _Postings(self._rare.pop(key))
            vector = self._vectors.get(f.id) if meaning else None
            if vector is not None:
                self._rows.add(number, vector)

    def around(self, features: Iterable[Features]) -> list[int]:
        """At most 2 * CANDIDATES numbers that any of `features` may belong to, in rising order."""
        numbers: list[NDArray[Any]] = []
        shares: list[NDArray[np.float64]] = []
        meant: dict[int, float] = defaultdict(float)
        for f in features:
            for key, weight in self._strongest.of(f):
                for found in self._found(key):
                    numbers.append(found[0])
                    shares.append(found[1] * weight)
            vector = self._vectors.get(f.id)
            if vector is not None:
                self._rows.nearest(vector, meant)
        nearest = sorted(meant, key=lambda n: (-meant[n], n))[: at.CANDIDATES]
        return sorted({*_best(numbers, shares), *nearest})

    def _found(self, key: str) -> Iterator[tuple[NDArray[Any], NDArray[np.float64]]]:
        """The newest clusters with `key`, and its weight in each: those that stand, then those that were filed."""
        common, rare = self._common.get(key), self._rare.get(key)
        left = at.POSTINGS - (len(common) if common else len(rare or ()))
        stood = self._base.found(key) if self._base and left > 0 else None
        if stood is not None:
            numbers, weights = stood
            still = self._stands[numbers]
            yield numbers[still][-left:], weights[still][-left:]
        if common is not None:
            yield common.newest(at.POSTINGS)
        elif rare:
            yield np.fromiter(rare.keys(), np.intp, len(rare)), np.fromiter(rare.values(), np.float64, len(rare))


def _best(numbers: Sequence[NDArray[Any]], shares: Sequence[NDArray[np.float64]]) -> list[int]:
    """The CANDIDATES numbers whose shares add up to most."""
    if not numbers:
        return []
    sums = np.bincount(np.concatenate(numbers), np.concatenate(shares))
    found = np.flatnonzero(sums)
    return _highest(sums[found], found, at.CANDIDATES)


def _highest(values: NDArray[Any], numbers: NDArray[np.intp], most: int) -> list[int]:
    """The `most` of `numbers` (rising) with the highest values, highest first; of equal ones the lower number."""
    if len(values) > most:
        kept = values >= np.partition(values, -most)[-most]
        values, numbers = values[kept], numbers[kept]
    return [int(n) for n in numbers[np.argsort(-values, kind="stable")[:most]]]


class _Postings:
    """The clusters that have a common key, in the order in which they came to have it, with its highest weight."""

    __slots__ = ("_numbers", "_places", "_weights")

    def __init__(self, found: Mapping[int, float]) -> None:
        self._places: dict[int, int] = {}
        self._numbers = array("q")
        self._weights = array("d")
        for number, weight in found.items():
            self.add(number, weight)

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, number: int, weight: float) -> None:
        place = self._places.setdefault(number, len(self._numbers))
        if place == len(self._numbers):
            self._numbers.append(number)
            self._weights.append(weight)
        elif weight > self._weights[place]:
            self._weights[place] = weight

    def newest(self, most: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The last `most` of them."""
        numbers, weights = self._numbers[-most:], self._weights[-most:]
        return np.frombuffer(numbers, np.int64).astype(np.intp, copy=False), np.frombuffer(weights, np.float64)


class _Rows:
    """Vectors and the clusters that they belong to."""

    def __init__(self) -> None:
        self._blocks: list[Vector] = []
        self._owners: list[int] = []
        self._settled = 0  # rows of which only the nearest are looked at

    def add(self, number: int, vector: Vector) -> None:
        if len(self._owners) == len(self._blocks) * _BLOCK:
            self._blocks.append(np.empty((_BLOCK, len(vector)), np.float32))
        self._blocks[-1][len(self._owners) % _BLOCK] = vector
        self._owners.append(number)

    def nearest(self, vector: Vector, meant: dict[int, float]) -> None:
        """Note for the owners of near rows, and of the newest, how near they come."""
        total = len(self._owners)
        if not total:
            return
        if not self._settled or total - self._settled > at.PENDING:
            self._settled = total
        used = [block[: total - n * _BLOCK] for n, block in enumerate(self._blocks)]
        # a dot for each row: BLAS would share a product of this size among threads that spin (six times the CPU)
        scores = np.concatenate([np.vecdot(block, vector) for block in used])
        settled = np.arange(self._settled)
        best = _highest(scores[: self._settled], settled, 3 * at.CANDIDATES)
        for row in [*best, *range(self._settled, total)]:
            owner = self._owners[row]
            meant[owner] = max(meant[owner], float(scores[row]))
