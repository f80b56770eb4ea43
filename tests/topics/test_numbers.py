"""Quantities in three languages come to one number; a numeral that is part of a word is none."""

from __future__ import annotations

import pytest

from topics.numbers import han_number, numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.4 billion people", {1.4e9}),
        ("1,4 млрд человек", {1.4e9}),
        ("14亿人", {1.4e9}),
        ("three thousand free places", {3000}),
        ("три тысячи мест", {3000}),
        ("三千个名额", {3000}),
        ("twenty four ships", {24}),
        ("двадцать четыре судна", {24}),
        ("二十四艘船", {24}),
        ("пять миллиардов рублей и двенадцать месяцев", {5e9, 12}),
        ("约五十亿美元", {5e9}),
        ("за двадцатью пунктами", {20}),
        ("三星与万斯一致", set()),
        ("a year, one ship", set()),
    ],
)
def test_what_a_text_counts(text: str, expected: set[float]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(("numeral", "value"), [("十二", 12), ("百二十", 120), ("三千零五", 3005), ("两万五千", 25000)])
def test_chinese_numerals(numeral: str, value: float) -> None:
    assert han_number(numeral) == value
