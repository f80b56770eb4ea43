from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from store import articles, db, sources, tables
from store.articles import Draft
from store.records import Source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DRAFT = Draft(
    "harbor-wire", "https://harbor-wire.example/talks", "http://www.harbor-wire.example/talks?utm_source=rss",
    "Talks resume", "Ministers met.", "Ministers met in Geneva. They will meet again.", "en", NOW,
    edges=("CN-US",), about=("US", "CN"), links=("https://other.example/",),
)  # fmt: skip


@pytest.fixture
def store(engine: Engine) -> Engine:
    with db.writing(engine) as tx:
        sources.sync(tx, [
            Source("harbor-wire", "Harbor Wire", "US", "en", "private"),
            Source("free-volga", "Free Volga", "RU", "ru", "exiled"), Source("herald", "Herald", "RU", "ru", "state"),
        ])  # fmt: skip
    return engine


def test_an_article_is_new_once_then_seen_then_changed(store: Engine) -> None:
    with db.writing(store) as tx:
        id, first = articles.record(tx, DRAFT, NOW)
        _, again = articles.record(tx, replace(DRAFT, published=NOW + timedelta(hours=1)), NOW)
        same, corrected = articles.record(tx, replace(DRAFT, title="Talks collapse"), NOW + timedelta(hours=2))
    assert (first, again, corrected) == ("new", "seen", "changed") and same == id
    with db.reading(store) as conn:
        kept = articles.by_ids(conn, [id])[id]
        revisions = conn.execute(select(tables.revisions.c.number, tables.revisions.c.title)).all()
    assert (kept.title, kept.revision, kept.published, kept.fetched) == ("Talks collapse", 2, NOW, NOW)
    assert kept.edges == ("CN-US",) and kept.links == ("https://other.example/",)
    assert [tuple(row) for row in revisions] == [(1, "Talks resume")]


def test_the_page_fills_in_what_the_feed_said_and_that_is_no_news(store: Engine) -> None:
    feed_only = replace(DRAFT, text="Ministers met.", origin="feed")
    with db.writing(store) as tx:
        id, _ = articles.record(tx, feed_only, NOW)
        assert articles.record(tx, DRAFT, NOW) == (id, "seen")
        assert articles.record(tx, feed_only, NOW) == (id, "seen")
    with db.reading(store) as conn:
        kept = articles.by_ids(conn, [id])[id]
    assert (kept.origin, kept.text, kept.revision) == ("page", DRAFT.text, 1)


def test_unwoven_are_relevant_articles_and_changed_ones(store: Engine) -> None:
    with db.writing(store) as tx:
        id, _ = articles.record(tx, DRAFT, NOW)
        articles.record(tx, replace(DRAFT, identity="https://harbor-wire.example/cake", relevant=False), NOW)
    with db.reading(store) as conn:
        (waiting,) = articles.unwoven(conn)
    assert waiting.id == id
    with db.writing(store) as tx:
        tx.execute(tables.stories.insert().values(id=1, created=NOW, updated=NOW))
        tx.execute(tables.members.insert().values(
            article_id=id, story_id=1, woven=NOW, text_sha256=waiting.text_sha256, parts={}))  # fmt: skip
    with db.reading(store) as conn:
        assert articles.unwoven(conn) == []
    with db.writing(store) as tx:
        articles.record(tx, replace(DRAFT, text="Ministers left."), NOW)
    with db.reading(store) as conn:
        assert [article.id for article in articles.unwoven(conn)] == [id]


def test_headlines_of_a_side_leave_out_its_outlets_in_exile(store: Engine) -> None:
    from tests.store.test_sources import entry

    with db.writing(store) as tx:
        sources.save_entries(tx, [
            entry("us"), entry("state", source_id="herald", outcome="off topic"),
            entry("exile", source_id="free-volga"),
        ])  # fmt: skip
    with db.reading(store) as conn:
        window = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
        assert [e.key for e in articles.entries_between(conn, *window, "RU")] == ["state"]
        assert len(articles.entries_between(conn, *window)) == 3


def test_full_text_is_dropped_for_age_but_hash_and_lead_stay(store: Engine) -> None:
    with db.writing(store) as tx:
        id, _ = articles.record(tx, DRAFT, NOW)
        assert articles.forget_texts(tx, NOW + timedelta(days=13), 14) == 0
        assert articles.forget_texts(tx, NOW + timedelta(days=15), 14) == 1
    with db.reading(store) as conn:
        kept = articles.by_ids(conn, [id])[id]
    assert kept.text == "" and kept.lead and kept.text_sha256 == DRAFT.text_sha256


def test_a_store_knows_whether_it_holds_live_articles(store: Engine) -> None:
    with db.writing(store) as tx:
        articles.record(tx, replace(DRAFT, replayed=True), NOW)
        assert not articles.holds_live(tx)
        articles.record(tx, replace(DRAFT, identity="https://harbor-wire.example/live"), NOW)
        assert articles.holds_live(tx)
