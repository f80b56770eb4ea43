"""What is not compared could not have been near enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bench import START, Bench
from digest.stories.reading import Item, read
from digest.stories.similarity import engine

WORDS = ("Russia", "China", "sanctions", "9", "oil", "Lavrov", "Doha", "nine", "ferry", "Gazprom")
TITLES = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@pytest.mark.parametrize("meant", [False, True])
@given(TITLES, TITLES, st.floats(0, 8))
@settings(max_examples=60, deadline=None)
def test_time_alone_bounds_what_two_texts_can_reach(
    by_lexicon: Bench, meant: bool, one: str, other: str, days: float
) -> None:
    left = read(Item(1, one, "", one, "en", START), by_lexicon.matcher)
    right = read(Item(2, other, "", other, "en", START), by_lexicon.matcher)
    right = replace(right, at=START + timedelta(days=days))
    same = np.full(4, 0.5, np.float32)
    similarity = engine([left, right], by_lexicon.matcher, {1: same, 2: same} if meant else None)
    assert similarity.within(left, right).value <= similarity.ceiling(days)
