"""What stands is found and counted in arrays as it would be one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bench import START, Bench
from digest.stories.cluster import Cluster, indexed
from digest.stories.corpus import Corpus
from digest.stories.ledger import Hashing, Ledger, filed
from digest.stories.nearest import Nearest
from digest.stories.reading import Features, Item, read
from digest.stories.similarity import ConceptSimilarity, engine

WORDS = (
    "Xi", "习近平", "Байден", "Lavrov", "China", "中国", "Китай", "sanctions", "санкции", "制裁", "oil", "oil", "ferry",
    "Gazprom", "gas", "газ", "Zelenograd", "Dalian", "大连", "nine", "девять", "harbour", "to", "the", "of", "magnets",
    "Geneva", "Женева", "日内瓦", "tariffs",
)  # fmt: skip
SAID = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
TEXTS = st.lists(st.tuples(SAID, st.sampled_from(["en", "ru", "zh"]), st.integers(0, 5)), min_size=1, max_size=8)


def features(bench: Bench, id: int, said: str, language: str) -> Features:
    return read(Item(id, said[:30], "", said, language, START + timedelta(hours=id)), bench.matcher)


def clusters(bench: Bench, told: list[tuple[str, str, int]]) -> list[Cluster]:
    found: dict[tuple[str, int], Cluster] = {}
    for id, (said, language, event) in enumerate(told):
        cluster = found.setdefault((language, event), Cluster(language, [], story=1, number=len(found)))
        cluster.members.append(features(bench, id, said, language))
    return list(found.values())


def both(
    bench: Bench, standing: list[Cluster], new: list[Features], *, meant: bool
) -> tuple[ConceptSimilarity, ConceptSimilarity]:
    """The similarity that counts what stands in a ledger, and the one that counts text by text."""
    old = [f for cluster in standing for f in cluster.members]
    dice = np.random.default_rng(len(old))
    vectors = {f.id: row / np.linalg.norm(row) for f in (*old, *new) for row in [dice.random(4, np.float32)]}
    ledger = Ledger.of([(c.members, c.shown()) for c in standing])
    given = vectors if meant else None
    return engine(new, bench.matcher, given, ledger=ledger), engine([*old, *new], bench.matcher, given)


def _having(index: Nearest, key: str) -> dict[int, float]:
    """The clusters that have a key, and its weight in each."""
    return {int(n): w for numbers, weights in index._found(key) for n, w in zip(numbers, weights, strict=True)}


@pytest.mark.parametrize("meant", [False, True])
@given(TEXTS, TEXTS)
@settings(max_examples=8, deadline=None)
def test_a_ledger_counts_and_finds_what_looking_at_each_text_would(
    by_lexicon: Bench, meant: bool, told: list[tuple[str, str, int]], asked: list[tuple[str, str, int]]
) -> None:
    standing = clusters(by_lexicon, told)
    new = [features(by_lexicon, 100 + n, said, language) for n, (said, language, _) in enumerate(asked)]
    filed_at_once, one_by_one = both(by_lexicon, standing, new, meant=meant)
    numbered = dict(enumerate(standing))
    for across in (False, True):
        for language in {f.language for f in new} | {cluster.language for cluster in standing}:
            indexes = [indexed(numbered, language, one, across=across) for one in (filed_at_once, one_by_one)]
            for changed in (False, standing[0].language == language):
                if changed:  # what has changed is filed as a whole
                    for index in indexes:
                        index.add(0, [new[0]])
                for f in new:
                    keys = one_by_one.keys_across(f) if across else one_by_one.keys(f)
                    for key in keys:
                        quick, slow = (_having(index, key) for index in indexes)
                        assert quick == pytest.approx(slow)
                    assert indexes[0].around([f]) == indexes[1].around([f])
    for f in new:
        for term in f.terms:
            assert filed_at_once.corpus.term(f.language, term) == one_by_one.corpus.term(f.language, term)
        for sound in f.sounds:
            assert filed_at_once.corpus.sound(sound) == one_by_one.corpus.sound(sound)
        for id in f.concepts:
            assert filed_at_once.corpus.concept(id) == one_by_one.corpus.concept(id)
            assert filed_at_once.corpus.sense(id) == one_by_one.corpus.sense(id)


def test_what_was_filed_is_what_is_filed_anew(by_lexicon: Bench) -> None:
    members = [features(by_lexicon, n, f"Gazprom sells gas to China {n} {'gas ' * n}", "en") for n in range(5)]
    kept = {f.id: filed(f, Hashing()) for f in members[:3]}
    for ledger in (Ledger.of([(members, members)], kept), Ledger.of([(members, members)])):
        corpus = Corpus([], {}, ledger=ledger)
        assert corpus.term("en", "gas") == Corpus(members, {}).term("en", "gas")
        assert [f.id for f in ledger.inside(0)] == [0, 1, 2, 3, 4] and len(ledger) == 1


def test_a_text_of_a_crowd_counts_for_its_share(by_lexicon: Bench) -> None:
    one = features(by_lexicon, 1, "Ferry aground in Lisbon harbour", "en")
    crowd = [replace(one, id=id) for id in range(1, 5)]
    assert Corpus(crowd, {}, worth=dict.fromkeys(range(1, 5), 0.25)).term("en", "ferry") == pytest.approx(
        Corpus([one], {}).term("en", "ferry")
    )
