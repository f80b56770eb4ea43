"""A tie across languages is judged by how far it stands clear of what either text shares with the rest of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from benchmarks.bench import Bench
from digest.stories import thresholds as at
from digest.stories.background import Background
from digest.stories.reading import Features, Item, read

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORDINARY = (0.1, 0.1)


def text(bench: Bench, id: int, title: str, language: str) -> Features:
    return read(Item(id, title, "", "", language, NOON), bench.matcher)


@pytest.fixture
def texts(by_lexicon: Bench) -> list[Features]:
    return [
        *(text(by_lexicon, n, f"Headline {n}", "en") for n in range(40)),
        *(text(by_lexicon, 100 + n, f"Заголовок {n}", "ru") for n in range(40)),
    ]


def near_to_all(left: Features, right: Features) -> float:
    """The text numbered 0 is near to everything, all others are near to nothing."""
    return 0.4 if 0 in (left.id, right.id) else 0.1


def to_each(likeness: Callable[[Features, Features], float]) -> Callable[[Features, Sequence[Features]], list[float]]:
    return lambda f, sample: [likeness(f, x) for x in sample]


def test_what_is_near_to_everything_must_be_nearer_to_stand_clear(texts: list[Features]) -> None:
    background = Background(texts, to_each(near_to_all), ORDINARY)
    hub, plain, other = texts[0], texts[1], texts[45]
    assert background.clear(hub, other, 0.4) < background.clear(plain, other, 0.4)


def test_a_day_of_one_text_has_the_ordinary_background(texts: list[Features]) -> None:
    background = Background([texts[0], texts[40]], to_each(lambda _left, _right: 0.1), ORDINARY)
    assert background.clear(texts[0], texts[40], 0.4) == pytest.approx(0.3, rel=0.1)


def test_a_story_told_by_many_does_not_hide_itself(texts: list[Features]) -> None:
    """A third of the other language tells the same event: each of them still stands clear."""

    def told_by_many(left: Features, right: Features) -> float:
        return 0.6 if {left.id, right.id} & {0} and max(left.id, right.id) < 113 else 0.1

    background = Background(texts, to_each(told_by_many), ORDINARY)
    assert background.clear(texts[0], texts[45], 0.6) > at.LINK["embedding"]


def test_the_states_of_towns_and_offices_are_understood(by_lexicon: Bench) -> None:
    named = text(by_lexicon, 1, "FSB detains a man in Vladivostok", "en")
    assert "ru" in named.concepts
    assert "ru" not in named.head
