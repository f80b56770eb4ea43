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


NAMES = (
    "Xi",
    "习近平",
    "Байден",
    "Лавров",
    "China",
    "中国",
    "Китай",
    "sanctions",
    "санкции",
    "制裁",
    "19",
    "Zelenograd",
)
HEADLINES = st.lists(st.sampled_from(NAMES), max_size=6).map(" ".join)


@pytest.mark.parametrize("meant", [False, True])
@given(st.lists(st.tuples(HEADLINES, st.sampled_from(["en", "ru", "zh"]), st.floats(0, 2)), min_size=2, max_size=9))
@settings(max_examples=40, deadline=None)
def test_no_link_is_surer_than_its_ceiling_and_many_are_measured_as_one_by_one(
    by_lexicon: Bench, meant: bool, said: list[tuple[str, str, float]]
) -> None:
    features = [
        read(Item(n, title, "", title, language, START + timedelta(days=days)), by_lexicon.matcher)
        for n, (title, language, days) in enumerate(said)
    ]
    dice = np.random.default_rng(len(said))
    vectors = {f.id: row / np.linalg.norm(row) for f in features for row in [dice.random(4, np.float32)]}
    similarity = engine(features, by_lexicon.matcher, vectors if meant else None)
    for left in features:
        for right in features:
            if left.language != right.language:
                before = similarity.across_ceiling(left, right)
                assert similarity.across(left, right).value <= before
                assert similarity.across(left, right).value <= similarity.across_ceiling(left, right) + 1e-12
                similarity._samples.clear()
                (measured,) = similarity._likenesses(left, [right])
                assert measured == pytest.approx(similarity._likeness(left, right), abs=1e-12)
