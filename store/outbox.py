"""One row per (issue, subscriber): what waits, what is on its way, what became of it.

    queued ──► claimed ──► inflight ──► sent | failed
      ▲          │            │
      └ deferred ┘            └ deferred (refused for now) | queued again once, then unknown (fate open)

`claimed` is a lease and costs nothing when it is lost. `inflight` is committed right before the step that makes a mail
the server's (the final dot): only such a row can have been delivered without our knowing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, case, exists, func, or_, select, update

from store.db import insert_ignore
from store.leases import gone
from store.records import Delivery, Page, Subscriber
from store.tables import issues, outbox, subscribers

WAITING = ("queued", "deferred")
HELD = ("claimed", "inflight")
STATES = (*WAITING, *HELD, "sent", "failed", "unknown", "expired", "skipped")
ACTIVE = select(subscribers.c.id).where(subscribers.c.state == "active")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with its reader: all that is needed to address one mail."""

    delivery: Delivery
    reader: Subscriber


@dataclass(frozen=True, slots=True)
class Letter:
    """A frozen issue as the post needs it."""

    issue_id: int
    edition: str
    slot: str
    local_date: str
    frozen: datetime
    page: Page


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id, issue_id=row.issue_id, subscriber_id=row.subscriber_id, state=row.state, attempts=row.attempts,
        next_try=row.next_try, reply=row.reply, sent=row.sent, copies=row.copies,
    )


def delivery_id(slot: str, local_date: str, frozen: datetime, subscriber_id: int) -> str:
    """The same for both copies of one mail, another one for every other mail of every other installation."""
    return sha256("\n".join((slot, local_date, frozen.isoformat(), str(subscriber_id))).encode()).hexdigest()[:32]


def enqueue(tx: Connection, issue_id: int, slot: str, now: datetime) -> int:
    """One row for every active reader of `slot` ("daily 07:00 UTC"); returns how many are new.

    Safe to repeat. A reader who already has this edition's issue of this date, from another slot, gets no second one.
    """
    issue = tx.execute(select(issues.c.local_date, issues.c.frozen).where(issues.c.id == issue_id)).one()
    edition, _, hour = slot.partition(" ")
    readers = tx.execute(
        select(subscribers.c.id)
        .where(subscribers.c.state == "active", subscribers.c.edition == edition, subscribers.c.slot == hour)
        .order_by(subscribers.c.id)
    ).scalars()
    rows = [
        {
            "id": delivery_id(slot, issue.local_date, issue.frozen, id), "issue_id": issue_id, "subscriber_id": id,
            "local_date": issue.local_date, "state": "queued", "next_try": now, "queued": now,
        }
        for id in readers
    ]
    if not rows:
        return 0
    return len(tx.execute(insert_ignore(tx, outbox).returning(outbox.c.id), rows).all())


def letter(conn: Connection, issue_id: int) -> Letter:
    """The frozen issue of a delivery."""
    row = conn.execute(select(issues).where(issues.c.id == issue_id)).one()
    page = Page(subject=row.subject, preheader=row.preheader, html=row.html, text=row.text)
    return Letter(row.id, row.edition, row.slot, row.local_date, row.frozen, page)


# -- before a run -----------------------------------------------------------------------------------------------------


def expire(tx: Connection, before: datetime) -> int:
    """Give up on mails whose issue was frozen before `before`, or that a newer issue of their slot has overtaken.

    A daily paper is not delivered the day after, however long the relay was down.
    """
    newer = issues.alias("newer")
    overtaken = exists().where(newer.c.slot == issues.c.slot, newer.c.local_date > issues.c.local_date)
    old = select(issues.c.id).where(or_(issues.c.frozen < before, overtaken))
    done = tx.execute(
        update(outbox)
        .where(outbox.c.state.in_(WAITING), outbox.c.issue_id.in_(old))
        .values(state="expired", reply=func.substr("too late to be news; the last answer: " + outbox.c.reply, 1, 500))
    )
    return done.rowcount


def skip(tx: Connection) -> int:
    """Drop what waits for readers who have left, or whose address is suppressed."""
    done = tx.execute(
        update(outbox)
        .where(outbox.c.state.in_(WAITING), outbox.c.subscriber_id.not_in(ACTIVE))
        .values(state="skipped", reply="the reader is off the list")
    )
    return done.rowcount


def abandoned(conn: Connection, now: datetime) -> tuple[Delivery, ...]:
    """Rows whose holder died, or whose lease ran out, in the middle of their delivery."""
    rows = conn.execute(select(outbox).where(outbox.c.state.in_(HELD)).order_by(outbox.c.id)).all()
    dead = {row.holder: gone(row.holder) for row in rows}
    return tuple(_delivery(row) for row in rows if dead[row.holder] or row.lease is None or row.lease <= now)


