"""What to do with each entry that a source lists. Pure: what it lists and what is known of it in, decisions out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.canonical import canonical
from store.records import Entry, Listed

MANY = 5  # entries; fewer say nothing about a feed's habits


@dataclass(frozen=True, slots=True)
class Sifted:
    """`rows` are written, `touched` are listed still, `wanted` (among `rows`, or known) have a page that is to be read.

    `counts` says what each entry is: "wanted", "seen", "off topic", "linkless" or "failed".
    """

    rows: tuple[Listed, ...]
    touched: tuple[str, ...]
    wanted: tuple[Listed, ...]
    new: int
    counts: Mapping[str, int] = field(default_factory=dict)


def renumbered(entries: Sequence[Entry], known: Mapping[str, Listed], unchanged: int = 0) -> bool:
    """Whether the feed may have given its entries other guids: most of them are new. Some do so at each request."""
    new = len(entries) - len(known)
    return new >= MANY and new * 2 > len(entries) + unchanged


def by_address(entries: Sequence[Entry], rows: Sequence[Listed], known: Mapping[str, Listed]) -> dict[str, Listed]:
    """`known`, and by its key each other entry whose page is among the `rows` of its source under another key."""
    listed = {identity: row for row in rows if row.url and (identity := canonical(row.url))}
    found = ((entry, canonical(entry.url)) for entry in entries if entry.url and entry.key not in known)
    return {**known, **{entry.key: listed[identity] for entry, identity in found if identity in listed}}


def sift(
    entries: Sequence[Entry], known: Mapping[str, Listed], stored: Mapping[str, int], *, source_id: str, language: str,
    now: datetime, promising: Callable[[Entry], bool], keep_all: bool = False, fingerprints: Sequence[str] = (),
    unchanged: int = 0,
) -> Sifted:  # fmt: skip
    """Decide about `entries`, given what is `known` of them by key and which canonical addresses are `stored`.

    `promising` is the relevance gate on title and lead; `keep_all` opens it. `unchanged` counts the entries that were
    left out as unchanged to the byte. An entry that was pending stays so; one whose title or lead changed is judged
    anew, and its page is read again, unless most leads changed at once: then the feed is written differently (some put
    a counter or the hour into each lead), and its pages have nothing new.
    """
    restyled = _restyled(entries, known, unchanged)
    rows: list[Listed] = []
    touched: list[str] = []
    wanted: list[Listed] = []
    counts: Counter[str] = Counter()
    new = 0
    done: set[str] = set()
    for number, entry in enumerate(entries):
        identity = canonical(entry.url) if entry.url else None
        if identity is None:
            counts["linkless"] += 1
            continue
        if entry.key in done or identity in done:
            counts["seen"] += 1
            continue
        done.update((entry.key, identity))
        old = known.get(entry.key)
        print_of = fingerprints[number] if number < len(fingerprints) and fingerprints[number] else _fingerprint(entry)
        if old is None:
            new += 1
            row = _first(entry, source_id, language, now, print_of, stored.get(identity), keep_all or promising(entry))
        else:
            row = _again(entry, old, now, print_of, keep_all, promising, restyled=restyled)
        if old is not None and row == replace(old, last_seen=now):
            touched.append(row.key)
        else:
            rows.append(row)
        if row.outcome == "pending":
            if row.due is None or row.due <= now:
                wanted.append(row)
                counts["wanted"] += 1
            else:
                counts["waiting"] += 1
        else:
            counts["seen" if row.outcome in ("article", "failed", "quarantined") else row.outcome] += 1
    return Sifted(tuple(rows), tuple(touched), tuple(wanted), new, counts)


def _fingerprint(entry: Entry) -> str:
    return hashlib.sha256("\x00".join((entry.title, entry.lead)).encode("utf-8", "replace")).hexdigest()


def _first(
    entry: Entry, source_id: str, language: str, now: datetime, print_of: str, article_id: int | None, promising: bool
) -> Listed:
    """An entry never seen before. One whose page is stored already (a changed guid, another source) repeats nothing."""
    outcome = "article" if article_id is not None else "pending" if promising else "off topic"
    return Listed(
        source_id=source_id, key=entry.key, url=entry.url, title=entry.title, lead=entry.lead,
        language=entry.language or language, published=entry.published, first_seen=now, last_seen=now, outcome=outcome,
        fingerprint=print_of, article_id=article_id, text=entry.text if outcome == "pending" else "",
        author=entry.author, published_raw=entry.published_raw,
    )  # fmt: skip


def _restyled(entries: Sequence[Entry], known: Mapping[str, Listed], unchanged: int) -> bool:
    """Whether most entries that were listed before have their old title and another lead."""
    pairs = [(entry, known[entry.key]) for entry in entries if entry.key in known]
    changed = sum(entry.title == old.title and entry.lead != old.lead for entry, old in pairs)
    return changed >= MANY and changed * 2 > len(pairs) + unchanged


def _again(
    entry: Entry, old: Listed, now: datetime, print_of: str, keep_all: bool, promising: Callable[[Entry], bool], *,
    restyled: bool,
) -> Listed:  # fmt: skip
    same = not old.title or (entry.title, entry.lead) == (old.title, old.lead)
    kept = replace(old, last_seen=now, fingerprint=print_of)
    if old.outcome == "off topic" and keep_all:
        kept = replace(kept, outcome="pending", attempts=0)
        return replace(kept, text=entry.text, title=entry.title, lead=entry.lead, url=entry.url)
    if same or old.outcome == "quarantined":
        return kept
    if restyled and entry.title == old.title and old.outcome in ("article", "failed"):
        return replace(kept, lead=entry.lead)
    outcome = "pending" if promising(entry) or keep_all else "article" if old.article_id is not None else "off topic"
    return replace(
        kept, url=entry.url, title=entry.title, lead=entry.lead, outcome=outcome, attempts=0, due=None, error="",
        text=entry.text if outcome == "pending" else "",
    )  # fmt: skip
