"""One row per article: one page, one canonical address, with its revisions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, case, delete, func, insert, or_, select, update

from store import db, tables
from store.records import SIDES, Article, Listed
from store.sources import chunks, row_of

Status = Literal["new", "changed", "seen"]
_ARTICLE = [field.name for field in fields(Article)]
_COLUMNS = [tables.articles.c[name] for name in _ARTICLE]
_TUPLES = ("edges", "about", "concepts", "links")


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it was just read, before it has a number.

    `identity` is its canonical address, `url` the one to follow.
    """

    source_id: str
    identity: str
    url: str
    title: str
    lead: str
    text: str
    language: str
    published: datetime
    author: str = ""
    published_raw: str = ""
    relevant: bool = True
    edges: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    origin: str = "page"
    reserved: bool = False
    links: tuple[str, ...] = ()
    replayed: bool = False
    etag: str | None = None
    last_modified: str | None = None

    @property
    def text_sha256(self) -> str:
        """Of the text, or of the lead where there is none."""
        return hashlib.sha256((self.text or self.lead).encode("utf-8", "replace")).hexdigest()


def _article(row: Row[Any]) -> Article:
    values = dict(row._mapping)
    for name in _TUPLES:
        values[name] = tuple(values[name] or ())
    return Article(**values)


def record(tx: Connection, draft: Draft, now: datetime) -> tuple[int, Status]:
    """Store an article or its newest revision; its number and whether it is new, changed or was seen before.

    A second source with the same page, or a new date for it, is no news. A text from the feed never replaces one from
    the page; the page's text replaces the feed's without making a revision.
    """
    known = _known(tx, draft.identity)
    if known is None:
        inserted = tx.execute(
            db.insert_ignore(tx, tables.articles).values(
                _values(draft) | {"fetched": now, "updated": now, "revision": 1}
            )
        )
        known = _known(tx, draft.identity)
        assert known is not None
        if inserted.rowcount:
            return known.id, "new"
    if draft.origin == "feed" and known.origin == "page":
        return known.id, "seen"
    filled_in = draft.origin == "page" and known.origin == "feed"
    same_title = " ".join(draft.title.split()) == " ".join(known.title.split())
    if same_title and draft.text_sha256 == known.text_sha256 and not filled_in:
        again = {"etag": draft.etag, "last_modified": draft.last_modified} if draft.origin == "page" else {}
        if draft.text and not known.text:  # read again after its text was dropped for age
            again["text"] = draft.text
        if again:
            tx.execute(update(tables.articles).where(tables.articles.c.id == known.id).values(again))
        return known.id, "seen"
    changed = {
        name: value
        for name, value in _values(draft).items()
        if name not in ("source_id", "identity", "url", "published", "published_raw")
    }
    changed["updated"] = now
    if not filled_in:
        changed["revision"] = _revise(tx, known)
    tx.execute(update(tables.articles).where(tables.articles.c.id == known.id).values(changed))
    return known.id, "seen" if filled_in else "changed"


def retitle(tx: Connection, id: int, title: str, lead: str, now: datetime) -> Status:
    """A new headline in the feed over a page that did not change: a revision with the text that is stored."""
    known = _known(tx, id=id)
    if " ".join(title.split()) == " ".join(known.title.split()):
        return "seen"
    changed = {"title": title, "lead": lead or known.lead, "updated": now, "revision": _revise(tx, known)}
    tx.execute(update(tables.articles).where(tables.articles.c.id == id).values(changed))
    return "changed"


def _revise(tx: Connection, known: Any) -> int:
    """Keep what an article was until now; the number of its next revision."""
    tx.execute(
        insert(tables.revisions).values(
            article_id=known.id, number=known.revision, at=known.updated, title=known.title,
            text_sha256=known.text_sha256,
        )
    )  # fmt: skip
    return int(known.revision) + 1


def _known(conn: Connection, identity: str | None = None, *, id: int | None = None) -> Any:
    a = tables.articles.c
    wanted = select(a.id, a.title, a.lead, a.text, a.text_sha256, a.revision, a.updated, a.origin)
    return conn.execute(wanted.where(a.id == id if identity is None else a.identity == identity)).one_or_none()


def validators(conn: Connection, id: int) -> tuple[str, dict[str, str]] | None:
    """(address, conditional headers) to ask for a stored article's page with; None without, or where its text is not
    held."""
    a = tables.articles.c
    held = (a.id == id) & (a.origin == "page") & (a.text != "")
    row = conn.execute(select(a.url, a.etag, a.last_modified).where(held)).one_or_none()
    named = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified} if row is not None else {}
    stated = {name: value for name, value in named.items() if value}
    return (row.url, stated) if row is not None and stated else None


def _values(draft: Draft) -> dict[str, Any]:
    row = {field.name: getattr(draft, field.name) for field in fields(Draft)}
    for name in _TUPLES:
        row[name] = list(row[name])
    row["text_sha256"] = draft.text_sha256
    return row


def ids_of(conn: Connection, identities: Iterable[str]) -> dict[str, int]:
    """identity -> number, of the addresses that are stored."""
    found: dict[str, int] = {}
    for piece in chunks(identities):
        rows = conn.execute(
            select(tables.articles.c.identity, tables.articles.c.id).where(tables.articles.c.identity.in_(piece))
        )
        found.update((row.identity, row.id) for row in rows)
    return found


