"""Outlets, where they are read, what their servers said, and what they listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from store import db, tables
from store.records import Endpoint, Fetch, Host, Listed, Source

OFF_TOPIC_KEPT = timedelta(hours=72)  # a silence is checked against the headlines of its window
ENTRY_KEPT = timedelta(days=30)  # after its last listing: an undated feed repeats nothing
UNTOUCHED = timedelta(days=10)  # that an entry listed unchanged may go unnoted, to spare the crawl a write
FETCHES_KEPT = timedelta(days=60)
CHUNK = 500  # parameters in one IN (...): SQLite's oldest limit is 999

_LISTED = [field.name for field in fields(Listed)]
_ENDPOINT = [field.name for field in fields(Endpoint)]
_FETCH = [field.name for field in fields(Fetch)]


def _values(record: Any, names: Sequence[str]) -> dict[str, Any]:
    """A record as a row. `asdict` would copy every date and text in it, which costs more than the writing."""
    return {name: getattr(record, name) for name in names}


def chunks(values: Iterable[Any]) -> Iterable[Sequence[Any]]:
    """`values` in pieces that fit into one IN (...)."""
    whole = list(values)
    return (whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK))


def sync(tx: Connection, sources: Iterable[Source]) -> None:
    """Take over the config's outlets. One that left the config stays, disabled: its articles keep their label."""
    rows = [asdict(source) for source in sources]
    if rows:
        tx.execute(db.upsert(tx, tables.sources, ("name", "country", "language", "ownership", "enabled")), rows)
    known = {row["id"] for row in rows}
    gone = [
        id
        for id in tx.execute(select(tables.sources.c.id).where(tables.sources.c.enabled)).scalars()
        if id not in known
    ]
    for piece in chunks(gone):
        tx.execute(update(tables.sources).where(tables.sources.c.id.in_(piece)).values(enabled=False))


def add(tx: Connection, source: Source) -> None:
    """Make sure that `source` is known, without touching the others: the outlet of a one-off address."""
    tx.execute(db.insert_ignore(tx, tables.sources).values(asdict(source)))


def all(conn: Connection) -> dict[str, Source]:
    """Every outlet that was ever known, by id."""
    return {
        row.id: Source(**row._mapping) for row in conn.execute(select(tables.sources).order_by(tables.sources.c.id))
    }


# -- endpoints --------------------------------------------------------------------------------------------------------


def sync_endpoints(tx: Connection, addresses: Iterable[tuple[str, str, str]]) -> None:
    """Make sure that each (source id, url, kind) has its row; what is known of it stays."""
    rows = [{"source_id": source, "url": url, "kind": kind, "state": {}} for source, url, kind in addresses]
    if rows:
        tx.execute(db.insert_ignore(tx, tables.endpoints), rows)


def endpoints(conn: Connection, source_ids: Iterable[str] | None = None) -> dict[tuple[str, str], Endpoint]:
    """Every address that was ever polled, or of these sources only, by (source id, url)."""
    wanted = select(*(tables.endpoints.c[name] for name in _ENDPOINT))
    some = tables.endpoints.c.source_id
    asked = [wanted] if source_ids is None else [wanted.where(some.in_(ids)) for ids in chunks(sorted(set(source_ids)))]
    return {(row.source_id, row.url): Endpoint(**row._mapping) for one in asked for row in conn.execute(one)}


def save_endpoints(tx: Connection, found: Iterable[Endpoint]) -> None:
    """Write what is now known of these addresses."""
    rows = [{**_values(endpoint, _ENDPOINT), "state": dict(endpoint.state)} for endpoint in found]
    if rows:
        names = [name for name in _ENDPOINT if name not in ("source_id", "url")]
        tx.execute(db.upsert(tx, tables.endpoints, names), rows)


def due(conn: Connection, now: datetime) -> list[Endpoint]:
    """The addresses of enabled outlets whose time has come, the longest overdue first; a new one is due at once."""
    e, s = tables.endpoints.c, tables.sources.c
    wanted = (
        select(*(e[name] for name in _ENDPOINT))
        .join(tables.sources, s.id == e.source_id)
        .where(s.enabled, or_(e.due.is_(None), e.due <= now))
        .order_by(e.due.is_not(None), e.due, e.source_id, e.url)
    )
    return [Endpoint(**row._mapping) for row in conn.execute(wanted)]


def next_due(conn: Connection) -> datetime | None:
    """When the next address of an enabled outlet is due; None where nothing was polled yet."""
    e, s = tables.endpoints.c, tables.sources.c
    found = select(func.min(e.due)).join(tables.sources, s.id == e.source_id).where(s.enabled)
    when: datetime | None = conn.execute(found).scalar()
    return when


# -- hosts ------------------------------------------------------------------------------------------------------------


