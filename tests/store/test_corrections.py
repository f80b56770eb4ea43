"""What an operator said, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import articles, corrections, db, sources, stories
from store.records import Copy, Correction, Source
from store.stories import Place

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)


def story(engine: Engine, *numbers: int, edges: tuple[str, ...] = ("CN-US",)) -> tuple[int, list[int]]:
    """A stored story of new articles; its number and theirs."""
    places = []
    with db.writing(engine) as tx:
        sources.add(tx, Source("a", "A", "US", "en", "private"))
        for n in numbers:
            url = f"https://a.example/{n}"
            draft = articles.Draft("a", url, url, f"T{n}", "", "", "en", NOW - timedelta(hours=9 - n), edges=edges)
            id, _ = articles.record(tx, draft, NOW)
            places.append(Place(id, 0, 1.0, {}, f"sha{n}", Copy(id, None)))
        made, _ = stories.save(tx, places, into=(), edges=edges, engine="test", now=NOW)
    return made, [place.article_id for place in places]


def test_what_is_said_of_a_pair_again_takes_the_place_of_what_was_said(engine: Engine) -> None:
    _, (a, b, c) = story(engine, 1, 2, 3)
    with db.writing(engine) as tx:
        corrections.record(tx, [Correction("merge", a, b, NOW), Correction("split", a, c, NOW)], [])
        corrections.record(tx, [Correction("split", a, b, NOW)], [Correction("split", a, c, NOW)])
    with db.reading(engine) as conn:
        assert corrections.said(conn) == [Correction("split", a, b, NOW)]


def test_a_split_moves_articles_and_a_merge_brings_them_back_with_all_that_is_said_of_them(engine: Engine) -> None:
    old, (a, b) = story(engine, 1, 2)
    other, (c,) = story(engine, 3, edges=("CN-RU",))
    with db.writing(engine) as tx:
        stories.follow(tx, {other: old})
        corrections.mark(tx, old, pinned=True)
        new = corrections.split(tx, old, [b], NOW)
        assert corrections.homes(tx, [a, b, c, 999]) == {a: old, b: new, c: other}
        assert corrections.merge(tx, other, new, NOW) == other
    with db.reading(engine) as conn:
        found = stories.by_ids(conn, [old, new, other])
    assert (found[new].id, found[other].members, found[other].edges) == (other, (b, c), ("CN-RU", "CN-US"))
    assert (found[old].members, found[old].pinned, found[other].pinned) == ((a,), True, False)
    assert found[other].follows == old


def test_a_story_is_never_both_pinned_and_hidden(engine: Engine) -> None:
    id, _ = story(engine, 1)
    for marks, expected in (
        ({"pinned": True}, (True, False)),
        ({"hidden": True}, (False, True)),
        ({"pinned": True}, (True, False)),
        ({"pinned": False}, (False, False)),
    ):
        with db.writing(engine) as tx:
            corrections.mark(tx, id, **marks)
        with db.reading(engine) as conn:
            found = stories.by_ids(conn, [id])[id]
        assert (found.pinned, found.hidden) == expected


def test_what_follows_leads_to_the_story_that_stays_and_never_to_itself(engine: Engine) -> None:
    first, second, third = (story(engine, n)[0] for n in (1, 2, 3))
    with db.writing(engine) as tx:
        stories.follow(tx, {third: second})
        corrections.merge(tx, first, second, NOW)
        stories.follow(tx, {second: first})  # both are one by now
    with db.reading(engine) as conn:
        found = stories.by_ids(conn, [first, third])
    assert (found[first].follows, found[third].follows) == (None, first)
    with db.writing(engine) as tx:
        corrections.merge(tx, first, third, NOW)
    with db.reading(engine) as conn:
        assert stories.by_ids(conn, [first])[first].follows is None
