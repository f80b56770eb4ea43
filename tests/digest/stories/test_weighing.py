"""What is not kept is made again to the very same figures."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from digest.stories.reading import Features, Item, read
from digest.stories.weighing import Rarity, Weighing
from store.records import Lexicon
from topics.concepts import Matcher

WORDS = st.dictionaries(st.sampled_from("abcdefghij"), st.floats(0.5, 9), max_size=10)


NOTHING = read(Item(0, "", "", "", "en", datetime(2026, 3, 2, 12, tzinfo=UTC)), Matcher(Lexicon(())))


def features(id: int, terms: dict[str, float]) -> Features:
    return replace(NOTHING, id=id, terms=terms)


@given(WORDS, WORDS, st.dictionaries(st.sampled_from("abcdefghij"), st.floats(0, 7)))
def test_the_cosine_is_that_of_the_vectors(
    left: dict[str, float], right: dict[str, float], rare: dict[str, float]
) -> None:
    rarity = Rarity(lambda key: rare.get(key, 1.0))
    weighing = Weighing(lambda f: f.terms, lambda f: rarity)
    a, b = features(1, left), features(2, right)
    one, other = weighing.vector(a), weighing.vector(b)
    if len(left) > len(right):
        one, other = other, one
    assert weighing.cosine(a, b) == sum(weight * other[key] for key, weight in one.items() if key in other)
    for vector in (one, other):
        assert not vector or math.isclose(math.fsum(w * w for w in vector.values()), 1.0)
