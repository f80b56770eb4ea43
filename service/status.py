"""`tripoint status`: one screen of what was read, came out and waits, what comes next, and what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from config import Config
from digest import hours
from digest.issue.issue import Readings
from digest.page import overrides
from digest.publish import read_by, unprintable_silences
from service.look import look
from service.when import next_closing, to_publish
from store import db, issues, leases, meta, outbox, sources, subscribers
from store.records import Endpoint

FAILING = 3  # times in a row that an address gave nothing, before a person should know
WAITED = timedelta(hours=1)  # a greylisted mail has left by then; one that has not needs a person


def status(config: Config, engine: Engine, now: datetime) -> dict[str, Any]:
    """One screen; `needs_you` names what a person has to look at, or is ""."""
    with db.reading(engine) as conn:
        begun = meta.get(conn, meta.SINCE)
        endings = meta.endings(conn)
        endpoints = sources.endpoints(conn)
        latest = issues.latest(conn)
        counts, waiting = outbox.counts(conn), outbox.waiting(conn)
        readers = _hours(config, conn)
        running = sorted(leases.held(conn, now))
        next_read = sources.next_due(conn)
        needs = _needs(config, conn, endings, endpoints, now)
        readings = read_by(conn, now)
    view = look(engine, config, now, datetime.fromisoformat(begun) if begun else now)
    failing = _failing(config, endpoints)
    enabled = sum(source.enabled for source in config.sources)
    left = f"; the next try is at {_shown(waiting.until, now)}" if waiting and waiting.until > now else ""
    return {
        "sources": f"{enabled} enabled" + (f", failing: {', '.join(failing)}" if failing else ""),
        "silences": _silences(readings),
        "next_read": "now" if enabled and (next_read is None or next_read <= now) else next_read,
        "readers": sum(readers.values()),
        "hours": ", ".join(f"{number} at {name}" for name, number in sorted(readers.items())),
        "last_issue": f"{latest.slot}, {latest.local_date}, {latest.state}" if latest else "none yet",
        "next_issue": "now" if to_publish(view, config, now) else next_closing(view, config, now),
        "outbox": (", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "empty") + left,
        "running": ", ".join(running) or "nothing",
        **{name: f"{ending.ended:%Y-%m-%d %H:%M} {ending.line}" for name, ending in endings.items()},
        "needs_you": "; ".join(needs),
    }


def _silences(readings: Readings) -> str:
    """Whose silence the next issue may print, as things stand."""
    if not readings.total:
        return "nothing was read yet"
    return "; ".join(unprintable_silences(readings)) or "of every side can be printed"


def _shown(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def _hours(config: Config, conn: Connection) -> dict[str, int]:
    """ "daily 07:00 UTC" -> how many read it then; also readers of an edition that is no more."""
    found: dict[str, int] = {}
    for reader in subscribers.listed(conn, state=subscribers.ACTIVE):
        edition = config.edition(reader.edition)
        own = edition is not None and reader.slot == hours.known(conn, edition).own
        hour = edition.default_slot.key if edition is not None and own else reader.slot
        name = f"{reader.edition} {hour}" + ("" if edition else " (no such edition)")
        found[name] = found.get(name, 0) + 1
    return found


def _broken(config: Config) -> tuple[overrides.Fault, ...]:
    """The operator's templates that the built-in ones stand in for."""
    return overrides.faults(config.templates) if config.templates else ()


def _failing(config: Config, endpoints: Mapping[tuple[str, str], Endpoint]) -> list[str]:
    enabled = {source.id for source in config.sources if source.enabled}
    return sorted({id for (id, _), e in endpoints.items() if id in enabled and e.failures >= FAILING})


def _needs(
    config: Config,
    conn: Connection,
    endings: Mapping[str, meta.Ending],
    endpoints: Mapping[tuple[str, str], Endpoint],
    now: datetime,
) -> list[str]:
    error, counts, waiting = meta.get(conn, meta.CONFIG_ERROR), outbox.counts(conn), outbox.waiting(conn)
    needs = [f"the edited config is not in force: {error}"] if error else []
    needs += [f"{name} failed: {ending.line}" for name, ending in endings.items() if not ending.ok]
    if "unknown" in counts:
        needs.append(f"{counts['unknown']} mails of unknown fate: tripoint outbox list --state unknown")
    if waiting and now - waiting.since >= WAITED:
        answer = f": {waiting.reply}" if waiting.reply else ""
        mails = "1 mail waits" if waiting.mails == 1 else f"{waiting.mails} mails wait"
        needs.append(f"{mails} since {waiting.since:%Y-%m-%d %H:%M} UTC{answer}")
    needs += [f"template {fault.name} is not used: {fault.reason}" for fault in _broken(config)]
    enabled = sum(source.enabled for source in config.sources)
    if enabled and len(_failing(config, endpoints)) == enabled:
        needs.append(f"not one of {enabled} sources answers")
    return needs
