"""The trail of an article's headlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import articles, revisions, sources
from store.articles import Draft
from store.db import reading, writing
from store.records import Source

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DRAFT = Draft(
    source_id="wire",
    identity="https://wire.example/1",
    url="https://wire.example/1",
    title="Talks begin",
    lead="",
    text="They met.",
    language="en",
    published=NOON,
)


def record(engine: Engine, draft: Draft, hours: float) -> int:
    with writing(engine) as tx:
        sources.sync(tx, [Source("wire", "Harbor Wire", "US", "en", "private")])
        return articles.record(tx, draft, NOON + timedelta(hours=hours))[0]


def test_every_headline_stands_in_the_trail_with_the_time_it_was_first_read(engine: Engine) -> None:
    id = record(engine, DRAFT, 0)
    record(engine, replace(DRAFT, text="They met at noon."), 1)  # the text alone: no new headline
    record(engine, replace(DRAFT, title="Talks  begin", text="They met at last."), 2)  # white space is no edit
    record(engine, replace(DRAFT, title="Talks fail", text="They left."), 3)
    record(engine, replace(DRAFT, title="Talks begin", text="They are back."), 4)  # back again is a change too
    other = record(engine, replace(DRAFT, identity="https://wire.example/2", url="https://wire.example/2"), 5)
    with reading(engine) as conn:
        trails = revisions.headlines(conn, [id, other, 999])
        assert [(h.title, h.since) for h in trails[id]] == [
            ("Talks begin", NOON),
            ("Talks fail", NOON + timedelta(hours=3)),
            ("Talks begin", NOON + timedelta(hours=4)),
        ]
        assert [h.title for h in trails[other]] == ["Talks begin"]
        assert set(trails) == {id, other}
        assert revisions.retitled(conn, [id, other]) == {id: 2}
