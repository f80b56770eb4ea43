"""What a section page lists, however it is written; it is read where a slow page would hold up all others."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from crawler.spiders.outlet import LINKS, LONGEST, MOST, OutletSpider
from tests.crawler.test_crawl import TALKS

URL = "http://outlet.example/world"


class Reader(OutletSpider):
    """The base spider's way with a page; it has no job."""

    def __init__(self) -> None:
        pass


def listed(body: str) -> list[tuple[str | None, str]]:
    response = HtmlResponse(URL, body=body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    return [(entry.url, entry.title) for entry in Reader().headlines(response)]


def test_headlines_are_the_long_links_of_the_same_site_each_once() -> None:
    body = (
        f'<a href="/">{TALKS}</a><a href="/one"><b>{TALKS}</b> (one)</a><a href="/one">{TALKS} again</a>'
        f'<a href="//www.outlet.example/two">{TALKS}<!-- a note --></a><a href="http://else.example/x">{TALKS}</a>'
        f'<a href="javascript:alert(1)">{TALKS}</a><a name="here">{TALKS}</a><a href="/short">More</a>'
    )
    assert listed(body) == [
        ("http://outlet.example/one", f"{TALKS} (one)"),
        ("http://www.outlet.example/two", TALKS),
    ]


@pytest.mark.parametrize("body", ["", " ", "<!-- -->", "plain words", '<a href="">' + TALKS])
def test_a_page_without_links_lists_nothing(body: str) -> None:
    assert listed(body) == []


def test_a_flood_of_links_is_looked_at_no_further_than_a_front_page_goes() -> None:
    menu = '<a href="/x">x</a>' * LINKS
    assert listed(menu + f'<a href="/late">{TALKS}</a>') == []
    assert len(listed("".join(f'<a href="/{n}">{TALKS} {n}</a>' for n in range(50_000)))) == LINKS > MOST
    ((_, title),) = listed('<a href="/book">' + "<b>word</b>" * 200_000)
    assert len(title) <= LONGEST


@pytest.mark.parametrize(
    ("body", "older"),
    [
        ('<a href="/world?page=2">Next ›</a>', f"{URL}?page=2"),
        ('<a href="/2"><span>Следующая</span></a>', "http://outlet.example/2"),
        ('<link rel="next" href="/3"><a href="/2">下一页</a>', "http://outlet.example/3"),
        ('<a href="/2">The next talks are on Thursday</a>', ""),
        ('<a href="javascript:more()">More</a>', ""),
        ("", ""),
    ],
)
def test_the_older_page_is_found_by_its_words(body: str, older: str) -> None:
    response = HtmlResponse(URL, body=f"<html><body>{body}".encode(), headers={"Content-Type": "text/html"})
    assert Reader().older(response) == older
