"""What a text is found by and what proves it, in two kilobytes: enough to know a copy when the text is gone.

A MinHash signature of short shingles finds texts that share a quarter of them; hashes of long shingles prove it by
containment. Both are made of the words' hashes, so that no shingle is ever spelled out.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from digest.stories import thresholds as at
from topics.script import folded, is_han

_SEED = 42  # MinHash permutations must be the same in every run

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads small numbers (Knuth, 6.4)

Signature = NDArray[
    np.uint16
]  # of each permutation's least hash the lower half (b-bit minwise hashing, Li & König 2010)
Proof = NDArray[np.uint32]  # sorted hashes of a text's long shingles: a fortieth of the strings' memory


@dataclass(frozen=True, slots=True)
class Signed:
    """`signature` has PERMUTATIONS rows, none where the text is too short for shingles; `length` is in characters."""

    signature: Signature
    proof: Proof
    length: int

    @property
    def short(self) -> bool:
        return not len(self.signature)


def tokens(text: str) -> list[str]:
    """Words of a spaced script, single characters of Chinese, folded."""
    low = folded(text)
    return list(re.findall(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+", low))


def sign(text: str) -> Signed:
    """The text's signature and proof; empty ones where it has fewer than SHORT_WORDS words."""
    parts = tokens(text)
    han = 0 if text.isascii() else sum(map(is_han, parts))
    if len(parts) - 0.4 * han < at.SHORT_WORDS:  # a Chinese character counts for half a word and more
        return Signed(np.zeros(0, np.uint16), np.zeros(0, np.uint32), len(text))
    chinese = han > 0 and sum(map(is_han, parts[:200])) * 2 > min(len(parts), 200)
    hashed = np.fromiter((zlib.crc32(part.encode("utf-8", "ignore")) for part in parts), np.uint64, len(parts))
    short = _runs(hashed, at.HAN_IN_SHINGLE if chinese else at.WORDS_IN_SHINGLE)
    long = _runs(hashed, at.HAN_IN_PROOF if chinese else at.WORDS_IN_PROOF)
    return Signed(_signature(short), np.unique((long >> np.uint64(32)).astype(np.uint32)), len(text))


def _runs(hashed: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """A hash of each run of `size` tokens: a polynomial over the tokens' own, modulo 2**64."""
    runs = np.zeros(max(0, len(hashed) - size + 1), np.uint64)
    for k in range(size):
        runs = runs * _FACTOR + hashed[k : len(runs) + k]
    return runs


def _signature(runs: NDArray[np.uint64]) -> Signature:
    return signatures([runs])[0]


def signatures(sets: Sequence[NDArray[np.uint64]]) -> list[Signature]:
    """The signatures of sets of hashes, shape (PERMUTATIONS,) each."""
    ends = np.cumsum([0, *map(len, sets)]).tolist()
    flat = np.concatenate(sets) if sets else np.zeros(0, np.uint64)
    made = RMinHash.digest_matrix_from_flat_token_hashes(flat, ends, at.PERMUTATIONS, _SEED)
    return [(np.array(row, np.uint32) & np.uint32(0xFFFF)).astype(np.uint16) for row in made.to_rows()]


def proven(left: Proof, right: Proof) -> bool:
    """Whether enough of the shorter text stands in the longer one."""
    shorter, longer = (left, right) if len(left) <= len(right) else (right, left)
    if not len(shorter):
        return False
    places = np.minimum(np.searchsorted(longer, shorter), len(longer) - 1)
    return float(np.mean(longer[places] == shorter)) >= at.CONTAINED


def overlap(left: Sequence[str], right: Sequence[str]) -> float:
    """Jaccard index of two texts' words."""
    a, b = set(left), set(right)
    return len(a & b) / len(a | b) if a | b else 0.0
