"""The issues: frozen once per slot and local date, and what each slot has told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal, or_, select

from store.records import Page
from store.sources import chunks
from store.tables import issues, stories, told


@dataclass(frozen=True, slots=True)
class Frozen:
    """An issue as it was frozen. `content` is the issue object as JSON; `state`: frozen | empty | missed."""

    id: int
    edition: str
    slot: str
    local_date: str
    number: int
    state: str
    closed: datetime
    frozen: datetime
    content: Mapping[str, Any]
    page: Page


def _frozen(row: Row[Any]) -> Frozen:
    page = Page(subject=row.subject, preheader=row.preheader, html=row.html, text=row.text)
    return Frozen(
        row.id, row.edition, row.slot, row.local_date, row.number, row.state, row.closed, row.frozen, row.content, page
    )


def freeze(
    tx: Connection,
    *,
    edition: str,
    slot: str,
    local_date: date,
    number: int,
    state: str,
    closed: datetime,
    now: datetime,
    content: Mapping[str, Any],
    page: Page,
    articles: Mapping[int, int],
) -> int | None:
    """Write an issue and what it tells (`articles`: article -> story). Returns its id.

    None where the date has its issue already. A date only marked as missed may still get one: nothing was ever mailed.
    """
    day = local_date.isoformat()
    tx.execute(delete(issues).where(issues.c.slot == slot, issues.c.local_date == day, issues.c.state == "missed"))
    if tx.execute(select(issues.c.id).where(issues.c.slot == slot, issues.c.local_date == day)).first():
        return None
    values = {
        "edition": edition,
        "slot": slot,
        "local_date": day,
        "number": number,
        "state": state,
        "closed": closed,
        "frozen": now,
        "content": dict(content),
        "subject": page.subject,
        "preheader": page.preheader,
        "html": page.html,
        "text": page.text,
    }
    key = tx.execute(insert(issues).values(values)).inserted_primary_key
    assert key is not None
    id = int(key[0])
    rows = [{"slot": slot, "article_id": a, "issue_id": id, "story_id": s} for a, s in sorted(articles.items())]
    if rows:
        tx.execute(insert(told), rows)
    return id


def next_number(conn: Connection, slot: str) -> int:
    """The number of a slot's next issue: days without one are not counted, and one that it inherited is."""
    inherited = issues.c.id.in_(select(told.c.issue_id).where(told.c.slot == slot))
    query = select(func.max(issues.c.number)).where(or_(issues.c.slot == slot, inherited), issues.c.state == "frozen")
    return int(conn.execute(query).scalar() or 0) + 1


def inherit(tx: Connection, before: str, after: str) -> None:
    """The slot `after` goes on where `before` ends: what that one told counts as told."""
    mine = select(told.c.article_id).where(told.c.slot == after)
    rows = select(literal(after), told.c.article_id, told.c.issue_id, told.c.story_id).where(
        told.c.slot == before, told.c.article_id.not_in(mine)
    )
    tx.execute(insert(told).from_select(["slot", "article_id", "issue_id", "story_id"], rows))


def find(conn: Connection, slot: str, local_date: date) -> Frozen | None:
    """The issue of a slot ("daily 07:00 UTC") on a date."""
    row = conn.execute(
        select(issues).where(issues.c.slot == slot, issues.c.local_date == local_date.isoformat())
    ).first()
    return _frozen(row) if row else None


def on(conn: Connection, local_date: str, edition: str | None = None) -> list[Frozen]:
    """All issues of a date, or those of one edition, by slot."""
    query = select(issues).where(issues.c.local_date == local_date).order_by(issues.c.edition, issues.c.slot)
    if edition is not None:
        query = query.where(issues.c.edition == edition)
    return [_frozen(row) for row in conn.execute(query)]


def latest(conn: Connection, slot: str | None = None) -> Frozen | None:
    """The newest issue that can be read, of one slot or of all; days marked as missed have none."""
    query = (
        select(issues).where(issues.c.state != "missed").order_by(issues.c.local_date.desc(), issues.c.frozen.desc())
    )
    row = conn.execute((query if slot is None else query.where(issues.c.slot == slot)).limit(1)).first()
    return _frozen(row) if row else None


def newest(conn: Connection, edition: str, slot: str, limit: int, states: Iterable[str] = ("frozen",)) -> list[Frozen]:
    """The last issues of `edition`, one for each date, newest first: that of `slot` where there is one, else the date's
    first slot. By default those alone that told something.
    """
    told_something = (issues.c.edition == edition, issues.c.state.in_(tuple(states)))
    days = select(issues.c.local_date).where(*told_something).distinct().order_by(issues.c.local_date.desc())
    found: dict[str, int] = {}
    for row in conn.execute(
        select(issues.c.id, issues.c.local_date, issues.c.slot)
        .where(*told_something, issues.c.local_date.in_(days.limit(limit)))
        .order_by(issues.c.local_date.desc(), issues.c.slot)
    ):
        if row.slot == slot or row.local_date not in found:
            found[row.local_date] = row.id
    rows = {row.id: _frozen(row) for row in conn.execute(select(issues).where(issues.c.id.in_(found.values())))}
    return [rows[id] for id in found.values()]


def ever(conn: Connection, slot: str, before: date | None = None) -> bool:
    """Has this slot had an issue, or a day that was missed? With `before`: one of an earlier date."""
    query = select(issues.c.id).where(issues.c.slot == slot)
    if before is not None:
        query = query.where(issues.c.local_date < before.isoformat())
    return conn.execute(query.limit(1)).first() is not None


def told_by(conn: Connection, slot: str, articles: Iterable[int]) -> dict[int, date]:
    """Which of `articles` the slot has told, and the date of that issue."""
    found: dict[int, date] = {}
    for piece in chunks(articles):
        query = (
            select(told.c.article_id, issues.c.local_date)
            .join(issues, issues.c.id == told.c.issue_id)
            .where(told.c.slot == slot, told.c.article_id.in_(piece))
        )
        found.update({row.article_id: date.fromisoformat(row.local_date) for row in conn.execute(query)})
    return found


def of_story(conn: Connection, story: int) -> list[tuple[str, str, int]]:
    """(slot, local date, number of articles) of each issue that told a story, or one that was merged into it."""
    merged = select(stories.c.id).where(stories.c.merged_into == story)
    query = (
        select(issues.c.slot, issues.c.local_date, func.count().label("n"))
        .join(told, (told.c.issue_id == issues.c.id) & (told.c.slot == issues.c.slot))
        .where((told.c.story_id == story) | told.c.story_id.in_(merged))
        .group_by(issues.c.slot, issues.c.local_date)
        .order_by(issues.c.local_date, issues.c.slot)
    )
    return [(row.slot, row.local_date, row.n) for row in conn.execute(query)]


def listed(conn: Connection) -> list[Frozen]:
    """Every issue and every missed day, newest first."""
    query = select(issues).order_by(issues.c.local_date.desc(), issues.c.slot)
    return [_frozen(row) for row in conn.execute(query)]
