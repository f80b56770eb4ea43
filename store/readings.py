"""What was read of an article's words, kept beside it for the runs that compare others with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from store import db, tables
from store.records import Copy
from store.sources import chunks

_A, _R, _M = tables.articles, tables.readings, tables.members


@dataclass(frozen=True, slots=True)
class Reading:
    """One article's row. `made_of` names the words and what read them; the rest is packed by those who use it."""

    article_id: int
    made_of: str
    features: bytes
    signature: bytes
    proof: bytes
    length: int
    credit: str
    dateline: bool
    words: bytes = b""
    reader: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """What is known of a woven article without looking at it: whose it is, when it came, and by what it is found."""

    id: int
    language: str
    published: datetime
    source_id: str
    url: str
    text_sha256: str
    words: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """A woven article without its text, and what copies are told by of what was read of it; None where that was not
    kept."""

    id: int
    source_id: str
    url: str
    title: str
    lead: str
    language: str
    published: datetime
    text_sha256: str
    reserved: bool
    reading: Reading | None
    place: Copy


_BRIEF = [_A.c[name] for name in Known.__dataclass_fields__ if name in _A.c]
_LIGHT = [_R.c[name] for name in ("article_id", "made_of", "length", "credit", "dateline")]


def filed(conn: Connection, ids: Iterable[int], reader: str) -> dict[int, Filed]:
    """Of these articles, those that this `reader` has read as they are now."""
    names = ("id", "language", "published", "source_id", "url", "text_sha256")
    wanted = (
        select(*(_A.c[name] for name in names), _R.c.words)
        .join(_R, _R.c.article_id == _A.c.id)
        .where(_R.c.reader == reader, _R.c.as_of == _A.c.updated)
    )
    found: dict[int, Filed] = {}
    for piece in chunks(sorted(set(ids))):
        for row in conn.execute(wanted.where(_A.c.id.in_(piece))):
            place = (row.id, row.language, row.published, row.source_id, row.url)
            found[row.id] = Filed(*place, row.text_sha256, bytes(row.words))
    return found


def updated(conn: Connection, ids: Iterable[int]) -> dict[int, tuple[datetime, str, str]]:
    """When each article was last changed, with the title and the hash of the text that it has since."""
    found: dict[int, tuple[datetime, str, str]] = {}
    for piece in chunks(sorted(set(ids))):
        rows = conn.execute(select(_A.c.id, _A.c.updated, _A.c.title, _A.c.text_sha256).where(_A.c.id.in_(piece)))
        found.update((row.id, (row.updated, row.title, row.text_sha256)) for row in rows)
    return found


def features(conn: Connection, ids: Iterable[int]) -> dict[int, bytes]:
    """What stories compare of these articles, where it was kept."""
    found: dict[int, bytes] = {}
    for piece in chunks(sorted(set(ids))):
        rows = conn.execute(select(_R.c.article_id, _R.c.features).where(_R.c.article_id.in_(piece)))
        found.update((id, bytes(packed)) for id, packed in rows)
    return found


def for_copies(conn: Connection, since: datetime, until: datetime) -> list[Known]:
    """The woven articles published with since <= time < until, with what copies are told by; and the texts that they
    are copies of, however old."""
    inside = _woven().where(_A.c.published >= since, _A.c.published < until)
    found = {known.id: known for known in (_known(row) for row in conn.execute(inside))}
    groups = {known.place.group for known in found.values() if known.place and known.place.group is not None}
    for piece in chunks(sorted(groups)):
        found |= {row.id: _known(row) for row in conn.execute(_woven().where(_A.c.id.in_(piece)))}
    return sorted(found.values(), key=lambda known: (known.published, known.id))


def _woven() -> Select[Any]:
    return (
        select(*_BRIEF, *_LIGHT, _R.c.signature, _R.c.proof, _M.c.copy_group, _M.c.role, _M.c.credits)
        .join(_M, _M.c.article_id == _A.c.id)
        .outerjoin(_R, _R.c.article_id == _A.c.id)
    )


def _known(row: Sequence[Any]) -> Known:
    """A row of `_woven`, by position: a tenth of a second for ten thousand, by name a whole one."""
    id, source_id, url, title, lead, language, published, sha, reserved, *told = row
    _, made_of, length, credit, dateline, signature, proof, group, role, credits = told
    reading = None
    if made_of is not None:
        reading = Reading(id, made_of, b"", bytes(signature), bytes(proof), length, credit, dateline)
    place = Copy(id, group, role, credits)
    return Known(id, source_id, url, title, lead, language, published, sha, reserved, reading, place)


def save(tx: Connection, readings: Iterable[Reading]) -> None:
    """Keep what was read, in the place of what was read before."""
    names = [field.name for field in fields(Reading)]
    rows = [{name: getattr(reading, name) for name in names} for reading in readings]
    if rows:
        tx.execute(db.upsert(tx, tables.readings, names[1:]), rows)
