"""Who is read now: decided from config, store and clock, before any request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from config import Config, Source
from crawler.plan import CrawlError, Known, named, plan
from crawler.spiders.page import PageSpider
from crawler.task import CrawlOptions, Target
from store.records import Endpoint, Host

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def source(id: str, country: str, **keys: object) -> Source:
    return Source.model_validate(
        {"id": id, "name": id, "country": country, "feeds": [f"https://{id}.example/rss"], **keys}
    )


CONFIG = Config(folder=Path(), sources=(
    source("harbor-wire", "US", sitemaps=["https://harbor-wire.example/news.xml"]),
    source("northern-herald", "RU"), source("river-daily", "CN"), source("asleep", "CN", enabled=False),
))  # fmt: skip


def planned(*words: str, known: Known | None = None, **options: object) -> list[str]:
    found = plan(CONFIG, words, CrawlOptions(**options), known or Known(), NOW)  # type: ignore[arg-type]
    return [target.url.removeprefix("https://") for target in found.targets]


def test_without_words_every_enabled_source_is_read() -> None:
    assert planned() == [
        "harbor-wire.example/rss", "harbor-wire.example/news.xml", "northern-herald.example/rss",
        "river-daily.example/rss",
    ]  # fmt: skip


def test_a_source_is_named_by_its_id_or_one_of_its_addresses() -> None:
    assert planned("river-daily", "https://harbor-wire.example/news.xml") == [
        "river-daily.example/rss",
        "harbor-wire.example/news.xml",
    ]
    assert planned("asleep") == ["asleep.example/rss"]  # who names it wants it


def test_a_list_has_a_target_a_line_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# mine\n\nriver-daily  # the third\nhttps://a.example/x#part\n", encoding="utf-8")
    assert named([f"@{path}", "asleep"]) == ["river-daily", "https://a.example/x#part", "asleep"]
    with pytest.raises(CrawlError, match="cannot read the list"):
        named(["@missing.txt"])
    path.write_text("# nothing yet\n", encoding="utf-8")
    with pytest.raises(CrawlError, match="names nothing"):
        named([f"@{path}"])  # no name at all would mean every source


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["harbour-wire"], {}, "did you mean 'harbor-wire'"),
        (["nothing-like-it"], {}, "an address begins with http"),
        (["ftp://a.example/x"], {}, "not an http or https address"),
        (["http://user@a.example/x"], {}, "not an http or https address"),
        ([], {"country": "FR"}, "no enabled source of the country FR"),
    ],
)
def test_what_cannot_be_understood_is_said(words: list[str], options: dict[str, str], message: str) -> None:
    with pytest.raises(CrawlError, match=message):
        planned(*words, **options)


def test_a_country_narrows() -> None:
    assert planned(country="RU") == ["northern-herald.example/rss"]


def test_an_address_in_no_config_gets_a_source_of_its_own_or_that_of_its_host() -> None:
    found = plan(CONFIG, ["https://a.example/x", "https://river-daily.example/a"], CrawlOptions(), Known(), NOW)
    assert [target.kind for target in found.targets] == ["any", "any"]
    assert [target.sources for target in found.targets] == [("a-example",), ("river-daily",)]
    assert [made.country for made in found.adhoc] == ["XX"]


def test_who_is_not_due_is_named_with_its_time() -> None:
    url = "https://river-daily.example/rss"
    later = Known({("river-daily", url): Endpoint("river-daily", url, "feed", due=NOW + HOUR)})
    found = plan(CONFIG, ["river-daily"], CrawlOptions(), later, NOW)
    assert found.targets == () and found.not_due[0].until == NOW + HOUR
    assert planned("river-daily", known=later, force=True) == ["river-daily.example/rss"]
    assert planned("river-daily", known=later, replay=Path("x.warc.gz")) == ["river-daily.example/rss"]


def test_a_server_that_asked_for_quiet_gets_it_even_when_forced() -> None:
    held = Known(hosts={"https://river-daily.example:443": Host("https://river-daily.example:443", NOW + HOUR)})
    assert planned("river-daily", known=held, force=True) == []


def test_sources_at_one_address_share_one_target() -> None:
    twin = source("twin", "US", feeds=["https://river-daily.example/rss"])
    both = CONFIG.model_copy(update={"sources": (*CONFIG.sources, twin)})
    found = plan(both, ["river-daily", "twin"], CrawlOptions(), Known(), NOW)
    assert found.targets == (Target("https://river-daily.example/rss", "feed", ("river-daily", "twin")),)


def test_pages_that_were_left_unread_are_asked_for_though_the_feed_is_not_due() -> None:
    url = "https://river-daily.example/rss"
    endpoint = Endpoint("river-daily", url, "feed", due=NOW + HOUR)
    known = Known({("river-daily", url): endpoint}, unread=frozenset({"river-daily"}))
    found = plan(CONFIG, ["river-daily"], CrawlOptions(), known, NOW)
    assert [target.kind for target in found.targets] == ["pages"]


def test_a_crawls_clock_runs_from_the_moment_of_its_now_and_is_never_early() -> None:
    options = CrawlOptions()
    job = plan(CONFIG, ["asleep"], options, Known({}, {}, frozenset()), NOW).job(CONFIG, options, NOW)
    spider = PageSpider(replace(job, begun=monotonic() - 3.2))
    assert timedelta(seconds=4) <= spider.clock() - NOW < timedelta(seconds=60)