def recover(tx: Connection, now: datetime, *, resend: bool) -> tuple[tuple[Delivery, ...], tuple[Delivery, ...]]:
    """Settle abandoned rows: (queued again though a copy may have arrived, left as unknown).

    A row that was only claimed goes back to the queue and is in neither list. One that was in flight is sent once more
    where `resend`, and never a third time.
    """
    again, unknown = [], []
    for row in abandoned(tx, now):
        if row.state == "claimed":
            _change(tx, row.id, ("claimed",), state="queued", lease=None, holder="")
        elif settle_uncertain(tx, row.id, now, resend=resend, reply="the sender stopped before it noted an answer"):
            again.append(row)
        else:
            unknown.append(row)
    return tuple(again), tuple(unknown)


def settle_uncertain(tx: Connection, id: str, now: datetime, *, resend: bool, reply: str) -> bool:
    """A mail whose fate is open: once more into the queue (True) after a first copy and with `resend`; else unknown."""
    copies = tx.execute(select(outbox.c.copies).where(outbox.c.id == id)).scalar_one()
    again = resend and copies < 2
    state = "queued" if again else "unknown"
    _change(tx, id, ("inflight",), state=state, next_try=now, lease=None, holder="", reply=reply[:500])
    return bool(again)


# -- a run ------------------------------------------------------------------------------------------------------------


def _due(now: datetime, count: int | None) -> Any:
    """The ids of what may be sent now, oldest issue first."""
    wanted = (
        select(outbox.c.id)
        .join(subscribers, subscribers.c.id == outbox.c.subscriber_id)
        .where(outbox.c.state.in_(WAITING), outbox.c.next_try <= now, subscribers.c.state == "active")
        .order_by(outbox.c.issue_id, outbox.c.next_try, outbox.c.subscriber_id)
    )
    return wanted if count is None else wanted.limit(count)


def _parcels(conn: Connection, wanted: Any) -> tuple[Parcel, ...]:
    rows = conn.execute(
        select(outbox, subscribers.c.id.label("reader_id"), *_READER)
        .join(subscribers, subscribers.c.id == outbox.c.subscriber_id)
        .where(wanted)
        .order_by(outbox.c.issue_id, outbox.c.subscriber_id)
    )
    return tuple(Parcel(_delivery(row), _reader(row)) for row in rows)


_READER = tuple(
    subscribers.c[key].label(f"reader_{key}") for key in ("address", "edition", "slot", "state", "added", "how", "name")
)


def _reader(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.reader_id, address=row.reader_address, edition=row.reader_edition, slot=row.reader_slot,
        state=row.reader_state, added=row.reader_added, how=row.reader_how, name=row.reader_name,
    )


def claim(tx: Connection, count: int, who: str, now: datetime, lease: timedelta) -> tuple[Parcel, ...]:
    """Take up to `count` due rows of active readers, in one UPDATE; nobody else gets them while the lease lasts."""
    # A common table expression: PostgreSQL may run a plain subquery with LIMIT more than once and take too many.
    due = _due(now, count).with_for_update(of=outbox, skip_locked=True).cte("due")
    taken = tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(due.c.id)), outbox.c.state.in_(WAITING))
        .values(state="claimed", holder=who, lease=now + lease)
        .returning(outbox.c.id)
    )
    return _parcels(tx, outbox.c.id.in_(taken.scalars().all()))


def begin(tx: Connection, id: str, who: str, now: datetime, lease: timedelta) -> bool:
    """The mail is about to be gone. False, and it must not, where the row is not ours now or the reader has left."""
    done = tx.execute(
        update(outbox)
        .where(
            outbox.c.id == id, outbox.c.state == "claimed", outbox.c.holder == who, outbox.c.lease > now,
            outbox.c.subscriber_id.in_(ACTIVE),
        )
        .values(state="inflight", copies=outbox.c.copies + 1, lease=now + lease)
    )
    return done.rowcount == 1


def _change(tx: Connection, id: str, states: Iterable[str], **values: Any) -> bool:
    done = tx.execute(update(outbox).where(outbox.c.id == id, outbox.c.state.in_(tuple(states))).values(**values))
    return done.rowcount == 1


def _ours(tx: Connection, id: str, who: str, **values: Any) -> bool:
    done = tx.execute(
        update(outbox)
        .where(outbox.c.id == id, outbox.c.holder == who, outbox.c.state.in_(HELD))
        .values(lease=None, holder="", **values)
    )
    return done.rowcount == 1


def sent(tx: Connection, id: str, who: str, now: datetime, reply: str) -> bool:
    """The server took it. False where somebody else has taken the row over meanwhile: a second copy may follow."""
    return _ours(tx, id, who, state="sent", sent=now, reply=reply[:500])


