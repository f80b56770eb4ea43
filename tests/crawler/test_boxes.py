"""Pages without paragraphs: hand-made sites whose articles stand in bare boxes or between line breaks."""

from __future__ import annotations

import pytest
from lxml import html

from crawler import boxes
from crawler.extract import extract

ENGLISH = [
    "The harbour of the small town was closed on Monday after the ferry lost its rudder near the second lighthouse.",
    "Nobody was hurt, the harbour master said, and a tug is expected from the mainland before the evening tide.",
    "Short line.",
    "The company that runs the ferry has no second boat, so that passengers will wait on the quay until Wednesday.",
]
RUSSIAN = [
    "В понедельник гавань небольшого города закрыли: паром потерял руль недалеко от второго маяка, сообщил капитан.",
    "Никто не пострадал, к вечернему приливу ждут буксир с материка, а пассажирам предложили переночевать в гостинице.",
    "Второго парома у компании нет, поэтому до среды люди будут ждать на причале, рассказали в диспетчерской службе.",
]
CHINESE = [
    "周一，一艘渡轮在第二座灯塔附近失去舵效，小镇港口随即关闭，港务负责人表示无人受伤，拖船预计傍晚涨潮前抵达，旅客已安排住宿。",
    "运营该渡轮的公司没有第二艘船，旅客需在码头等到周三，公司表示将全额退还船票，并为老人和儿童提供热水、毛毯和简单的晚餐。",
]
MENU = "".join(f'<span><a href="/s{n}">Section {n}</a></span>' for n in range(6))
OTHERS = "".join(f'<div><a href="/o{n}">Another headline about something else, number {n}</a></div>' for n in range(6))


def page(article: str) -> bytes:
    return (
        f'<html><head><meta charset="utf-8"><title>Ferry</title></head><body><div class="q1">{MENU}</div>'
        f'<div class="q2"><div class="q3">{article}</div><div class="q4">{OTHERS}</div></div>'
        '<div class="q5">All rights reserved. <a href="/about">About us</a></div></body></html>'
    ).encode()


@pytest.mark.parametrize("lines", [ENGLISH, RUSSIAN, CHINESE], ids=["en", "ru", "zh"])
@pytest.mark.parametrize("shape", ["divs", "breaks", "inline"])
def test_an_article_without_paragraphs_is_found_alone(lines: list[str], shape: str) -> None:
    body = {
        "divs": "".join(f'<div class="x">{line}</div>' for line in lines),
        "breaks": "<br><br>".join(lines),
        "inline": "<br>".join(f"<font color=black>{line[:20]}<b>{line[20:30]}</b>{line[30:]}</font>" for line in lines),
    }[shape]
    text = extract(page(f'<div class="x0">{body}</div>'), url="https://outlet.example/ferry").text
    assert text.split("\n") == lines


def test_a_page_with_paragraphs_is_not_touched() -> None:
    body = "".join(f"<p>{line}</p>" for line in ENGLISH)
    text = extract(page(body), url="https://outlet.example/ferry").text
    assert all(line in text for line in ENGLISH if len(line) > 20)
    assert "Another headline" not in text


def test_deep_nesting_is_no_fault() -> None:
    deep = "<span>" * 5000 + ENGLISH[0] + "</span>" * 5000
    tree = html.document_fromstring(page(deep))
    assert isinstance(boxes.best_box(tree), list)
