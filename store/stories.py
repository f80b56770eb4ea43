"""Stories, who is in them and why; vectors and their languages' running means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from store import db, tables
from store.records import EDGES, Copy, Membership, Story
from store.sources import chunks

_S, _M, _A = tables.stories, tables.members, tables.articles


@dataclass(frozen=True, slots=True)
class Place:
    """One article's place as `weave` decided it, ready to be stored. `story` is filled in by `save`."""

    article_id: int
    cluster: int
    score: float
    parts: Mapping[str, Any]
    text_sha256: str
    copy: Copy


@dataclass(frozen=True, slots=True)
class Standing:
    """An article that is in a story already: `weave` compares new ones with it."""

    article_id: int
    story_id: int
    cluster: int


# -- reading
# ------------------------------------------------------------------------------------------------------------


def open_stories(conn: Connection, since: datetime) -> list[Story]:
    """Stories that hold an article published at or after `since`, newest first; merged ones are part of another."""
    fresh = select(_M.c.story_id).join(_A, _A.c.id == _M.c.article_id).where(_A.c.published >= since)
    wanted = select(_S).where(_S.c.id.in_(fresh), _S.c.merged_into.is_(None)).order_by(_S.c.updated.desc(), _S.c.id)
    return _with_members(conn, wanted)


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Story]:
    """Stories by the number asked for; a merged one gives the story that it became part of."""
    found: dict[int, Story] = {}
    for id in sorted(set(ids)):
        story = _with_members(conn, select(_S).where(_S.c.id == current(conn, id)))
        if story:
            found[id] = story[0]
    return found


def current(conn: Connection, id: int) -> int:
    """The number of the story that `id` became part of; `id` itself where it was never merged."""
    seen = set[int]()
    while id not in seen:
        seen.add(id)
        into = conn.execute(select(_S.c.merged_into).where(_S.c.id == id)).scalar()
        id = into if into is not None else id
    return id


def _with_members(conn: Connection, wanted: Select[Any]) -> list[Story]:
    rows = conn.execute(wanted).all()
    inside: dict[int, list[int]] = {row.id: [] for row in rows}
    for piece in chunks(sorted(inside)):
        ordered = (
            select(_M.c.story_id, _M.c.article_id)
            .join(_A, _A.c.id == _M.c.article_id)
            .where(_M.c.story_id.in_(piece))
            .order_by(_A.c.published, _A.c.id)
        )
        for story_id, article_id in conn.execute(ordered):
            inside[story_id].append(article_id)
    return [_story(row, inside[row.id]) for row in rows]


def _story(row: Row[Any], members: Sequence[int]) -> Story:
    return Story(
        id=row.id,
        created=row.created,
        updated=row.updated,
        members=tuple(members),
        edges=tuple(row.edges or ()),
        hidden=row.hidden,
        pinned=row.pinned,
        follows=row.follows,
    )


def members(conn: Connection, story_ids: Iterable[int]) -> dict[int, list[Membership]]:
    """Why each article is in its story, in order of publication."""
    found: dict[int, list[Membership]] = {}
    for piece in chunks(sorted(set(story_ids))):
        rows = conn.execute(
            select(_M)
            .join(_A, _A.c.id == _M.c.article_id)
            .where(_M.c.story_id.in_(piece))
            .order_by(_A.c.published, _A.c.id)
        )
        for row in rows:
            found.setdefault(row.story_id, []).append(
                Membership(row.article_id, row.story_id, row.score, {**(row.parts or {}), "engine": row.engine})
            )
    return found


def copies(conn: Connection, article_ids: Iterable[int]) -> dict[int, Copy]:
    """Each woven article's place among its copies: original, copy, rewrite or own report."""
    found: dict[int, Copy] = {}
    for piece in chunks(sorted(set(article_ids))):
        for row in conn.execute(select(_M).where(_M.c.article_id.in_(piece))):
            found[row.article_id] = Copy(row.article_id, row.copy_group, row.role, row.credits)
    return found


