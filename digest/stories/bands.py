"""Signatures, found again by their bands: a hash table over all bands, in four arrays.

A dict for each band holds half a gigabyte for 100,000 texts, this 90 MB. What shares a bucket is chained from the
newest to the oldest, and a chain is followed for a bounded number of steps: of a text that 5,000 reprint, any few
reprints stand for the others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.stories import thresholds as at
from digest.stories.signing import Signature

_SPREAD = np.uint64(0xD1B54A32D192ED03)  # odd, as the one in signing.py: keys of two bands fall apart
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class Bands:
    """Up to `most` signatures, by the number of their row. Two rows of a signature make a band."""

    def __init__(self, most: int) -> None:
        self._signatures = np.empty((most, at.PERMUTATIONS), np.uint16)
        self._next = np.empty((most, at.BANDS), np.int32)  # entry = row * BANDS + band; -1 ends a chain
        self._bits = max(10, int(most * at.BANDS).bit_length())
        self._heads = np.full(1 << self._bits, -1, np.int32)
        self._bands = np.arange(at.BANDS, dtype=np.int32)
        self._salt = np.arange(at.BANDS, dtype=np.uint64) * _SPREAD
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, signature: Signature) -> int:
        """Keep a signature; its row. (Of two bands of one text in one bucket, the second hides the first: rare.)"""
        row, buckets = self._count, self._buckets(_keys(signature))
        self._signatures[row] = signature
        self._next[row] = self._heads[buckets]
        self._heads[buckets] = row * at.BANDS + self._bands
        self._count += 1
        return row

    def like(self, signature: Signature) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The rows that share a band with `signature`, rising, and the share of permutations that each agrees in."""
        keys = _keys(signature)
        stored, chained = self._signatures.view(np.uint32).reshape(-1), self._next.reshape(-1)
        bands, entries = self._bands, self._heads[self._buckets(keys)]
        found: list[NDArray[np.int32]] = []
        for _ in range(at.CHAIN):
            alive = entries >= 0
            entries, bands = entries[alive], bands[alive]
            if not len(entries):
                break
            same = (entries % at.BANDS == bands) & (stored[entries] == keys[bands])
            found.append(entries[same] // at.BANDS)
            entries = chained[entries]
        rows = np.unique(np.concatenate(found)).astype(np.intp) if found else np.zeros(0, np.intp)
        return rows, np.mean(self._signatures[rows] == signature, axis=1)

    def _buckets(self, keys: NDArray[np.uint32]) -> NDArray[np.uint64]:
        return ((keys.astype(np.uint64) + self._salt) * _FACTOR) >> np.uint64(64 - self._bits)


def _keys(signature: Signature) -> NDArray[np.uint32]:
    """One key for each band: its two rows side by side."""
    return signature.view(np.uint32)
