"""However many retell an event, its words are worth what they are on a day when few do."""

from __future__ import annotations

import random

import pytest

from benchmarks import invented
from benchmarks.bench import START, Bench
from benchmarks.standing import SHIPPED
from digest.stories import thresholds as at
from digest.stories.crowds import shares
from digest.stories.reading import Features, Item, read

CROWD = 60


@pytest.fixture(scope="module")
def told() -> list[Item]:
    """One text in as many wordings, a third of the words exchanged in each."""
    texts = invented.bases(SHIPPED[:1])
    base = max((text for text in texts if text.language == "en"), key=lambda text: len(text.body))
    words, dice = invented.vocabulary(texts), random.Random(5)
    wordings = [invented.retold(base, words, dice) for _ in range(CROWD)]
    return [Item(n, text.title, text.lead, text.body, "en", START) for n, text in enumerate(wordings)]


def features(bench: Bench, items: list[Item]) -> list[Features]:
    return [read(item, bench.matcher) for item in items]


def test_a_crowd_counts_for_a_few_texts_and_others_for_themselves(by_lexicon: Bench, told: list[Item]) -> None:
    texts = [text for text in invented.bases(SHIPPED[:1]) if text.language == "en"]
    others = [Item(1000 + n, text.title, "", text.body, "en", START) for n, text in enumerate(texts[:20])]
    found = shares(features(by_lexicon, [*told, *others]))
    assert sum(found[item.id] for item in told) <= 2 * at.REPRESENTATIVES
    assert sum(found.get(item.id, 1.0) for item in others) > len(others) / 2


def test_headlines_are_no_crowd(by_lexicon: Bench) -> None:
    same = [Item(n, "China and US envoys talk tariffs in Geneva", "", "", "en", START) for n in range(9)]
    assert shares(features(by_lexicon, same)) == {}
    assert shares([]) == {}


def test_what_everybody_retells_is_one_story(by_lexicon: Bench, told: list[Item]) -> None:
    woven = by_lexicon.weave(told)
    assert max(sum(len(cluster.members) for cluster in story.clusters) for story in woven.stories) >= 0.9 * CROWD
