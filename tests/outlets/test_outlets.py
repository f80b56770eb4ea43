"""Every outlet's spider, over a list and a page with the structure of the outlet's own, in words of ours.

A spider in crawler/spiders/outlets/ is found by itself and needs a folder of its name here, with `list.xml` or
`list.html`, `expected.json`, and `page.html` unless `page` is null and `why` says what closes its pages.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from config import Source
from crawler.extract import extract
from crawler.feeds import read_feed
from crawler.sitemaps import read_sitemap
from crawler.spiders.loader import outlet_spiders
from crawler.spiders.outlet import OutletSpider
from crawler.task import CrawlOptions, Job
from store.records import Entry
from tests.crawler.conftest import base_config

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
NAMES = sorted(outlet_spiders())


def expected(name: str) -> dict[str, Any]:
    return dict(json.loads((HERE / name / "expected.json").read_text("utf-8")))


def spider(name: str) -> OutletSpider:
    return outlet_spiders()[name](Job(base_config(), NOW, CrawlOptions(), ()))


def source(name: str, told: dict[str, Any]) -> Source:
    return Source(id=name, name=name, country="US", feeds=(told["document"],), timezone=told.get("timezone", "UTC"))


def entries(name: str, told: dict[str, Any]) -> list[Entry]:
    """What the recorded list holds, as the spider takes it."""
    kind, url, reader = told["kind"], told["document"], spider(name)
    body = (HERE / name / ("list.html" if kind == "section" else "list.xml")).read_bytes()
    if kind == "section":
        found = tuple(reader.headlines(HtmlResponse(url, body=body, encoding="utf-8")))
    elif kind == "sitemap":
        found = read_sitemap(body, url=url, zone=told.get("timezone", "UTC")).entries
    else:
        found = read_feed(body, url=url, zone=told.get("timezone", "UTC")).entries
    return [taken for entry in found if (taken := reader.taken(entry))]


@pytest.mark.parametrize("name", NAMES)
def test_an_outlets_list_is_read_and_what_is_no_article_left_out(name: str) -> None:
    told = expected(name)
    found = entries(name, told)
    assert [[entry.url, entry.title] for entry in found] == told["lists"]
    if told.get("undated"):
        assert not any(entry.published for entry in found)
    elif told["kind"] != "section":
        assert all(entry.published for entry in found)


@pytest.mark.parametrize("name", NAMES)
def test_an_outlets_page_becomes_its_article(name: str) -> None:
    told = expected(name)
    if told["page"] is None:
        assert told["why"] and not (HERE / name / "page.html").exists()
        return
    wanted = told["page"]
    body = (HERE / name / "page.html").read_bytes()
    page = asdict(extract(body, url=wanted["url"], zone=told.get("timezone", "UTC")))
    answer = HtmlResponse(wanted["url"], body=body, encoding="utf-8")
    found = spider(name).refined(source(name, told), answer, page)
    assert found["title"] == wanted["title"]
    assert found["published"].replace(microsecond=0).isoformat() == wanted["published"]
    assert found["language"] == wanted["language"]
    assert wanted["author"] is None or found["author"] == wanted["author"]
    lines = found["text"].split("\n")
    assert [line for line in lines if line in wanted["text"]] == wanted["text"] and len(lines) <= len(
        wanted["text"]
    ) + 1


@pytest.mark.parametrize("name", NAMES)
def test_an_outlets_past_is_where_it_is_said_to_be(name: str) -> None:
    told, reader = expected(name), spider(name)
    for day, (kind, url) in told.get("archive", {}).items():
        assert reader.archive(told["document"], date.fromisoformat(day)) == (kind, url)
    if "archive" not in told:
        assert reader.archive(told["document"], NOW.date()) is None, "an archive wants a line in expected.json"
    for day, url in told.get("current", {}).items():
        assert reader.current(told["document"], date.fromisoformat(day)) == url
    if "older" in told:
        markup, here, older = told["older"]
        answer = HtmlResponse(here, body=f"<html><body>{markup}</body></html>".encode(), encoding="utf-8")
        assert reader.older(answer) == older


def test_no_recorded_outlet_is_without_a_spider() -> None:
    assert sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__") == NAMES
