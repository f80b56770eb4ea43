"""The colours: legible in light and dark, and the capitals apart for every kind of sight."""

from __future__ import annotations

from itertools import combinations

import pytest

from digest.page import palette, words
from tests.digest.page.colour import SIGHT, contrast, distance, seen

SCHEMES = {"light": palette.LIGHT, "dark": palette.DARK}


def test_the_measure_agrees_with_its_published_examples() -> None:
    # Sharma, Wu and Dalal, table 1: pairs 1, 7, 19 and 34.
    for one, two, said in (
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ):
        assert distance(one, two) == pytest.approx(said, abs=1e-4)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", palette.TEXT_PAIRS)
def test_text_has_a_contrast_of_at_least_4_5(scheme: str, pair: tuple[str, str]) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_the_capitals_are_told_apart_by_colour_too(scheme: str, sight: str) -> None:
    colours = SCHEMES[scheme]
    for a, b in combinations(("US", "RU", "CN"), 2):
        assert distance(seen(colours[a], sight), seen(colours[b], sight)) >= 15, (a, b)


def test_every_capital_has_its_own_shape_full_and_hollow() -> None:
    marks = [*words.FULL.values(), *words.HOLLOW.values(), words.UNKNOWN]
    assert len(set(marks)) == 7
