"""Stories on both databases: made, grown and merged, with their copies, companions, vectors and means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from store import articles, db, sources, stories
from store.records import Copy, Source
from store.stories import Place

NOW = datetime(2026, 11, 24, 7, 1, tzinfo=UTC)


def article(engine: Engine, n: int, *, hours: int = 1) -> int:
    """A stored article that came out `hours` ago."""
    url = f"https://a.example/{n}"
    draft = articles.Draft("a", url, url, f"T{n}", "", "", "en", NOW - timedelta(hours=hours))
    with db.writing(engine) as tx:
        sources.add(tx, Source("a", "A", "US", "en", "private"))
        return articles.record(tx, draft, NOW)[0]


def place(id: int, *, cluster: int = 0, copy: Copy | None = None) -> Place:
    return Place(id, cluster, 0.5, {"words": 0.5}, f"sha{id}", copy or Copy(id, None))


def save(engine: Engine, ids: list[int], into: tuple[int, ...] = ()) -> tuple[int, bool]:
    with db.writing(engine) as tx:
        return stories.save(tx, [place(id) for id in ids], into=into, edges=["CN-US"], engine="concepts", now=NOW)


def test_a_story_is_made_and_grows(engine: Engine) -> None:
    first, second = article(engine, 1, hours=3), article(engine, 2)
    id, new = save(engine, [second])
    assert new
    assert save(engine, [first], into=(id,)) == (id, False)
    with db.reading(engine) as conn:
        [story] = stories.open_stories(conn, NOW - timedelta(days=1))
        reasons = stories.members(conn, [id])[id]
    assert (story.id, story.members, story.edges) == (id, (first, second), ("CN-US",))
    assert [reason.article_id for reason in reasons] == [first, second]
    assert reasons[0].parts == {"words": 0.5, "engine": "concepts"}


def test_an_old_story_is_not_open(engine: Engine) -> None:
    save(engine, [article(engine, 1, hours=100)])
    with db.reading(engine) as conn:
        assert stories.open_stories(conn, NOW - timedelta(hours=72)) == []


def test_of_two_merged_stories_the_older_number_stays_and_the_other_leads_there(engine: Engine) -> None:
    ids = [article(engine, n) for n in (1, 2, 3)]
    older, newer = save(engine, ids[:1])[0], save(engine, ids[1:2])[0]
    assert save(engine, ids[2:], into=(newer, older)) == (older, False)
    with db.reading(engine) as conn:
        assert [story.id for story in stories.open_stories(conn, NOW - timedelta(days=1))] == [older]
        assert stories.by_ids(conn, [newer])[newer].id == older
        clusters = {row.article_id: row.cluster for row in stories.standing(conn, NOW - timedelta(days=1))}
    assert len(clusters) == 3
    assert clusters[ids[0]] != clusters[ids[1]]  # two clusters of one story keep apart


def test_companions_share_a_story_and_are_recent(engine: Engine) -> None:
    mine, other, old, stranger = (article(engine, n, hours=hours) for n, hours in ((1, 1), (2, 2), (3, 90), (4, 1)))
    save(engine, [mine, other, old])
    save(engine, [stranger])
    with db.reading(engine) as conn:
        assert stories.companions(conn, [mine], NOW - timedelta(hours=72)) == {other}
        assert stories.companions(conn, [], NOW - timedelta(hours=72)) == set()


def test_a_newcomer_may_turn_an_original_into_a_copy(engine: Engine) -> None:
    id = article(engine, 1)
    save(engine, [id])
    with db.writing(engine) as tx:
        stories.set_copies(tx, [Copy(id, group=9, role="copy", credits="Агентство")])
    with db.reading(engine) as conn:
        assert stories.copies(conn, [id]) == {id: Copy(id, 9, "copy", "Агентство")}


def test_a_vector_is_of_one_revision_and_one_model(engine: Engine) -> None:
    id = article(engine, 1)
    for sha, blob in (("old", b"\x00\x01"), ("new", b"\xff\x00")):
        with db.writing(engine) as tx:
            stories.save_vectors(tx, "m", {id: (sha, blob)})
            stories.save_language_sums(tx, "m", {"zh": (len(blob), blob * 4)})
    with db.reading(engine) as conn:
        assert stories.vectors(conn, "m", [id]) == {id: ("new", b"\xff\x00")}
        assert stories.vectors(conn, "another", [id]) == {}
        assert stories.language_sums(conn, "m") == {"zh": (2, b"\xff\x00" * 4)}


def test_vectors_of_a_time_are_those_of_the_newest_revisions(engine: Engine) -> None:
    id, revised = article(engine, 1), article(engine, 2)
    with db.reading(engine) as conn:
        known = articles.by_ids(conn, [id, revised])
    with db.writing(engine) as tx:
        stories.save_vectors(tx, "m", {id: (known[id].text_sha256, b"\x01\x00"), revised: ("before", b"\x02\x00")})
    with db.reading(engine) as conn:
        assert stories.vectors_since(conn, NOW - timedelta(days=3)) == {"m": {id: (known[id].language, b"\x01\x00")}}
        assert stories.vectors_since(conn, NOW + timedelta(days=3)) == {}


def test_a_story_and_its_places_are_written_together_or_not_at_all(engine: Engine) -> None:
    id = article(engine, 1)

    def written_by_half() -> None:
        with db.writing(engine) as tx:
            stories.save(tx, [place(id)], into=(), edges=[], engine="concepts", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        written_by_half()
    with db.reading(engine) as conn:
        assert stories.open_stories(conn, NOW - timedelta(days=1)) == []
        assert stories.members(conn, [1]) == {}
