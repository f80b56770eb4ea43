"""Putting a reader on the list, and telling them truthfully when their first issue comes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Engine

from config import Config
from config.schema import Edition, Slot
from digest import hours
from digest.hours import slot_key
from digest.issue import slots
from digest.post import tokens
from digest.post.address import AddressError, check
from digest.publish import LATEST
from store import db, issues, subscribers


def subscribe(
    config: Config, engine: Engine, edition: Edition, address: str, *, name: str, how: str, now: datetime
) -> str:
    """List `address` for `edition`; returns the line that ends in their first issue. Raises AddressError."""
    checked = check(address)
    for words in (name, how):
        if not words.isprintable():
            raise AddressError(f"{words!r} is not one plain line")  # it goes into a header or the footer
    mark = tokens.address_mark(tokens.secret(config), checked)
    slot = edition.default_slot
    hours.settle(config, engine, now)
    try:
        with db.writing(engine) as tx:
            before = subscribers.find(tx, checked, edition.name)
            reader = subscribers.add(tx, checked, edition.name, slot.key, how, now, name=name, mark=mark)
            day = first_issue(tx, edition, slot, now)
            open_today = _by_hand(tx, edition, slot, now)
    except subscribers.SubscriberError as exc:
        raise AddressError(str(exc)) from exc
    was = "is on the list already" if before is not None and before.state == subscribers.ACTIVE else "is on the list"
    if open_today:
        was += " (`tripoint digest` by hand would send today's at once)"
    return f"{reader.address} {was}; first issue: {day.isoformat()} {slot.key}"


def _by_hand(conn: Connection, edition: Edition, slot: Slot, now: datetime) -> bool:
    """Has today's slot closed before there was ever an issue? The service leaves it then; a job by hand does not."""
    late = now - slots.closing(slot, slots.current_date(slot, now, edition.weekday))
    return late <= LATEST and not issues.ever(conn, slot_key(edition, slot))


def first_issue(conn: Connection, edition: Edition, slot: Slot, now: datetime) -> date:
    """The local date of the first issue that a reader listed at `now` gets."""
    key = slot_key(edition, slot)
    past = slots.current_date(slot, now, edition.weekday)
    late = now - slots.closing(slot, past) <= LATEST and issues.ever(conn, key)
    if late and hours.issue_of(conn, edition, slot, past) is None:
        return past  # today's has closed but is not out yet: it will be, with this reader
    return hours.next_date(conn, edition, slot, now)
