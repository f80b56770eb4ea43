"""Feeds that append their own name to each headline."""

from __future__ import annotations

import pytest

from crawler.headline import without_outlet


@pytest.mark.parametrize(
    ("title", "outlet", "left"),
    [
        ("Grain talks resume | Plain Courier", "Plain Courier", "Grain talks resume"),
        ("Grain talks resume - PLAIN COURIER", "Plain Courier", "Grain talks resume"),
        ("Переговоры возобновлены — Курьер", "Курьер", "Переговоры возобновлены"),
        ("粮食谈判恢复_平原报", "平原报", "粮食谈判恢复"),
        ("Grain talks resume - analysts", "Plain Courier", "Grain talks resume - analysts"),
        ("Plain Courier", "Plain Courier", "Plain Courier"),
        ("Grain-talks", "talks", "Grain-talks"),
    ],
)
def test_only_the_outlets_own_name_is_taken_off(title: str, outlet: str, left: str) -> None:
    assert without_outlet(title, outlet) == left
