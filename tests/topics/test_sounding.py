"""One name in three scripts has one sound; different names seldom share one."""

from __future__ import annotations

import itertools

import pytest

from topics.names import sounds
from topics.palladius import palladius, readings
from topics.sounding import keys

NAMES = [
    ("Peterson", "Петерсон", "彼得森"),
    ("Fairbanks", "Фэрбанкс", "费尔班克斯"),
    ("Petrov", "Петров", "彼得罗夫"),
    ("Magadan", "Магадан", "马加丹"),
    ("Arkhangelsk", "Архангельск", "阿尔汉格尔斯克"),
    ("Chukotka", "Чукотка", "楚科奇"),
    ("Harrison", "Харрисон", "哈里森"),
    ("Wilson", "Уилсон", "威尔逊"),
    ("Karpenko", "Карпенко", "卡尔片科"),
    ("Gerasimov", "Герасимов", "格拉西莫夫"),
    ("Campbell", "Кэмпбелл", "坎贝尔"),
    ("Medvedev", "Медведев", "梅德韦杰夫"),
    ("Keremet", "Керемет", "克列梅特"),
]


@pytest.mark.parametrize(("english", "russian", "chinese"), NAMES)
def test_a_foreign_name_sounds_alike_in_three_scripts(english: str, russian: str, chinese: str) -> None:
    assert keys(english) & keys(russian)
    if english != "Chukotka":  # 楚科奇 is told after the people's own name
        assert keys(english) & keys(chinese)
        assert keys(russian) & keys(chinese)


def test_a_letter_with_two_readings_is_met_by_both() -> None:
    assert keys("Smith") & keys("Смит")
    assert keys("Smith") & keys("史密斯")


def test_different_names_seldom_sound_alike() -> None:
    pairs = [
        (one, other)
        for left, right in itertools.permutations(NAMES, 2)
        for one, other in itertools.product(left, right)
        if keys(one) & keys(other)
    ]
    assert len(pairs) <= 2


@pytest.mark.parametrize("form", ["Петров", "Петрова", "Петрову", "Петровым", "Петрове"])
def test_a_russian_case_changes_no_name(form: str) -> None:
    assert keys(form) & keys("Petrov")


def test_a_name_of_two_consonants_says_too_little() -> None:
    assert keys("Ross") == keys("罗斯") == keys("Ли") == keys("") == frozenset()


def test_a_chinese_name_is_one_spelling_in_english_and_in_every_russian_case() -> None:
    english = sounds("Talks with Liu Zhengfan in Vienna")
    for russian in ("Лю Чжэнфань", "Лю Чжэнфаню", "Лю Чжэнфаня", "Лю Чжэнфанем"):
        assert {"liuzhengfan", "zhengfan"} <= english & sounds(f"посол {russian} прибыл"), russian


def test_what_the_lexicon_knows_is_left_out() -> None:
    text = "Peterson meets Petrov"
    assert sounds(text) >= keys("Peterson") | keys("Petrov")
    assert not sounds(text, [(0, 8)]) & keys("Peterson")


def test_a_latin_name_is_met_as_it_stands_in_any_text() -> None:
    assert "keremet" in sounds("the bank Keremet") & sounds("банк Keremet закрыт") & sounds("银行Keremet被关")


def test_russian_readings_of_chinese_syllables() -> None:
    assert palladius("Цзямусы") == "jiamusi"
    assert palladius("Санкции") == ""
    assert "jinping" in readings("Цзиньпину")
