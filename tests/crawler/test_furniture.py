"""Furniture goes, credits and sentences stay."""

from __future__ import annotations

import pytest

from crawler.furniture import is_furniture, without_furniture


@pytest.mark.parametrize(
    "line",
    [
        "Post a Comment",
        "12 Comments",
        "Leave a reply",
        "Previous Post Next Post",
        "« Older posts",
        "Share this article",
        "Facebook Twitter LinkedIn Email",
        "Subscribe to our newsletter",
        "Sign up",
        "Advertisement",
        "Related articles",
        "Related article - Ministers agree on grain",
        "READ MORE: Ministers agree on grain",
        "Read more",
        "You may also like",
        "We use cookies to give you the best experience.",
        "© 2026 Harbour Media. All rights reserved.",
        "Load more",
        "Оставить комментарий",
        "Комментарии (3)",
        "Поделиться в Telegram",
        "Читайте также: Министры договорились о зерне",
        "Читайте также",
        "Материалы по теме",
        "Реклама",
        "Следующая статья",
        "Подписаться на рассылку",
        "Все права защищены.",
        "Мы используем файлы cookie, чтобы сайт работал лучше.",
        "发表评论",
        "上一篇：",
        "分享到微信",
        "相关阅读：部长们就粮食达成一致",
        "相关新闻",
        "广告",
        "点击查看更多",
        "责任编辑：王小明",
        "版权所有 2026",
        "Lire aussi :",
        "Lesen Sie auch",
    ],
)
def test_furniture_is_known(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "News from Harbor Wire",
        "Written by Anna Petrova",
        "Source: Northgate Times",
        "(Reuters)",
        "By John Smith",
        "Reporting by Li Wei; editing by Ann Ode",
        "Originally published by Harbor Wire.",
        "According to Harbor Wire, ships left.",
        "Источник: Интерфакс",
        "По материалам ТАСС",
        "Автор: Иван Петров",
        "来源：新华社",
        "据新华社报道",
        "编译自路透社",
        "The minister declined to comment.",
        "The newsletter was read by millions of subscribers.",
        "Cookies were handed to the children after the ceremony.",
        "He will share the prize with two colleagues in Beijing.",
        "Реклама запрещена на федеральных каналах с 2027 года.",
        "评论员认为双方各有所得。",
        "Related parties must disclose their stakes.",
        "Watch this space, the envoy said, and left.",
        "More than 40 states signed.",
        "Email is how the order was sent, the court heard.",
    ],
)
def test_credits_and_sentences_stay(line: str) -> None:
    assert not is_furniture(line)


def test_a_long_line_is_never_furniture() -> None:
    assert not is_furniture("Read more: " + "the ministers agreed on one more shipment of grain and " * 4)


def test_the_headline_is_not_repeated_above_the_text() -> None:
    title = "Ministers agree on grain: what it means"
    text = "MINISTERS AGREE ON GRAIN — WHAT IT MEANS\nThe ministers agreed on Tuesday.\nIt took a year."
    assert without_furniture(text, [title]) == "The ministers agreed on Tuesday.\nIt took a year."


def test_appeals_go_at_the_edges_only() -> None:
    call = "Sign up for our daily briefing and get the day's news in your inbox."
    body = [f"Sentence number {i} of the story is here." for i in range(20)]
    assert without_furniture("\n".join([*body, call])) == "\n".join(body)
    middle = "\n".join([*body[:10], call, *body[10:]])
    assert without_furniture(middle) == middle
