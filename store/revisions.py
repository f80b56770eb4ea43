"""What an article said before: the trail of its headlines. The older versions of its text are kept as a hash only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.sources import chunks
from store.tables import articles, revisions


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline as it stood from `since` on: when we first read it so."""

    title: str
    since: datetime


def headlines(conn: Connection, article_ids: Iterable[int]) -> dict[int, list[Headline]]:
    """article -> every headline it had, the oldest first, the present one last. An edit of the text alone adds none.

    An article whose headline never changed has one; a number that is not stored is left out.
    """
    found: dict[int, list[Headline]] = {}
    for piece in chunks(sorted(set(article_ids))):
        r, a = revisions.c, articles.c
        older = select(r.article_id, r.title, r.at).where(r.article_id.in_(piece)).order_by(r.article_id, r.number)
        present = select(a.id, a.title, a.updated).where(a.id.in_(piece)).order_by(a.id)
        for id, title, at in [*conn.execute(older), *conn.execute(present)]:
            trail = found.setdefault(id, [])
            if not trail or _same(trail[-1].title) != _same(title):
                trail.append(Headline(title, at))
    return found


def retitled(conn: Connection, article_ids: Iterable[int]) -> dict[int, int]:
    """article -> how often its headline was changed; those whose headline never was are left out."""
    return {id: len(trail) - 1 for id, trail in headlines(conn, article_ids).items() if len(trail) > 1}


def edited(conn: Connection, article_ids: Iterable[int]) -> dict[int, datetime]:
    """article -> when we first read its present version; those that were never revised are left out."""
    a = articles.c
    found: dict[int, datetime] = {}
    for piece in chunks(sorted(set(article_ids))):
        rows = conn.execute(select(a.id, a.updated).where(a.id.in_(piece), a.revision > 1))
        found.update((row.id, row.updated) for row in rows)
    return found


def _same(title: str) -> str:
    """White space is no edit."""
    return " ".join(title.split())
