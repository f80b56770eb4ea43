"""The measurements of scale, small: invented weeks are the same each time, and each measurement gives its figures."""

from __future__ import annotations

import random

import pytest

from benchmarks import invented, oneday, standing, window
from digest.stories import thresholds as at


@pytest.fixture(autouse=True)
def _few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = invented.bases(standing.SHIPPED[:1])
    for module in (standing, window, oneday):
        monkeypatch.setattr(module.invented, "bases", lambda paths: texts)


def test_a_week_is_the_same_each_time_and_ends_after_seven_days() -> None:
    texts = invented.bases(standing.SHIPPED)
    first, second = (list(invented.week(texts, 60, random.Random(1))) for _ in range(2))
    assert first == second
    assert len({event for event, _ in first}) < 60 == len({item.url for _, item in first})
    assert {item.language for _, item in first} == {"en", "ru", "zh"}


def test_a_run_on_what_stands_takes_what_is_new() -> None:
    found = standing.measure(60, 4)
    assert [found[name]["new"] for name in ("nothing_known_of_the_old", "as_many_again", "one_more")] == [4, 4, 1]


def test_the_last_articles_find_their_events_among_all_that_stand() -> None:
    assert window.measure(80)["b3"]["f1"] > 0.8
    assert window.measure(80, whole=True, vectors=True)["ms_an_article"]["clustered"] > 0


def test_copies_by_everybody_are_one_story_of_bounded_size() -> None:
    found = oneday.measure(2 * at.PROOFS)
    assert found["copies"]["largest_story"] == 2 * at.PROOFS
    assert 0 < found["copies"]["html_bytes"] < 90_000
