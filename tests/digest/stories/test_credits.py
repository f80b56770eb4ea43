"""Credit lines: texts that retell another outlet's report, in three languages, and texts that do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.stories.copies import Print, roles, same_outlet
from digest.stories.credits import Names, credited

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

RETOLD_EN = """Ports up and down the coast are bracing for a very odd summer. Cranes that were bought cheap are \
suddenly unwelcome, and nobody has said who will pay for the new ones.

Washington thinks the machines could be told to stop working from far away. Beijing says that is a fairy tale.

This story was adapted from a report in The Delmarva Examiner.

Share this
Leave a comment
Older post"""

RETOLD_RU = """Краны подешевели, а хлопот прибавилось. В американских портах считают, во что обойдётся замена
китайской техники.

Никто пока не сказал, кто за это заплатит. Пекин называет подозрения сказкой.

По материалам издания «Беломорский наблюдатель»

Читайте также: Что взять с собой на дачу
Комментарии"""

RETOLD_ZH = """便宜的吊车一夜之间成了烫手山芋。美国各港口正在盘算，换一批机器要花多少钱，谁来出这笔钱。

中方说，这是把生意当成了安全问题。

（消息来源：浔江快报）

责任编辑：小林
相关阅读"""


@pytest.mark.parametrize(
    ("text", "name"),
    [(RETOLD_EN, "Delmarva Examiner"), (RETOLD_RU, "Беломорский наблюдатель"), (RETOLD_ZH, "浔江快报")],
)
def test_a_retelling_is_a_rewrite_crediting_its_source_and_never_independent(text: str, name: str) -> None:
    place = roles([Print(1, "https://blog.example/1", "Cranes", "", text, "Some Blog", NOON)])[1]
    assert (place.role, place.credits) == ("rewrite", name)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("News from The Tidewater Globe", "Tidewater Globe"),
        ("Source: Delmarva Examiner", "Delmarva Examiner"),
        ("Via Plains Public Radio.", "Plains Public Radio"),
        ("Originally published in the Ozark Mercury", "Ozark Mercury"),
        ("Story first reported by ABX News", "ABX News"),
        ("With reporting by Tidewater Globe", "Tidewater Globe"),
        ("Read the original: https://www.tidewaterglobe.example/a/1", "tidewaterglobe.example"),
        ("Источник: Зауральский вестник", "Зауральский вестник"),
        ("По сообщению агентства «Кедр»", "Кедр"),
        ("Как пишет «Зауральский вестник»", "Зауральский вестник"),
        ("来源：浔江快报", "浔江快报"),
        ("据浔江快报报道", "浔江快报"),
        ("本文转自浔江快报", "浔江快报"),
        ("编译自《浔江快报》", "浔江快报"),
    ],
)
def test_a_credit_line_names_its_outlet(line: str, name: str) -> None:
    found = credited(f"Something happened in the harbour.\n\nNobody knows why.\n\n{line}\n\nThanks.")
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("According to the Tidewater Globe, cranes will be replaced by autumn.", "Tidewater Globe"),
        ("Как сообщает газета «Зауральский вестник», краны заменят к осени.", "Зауральский вестник"),
        ("据浔江快报报道，吊车将在秋天前更换。", "浔江快报"),
    ],
)
def test_the_first_words_of_a_text_may_be_its_credit(first: str, name: str) -> None:
    found = credited(first + "\nThe rest follows.")
    assert found is not None
    assert found.name == name


def test_a_dateline_says_whose_text_it_is() -> None:
    found = credited("HALIFAX (Tidewater Wire) — Two ships met in the fog on Monday.\nNobody was hurt.")
    assert found is not None
    assert (found.name, found.dateline) == ("Tidewater Wire", True)


@pytest.mark.parametrize(
    "text",
    [
        "The ministry said the ships were safe.\nAccording to the Treasury Department, fees rise in May.",
        "According to the Treasury Department, fees rise in May.\nTraders shrugged.",
        "По данным таможенного управления, груз задержан.\nВладелец спорит.",
        "По информации Минфина США, список вырос.\nПекин недоволен.",
        "据中国外交部介绍，双方商定继续会谈。\n美方未回应。",
        "据海关总署报告，进口增长。\n专家看好。",
        "The talks ended.\n\nBy Anna Hill",
        "The talks ended.\n\nWritten by the editors",
        "Переговоры закончились.\n\nИсточник в делегации сообщил, что встреча продолжится.",
        "The fair returns in November. Bring newspaper for wrapping.",
        "The talks ended.\n\nReporting by Anna Hill; editing by Tom Reed",
        "A letter from China arrived.\nIt was short.",
        "",
    ],
)
def test_whom_a_report_quotes_is_no_credit(text: str) -> None:
    assert credited(text) is None


def test_an_outlet_that_credits_itself_reports_on_its_own() -> None:
    text = "Two ships met in the fog on Monday, and nobody was hurt.\n\nSource: Tidewater Globe"
    assert (
        roles([Print(1, "https://tidewaterglobe.example/1", "Fog", "", text, "Tidewater Globe", NOON)])[1].role == "own"
    )


def test_a_country_is_no_outlet_and_a_known_name_needs_no_sign() -> None:
    text = "The talks ended late.\n\nNews from Ukraine"
    assert credited(text, Names.of([], ["Ukraine"])) is None
    found = credited("Per Plover, the talks ended late.\nNobody smiled.\n\nStory by Plover", Names.of(["Plover"]))
    assert found is not None
    assert found.name == "Plover"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("NWP", "North Wind Press"),
        ("NWP", "The North Wind Press"),
        ("远山社", "远山通讯社"),
        ("Courier", "Harbour Courier"),
    ],
)
def test_a_name_and_what_is_short_for_it_are_one_outlet(short: str, long: str) -> None:
    assert same_outlet(short, long)
    assert same_outlet(long, short)


@pytest.mark.parametrize(("left", "right"), [("NWP", "New West Post Daily"), ("远山日报", "远山网"), ("", "Courier")])
def test_other_names_are_other_outlets(left: str, right: str) -> None:
    assert not same_outlet(left, right)


def test_a_wire_that_signs_with_its_short_name_reports_on_its_own() -> None:
    text = "KETTLE BAY (NWP) — The ferry left at noon with forty people on board, its captain said."
    at = datetime(2026, 3, 2, tzinfo=UTC)
    wire = Print(1, "https://nwp.example/1", "Ferry leaves", "", text, "North Wind Press", at)
    assert roles([wire])[1].role == "own"


def test_the_last_sentence_may_send_the_reader_to_the_source() -> None:
    text = (
        "The port will close for a week, the new rule says.\n"
        "Ships will wait outside, and grain with them. Read the full story at Harbour Courier."
    )
    found = credited(text, Names.of(["Harbour Courier"]))
    assert found is not None
    assert found.name == "Harbour Courier"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Two lenders were cut off on Monday, the Delmarva Examiner reports. Nobody wired a cent.",
            "Delmarva Examiner",
        ),
        (
            "It is moving day. Plains Public Radio has the details of the loan, which costs a million.",
            "Plains Public Radio",
        ),
        ("Кино, да и только. Об этом пишет американская газета The Delmarva Examiner.", "Delmarva Examiner"),
        ("空间站挪了窝。美国《特拉华观察报》2日报道，加州发来一封邮件。", "特拉华观察报"),
        ("里斯本谈了什么？据美国“联邦专线社”（Federal Line Press）14日报道，要求被拿掉了。", "联邦专线社"),
    ],
)
def test_who_opens_with_what_a_paper_reports_retells_it(text: str, name: str) -> None:
    found = credited(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "text",
    [
        "Американский источник сообщил «Свободной волне», что дату не назначили. Главное препятствие прежнее.",
        "The customs office reported a fall of 3 %. The ministry reported none. Anna Hill wrote the law.",
        "One. Two. Three. Four sentences on, the Delmarva Examiner reports a detail of its own.",
        "МИД сообщает «Вестнику»: решения нет.",
        "海关总署3日披露，“绿色通道”已经开放。",
    ],
)
def test_who_is_told_something_or_quotes_late_reports_on_its_own(text: str) -> None:
    assert credited(text) is None
