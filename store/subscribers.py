"""Who reads: one row per address and edition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from store.db import insert_ignore
from store.records import Subscriber
from store.tables import subscribers, suppressions

# active: gets issues. removed: by the operator, who may add them again. unsubscribed: by themselves. suppressed: there
# is no such address, says its server.
ACTIVE, REMOVED, UNSUBSCRIBED, SUPPRESSED = "active", "removed", "unsubscribed", "suppressed"


class SubscriberError(Exception):
    """Raised when an address may not be put on the list, from add; the message says why and what to do."""


def _record(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        address=row.address,
        edition=row.edition,
        slot=row.slot,
        state=row.state,
        added=row.added,
        how=row.how,
        name=row.name,
    )


def _same(address: str) -> Any:
    # Servers hold local parts alike whatever their capitals, so that A@x and a@x are one reader.
    return func.lower(subscribers.c.address) == address.lower()


def find(conn: Connection, address: str, edition: str) -> Subscriber | None:
    """The row of `address` in `edition`, whatever its state."""
    row = conn.execute(select(subscribers).where(_same(address), subscribers.c.edition == edition)).first()
    return _record(row) if row else None


def by_id(conn: Connection, id: int) -> Subscriber | None:
    row = conn.execute(select(subscribers).where(subscribers.c.id == id)).first()
    return _record(row) if row else None


def listed(conn: Connection, *, state: str | None = None) -> tuple[Subscriber, ...]:
    """Everyone on the list, by address; only those in `state` where it is given."""
    wanted = select(subscribers).order_by(subscribers.c.address, subscribers.c.edition)
    if state is not None:
        wanted = wanted.where(subscribers.c.state == state)
    return tuple(_record(row) for row in conn.execute(wanted))


def slots(conn: Connection) -> dict[tuple[str, str], datetime]:
    """(edition, slot) -> since when somebody who is active reads it."""
    rows = conn.execute(
        select(subscribers.c.edition, subscribers.c.slot, func.min(subscribers.c.changed).label("since"))
        .where(subscribers.c.state == ACTIVE)
        .group_by(subscribers.c.edition, subscribers.c.slot)
    )
    return {(row.edition, row.slot): row.since for row in rows}


def add(
    tx: Connection, address: str, edition: str, slot: str, how: str, now: datetime,
    *, name: str = "", mark: str | None = None,
) -> Subscriber:  # fmt: skip
    """Put `address` (already checked) on the list of `edition`, in the slot "HH:MM Zone"; `mark` is its keyed hash.

    Who is listed keeps their row and the day they were added, and takes the new slot and name. Raises SubscriberError
    for one who left by their own wish, unless `how` says something new, and for an address that bounced.
    """
    if mark is not None:
        reason = tx.execute(select(suppressions.c.reason).where(suppressions.c.address_hmac == mark)).scalar()
        if reason is not None:
            raise SubscriberError(f"{address} is on the list of addresses that get no mail ({reason})")
    found = find(tx, address, edition)
    if found is None:
        tx.execute(
            insert_ignore(tx, subscribers).values(
                address=address, name=name, edition=edition, slot=slot, state=ACTIVE, added=now, how=how, changed=now
            )
        )
    elif found.state == ACTIVE:
        tx.execute(
            update(subscribers)
            .where(subscribers.c.id == found.id)
            .values(slot=slot, name=name or found.name, changed=now if slot != found.slot else subscribers.c.changed)
        )
    else:
        _refuse_return(found, how)
        tx.execute(
            update(subscribers)
            .where(subscribers.c.id == found.id)
            .values(slot=slot, name=name or found.name, state=ACTIVE, added=now, how=how, changed=now)
        )
    made = find(tx, address, edition)
    assert made is not None
    return made


def _refuse_return(found: Subscriber, how: str) -> None:
    if found.state == SUPPRESSED:
        raise SubscriberError(f"{found.address} gets no mail: its server said that there is no such mailbox")
    if found.state == UNSUBSCRIBED and how == found.how:
        raise SubscriberError(
            f"{found.address} left the list by their own wish; if they asked to come back, say so with --how "
            '(for example --how "asked by letter to be listed again, entered by the operator")'
        )


def remove(tx: Connection, address: str, now: datetime) -> bool:
    """Take `address` off every list, by the operator. False where it is on none."""
    done = tx.execute(
        update(subscribers).where(_same(address), subscribers.c.state == ACTIVE).values(state=REMOVED, changed=now)
    )
    return done.rowcount > 0


def move(tx: Connection, edition: str, before: str, after: str, now: datetime) -> int:
    """Give every reader of the slot `before` the slot `after`; returns how many of them are active."""
    there = (subscribers.c.edition == edition, subscribers.c.slot == before)
    active = select(func.count()).select_from(subscribers).where(*there, subscribers.c.state == ACTIVE)
    moved = int(tx.execute(active).scalar_one())
    tx.execute(update(subscribers).where(*there).values(slot=after, changed=now))
    return moved


def leave(tx: Connection, id: int, now: datetime) -> bool:
    """The reader leaves this list. Safe to repeat; True where they are off it now, False for an unknown reader."""
    tx.execute(
        update(subscribers)
        .where(subscribers.c.id == id, subscribers.c.state.in_((ACTIVE, REMOVED)))
        .values(state=UNSUBSCRIBED, changed=now)
    )
    return by_id(tx, id) is not None


def suppress(tx: Connection, address: str, mark: str, reason: str, now: datetime) -> None:
    """Send nothing more to `address`; `mark`, its keyed hash, keeps it off the list even when the row is gone."""
    tx.execute(
        update(subscribers).where(_same(address), subscribers.c.state == ACTIVE).values(state=SUPPRESSED, changed=now)
    )
    tx.execute(insert_ignore(tx, suppressions).values(address_hmac=mark, reason=reason, at=now))
