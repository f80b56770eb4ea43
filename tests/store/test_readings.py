"""What was read of an article is kept with it, and goes with its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from store import articles, db, readings, sources, stories
from store.readings import Reading
from store.records import Copy, Source
from store.stories import Place
from tests.store.test_articles import DRAFT, NOW

READING = Reading(0, "key", b"{}", b"\x01\x00", b"\x02\x00\x00\x00", 12, "Globe", True, b"words", "reader", NOW)


@pytest.fixture
def store(engine: Engine) -> Engine:
    with db.writing(engine) as tx:
        sources.sync(tx, [Source(DRAFT.source_id, "Globe", "US", "en", "private")])
    return engine


def woven(store: Engine, *, hours: float = 0, group: int | None = None) -> int:
    url = f"https://globe.example/{hours}"
    with db.writing(store) as tx:
        draft = replace(DRAFT, identity=url, url=url, published=NOW + timedelta(hours=hours))
        id, _ = articles.record(tx, draft, NOW)
        place = Place(id, 0, 1.0, {}, draft.text_sha256, Copy(id, group or id, "copy" if group else "original"))
        stories.save(tx, [place], into=(), edges=(), engine="test", now=NOW)
        readings.save(tx, [replace(READING, article_id=id)])
    return id


def test_a_reading_comes_back_and_a_newer_one_takes_its_place(store: Engine) -> None:
    id = woven(store)
    with db.writing(store) as tx:
        readings.save(tx, [replace(READING, article_id=id, made_of="other")])
        readings.save(tx, [])
    with db.reading(store) as conn:
        kept = readings.features(conn, [id, 99])
        filed = readings.filed(conn, [id, 99], "reader")
        (printed,) = readings.for_copies(conn, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert printed.reading is not None and printed.reading.made_of == "other"
    assert (printed.reading.signature, printed.reading.proof) == (READING.signature, READING.proof)
    assert (printed.place, kept) == (Copy(id, id, "original"), {id: b"{}"})
    assert (filed[id].words, filed[id].text_sha256, filed[id].published) == (b"words", DRAFT.text_sha256, NOW)


def test_what_another_reader_read_or_what_has_changed_since_is_not_filed(store: Engine) -> None:
    id = woven(store)
    with db.writing(store) as tx:
        assert list(readings.filed(tx, [id], "reader")) == [id]
        assert readings.filed(tx, [id], "newer") == {}
        articles.retitle(tx, id, "Another headline", "", NOW + timedelta(hours=1))
        assert readings.filed(tx, [id], "reader") == {}
        assert readings.updated(tx, [id])[id][:2] == (NOW + timedelta(hours=1), "Another headline")


def test_a_copy_brings_its_original_along_however_old(store: Engine) -> None:
    original = woven(store, hours=-400)
    copy = woven(store, group=original)
    with db.reading(store) as conn:
        found = readings.for_copies(conn, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert [known.id for known in found] == [original, copy]


def test_what_was_read_goes_with_the_text(store: Engine) -> None:
    id = woven(store)
    with db.writing(store) as tx:
        articles.forget_texts(tx, NOW + timedelta(days=13), 14)
        assert list(readings.features(tx, [id])) == [id]
        articles.forget_texts(tx, NOW + timedelta(days=15), 14)
        assert readings.features(tx, [id]) == {}
