"""What was read of an article comes back from the store as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bench import START, Bench
from digest.stories import shelf
from digest.stories.reading import Features, Item, read

ITEM = Item(
    7,
    "Си Цзиньпин и Xi 习近平 met for the 19th time",
    "Sold: 1.4 billion barrels",
    "习近平在莫斯科。" * 5 + " Gazprom sold 12.5 billion roubles of gas to China.",
    "en",
    START,
    "Globe",
    "globe",
    "https://globe.example/1",
)


@given(st.text(max_size=80), st.text(max_size=200), st.sampled_from(["en", "ru", "zh"]))
@settings(max_examples=60, deadline=None)
def test_features_come_back_as_they_were(by_lexicon: Bench, title: str, text: str, language: str) -> None:
    item = replace(ITEM, title=f"{title} {ITEM.title}", text=text + ITEM.text, language=language)
    features = read(item, by_lexicon.matcher)
    assert shelf.unpacked(shelf.packed(features), item) == features == shelf.shared(features)
    assert list(shelf.unpacked(shelf.packed(features), item).terms) == list(features.terms)


def test_a_lone_surrogate_is_no_trouble(by_lexicon: Bench) -> None:
    features = read(replace(ITEM, title="evil\ud800 words \ud800x"), by_lexicon.matcher)
    assert shelf.unpacked(shelf.packed(features), ITEM) == features


def test_whatever_is_read_is_in_the_key() -> None:
    said = shelf.key("title", "lead", "hash", reader="a")
    assert said == shelf.key("title", "lead", "hash", reader="a")
    for other in (("titl", "elead", "hash"), ("title", "lead", "hush"), ("title", "lead", "hash", "")):
        assert shelf.key(*other, reader="a") != said
    assert shelf.key("title", "lead", "hash", reader="b") != said
    assert shelf.reader([{"id": "cn"}], "x") == shelf.reader([{"id": "cn"}], "x") != shelf.reader([{"id": "ru"}], "x")


@pytest.mark.parametrize("packed", [b"", b"[]", b"{}", b'{"terms": 3}', b"\xff\xfe"])
def test_what_is_no_features_is_told(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        shelf.unpacked(packed, ITEM)


class Lying:
    """A shelf that tells how often it was asked."""

    def __init__(self, *features: Features) -> None:
        self.features = {f.id: shelf.packed(f) for f in features}
        self.asked: list[list[int]] = []

    def packed(self, ids: Sequence[int]) -> Mapping[int, bytes]:
        self.asked.append(list(ids))
        return {id: self.features[id] for id in ids if id in self.features}


def kept(lying: Lying, id: int) -> shelf.Kept:
    return shelf.Kept.of(id, ITEM.language, ITEM.at, ITEM.source_id, ITEM.url, lying)


def test_what_is_kept_is_taken_from_the_shelf_when_it_is_asked_for(by_lexicon: Bench) -> None:
    features = [replace(read(ITEM, by_lexicon.matcher), id=id) for id in range(3)]
    lying = Lying(*features)
    lazy = [kept(lying, id) for id in range(3)]
    assert [(f.id, f.at, f.url) for f in lazy] == [(f.id, f.at, f.url) for f in features] and lying.asked == []
    assert (lazy[0].terms, lazy[0].meant) == (features[0].terms, features[0].meant) and lying.asked == [[0]]
    shelf.ready([*lazy, *features])
    assert [f.concepts for f in lazy] == [f.concepts for f in features] and lying.asked == [[0], [1, 2]]


def test_a_shelf_that_holds_nothing_good_is_told() -> None:
    with pytest.raises(ValueError, match=r"Expecting value"):
        kept(Lying(), 1).terms.keys()
    with pytest.raises(AttributeError):
        kept(Lying(), 1).colour  # noqa: B018
