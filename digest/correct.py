"""An operator's corrections: decide in a pure function, then write, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from digest.stories import corrections
from digest.stories.corrections import CorrectionError
from store import corrections as kept
from store import stories
from store.db import writing
from store.records import Correction, Story


def _story(conn: Connection, id: int) -> Story:
    found = stories.by_ids(conn, [id]).get(id) if 0 < id < 2**63 else None
    if found is None:
        raise CorrectionError(f"no story {id}; `tripoint stories list` names them")
    return found


def merge(engine: Engine, one: int, other: int, now: datetime) -> str:
    """Make one story of two; what was done, in words. Raises CorrectionError."""
    with writing(engine) as tx:
        left, right = _story(tx, one), _story(tx, other)
        plan = corrections.merge(left, right, kept.said(tx), now)
        kept.record(tx, plan.record, plan.undone)
        stays = kept.merge(tx, left.id, right.id, now)
        after = _story(tx, stays)
    goes = right.id if stays == left.id else left.id
    hidden = " It is hidden, as one of them was." if after.hidden else ""
    return f"story {goes} is part of story {stays} now ({len(after.members)} articles); {goes} leads there.{hidden}" + (
        _undone("split", plan.undone)
    )


def split(engine: Engine, id: int, articles: Sequence[int], now: datetime) -> str:
    """Make two stories of one; what was done, in words. Raises CorrectionError."""
    with writing(engine) as tx:
        story, said = _story(tx, id), kept.said(tx)
        homes = kept.homes(tx, {article for c in said for article in (c.left, c.right)})
        plan = corrections.split(story, set(articles), said, homes, now)
        kept.record(tx, plan.record, plan.undone)
        new = kept.split(tx, story.id, plan.leaves, now)
    stay, left = len(story.members) - len(plan.leaves), len(plan.leaves)
    return f"story {story.id} keeps {_articles(stay)}, {_articles(left)} moved to story {new}." + _undone(
        "merge", plan.undone
    )


def pin(engine: Engine, id: int, *, off: bool = False) -> str:
    """Let a story stand first in its section, or no longer; what was done. Raises CorrectionError."""
    with writing(engine) as tx:
        story = _story(tx, id)
        kept.mark(tx, story.id, pinned=not off)
    if off:
        return f"story {story.id} is {'no longer' if story.pinned else 'not'} pinned."
    shown = " It was hidden, and is shown again." if story.hidden else ""
    return f"story {story.id} is pinned: it stands first in its section while it has something new.{shown}"


def hide(engine: Engine, id: int, *, off: bool = False) -> str:
    """Keep a story out of every issue to come, or no longer; what was done. Raises CorrectionError."""
    with writing(engine) as tx:
        story = _story(tx, id)
        kept.mark(tx, story.id, hidden=not off)
    if off:
        return f"story {story.id} is {'no longer' if story.hidden else 'not'} hidden."
    pinned = " It was pinned, and is no longer." if story.pinned else ""
    return f"story {story.id} is hidden: it enters no issue, and its page is closed.{pinned}"


def _articles(n: int) -> str:
    return f"{n} article{'s' * (n != 1)}"


def _undone(what: str, undone: Sequence[Correction]) -> str:
    """What an earlier correction said and no longer holds: the later one wins, and says so."""
    days = sorted({f"{c.at.day} {c.at:%B %Y}" for c in undone})
    return f" This undoes your {what} of {' and '.join(days)}." if undone else ""