def hosts(conn: Connection, names: Iterable[str]) -> dict[str, Host]:
    """What is known of the servers `names` ("scheme://host:port")."""
    found: dict[str, Host] = {}
    for piece in chunks(sorted(set(names))):
        for row in conn.execute(select(tables.hosts).where(tables.hosts.c.host.in_(piece))):
            found[row.host] = Host(**row._mapping)
    return found


def held(conn: Connection, now: datetime) -> dict[str, datetime]:
    """The servers that asked to be left alone, and until when."""
    h = tables.hosts.c
    return {row.host: row.not_before for row in conn.execute(select(h.host, h.not_before).where(h.not_before > now))}


def save_robots(tx: Connection, found: Iterable[tuple[str, bytes, str, datetime]]) -> None:
    """Keep (host, robots.txt, how it was answered, when) of several servers."""
    names = ("host", "robots", "robots_status", "robots_at")
    rows = [{**dict(zip(names, one, strict=True)), "state": {}} for one in found]
    if rows:
        tx.execute(db.upsert(tx, tables.hosts, names[1:]), rows)


def save_host_state(tx: Connection, host: str, state: Mapping[str, Any]) -> None:
    """Keep what else is known of a server, in the words of whoever reads it again."""
    tx.execute(db.upsert(tx, tables.hosts, ("state",)).values({"host": host, "state": dict(state)}))


def save_hold(tx: Connection, host: str, until: datetime) -> None:
    """Leave a whole server alone until then; a hold is lengthened, never shortened."""
    h = tables.hosts
    tx.execute(db.insert_ignore(tx, h).values(host=host, not_before=until, state={}))
    tx.execute(
        update(h)
        .where(h.c.host == host, or_(h.c.not_before.is_(None), h.c.not_before < until))
        .values(not_before=until)
    )


# -- the fetch log ----------------------------------------------------------------------------------------------------


def log_fetch(tx: Connection, fetch: Fetch) -> None:
    """Note one request and what came of it."""
    log_fetches(tx, [fetch])


def log_fetches(tx: Connection, fetches: Iterable[Fetch]) -> None:
    """Note several requests and what came of them."""
    rows = [_values(fetch, _FETCH) for fetch in fetches]
    if rows:
        tx.execute(insert(tables.fetches), rows)


def fetches_between(conn: Connection, since: datetime, until: datetime) -> list[Fetch]:
    """The requests for feeds and sitemaps with since <= at < until, in their order."""
    f = tables.fetches.c
    found = select(*(f[name] for name in _FETCH)).where(f.at >= since, f.at < until).order_by(f.at, f.id)
    return [Fetch(**row._mapping) for row in conn.execute(found)]


# -- entries ----------------------------------------------------------------------------------------------------------


def listed(conn: Connection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Listed]:
    """What is known of the entries `pairs`, each a source and a key."""
    found: dict[tuple[str, str], Listed] = {}
    e = tables.entries.c
    columns = [e[name] for name in _LISTED]
    for piece in chunks(pairs):
        asked = set(piece)
        # Two plain lists, a tenth of the time of a list of pairs; a key that two sources share is sorted out here
        wanted = select(*columns).where(
            e.source_id.in_({source_id for source_id, _ in piece}), e.key.in_([key for _, key in piece])
        )
        for row in conn.execute(wanted):
            if (row.source_id, row.key) in asked:
                found[row.source_id, row.key] = Listed(**row._mapping)
    return found


def all_listed(conn: Connection, source_id: str) -> list[Listed]:
    """Every entry of one source that is still kept."""
    columns = [tables.entries.c[name] for name in _LISTED]
    wanted = select(*columns).where(tables.entries.c.source_id == source_id).order_by(tables.entries.c.first_seen)
    return [Listed(**row._mapping) for row in conn.execute(wanted)]


def fingerprints(conn: Connection, source_ids: Iterable[str], since: datetime) -> dict[str, list[str]]:
    """source -> the fingerprints of its entries that were listed since then; a source without any is left out."""
    e = tables.entries.c
    found: dict[str, list[str]] = {}
    for piece in chunks(source_ids):
        wanted = select(e.source_id, e.fingerprint).where(
            e.source_id.in_(piece), e.last_seen >= since, e.fingerprint != ""
        )
        for id, fingerprint in conn.execute(wanted):
            found.setdefault(id, []).append(fingerprint)
    return found


def pending(conn: Connection, source_id: str, now: datetime, *, off_topic: bool = False) -> list[Listed]:
    """The entries whose page is still to be read and may be asked for now, newest first; `off_topic`: those too."""
    e = tables.entries.c
    outcomes = ("pending", "off topic") if off_topic else ("pending",)
    wanted = (
        select(*(e[name] for name in _LISTED))
        .where(
            e.source_id == source_id, e.outcome.in_(outcomes), or_(e.due.is_(None), e.due <= now), e.url.is_not(None)
        )
        .order_by(e.published.is_(None), e.published.desc(), e.key)
    )
    return [Listed(**row._mapping) for row in conn.execute(wanted)]