def companions(conn: Connection, article_ids: Iterable[int], since: datetime) -> set[int]:
    """Articles published at or after `since` that share a story with one of these, those asked for left out."""
    asked = set(article_ids)
    found: set[int] = set()
    for piece in chunks(sorted(asked)):
        shared = select(_M.c.story_id).where(_M.c.article_id.in_(piece))
        found.update(
            conn.execute(
                select(_M.c.article_id)
                .join(_A, _A.c.id == _M.c.article_id)
                .where(_M.c.story_id.in_(shared), _A.c.published >= since)
            ).scalars()
        )
    return found - asked


def standing(conn: Connection, since: datetime) -> list[Standing]:
    """Every member of the stories that got an article at or after `since`, oldest first."""
    recent = select(_M.c.story_id).join(_A, _A.c.id == _M.c.article_id).where(_A.c.published >= since)
    rows = conn.execute(
        select(_M.c.article_id, _M.c.story_id, _M.c.cluster)
        .join(_A, _A.c.id == _M.c.article_id)
        .where(_M.c.story_id.in_(recent))
        .order_by(_A.c.published, _A.c.id)
    )
    return [Standing(*row) for row in rows]


# -- vectors
# ------------------------------------------------------------------------------------------------------------


def vectors(conn: Connection, model: str, article_ids: Iterable[int]) -> dict[int, tuple[str, bytes]]:
    """article -> (text_sha256 it was made from, float16 bytes), of one model."""
    v = tables.vectors.c
    found: dict[int, tuple[str, bytes]] = {}
    for piece in chunks(sorted(set(article_ids))):
        rows = conn.execute(
            select(v.article_id, v.text_sha256, v.vector).where(v.model == model, v.article_id.in_(piece))
        )
        found.update({id: (sha, bytes(blob)) for id, sha, blob in rows})
    return found


def vectors_since(conn: Connection, since: datetime) -> dict[str, dict[int, tuple[str, bytes]]]:
    """model -> article -> (language, float16 bytes), of articles published or first read at or after `since`, where the
    vector was made from the newest revision."""
    v = tables.vectors.c
    rows = conn.execute(
        select(v.model, v.article_id, _A.c.language, v.vector)
        .join(_A, _A.c.id == v.article_id)
        .where(v.text_sha256 == _A.c.text_sha256, or_(_A.c.published >= since, _A.c.fetched >= since))
    )
    found: dict[str, dict[int, tuple[str, bytes]]] = {}
    for model, id, language, blob in rows:
        found.setdefault(model, {})[id] = (language, bytes(blob))
    return found


def save_vectors(tx: Connection, model: str, rows: Mapping[int, tuple[str, bytes]]) -> None:
    """Store vectors; one of a newer revision takes the place of the older."""
    statement = db.upsert(tx, tables.vectors, ("text_sha256", "vector"))
    for id, (sha, blob) in sorted(rows.items()):
        tx.execute(statement.values(article_id=id, model=model, text_sha256=sha, vector=blob))


def language_sums(conn: Connection, model: str) -> dict[str, tuple[int, bytes]]:
    """language -> (count, float64 bytes of the sum) of the vectors seen so far."""
    t = tables.language_means.c
    rows = conn.execute(select(t.language, t.n, t.total).where(t.model == model))
    return {language: (n, bytes(total)) for language, n, total in rows}


def save_language_sums(tx: Connection, model: str, sums: Mapping[str, tuple[int, bytes]]) -> None:
    statement = db.upsert(tx, tables.language_means, ("n", "total"))
    for language, (n, total) in sorted(sums.items()):
        tx.execute(statement.values(model=model, language=language, n=n, total=total))


# -- writing
# ------------------------------------------------------------------------------------------------------------


