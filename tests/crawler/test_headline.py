"""Feeds that append their own name to each headline."""

from __future__ import annotations

import pytest

from crawler.extract import extract
from crawler.headline import without_outlet
from tests.crawler import pages


@pytest.mark.parametrize(
    ("title", "outlet", "left"),
    [
        ("Grain talks resume | Plain Courier", "Plain Courier", "Grain talks resume"),
        ("Grain talks resume - PLAIN COURIER", "Plain Courier", "Grain talks resume"),
        ("Переговоры возобновлены — Курьер", "Курьер", "Переговоры возобновлены"),
        ("粮食谈判恢复_平原报", "平原报", "粮食谈判恢复"),
        ("Grain talks resume - analysts", "Plain Courier", "Grain talks resume - analysts"),
        ("Plain Courier", "Plain Courier", "Plain Courier"),
        ("Grain-talks", "talks", "Grain-talks"),
    ],
)
def test_only_the_outlets_own_name_is_taken_off(title: str, outlet: str, left: str) -> None:
    assert without_outlet(title, outlet) == left


PRINTED, PLAIN = (
    "One berth and three flags: a harbour's odd year",
    "Harbour dispute explained: why three states share a berth",
)


def _title(*, heading: str, shared: str, told: str, tag: str, host: str = "northgate.example") -> str:
    page = (
        f"<html><head><title>{tag}</title><meta property='og:title' content=\"{shared}\">"
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{told}"}}</script></head>'
        f"<body><h1>{heading}</h1>{pages.paragraphs(pages.PARAGRAPHS)}</body></html>"
    )
    return extract(page.encode(), url=f"https://{host}/berth").title


def test_a_headline_for_search_engines_is_not_the_articles() -> None:
    site = f"{PLAIN} - Northgate Post"
    assert _title(heading=PRINTED, shared=PRINTED, told=PLAIN, tag=site) == PRINTED
    assert _title(heading=PRINTED, shared=PRINTED, told=PLAIN, tag=PRINTED) == PLAIN, "the tag says something else"
    assert _title(heading=PRINTED, shared="Berth", told=PLAIN, tag=site) == PLAIN, "printed and shared differ"


def test_an_outlets_habit_goes_before() -> None:
    words = {"heading": PLAIN, "shared": PRINTED, "told": PLAIN, "tag": PLAIN}
    assert _title(**words) == PLAIN
    assert _title(**words, host="fr.euronews.com") == PRINTED
    assert _title(**words, host="noteuronews.com") == PLAIN
