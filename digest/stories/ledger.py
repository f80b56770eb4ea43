"""What stands, in numbers: how many texts each word stands in, and by which words each text is found.

A run compares a few new articles with thousands that stand, and looks closely at few of those. For the others it is
enough to know which words they have and how often; as arrays of hashes that costs microseconds a text, not the fifth of
a millisecond that reading all of its features does.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.stories.reading import Features

Hashes = NDArray[np.uint64]
Weights = NDArray[np.float64]
Numbers = NDArray[np.integer[Any]]

TERMS, CONCEPTS, SENSES, SOUNDS = range(4)
_HEAD = struct.Struct("<4I")  # how many of each


class Hashing(dict[str, int]):
    """word -> 64 bits, the same on every machine: two of a million words share them once in forty million runs."""

    def __missing__(self, word: str) -> int:
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        found = self[word] = int.from_bytes(digest, "little")
        return found


def filed(f: Features, hashing: Hashing) -> bytes:
    """The words of a text in the order of the alphabet, as `Ledger` takes them: hashes, and how much each weighs."""
    parts = (f.terms, f.concepts, f.meant, dict.fromkeys(f.sounds, 1.0))
    words = [word for part in parts for word in sorted(part)]
    weights = [_code(part[word]) for part in parts for word in sorted(part)]
    hashes = np.array([hashing[word] for word in words], dtype="<u8")
    return _HEAD.pack(*map(len, parts)) + hashes.tobytes() + np.array(weights, dtype="<u2").tobytes()


def _code(weight: float) -> int:
    """Twice the count that `read` made a weight of: 1 + log n, below one n itself; counts are halves at least."""
    return min(0xFFFF, round(2 * (math.exp(weight - 1) if weight >= 1 else weight)))


@cache
def _decoded() -> Weights:
    return np.array([1 + math.log(n / 2) if n >= 2 else n / 2 for n in range(0x10000)])


@dataclass(frozen=True, slots=True)
class Section:
    """Words of one kind in some texts. An entry is a word in a text: `rows` says in which (rising), `words` which of
    `hashes` (rising) it is; `counts` how many texts have each word."""

    hashes: Hashes
    counts: Weights
    rows: NDArray[np.int32]
    words: NDArray[np.int32]
    codes: NDArray[np.uint16]

    @property
    def weights(self) -> Weights:
        """How much each entry weighs in its text."""
        return _decoded()[self.codes]

    def place(self, hash: int) -> int | None:
        """Where a word stands among `hashes`."""
        found = int(np.searchsorted(self.hashes, np.uint64(hash)))
        return found if found < len(self.hashes) and self.hashes[found] == hash else None


class Ledger:
    """Texts by row: `features` of each, the `numbers` of their clusters (rising), whether they are `shown` for it."""

    def __init__(
        self, features: Sequence[Features], numbers: Sequence[int], shown: Sequence[bool], words: Sequence[bytes]
    ) -> None:
        self.features = features
        self.numbers = np.array(numbers, np.int64)
        self.shown = np.array(shown, bool)
        self.hashing = Hashing()
        self._languages = np.array([f.language for f in features], dtype=str)
        lengths = [_HEAD.unpack_from(packed) for packed in words]
        sums = [sum(length) for length in lengths]
        start = _HEAD.size
        self._hashes = np.frombuffer(
            b"".join([packed[start : start + 8 * n] for packed, n in zip(words, sums, strict=True)]), "<u8"
        )
        self._codes = np.frombuffer(
            b"".join([packed[start + 8 * n :] for packed, n in zip(words, sums, strict=True)]), "<u2"
        )
        self._kinds = np.repeat(np.tile(np.arange(4, dtype=np.uint8), len(words)), np.array(lengths, np.int64).ravel())
        self._rows = np.repeat(np.arange(len(words), dtype=np.int32), np.array(sums, np.int64))
        self._made: dict[tuple[int, str], Section] = {}
        self.documents = {
            str(name): int(n) for name, n in zip(*np.unique(self._languages, return_counts=True), strict=True)
        }

    @classmethod
    def of(
        cls, clusters: Iterable[tuple[Sequence[Features], Sequence[Features]]], words: Mapping[int, bytes] | None = None
    ) -> Ledger:
        """Of (members, those shown) by number of cluster. `words`: article -> what `filed` made of it, where kept."""
        features, numbers, shown = list[Features](), list[int](), list[bool]()
        for number, (members, chosen) in enumerate(clusters):
            for f in members:
                features.append(f)
                numbers.append(number)
                shown.append(any(f is one for one in chosen))
        kept, hashing = words or {}, Hashing()
        return cls(features, numbers, shown, [kept.get(f.id) or filed(f, hashing) for f in features])

    def __len__(self) -> int:
        """How many clusters."""
        return int(self.numbers[-1]) + 1 if len(self.numbers) else 0

    def speaks(self, language: str) -> NDArray[np.bool_]:
        """Which texts are in a language."""
        return np.asarray(self._languages == language)

    def section(self, kind: int, language: str = "") -> Section:
        """The words of one kind in all texts, or in those of one language."""
        found = self._made.get((kind, language))
        if found is None:
            of_kind = self._kinds == kind
            if language:
                of_kind &= self.speaks(language)[self._rows]
            hashes, words, counts = numbered(self._hashes[of_kind])
            numbers = words.astype(np.int32)
            found = Section(hashes, counts.astype(np.float64), self._rows[of_kind], numbers, self._codes[of_kind])
            self._made[kind, language] = found
        return found

    def count(self, kind: int, word: str, language: str = "") -> float:
        """How many texts have a word."""
        section = self.section(kind, language)
        place = section.place(self.hashing[word])
        return 0.0 if place is None else float(section.counts[place])

    def inside(self, number: int) -> list[Features]:
        """The texts that are shown for a cluster."""
        first, last = np.searchsorted(self.numbers, (number, number + 1))
        return [self.features[row] for row in range(first, last) if self.shown[row]]


def numbered(values: Hashes) -> tuple[Hashes, Numbers, Numbers]:
    """The different values (rising), for each its number among them, and how often each stands: as np.unique gives
    them, in a quarter of the time."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.ones(len(values), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    numbers = np.empty(len(values), np.int64)
    numbers[order] = np.cumsum(first) - 1
    starts = np.flatnonzero(first)
    return ordered[starts], numbers, np.diff(np.append(starts, len(values)))
