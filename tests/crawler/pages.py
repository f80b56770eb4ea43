"""Invented articles in the templates of ordinary sites: a blog, an outlet with JSON-LD, a Russian and a Chinese one."""

from __future__ import annotations

import html
import json

TITLE = "Three Harbours Agree on a Common Grain Berth, and What Their Capitals Make of It"
PARAGRAPHS = (
    "The port authorities of three cities said on Tuesday that they would share one deep-water berth for grain, ending "
    "a dispute that had kept ships waiting at anchor for most of the autumn.",
    "Under the arrangement, which runs for two years, vessels are served in the order of their arrival, and each "
    "harbour keeps one day a week for its own fleet, according to a statement that was read out after the meeting.",
    "Analysts in two of the capitals called the deal a sign that trade officials had begun to talk again; in the "
    "third, a deputy minister said it was too early to speak of a thaw, and that inspections would go on as before.",
    "The first shared loading is planned for the second week of December, when the new conveyor has passed its tests "
    "and the pilots of all three services have been trained on it.",
)
CREDITS = ("News from Harbor Wire", "Written By Anna Ode")
FURNITURE = (
    "Related article - Ferry Lines Return to the Strait After Nine Years", "Post a Comment", "Previous Post Next Post",
    "Share this article", "Subscribe to our newsletter",
)  # fmt: skip


def paragraphs(lines: tuple[str, ...], tag: str = "p") -> str:
    return "".join(f"<{tag}>{html.escape(line)}</{tag}>" for line in lines)


def blog(separator: str = "p") -> bytes:
    """A blog's page where the post's own body holds the furniture as paragraphs: no markup tells it apart."""
    lines = (TITLE.capitalize(), PARAGRAPHS[0], FURNITURE[0], *PARAGRAPHS[1:], *CREDITS, *FURNITURE[1:])
    body = "<br><br>".join(html.escape(line) for line in lines) if separator == "br" else paragraphs(lines, separator)
    return f"""<!DOCTYPE html><html lang="en"><head><title>{html.escape(TITLE)} - Harbour Notes</title>
<meta property="og:title" content="{html.escape(TITLE)}"><meta property="og:site_name" content="Harbour Notes"></head>
<body><header><nav><a href="/">Home</a> <a href="/about">About</a></nav></header><div id="main">
<div class="post hentry">
<h1 class="post-title entry-title">{html.escape(TITLE)}</h1><div class="post-body entry-content">{body}</div></div>
<div class="blog-pager"><a href="/a">Older</a></div></div>
<aside><h3>Popular</h3><ul><li><a href="/p1">Something else that many read</a></li></ul></aside>
<footer>Powered by a blog host</footer></body></html>""".encode()


def outlet(**overrides: object) -> bytes:
    """An outlet's page with JSON-LD, a cookie bar, a newsletter box and a list of other headlines."""
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE,
        "datePublished": "2026-11-23T18:40:00+03:00",
        "author": [{"@type": "Person", "name": "Ivan Petrov"}, {"@type": "Person", "name": "Li Wei"}],
        "publisher": {"@type": "Organization", "name": "Northgate Times"}, "inLanguage": "en",
    } | overrides  # fmt: skip
    graph = {"@graph": [{"@type": "WebSite", "name": "Northgate Times"}, said]}
    return f"""<!DOCTYPE html><html lang="en"><head><title>{html.escape(TITLE)} | Northgate Times</title>
<link rel="canonical" href="https://www.northgate.example/world/berth?utm_source=self">
<meta name="description" content="Three cities share one berth for two years, after an autumn of waiting ships.">
<script type="application/ld+json">{json.dumps(graph)}</script></head>
<body><div class="cookie-banner"><p>This website uses cookies to give you the best experience. Accept</p></div>
<nav><a href="/world">World</a></nav><main><article><h1>{html.escape(TITLE)}</h1>
<p class="byline">By Ivan Petrov and Li Wei</p>
{paragraphs(PARAGRAPHS[:2])}
<div class="newsletter-signup"><p>Get the morning letter</p><p>Every day at seven, free of charge.</p></div>
<p>The text was first published by <a href="https://harbor-wire.example/berth">Harbor Wire</a> on Monday evening.</p>
<ul class="links"><li><a href="/1">Ferry lines return to the strait after nine years</a></li>
<li><a href="/2">Pilots begin a strike</a></li></ul>
{paragraphs(PARAGRAPHS[2:])}</article></main>
<footer><p>© 2026 Northgate Times. All rights reserved.</p></footer></body></html>""".encode()


RUSSIAN_TITLE = "Три порта договорились об общем зерновом причале"
RUSSIAN = (
    "Администрации трёх портов во вторник сообщили, что будут пользоваться одним глубоководным причалом для зерна; "
    "спор, из-за которого суда стояли на рейде почти всю осень, завершён.",
    "По условиям соглашения, рассчитанного на два года, суда обслуживаются в порядке прибытия, а каждый порт сохраняет "
    "за собой один день в неделю для собственного флота.",
    "Первая совместная погрузка намечена на вторую неделю декабря, когда будет испытан новый конвейер.",
)


def russian() -> bytes:
    """A Russian page in windows-1251 without any metadata: the date stands in the text."""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
<title>{RUSSIAN_TITLE} - Речной вестник</title></head><body><div class="menu"><a href="/">Главная</a></div>
<div class="news"><h1>{RUSSIAN_TITLE}</h1><div class="date">23 ноября 2026, 18:40</div>
<div class="text">{paragraphs(RUSSIAN)}
<p>Автор: Мария Орлова</p><p>Источник: Евразтелеграф</p>
<p>Читайте также: Паромы вернулись в пролив</p><p>Поделиться в Telegram</p>
</div></div></body></html>""".encode("cp1251")


CHINESE_TITLE = "三座港口就共用粮食泊位达成一致"
CHINESE = (
    "三座城市的港务部门周二表示，将共用一个深水粮食泊位，由此结束了使船只在锚地等候了大半个秋天的争端。",
    "根据这项为期两年的安排，船只按到港先后顺序装卸，每座港口每周为本港船队保留一天时间，会后宣读的声明如是说。",
    "首次共同装船定于十二月第二周进行，届时新的传送带将完成测试，三地引航员也将完成培训，有关部门表示。",
)


def chinese() -> bytes:
    """A Chinese page that declares gb2312 and holds GB 18030."""
    return f"""<html><head><meta charset="gb2312"><title>{CHINESE_TITLE}_北辰新闻网</title></head><body>
<div class="nav"><a href="/">首页</a></div><div class="main"><h1>{CHINESE_TITLE}</h1>
<div class="info">2026年11月23日 23:40　来源：北辰新闻网</div><div class="content">{paragraphs(CHINESE)}
<p>记者：王小明</p>
<p>责任编辑：李四</p><p>分享到微信</p><p>相关阅读：渡轮九年后重返海峡</p></div></div></body></html>""".encode("gb18030")
