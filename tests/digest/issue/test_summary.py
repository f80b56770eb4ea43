"""What is quoted: the first two sentences, whole, in three languages."""

from __future__ import annotations

import pytest

from digest.issue.summary import QUOTE, quotation, sentences


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("One came. Two went. Three stayed.", "One came. Two went."),
        ("MOSCOW, November 23. /TASS/. Ships left port.", "Ships left port."),
        (
            "WASHINGTON (Reuters) - The president signed the order on Monday. It takes effect today.",
            "The president signed the order on Monday. It takes effect today.",
        ),
        (
            "BEIJING, Nov. 23 (Xinhua) -- China and Russia signed a deal. More follows.",
            "China and Russia signed a deal. More follows.",
        ),
        (
            "МОСКВА, 23 ноя - РИА Новости. Стороны подписали договор. Он вступит в силу завтра.",
            "Стороны подписали договор. Он вступит в силу завтра.",
        ),
        (
            "新华社北京11月23日电（记者 王某）中俄两国签署协议。协议明日生效。第三句。",
            "中俄两国签署协议。协议明日生效。",
        ),
        ("Mr. Smith of the U.S. office came. He left.", "Mr. Smith of the U.S. office came. He left."),
        ("БЛАГОВЕЩЕНСК, 23 ноября. Поезд прибыл в порт. Его ждали.", "Поезд прибыл в порт. Его ждали."),
        ("17:02. The phone rang in three rooms. Nobody spoke.", "The phone rang in three rooms. Nobody spoke."),
        ("", ""),
    ],
)
def test_two_opening_sentences(text: str, quoted: str) -> None:
    assert quotation(text, "") == quoted


def test_a_long_sentence_is_cut_at_a_word_within_the_limit() -> None:
    quoted = quotation("word " * 200, "")
    assert len(quoted) <= QUOTE and quoted.endswith("word…")


def test_the_lead_serves_where_there_is_no_text() -> None:
    assert quotation("", "Only a lead. And more.") == "Only a lead. And more."


def test_initials_and_abbreviations_end_nothing() -> None:
    assert sentences("А. С. Пушкин родился в г. Москве. Он писал.") == [
        "А. С. Пушкин родился в г. Москве.",
        "Он писал.",
    ]
