"""What operators said of stories, and what it does to them: merged, split, pinned, hidden. Later runs never undo it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from store import db
from store.records import Correction
from store.sources import chunks
from store.stories import about, unite
from store.tables import constraints, members, stories


def said(conn: Connection) -> list[Correction]:
    """Every correction that holds, the oldest first."""
    c = constraints.c
    rows = conn.execute(select(c.kind, c.left_article, c.right_article, c.at).order_by(c.at, c.id))
    return [Correction(*row) for row in rows]


def homes(conn: Connection, article_ids: Iterable[int]) -> dict[int, int]:
    """article -> the story it is in; one that is in none is left out."""
    found: dict[int, int] = {}
    for piece in chunks(sorted(set(article_ids))):
        rows = conn.execute(select(members.c.article_id, members.c.story_id).where(members.c.article_id.in_(piece)))
        found.update((row.article_id, row.story_id) for row in rows)
    return found


def record(tx: Connection, new: Iterable[Correction], undone: Iterable[Correction]) -> None:
    """Keep `new`, forget `undone`; what is said again of a pair takes the place of what was said before."""
    c = constraints.c
    for gone in undone:
        tx.execute(delete(constraints).where(c.left_article == gone.left, c.right_article == gone.right))
    statement = db.upsert(tx, constraints, ("kind", "at"), ("left_article", "right_article"))
    for one in new:
        tx.execute(statement.values(kind=one.kind, left_article=one.left, right_article=one.right, at=one.at))


def merge(tx: Connection, one: int, other: int, now: datetime) -> int:
    """Make one story of two: the older number stays, the other leads there. Gives the number that stays."""
    stays, goes = min(one, other), max(one, other)
    unite(tx, stays, goes, now)
    about(tx, stays, now)
    return stays


def split(tx: Connection, story: int, leaves: Sequence[int], now: datetime) -> int:
    """Move the articles `leaves` out of `story` into a new one; its number. What was hidden stays hidden."""
    hidden = tx.execute(select(stories.c.hidden).where(stories.c.id == story)).scalar_one()
    made = tx.execute(
        insert(stories).values(created=now, updated=now, edges=[], hidden=hidden, pinned=False)
    ).inserted_primary_key
    assert made is not None
    new = int(made[0])
    for piece in chunks(leaves):
        tx.execute(
            update(members).where(members.c.story_id == story, members.c.article_id.in_(piece)).values(story_id=new)
        )
    for id in (story, new):
        about(tx, id, now)
    return new


def mark(tx: Connection, story: int, *, pinned: bool | None = None, hidden: bool | None = None) -> None:
    """Pin or hide a story, or undo it. A story is never both: the later of the two holds."""
    values: dict[str, bool] = {}
    if pinned is not None:
        values |= {"pinned": pinned} | ({"hidden": False} if pinned else {})
    if hidden is not None:
        values |= {"hidden": hidden} | ({"pinned": False} if hidden else {})
    tx.execute(update(stories).where(stories.c.id == story).values(values))
