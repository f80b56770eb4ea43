"""The index gives what looking at everything would give, and looks at a bounded part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.stories import thresholds as at
from digest.stories.nearest import Nearest
from digest.stories.reading import Features, Item, read
from digest.stories.weighing import Strongest
from store.records import Lexicon
from topics.concepts import Matcher

NOTHING = read(Item(0, "", "", "", "en", datetime(2026, 3, 2, 12, tzinfo=UTC)), Matcher(Lexicon(())))
TEXTS = st.lists(st.tuples(st.integers(0, 90), st.dictionaries(st.sampled_from("abcd"), st.floats(0.1, 2))), min_size=1)


def keys(f: Features) -> Mapping[str, float]:
    return f.terms


def looked_through(filed: list[tuple[int, dict[str, float]]], asked: Mapping[str, float]) -> list[int]:
    """The rule, word by word: the newest POSTINGS clusters of each key, the CANDIDATES best sums, ties by number."""
    sums: dict[int, float] = defaultdict(float)
    for key, weight in sorted(asked.items(), key=lambda pair: (-pair[1], pair[0])):
        having: dict[int, float] = {}
        for number, terms in filed:
            if key in terms:
                having[number] = max(having.get(number, 0.0), terms[key])
        for number in list(having)[-at.POSTINGS :]:
            sums[number] += weight * having[number]
    return sorted(sorted(sums, key=lambda n: (-sums[n], n))[: at.CANDIDATES])


@given(TEXTS, st.dictionaries(st.sampled_from("abcd"), st.floats(0.1, 2)), st.sampled_from([32, 50, 2000]))
def test_candidates_are_those_that_share_most(
    filed: list[tuple[int, dict[str, float]]], asked: dict[str, float], postings: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(at, "POSTINGS", postings)
        index = Nearest(Strongest(keys), {})
        for id, (number, terms) in enumerate(filed, 1):
            index.add(number, [replace(NOTHING, id=id, terms=terms)])
        assert index.around([replace(NOTHING, terms=asked)]) == looked_through(filed, asked)


def test_of_a_word_that_everybody_uses_only_the_newest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at, "POSTINGS", 20)
    monkeypatch.setattr(at, "CANDIDATES", 50)
    index = Nearest(Strongest(keys), {})
    for number in range(5000):
        index.add(number, [replace(NOTHING, id=number, terms={"war": 1.0})])
    assert index.around([replace(NOTHING, terms={"war": 1.0})]) == list(range(4980, 5000))


def test_a_cluster_is_found_by_its_meaning_however_many_there_are() -> None:
    dice = np.random.default_rng(1)
    rows = dice.standard_normal((10_000, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = dict(enumerate(rows))
    index = Nearest(Strongest(keys), vectors)
    for n in vectors:
        index.add(n, [replace(NOTHING, id=n)])
    asked = replace(NOTHING, id=77)
    found = index.around([asked])
    best = np.argsort(-(rows @ rows[77]), kind="stable")[: at.CANDIDATES]
    assert 77 in found and found == sorted(best.tolist())