def sources_with_pending(conn: Connection, now: datetime) -> set[str]:
    """The sources that have a page still to be read."""
    e = tables.entries.c
    return set(
        conn.execute(
            select(e.source_id).where(e.outcome == "pending", or_(e.due.is_(None), e.due <= now)).distinct()
        ).scalars()
    )


def save_entries(tx: Connection, rows: Iterable[Listed]) -> None:
    """Write entries as they now are. `first_seen` of one that is known stays."""
    values = [_values(row, _LISTED) for row in rows]
    if values:
        names = [name for name in _LISTED if name not in ("source_id", "key", "first_seen")]
        tx.execute(db.upsert(tx, tables.entries, names), values)


def touch(tx: Connection, source_id: str, keys: Iterable[str], now: datetime) -> None:
    """Entries that are listed still, unchanged."""
    for piece in chunks(keys):
        tx.execute(
            update(tables.entries)
            .where(tables.entries.c.source_id == source_id, tables.entries.c.key.in_(piece))
            .values(last_seen=now)
        )


def attempt(tx: Connection, source_id: str, key: str) -> int:
    """Count one try of an entry's page, before the work; the number of tries so far."""
    e = tables.entries
    mine = (e.c.source_id == source_id) & (e.c.key == key)
    tx.execute(update(e).where(mine).values(attempts=e.c.attempts + 1))
    return int(tx.execute(select(e.c.attempts).where(mine)).scalar() or 0)


def settle(
    tx: Connection, source_id: str, key: str, outcome: str, *, article_id: int | None = None, error: str = ""
) -> None:
    """What became of an entry: its own text is no longer needed."""
    e = tables.entries
    values: dict[str, Any] = {"outcome": outcome, "error": error, "text": "", "due": None}
    if article_id is not None:
        values["article_id"] = article_id
    tx.execute(update(e).where(e.c.source_id == source_id, e.c.key == key).values(values))


def postpone(
    tx: Connection, source_id: str, key: str, until: datetime, error: str, article_id: int | None = None
) -> None:
    """An entry's page could not be read now: try again from `until` on."""
    e = tables.entries
    values: dict[str, Any] = {"outcome": "pending", "due": until, "error": error}
    if article_id is not None:
        values["article_id"] = article_id
    tx.execute(update(e).where(e.c.source_id == source_id, e.c.key == key).values(values))


def quarantine(
    tx: Connection, source_id: str, url: str, stage: str, attempts: int, at: datetime, error: str, body: bytes
) -> None:
    """Keep the bytes of what cannot be worked on, for whoever looks into it."""
    values: dict[str, Any] = {"source_id": source_id, "url": url, "stage": stage, "attempts": attempts}
    values |= {"at": at, "error": error, "body": body}
    statement = db.upsert(tx, tables.quarantine, ("attempts", "at", "error", "body"), ("source_id", "url", "stage"))
    tx.execute(statement.values(values))


def forget(tx: Connection, now: datetime) -> None:
    """Drop headlines of off-topic entries after 72 h, entries 30 days after they were last listed, and bytes that were
    put aside 30 days ago.

    Listed they were when their document was last read whole: a feed may say "unchanged" for months.
    """
    e = tables.entries
    stale = (
        e.c.outcome.in_(("off topic", "linkless", "failed"))
        & (e.c.first_seen < now - OFF_TOPIC_KEPT)
        & (e.c.title != "")
    )
    tx.execute(update(e).where(stale).values(title="", lead="", text=""))
    aged = select(e.c.source_id).where(e.c.last_seen < now - ENTRY_KEPT - UNTOUCHED).distinct()
    for source_id, read in _read_whole(tx, tx.execute(aged).scalars().all(), now).items():
        tx.execute(delete(e).where(e.c.source_id == source_id, e.c.last_seen < read - ENTRY_KEPT - UNTOUCHED))
    tx.execute(delete(tables.fetches).where(tables.fetches.c.at < now - FETCHES_KEPT))
    tx.execute(delete(tables.quarantine).where(tables.quarantine.c.at < now - ENTRY_KEPT))


def _read_whole(conn: Connection, source_ids: Iterable[str], now: datetime) -> dict[str, datetime]:
    """When the document was last read that was read whole the longest ago, of each source; `now` where none answers."""
    e = tables.endpoints.c
    found = dict.fromkeys(source_ids, now)
    for piece in chunks(sorted(found)):
        alive = select(e.source_id, e.state).where(e.source_id.in_(piece), e.good >= now - ENTRY_KEPT)
        for row in conn.execute(alive):
            read = row.state.get("read")
            found[row.source_id] = min(found[row.source_id], datetime.fromisoformat(read) if read else now)
    return found


def row_of(row: Row[Any]) -> Listed:
    """A row with at least the columns of an entry, as a record."""
    return Listed(**{name: row._mapping[name] for name in _LISTED})
