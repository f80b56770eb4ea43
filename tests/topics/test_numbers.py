"""Quantities in three languages come to one number; a numeral that is part of a word is none."""

from __future__ import annotations

import pytest

from topics.numbers import han_number, numbers, without_days


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中方将11家企业列入清单", {11}),
        ("共涉1.9亿美元", {1.9e8}),
        ("3.5万吨钢，20多家企业", {3.5e4, 20}),
        ("百分之十八的关税", {18}),
        ("a $200m fine, 5bn in all", {2e8, 5e9}),
        ("the 200m race", {200}),
        ("two dozen ships, three hundred men", {24, 300}),
        ("тридцати тысячам, 5 тыс. человек", {3e4, 5e3}),
        ("Su-57 and A14 and 第3", {3}),
    ],
)
def test_figures_beside_signs_scales_and_characters(text: str, expected: set[float]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text", ["18 ships on 24 November at 10:30", "24 ноября 18 судов", "11月24日18艘", "Nov. 24: 18"]
)
def test_days_and_hours_are_no_quantities(text: str) -> None:
    assert numbers(without_days(text)) == {18}
