"""The language of a text: by its script first, then by the bundled model."""

from __future__ import annotations

import pytest

from crawler.language import base, guess


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("The ministers met on Tuesday to discuss grain exports", "", "en"),
        ("Министры обсудили во вторник экспорт зерна", "", "ru"),
        ("Міністри обговорили у вівторок експорт зерна", "", "uk"),
        ("部长们周二讨论了粮食出口问题", "", "zh"),
        ("部長們週二討論了糧食出口問題", "", "zh"),
        ("俄罗斯 Sukhoi Superjet 与美国 Boeing 737 MAX 合同", "", "zh"),
        ("大臣は火曜日に穀物の輸出について協議した", "", "ja"),
        ("장관들은 화요일 곡물 수출을 논의했다", "", "ko"),
        ("Die Minister berieten am Dienstag über die Ausfuhr von Getreide", "", "de"),
        ("Killer whale seen near the harbour", "", "en"),
        ("Компания Gazprom подписала контракт с CNPC", "en", "ru"),
        ("人民日报评论", "en-US", "zh"),
        ("Ministers met", "fr_FR", "fr"),
        ("12:30", "ru", "ru"),
        ("", "", ""),
    ],
)
def test_the_language_is_told(text: str, declared: str, language: str) -> None:
    assert guess(text, declared) == language


def test_tags_are_reduced_to_their_language() -> None:
    assert [base(tag) for tag in ("zh-Hans-CN", "zh_CN", "EN-us", " ru ", "und", "", "x")] == [
        "zh",
        "zh",
        "en",
        "ru",
        "",
        "",
        "",
    ]