def save(
    tx: Connection, places: Sequence[Place], *, into: Sequence[int], edges: Sequence[str], engine: str, now: datetime
) -> tuple[int, bool]:
    """Store one story: its new or re-read `places`, joined to the stored stories `into` (the oldest keeps its number).

    Gives the story's number and whether it is new. An article that another run has woven meanwhile stays where it is.
    """
    if into:
        story_id, *others = sorted(into)
        for other in others:
            unite(tx, story_id, other, now)
    else:
        made = tx.execute(
            insert(_S).values(created=now, updated=now, edges=list(edges), hidden=False, pinned=False)
        ).inserted_primary_key
        assert made is not None
        story_id = int(made[0])
    changing = ("score", "parts", "engine", "woven", "text_sha256", "copy_group", "role", "credits", "cluster")
    statement = db.upsert(tx, _M, changing)
    for place in places:
        tx.execute(
            statement.values(
                article_id=place.article_id,
                story_id=story_id,
                cluster=place.cluster,
                score=place.score,
                parts=dict(place.parts),
                engine=engine,
                woven=now,
                text_sha256=place.text_sha256,
                copy_group=place.copy.group,
                role=place.copy.role,
                credits=place.copy.credits,
            )
        )
    tx.execute(update(_S).where(_S.c.id == story_id).values(updated=now, edges=list(edges)))
    return story_id, not into


def unite(tx: Connection, story_id: int, other: int, now: datetime) -> None:
    """All of `other` becomes part of `story_id`; its number stays known and leads there.

    What an operator hid stays hidden and what they pinned stays pinned, hidden before pinned.
    """
    last = tx.execute(select(func.max(_M.c.cluster)).where(_M.c.story_id == story_id)).scalar() or 0
    tx.execute(update(_M).where(_M.c.story_id == other).values(story_id=story_id, cluster=_M.c.cluster + last + 1))
    both = tx.execute(select(_S).where(_S.c.id.in_((story_id, other))).order_by(_S.c.id)).all()
    hidden, pinned = any(row.hidden for row in both), any(row.pinned for row in both)
    follows = [row.follows for row in both if row.follows not in (None, story_id, other)]
    tx.execute(
        update(_S)
        .where(_S.c.id == story_id)
        .values(hidden=hidden, pinned=pinned and not hidden, follows=follows[0] if follows else None)
    )
    tx.execute(update(_S).where(_S.c.follows == other, _S.c.id != story_id).values(follows=story_id))
    tx.execute(
        update(_S).where(or_(_S.c.id == other, _S.c.merged_into == other)).values(merged_into=story_id, updated=now)
    )


def follow(tx: Connection, follows: Mapping[int, int]) -> None:
    """Note which story (by number) goes on from which; one that is part of another by now stands for that one."""
    for story, before in sorted(follows.items()):
        later, earlier = current(tx, story), current(tx, before)
        if later != earlier:
            tx.execute(update(_S).where(_S.c.id == later).values(follows=earlier))


def about(tx: Connection, story_id: int, now: datetime) -> None:
    """A story is about what its articles are about: said again after its members have changed."""
    inside = select(_A.c.edges).join(_M, _M.c.article_id == _A.c.id).where(_M.c.story_id == story_id)
    found = {edge for edges in tx.execute(inside).scalars() for edge in edges or ()}
    edges = [edge for edge in EDGES if edge in found]
    tx.execute(update(_S).where(_S.c.id == story_id).values(edges=edges, updated=now))


def clusters(conn: Connection, article_ids: Iterable[int]) -> dict[int, int]:
    """article -> the number of its cluster within its story."""
    found: dict[int, int] = {}
    for piece in chunks(sorted(set(article_ids))):
        rows = conn.execute(select(_M.c.article_id, _M.c.cluster).where(_M.c.article_id.in_(piece)))
        found.update((row.article_id, row.cluster) for row in rows)
    return found


def set_copies(tx: Connection, places: Iterable[Copy]) -> None:
    """Correct the places of articles woven earlier: a newcomer may be the text that they reprint."""
    for place in places:
        tx.execute(
            update(_M)
            .where(_M.c.article_id == place.article_id)
            .values(copy_group=place.group, role=place.role, credits=place.credits)
        )
