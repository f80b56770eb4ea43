"""Signatures found by their bands, and that the work for one is bounded however many are alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.stories import thresholds as at
from digest.stories.bands import Bands
from digest.stories.copies import Print, groups, roles
from digest.stories.signing import proven, sign
from store.records import Copy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT = " ".join(f"word{n} said{n % 7} of{n % 11}" for n in range(60))


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_whatever_shares_a_band_is_found_with_its_share(seeds: list[int], asked: int) -> None:
    dice = [np.random.default_rng(seed) for seed in (*seeds, asked)]
    *stored, wanted = [d.integers(0, 3, at.PERMUTATIONS).astype(np.uint16) for d in dice]
    bands = Bands(len(stored))
    for signature in stored:
        bands.add(signature)
    rows, shares = bands.like(wanted)
    sharing = [
        row
        for row, signature in enumerate(stored)
        if (signature.reshape(-1, 2) == wanted.reshape(-1, 2)).all(axis=1).any()
    ]
    assert set(rows.tolist()) <= set(sharing)
    assert len(sharing) - len(rows) <= 1  # two bands of one text in one bucket
    assert shares.tolist() == [float(np.mean(stored[row] == wanted)) for row in rows]


def test_of_thousands_of_equal_bands_the_newest_are_looked_at() -> None:
    bands, signature = Bands(3000), sign(TEXT).signature
    for _ in range(3000):
        bands.add(signature)
    assert bands.like(signature)[0].tolist() == list(range(3000 - at.CHAIN, 3000))


@pytest.mark.parametrize(
    ("text", "short"), [("", True), ("one two", True), ("战", True), ("战" * 90, False), (TEXT, False)]
)
def test_a_text_too_short_for_shingles_has_no_signature(text: str, short: bool) -> None:
    made = sign(text)
    assert made.short is short
    assert made.length == len(text)
    assert proven(made.proof, made.proof) is not short


def printed(n: int, text: str, hours: float, place: Copy | None = None) -> Print:
    p = Print(n, f"https://o{n}.example/", "", "", text, f"Outlet {n}", NOON + timedelta(hours=hours))
    if place is None:
        return p
    return Print(p.id, p.url, "", "", "", p.outlet, p.at, signed=sign(text), place=place)


def test_a_newcomer_joins_the_copies_that_stand_and_only_changes_are_told() -> None:
    stand = [printed(1, TEXT, 0, Copy(1, 1, "original")), printed(2, TEXT, 1, Copy(2, 1, "copy", "Outlet 1"))]
    other = printed(9, TEXT.replace("word", "term"), 0, Copy(9, None))
    assert roles([*stand, other]) == {}
    assert roles([*stand, other, printed(3, TEXT, 2)]) == {3: Copy(3, 1, "copy", "Outlet 1")}
    earlier = roles([*stand, other, printed(3, TEXT, -2)])
    assert earlier[3] == Copy(3, 3, "original")
    assert {earlier[1].group, earlier[2].group} == {3}


def test_what_is_found_does_not_depend_on_how_many_runs_found_it() -> None:
    """Two texts, each printed by six, coming in one by one or all at once."""
    texts = [TEXT, TEXT.replace("said", "told").replace("word", "item")]
    prints = [printed(n, texts[n % 2] + f" And {n} more.", n / 2) for n in range(12)]
    at_once = roles(prints)
    places: dict[int, Copy] = {}
    for n, p in enumerate(prints):
        standing = [printed(q.id, q.text, q.id / 2, places[q.id]) for q in prints[:n]]
        places |= roles([*standing, p])
    assert places == at_once
    assert groups(prints) == [[0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]]


def test_an_original_that_was_rewritten_leaves_its_copies_to_the_next() -> None:
    stand = [printed(n, TEXT, n, Copy(n, 1, "copy", "Outlet 1")) for n in (2, 3)]
    found = roles([printed(1, TEXT.replace("word", "item"), 0), *stand])
    assert found == {1: Copy(1, None), 2: Copy(2, 2, "original"), 3: Copy(3, 2, "copy", "Outlet 2")}
