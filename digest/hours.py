"""The hours at which an edition comes out: its own, those its readers chose, and what follows when its own one moves.

A reader who never chose an hour has the edition's own. When the config gives it another one, they move along, and so
does what the edition has told: it goes on with its next number and tells nothing twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from config import Config
from config.schema import Edition, Slot
from digest.issue import slots
from store import issues, meta, subscribers
from store.db import reading, writing


def slot_key(edition: Edition, slot: Slot) -> str:
    """ "daily 07:00 UTC": what the tables call a slot."""
    return f"{edition.name} {slot.key}"


@dataclass(frozen=True, slots=True)
class Hours:
    """An edition's own hour as the store last saw it ("07:00 UTC"), and those before it with the instant they ended."""

    own: str
    before: tuple[tuple[str, datetime], ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the present hour was taken over; None for one that never moved."""
        return self.before[-1][1] if self.before else None


def _fact(edition: Edition) -> str:
    return f"hour.{edition.name}"


def known(conn: Connection, edition: Edition) -> Hours:
    """What the store remembers; the config's hour where it has not seen the edition yet."""
    found = meta.get(conn, _fact(edition))
    if found is None:
        return Hours(edition.default_slot.key)
    fields = json.loads(found)
    return Hours(fields["own"], tuple((hour, datetime.fromisoformat(at)) for hour, at in fields["before"]))


def _note(tx: Connection, edition: Edition, hours: Hours) -> None:
    fields = {"own": hours.own, "before": [(hour, at.isoformat()) for hour, at in hours.before]}
    meta.put(tx, _fact(edition), json.dumps(fields))


def settle(config: Config, engine: Engine, now: datetime) -> list[str]:
    """Take over the hours that the config names now; returns a line for each edition that has moved. Safe to repeat."""
    with reading(engine) as conn:
        new = [e for e in config.editions if meta.get(conn, _fact(e)) is None or _moved(conn, e)]
    lines = []
    for edition in new:
        with writing(engine) as tx:
            if _moved(tx, edition):
                lines.append(_move(tx, edition, now))
            else:
                _note(tx, edition, known(tx, edition))
    return lines


def _moved(conn: Connection, edition: Edition) -> bool:
    return known(conn, edition).own != edition.default_slot.key


def _move(tx: Connection, edition: Edition, now: datetime) -> str:
    hours, own = known(tx, edition), edition.default_slot.key
    readers = subscribers.move(tx, edition.name, hours.own, own, now)
    issues.inherit(tx, f"{edition.name} {hours.own}", slot_key(edition, edition.default_slot))
    _note(tx, edition, Hours(own, (*hours.before, (hours.own, now))))
    return f"the hour of {edition.name!r} moved from {hours.own} to {own}; {readers} of its readers moved along"


def wanted(config: Config, conn: Connection) -> list[tuple[Edition, Slot]]:
    """Every slot that must come out: each edition's own, and those that its active readers chose."""
    readers = subscribers.slots(conn)
    found: list[tuple[Edition, Slot]] = []
    for edition in config.editions:
        # Who stands at the hour before a move that is not settled yet is a reader of the edition's own hour
        own = {edition.default_slot.key, known(conn, edition).own}
        chosen = {hour for name, hour in readers if name == edition.name} - own
        found.append((edition, edition.default_slot))
        found += [(edition, slot_of(hour)) for hour in sorted(chosen)]
    return found


def slot_of(hour: str) -> Slot:
    """The inverse of `Slot.key`."""
    time, _, zone = hour.partition(" ")
    return Slot(time=time, timezone=zone)


def issue_of(conn: Connection, edition: Edition, slot: Slot, day: date) -> issues.Frozen | None:
    """The issue of a slot on a date; for an edition's own slot also the one that it made that day before it moved."""
    found = issues.find(conn, slot_key(edition, slot), day)
    if found is not None or slot != edition.default_slot:
        return found
    hours = known(conn, edition)
    unsettled = () if hours.own == slot.key else ((hours.own, None),)
    for hour, until in (*unsettled, *reversed(hours.before)):
        old = issues.find(conn, f"{edition.name} {hour}", day)
        if old is not None and (until is None or old.frozen <= until):
            return old
    return None


def next_date(conn: Connection, edition: Edition, slot: Slot, now: datetime) -> date:
    """The date of the slot's next closing. One whose issue was frozen before its hour is passed over."""
    return slots.open_date(slot, now, edition.weekday, lambda day: issue_of(conn, edition, slot, day) is not None)
