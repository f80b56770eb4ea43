"""The job on a real store: nothing lost, nothing woven twice, copies and rewrites in their places."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
from sqlalchemy import Engine

from config.load import load, shipped
from config.schema import Config
from digest.stories.reading import Features, Item, read
from digest.weave import weave
from store import articles, sources, stories, tables
from store.articles import Draft
from store.db import open_store, reading, writing
from store.records import Copy, Source
from store.stories import Place
from topics.concepts import Matcher

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WIRE = (
    "The United States placed nine shipping companies from Dalian under sanctions on Monday, saying that they "
    "had carried "
    "Russian crude above the price cap. The Treasury said the ships had switched off their transponders near "
    "Kozmino and "
    "had passed the oil from hull to hull off Malaysia. Beijing called the listing illegal and promised to protect the "
    "rights of its firms. Brokers in Singapore said freight for the route had risen by a quarter within the day, "
    "and that "
    "two cargoes were waiting at sea for a buyer willing to take the risk of losing access to American banks."
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    shutil.copy(shipped() / "tripoint.toml", tmp_path / "tripoint.toml")
    (tmp_path / "tripoint.local.toml").write_text('[stories]\nmodel = "none"\n', encoding="utf-8")
    return load(tmp_path)


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    made = open_store(config.database_url, create=True)
    names = {
        "wire": ("Bay Wire", "US"),
        "paper": ("Valley Paper", "US"),
        "moscow": ("Московский лист", "RU"),
        "blog": ("Short Cuts", "US"),
    }
    with writing(made) as tx:
        sources.sync(tx, [Source(id, name, country, "en", "private") for id, (name, country) in names.items()])
    yield made
    made.dispose()


def draft(source: str, title: str, text: str, hours: float = 0, language: str = "en", lead: str = "") -> Draft:
    url = f"https://{source}.example/{crc32(title.encode())}"
    return Draft(
        source_id=source,
        identity=url,
        url=url,
        title=title,
        lead=lead,
        text=text,
        language=language,
        published=NOON + timedelta(hours=hours),
        edges=("RU-US", "CN-US"),
        about=("CN", "RU", "US"),
    )


def record(engine: Engine, *drafts: Draft) -> list[int]:
    with writing(engine) as tx:
        return [articles.record(tx, d, NOON)[0] for d in drafts]


def test_one_event_in_two_languages_is_one_story_and_a_second_run_finds_nothing(config: Config, engine: Engine) -> None:
    first, second, third = record(
        engine,
        draft("wire", "US sanctions nine Dalian shippers over Russian oil", WIRE),
        draft(
            "moscow",
            "США ввели санкции против девяти судоходных компаний из Даляня за российскую нефть",
            "Минфин США внёс в санкционный список девять китайских судоходных компаний из Даляня. По версии "
            "Вашингтона, они "
            "возили российскую нефть дороже потолка цен. Пекин назвал решение незаконным.",
            1,
            "ru",
        ),
        draft(
            "paper",
            "Moscow and Washington trade lists of prisoners in Muscat",
            "Russian and American envoys exchanged lists of prisoners in Muscat on Monday after two days of talks.",
            2,
        ),
    )
    report = weave(config, engine, now=NOON + timedelta(hours=3))
    assert (report.articles, report.stories_new, report.model_id) == (3, 2, "")
    with reading(engine) as conn:
        assert {s.members for s in stories.open_stories(conn, NOON - timedelta(days=1))} == {(first, second), (third,)}
    assert weave(config, engine, now=NOON + timedelta(hours=4)).articles == 0


def test_a_later_report_joins_the_story_that_stands(config: Config, engine: Engine) -> None:
    (first,) = record(engine, draft("wire", "US sanctions nine Dalian shippers over Russian oil", WIRE))
    weave(config, engine, now=NOON)
    (second,) = record(
        engine,
        draft(
            "paper",
            "Beijing protests US sanctions on Dalian shippers that carried Russian oil",
            "China's foreign ministry called the American sanctions on nine Dalian shipping companies illegal. "
            "They are "
            "accused of carrying Russian crude above the price cap.",
            6,
        ),
    )
    report = weave(config, engine, now=NOON + timedelta(hours=7))
    assert (report.stories_new, report.stories_grown) == (0, 1)
    with reading(engine) as conn:
        (story,) = stories.open_stories(conn, NOON - timedelta(days=1))
        assert story.members == (first, second)
        assert story.edges == ("RU-US", "CN-US")
        why = stories.members(conn, [story.id])[story.id][1]
        assert 0 < why.score < 1
        assert why.parts["words"] > 0


def test_a_reprint_and_a_rewrite_are_known_and_never_independent(config: Config, engine: Engine) -> None:
    wire, paper, blog = record(
        engine,
        draft("wire", "US sanctions nine Dalian shippers over Russian oil", "WASHINGTON (Bay Wire) — " + WIRE),
        draft("paper", "Nine ships' owners cut off from the dollar", WIRE.rsplit(". ", 1)[0] + ".", 2),
        draft(
            "blog",
            "Why nine ship owners just lost their dollars",
            "Washington is angry about oil again. Nine owners from a Chinese port are now on its list because "
            "they moved "
            "Russian barrels too dear.\n\nNews from Bay Wire\n\nThanks for reading.",
            3,
        ),
    )
    weave(config, engine, now=NOON + timedelta(hours=4))
    with reading(engine) as conn:
        places = stories.copies(conn, [wire, paper, blog])
    assert (places[wire].role, places[wire].group) == ("original", wire)
    assert (places[paper].role, places[paper].group, places[paper].credits) == ("copy", wire, "Bay Wire")
    assert (places[blog].role, places[blog].group, places[blog].credits) == ("rewrite", None, "Bay Wire")


def test_a_revised_article_keeps_its_story(config: Config, engine: Engine) -> None:
    first = draft("wire", "US sanctions nine Dalian shippers over Russian oil", WIRE)
    (id,) = record(engine, first)
    weave(config, engine, now=NOON)
    with reading(engine) as conn:
        (before,) = stories.open_stories(conn, NOON - timedelta(days=1))
    record(
        engine,
        replace(
            first, title="US sanctions ten Dalian shippers over Russian oil", text=WIRE + " A tenth firm was added."
        ),
    )
    report = weave(config, engine, now=NOON + timedelta(hours=1))
    assert report.articles == 1
    with reading(engine) as conn:
        (after,) = stories.open_stories(conn, NOON - timedelta(days=1))
        assert (after.id, after.members) == (before.id, (id,))
        assert articles.unwoven(conn) == []


def test_nothing_to_weave_is_no_trouble(config: Config, engine: Engine) -> None:
    report = weave(config, engine, now=NOON)
    assert (report.articles, report.stories_new) == (0, 0)
    assert "0 articles woven" in report.line()


def test_a_follow_up_is_stored_with_the_story_it_goes_on_from(config: Config, engine: Engine) -> None:
    (first,) = record(engine, draft("wire", "US sanctions nine Dalian shippers over Russian oil", WIRE))
    weave(config, engine, now=NOON)
    (second,) = record(
        engine,
        draft(
            "paper",
            "Nine Dalian shippers appeal against US sanctions over Russian oil",
            "Nine shipping companies from Dalian that the United States placed under sanctions went to court. "
            "They are accused of carrying Russian crude above the price cap.",
            120,
        ),
    )
    weave(config, engine, now=NOON + timedelta(hours=121))
    with reading(engine) as conn:
        later, earlier = stories.open_stories(conn, NOON - timedelta(days=1))
    assert (earlier.members, later.members) == ((first,), (second,))
    assert (later.follows, earlier.follows) == (earlier.id, None)


def test_once_a_day_stories_that_turn_out_to_be_one_become_one(config: Config, engine: Engine) -> None:
    """Two runs at once left one event in two stories; the pass of the next day finds it, and only that pass."""
    text = "The United States placed nine shipping companies from Dalian under sanctions for carrying Russian crude."
    weave(config, engine, now=NOON)  # the day's pass, on an empty store
    ids = record(
        engine,
        draft("wire", "US sanctions nine Dalian shippers over Russian oil", text),
        draft("paper", "Nine Dalian shippers under US sanctions over Russian oil", text + " Beijing protested.", 1),
    )
    with writing(engine) as tx:
        for id in ids:
            place = Place(id, 0, 1.0, {}, articles.by_ids(tx, [id])[id].text_sha256, Copy(id, None))
            stories.save(tx, [place], into=(), edges=["RU-US"], engine="concepts", now=NOON)
    assert weave(config, engine, now=NOON + timedelta(hours=3)).united == 0
    report = weave(config, engine, now=NOON + timedelta(hours=24))
    assert (report.articles, report.united) == (0, 1)
    assert "1 found to be part of another" in report.line()
    with reading(engine) as conn:
        assert [s.members for s in stories.open_stories(conn, NOON - timedelta(days=1))] == [tuple(ids)]
    assert weave(config, engine, now=NOON + timedelta(hours=25)).united == 0


def test_an_article_is_read_once(config: Config, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands is compared by what an earlier run read, until what it is read with changes: an outlet's name."""
    seen: list[str] = []

    def counted(item: Item, matcher: Matcher) -> Features:
        seen.append(item.title)
        return read(item, matcher)

    monkeypatch.setattr("digest.readings.read", counted)
    titles = [f"Nine Dalian shippers under US sanctions, day {n}" for n in range(6)]
    for n, title in enumerate(titles):
        record(engine, draft("wire", title, f"{WIRE} Day {n} of the listing.", n))
        weave(config, engine, now=NOON + timedelta(hours=n))
    assert seen == titles
    renamed = Source("paper", "The Renamed Paper", "US", "en", "private")
    with writing(engine) as tx:
        sources.sync(tx, [renamed])
    record(engine, draft("wire", "Ferry aground in Lisbon harbour", "A ferry ran aground off Lisbon on Monday.", 7))
    weave(config, engine, now=NOON + timedelta(hours=7))
    assert sorted(seen[6:]) == sorted([*titles, "Ferry aground in Lisbon harbour"])


def test_what_was_kept_gives_what_reading_anew_would_give(config: Config, engine: Engine) -> None:
    old = [draft("wire", f"US sanctions {n} Dalian shippers over Russian oil", f"{n}. {WIRE}", n) for n in range(4)]
    new = [
        draft("paper", "Dalian shippers cut off from the dollar", WIRE, 5),
        draft("moscow", "США ввели санкции против компаний из Даляня", "Минфин США внёс их в список.", 6, "ru"),
    ]

    def woven(forget: bool) -> object:
        with writing(engine) as tx:
            for table in (tables.readings, tables.members, tables.stories, tables.articles):
                tx.execute(table.delete())
        record(engine, *old)
        weave(config, engine, now=NOON + timedelta(hours=4))
        if forget:
            with writing(engine) as tx:
                tx.execute(tables.readings.delete())
        ids = record(engine, *new)
        weave(config, engine, now=NOON + timedelta(hours=6))
        with reading(engine) as conn:
            return stories.members(conn, [s.id for s in stories.open_stories(conn, NOON)]), stories.copies(conn, ids)

    assert woven(forget=False) == woven(forget=True)