def unwoven(conn: Connection) -> list[Article]:
    """The relevant articles that are in no story yet, or were changed since they were woven, oldest first."""
    a, m = tables.articles, tables.members
    wanted = (
        select(*_COLUMNS)
        .outerjoin(m, m.c.article_id == a.c.id)
        .where(a.c.relevant, or_(m.c.article_id.is_(None), m.c.text_sha256 != a.c.text_sha256))
        .order_by(a.c.published, a.c.id)
    )
    return [_article(row) for row in conn.execute(wanted)]


def any_unwoven(conn: Connection) -> bool:
    """Whether `unwoven` has anything to give; asked by the scheduler at every tick."""
    a, m = tables.articles, tables.members
    wanted = (
        select(a.c.id)
        .outerjoin(m, m.c.article_id == a.c.id)
        .where(a.c.relevant, or_(m.c.article_id.is_(None), m.c.text_sha256 != a.c.text_sha256))
        .limit(1)
    )
    return conn.execute(wanted).first() is not None


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Article]:
    """Articles by number; a number that is not stored is left out."""
    found: dict[int, Article] = {}
    for piece in chunks(sorted(set(ids))):
        for row in conn.execute(select(*_COLUMNS).where(tables.articles.c.id.in_(piece))):
            found[row.id] = _article(row)
    return found


def between(conn: Connection, since: datetime, until: datetime, relevant: bool | None = None) -> list[Article]:
    """Articles with since <= published < until, oldest first; `relevant` narrows to one kind."""
    a = tables.articles.c
    wanted = select(*_COLUMNS).where(a.published >= since, a.published < until).order_by(a.published, a.id)
    if relevant is not None:
        wanted = wanted.where(a.relevant.is_(relevant))
    return [_article(row) for row in conn.execute(wanted)]


def of_sources(
    conn: Connection,
    source_ids: Iterable[str],
    since: datetime | None,
    until: datetime | None,
    *,
    off_topic: bool = False,
) -> dict[str, Article]:
    """identity -> article of these sources, published in the window; off-topic ones only where asked for."""
    a = tables.articles.c
    found: dict[str, Article] = {}
    for piece in chunks(sorted(set(source_ids))):
        wanted = select(a.identity, *_COLUMNS).where(a.source_id.in_(piece))
        if since is not None:
            wanted = wanted.where(a.published >= since)
        if until is not None:
            wanted = wanted.where(a.published < until)
        if not off_topic:
            wanted = wanted.where(a.relevant)
        for row in conn.execute(wanted):
            values = {name: row._mapping[name] for name in _ARTICLE}
            for name in _TUPLES:
                values[name] = tuple(values[name] or ())
            found[row.identity] = Article(**values)
    return found


def entries_between(conn: Connection, since: datetime, until: datetime, side: str | None = None) -> list[Listed]:
    """What was first seen with since <= time < until: off-topic and unread entries too, with title and lead.

    `side` narrows to the outlets of one side; those in exile speak for none.
    """
    e, s = tables.entries, tables.sources
    wanted = (
        select(*e.c)
        .join(s, s.c.id == e.c.source_id)
        .where(e.c.first_seen >= since, e.c.first_seen < until, e.c.title != "")
    )
    if side is not None:
        assert side in SIDES
        wanted = wanted.where(s.c.country == side, s.c.ownership != "exiled")
    return [row_of(row) for row in conn.execute(wanted.order_by(e.c.first_seen, e.c.source_id, e.c.key))]


def holds_live(conn: Connection) -> bool:
    """Whether any article came from the network rather than from a recording."""
    a = tables.articles.c
    return conn.execute(select(a.id).where(a.replayed.is_(False)).limit(1)).one_or_none() is not None


def text_lengths(conn: Connection, since: datetime, newest: int) -> dict[str, list[int]]:
    """Source id -> characters of text from the page, of each of its `newest` articles fetched since then, newest first.

    0 where a page gave no text and the feed's own stands in. Texts that a publisher reserved are left out.
    """
    a = tables.articles.c
    order = (a.fetched.desc(), a.id.desc())
    rank = func.row_number().over(partition_by=a.source_id, order_by=order).label("rank")
    ranked = select(a.id, rank).where(a.fetched >= since, a.reserved.is_(False)).subquery()
    length = case((a.origin == "page", func.length(a.text)), else_=0).label("length")
    wanted = (
        select(a.source_id, length)
        .join(ranked, ranked.c.id == a.id)
        .where(ranked.c.rank <= newest)
        .order_by(a.source_id, *order)
    )
    found: dict[str, list[int]] = {}
    for row in conn.execute(wanted):
        found.setdefault(row.source_id, []).append(row.length)
    return found


def count(conn: Connection) -> int:
    """How many articles are stored."""
    return int(conn.execute(select(func.count()).select_from(tables.articles)).scalar() or 0)


def forget_texts(tx: Connection, now: datetime, days: int) -> int:
    """Drop the full text of articles older than `days`, and what was read of it; hash and lead stay. How many were
    dropped."""
    a, r = tables.articles, tables.readings
    aged = a.c.fetched < now - timedelta(days=days)
    tx.execute(delete(r).where(select(a.c.id).where(a.c.id == r.c.article_id, aged).exists()))
    old = aged & (a.c.text != "")
    return tx.execute(update(a).where(old).values(text="")).rowcount