def defer(tx: Connection, id: str, who: str, until: datetime, reply: str) -> bool:
    """Refused for now, or never begun: try again at `until`. A copy that was refused has not been delivered."""
    return _ours(
        tx, id, who, state="deferred", next_try=until, attempts=outbox.c.attempts + 1, reply=reply[:500],
        copies=_without_refused_copy(),
    )


def fail(tx: Connection, id: str, who: str, reply: str) -> bool:
    """Refused for good."""
    return _ours(
        tx, id, who, state="failed", attempts=outbox.c.attempts + 1, reply=reply[:500], copies=_without_refused_copy()
    )


def release(tx: Connection, ids: Iterable[str], who: str) -> int:
    """Give claimed rows back untouched: they were never begun."""
    done = tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(tuple(ids)), outbox.c.holder == who, outbox.c.state == "claimed")
        .values(state="queued", lease=None, holder="")
    )
    return done.rowcount


def postpone(tx: Connection, ids: Iterable[str], until: datetime) -> int:
    """Failed rows that turned out to be no fault of the reader's: try them again at `until`."""
    done = tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(tuple(ids)), outbox.c.state == "failed")
        .values(state="deferred", next_try=until)
    )
    return done.rowcount


def _without_refused_copy() -> Any:
    # `copies` counts those that may have arrived: a server that answered 4xx or 5xx has promised that this one did not.
    return case((outbox.c.state == "inflight", outbox.c.copies - 1), else_=outbox.c.copies)


# -- questions --------------------------------------------------------------------------------------------------------


def counts(conn: Connection, issue_id: int | None = None) -> dict[str, int]:
    """State -> number of rows; of one issue where it is given."""
    wanted = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    if issue_id is not None:
        wanted = wanted.where(outbox.c.issue_id == issue_id)
    return {row[0]: row[1] for row in conn.execute(wanted)}


def due(conn: Connection, now: datetime) -> int:
    """How many rows a run would handle now: waiting and due, or abandoned by a dead sender."""
    waiting = select(func.count()).select_from(outbox).where(outbox.c.state.in_(WAITING), outbox.c.next_try <= now)
    return int(conn.execute(waiting).scalar_one()) + len(abandoned(conn, now))


def next_try(conn: Connection) -> datetime | None:
    """When the next waiting row is due."""
    return conn.execute(select(func.min(outbox.c.next_try)).where(outbox.c.state.in_(WAITING))).scalar()


@dataclass(frozen=True, slots=True)
class Waiting:
    """The mails that wait: how many, since when the oldest, when the next one may be tried, and the latest answer."""

    mails: int
    since: datetime
    until: datetime
    reply: str


def waiting(conn: Connection) -> Waiting | None:
    """What waits to be sent, or sent again; None where nothing does."""
    o = outbox.c
    there = o.state.in_(WAITING)
    row = conn.execute(select(func.count(), func.min(o.queued), func.min(o.next_try)).where(there)).one()
    if not row[0]:
        return None
    answers = select(o.reply).where(there, o.reply != "").order_by(o.next_try.desc(), o.id).limit(1)
    return Waiting(row[0], row[1], row[2], conn.execute(answers).scalar() or "")


def ready(conn: Connection, now: datetime, count: int | None = None) -> tuple[Parcel, ...]:
    """What `claim` would take now, without taking it."""
    return _parcels(conn, outbox.c.id.in_(_due(now, count)))


_SHOWN = (
    outbox.c.id, issues.c.local_date.label("date"), issues.c.slot, subscribers.c.address, outbox.c.state,
    outbox.c.attempts, outbox.c.copies, outbox.c.next_try, outbox.c.sent, outbox.c.reply,
)


def _joined() -> Any:
    return (
        select(*_SHOWN)
        .join(issues, issues.c.id == outbox.c.issue_id)
        .join(subscribers, subscribers.c.id == outbox.c.subscriber_id)
        .order_by(issues.c.closed.desc(), issues.c.id.desc(), outbox.c.subscriber_id)
    )


def overview(conn: Connection, state: str | None = None) -> list[dict[str, Any]]:
    """Each delivery, newest issue first; only those in `state` where it is given."""
    wanted = _joined() if state is None else _joined().where(outbox.c.state == state)
    return [dict(row) for row in conn.execute(wanted).mappings()]


def show(conn: Connection, beginning: str) -> Mapping[str, Any] | None:
    """The delivery whose id begins so; None where there is none or more than one."""
    wanted = _joined().add_columns(outbox.c.queued, outbox.c.lease, outbox.c.holder)
    rows = conn.execute(wanted.where(outbox.c.id.startswith(beginning, autoescape=True)).limit(2)).mappings().all()
    return dict(rows[0]) if len(rows) == 1 else None
