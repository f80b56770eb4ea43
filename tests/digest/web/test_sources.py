"""`/sources`: whose the outlets are, and how their reading fares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from config import Config, Source
from digest.web import app
from digest.web.sources import state_of
from store import db, sources
from store.records import Endpoint
from store.records import Source as Outlet
from tests.digest.web.served import served
from tests.digest.web.sites import AFTER, Site


def source(id: str, country: str, **keys: object) -> Source:
    told = {"id": id, "name": id.title(), "country": country, "feeds": [f"https://{id}.example/rss"], **keys}
    return Source.model_validate(told)


SOURCES = (
    source("plain", "US"),
    source("old", "US", ownership="public"),
    source("wall", "RU", name="Стена", language="ru", ownership="state"),
    source("away", "RU", ownership="exiled"),
    source("fresh", "GB"),
    source("barred", "RU", enabled=False, restricted_in=["EU"]),
)


@pytest.fixture
def site(config: Config) -> Iterator[Site]:
    config = config.model_copy(update={"sources": SOURCES})
    engine = db.open_store(config.database_url, create=True)
    health = {"plain": "ok", "old": "stale", "wall": "blocked", "away": "ok"}
    with db.writing(engine) as tx:
        sources.sync(tx, [Outlet(s.id, s.name, s.country, s.language, s.ownership, s.enabled) for s in SOURCES])
        for one in SOURCES:
            if one.id in health:
                at = AFTER - timedelta(hours=1)
                good = at if health[one.id] == "ok" else None
                read = Endpoint(one.id, one.feeds[0], "feed", checked=at, good=good, health=health[one.id])
                sources.save_endpoints(tx, [read])
    made: list[Site] = []
    with served(app.build(config, engine, clock=lambda: made[0].moment)) as client:
        made.append(Site(config, engine, client, 0))
        yield made[0]
    engine.dispose()


def row(html: str, name: str) -> str:
    found = re.search(rf"<tr><td[^>]*><span[^>]*>{name}</span>.*?</tr>", html)
    assert found, name
    return re.sub(r"<[^>]+>", " ", found[0])


def test_each_side_says_how_many_are_read_well_and_whose_they_are(site: Site) -> None:
    html = site.get("/sources")
    heads = [" ".join(re.sub(r"<[^>]+>|&nbsp;", " ", head).split()) for head in re.findall(r"<h2.*?</h2>", html)]
    assert heads == [
        "● Washington 2 outlets, 1 read well",
        "■ Moscow 1 outlet, 0 read well",
        "Elsewhere 2 outlets, 1 read well",
        "Known and not read",
    ]
    assert "1 private, 1 public" in html and "1 in exile, 1 private" in html


def test_an_outlet_is_shown_as_it_is(site: Site) -> None:
    html = site.get("/sources")
    assert "read well" in row(html, "Plain") and "private" in row(html, "Plain")
    assert "answers with old news" in row(html, "Old")
    assert "blocks us" in row(html, "Стена") and '<span lang="ru">Стена</span>' in html
    assert "Russian, in exile" in row(html, "Away")
    assert "not read yet" in row(html, "Fresh") and "GB" in row(html, "Fresh")
    assert re.search(r"Barred</span> \(RU, private\): distribution restricted in EU", html)


def test_one_good_address_of_two_is_enough_and_an_unasked_one_says_nothing() -> None:
    two = source("two", "US", feeds=["https://a.example/1", "https://a.example/2"])
    bad = Endpoint("two", "https://a.example/1", "feed", checked=AFTER, health="failing")
    assert state_of(two, [bad]) == ("does not answer", False)
    assert state_of(two, [bad, Endpoint("two", "https://a.example/2", "feed", checked=AFTER, health="slow")])[1]
    assert state_of(two, [Endpoint("two", "https://a.example/1", "feed", health="new")]) == ("not read yet", False)


def test_the_page_is_linked_from_the_others(site: Site) -> None:
    assert 'href="/sources"' in site.get("/")
