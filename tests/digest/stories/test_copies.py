"""Copies: a text that was taken over is found however it was edited, and a few quoted sentences are no copy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.reprints import measure
from digest.stories.copies import Print, groups
from digest.stories.reading import Item, read
from digest.stories.similarity import engine

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT = " ".join(f"word{n} said{n % 7} of{n % 11}" for n in range(60))


def test_edited_prints_are_found_among_other_texts() -> None:
    found = measure(Path("demo"), 600)
    assert found["copies"]["f1"] >= 0.99
    assert min(found["recall"].values()) >= 0.97


@pytest.mark.parametrize(("days", "copied"), [(0, True), (4, True), (5, False)])
def test_a_text_printed_days_later_is_an_archive_page(days: int, copied: bool) -> None:
    prints = [
        Print(n, f"https://o{n}.example/", "", "", TEXT, f"Outlet {n}", at)
        for n, at in enumerate([NOON, NOON + timedelta(days=days)])
    ]
    assert groups(prints) == ([[0, 1]] if copied else [])


def test_words_shared_by_two_headlines_say_more_where_no_subject_is_known(by_lexicon: Bench) -> None:
    titles = (
        ("Swimmer Ledecky wins the 1500 metres", "Ledecky wins first 1500 metres race"),
        ("Gazprom cuts gas to China", "Gazprom halves gas for China"),
    )
    off, on = (
        [read(Item(n, title, "", "", "en", NOON), by_lexicon.matcher) for n, title in enumerate(pair)]
        for pair in titles
    )
    unknown, known = (engine(pair, by_lexicon.matcher).within(*pair).parts["evidence"] for pair in (off, on))
    assert unknown > known
