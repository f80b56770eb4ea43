"""Single facts about a store: when the service first ran on it, how each job last ended, what is wrong in config/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from store.db import upsert
from store.tables import meta

SINCE = "service.since"
CONFIG_ERROR = "config.error"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job last ended. `rest`: it is not started again before; `failures` in a row, by which the rest grows."""

    began: datetime
    ended: datetime
    ok: bool
    line: str
    failures: int = 0
    rest: datetime | None = None


def get(conn: Connection, key: str) -> str | None:
    return conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def put(tx: Connection, key: str, value: str) -> None:
    """Set a fact; an empty value removes it."""
    if value:
        tx.execute(upsert(tx, meta, ["value"]).values(key=key, value=value))
    else:
        tx.execute(delete(meta).where(meta.c.key == key))


def since(tx: Connection, now: datetime) -> datetime:
    """When the service first ran on this store; now, if it never did."""
    found = get(tx, SINCE)
    if found is None:
        put(tx, SINCE, now.isoformat())
        return now
    return datetime.fromisoformat(found)


def note_ending(tx: Connection, job: str, ending: Ending) -> None:
    fields = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(ending).items()}
    put(tx, f"job.{job}", json.dumps(fields))


def endings(conn: Connection) -> Mapping[str, Ending]:
    """Job -> how it last ended."""
    rows = conn.execute(select(meta).where(meta.c.key.startswith("job.", autoescape=True)))
    return {row.key.removeprefix("job."): _ending(json.loads(row.value)) for row in rows}


def _ending(fields: Mapping[str, str | int | bool | None]) -> Ending:
    times = {key: datetime.fromisoformat(str(fields[key])) for key in ("began", "ended", "rest") if fields[key]}
    return Ending(
        began=times["began"], ended=times["ended"], ok=bool(fields["ok"]), line=str(fields["line"]),
        failures=int(fields["failures"] or 0), rest=times.get("rest"),
    )  # fmt: skip
