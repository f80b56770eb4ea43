"""Which items of a feed document are handed to feedparser: the newest 500, and of those only what was not read before.

Pure. feedparser takes half a millisecond for each item and most items of a news feed were there an hour ago. They are
taken out by expat's exact byte offsets; everything between the items stays, so that what feedparser makes of the others
cannot change.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from crawler import scan
from crawler.dates import parse as parse_date
from crawler.entries import NEWEST
from crawler.plainitems import read_plain, read_plain_channel

_DATE = re.compile(rb"<(?:pubDate|(?:dc:)?date|published|updated)>\s*(?:<!\[CDATA\[)?([^<\]]{6,60})")
# What stands before the first item and can change how an item reads: namespaces, base addresses, languages.
_FRAME = re.compile(rb"<[^<>]*(?:xmlns|xml:|version)[^<>]*>")


@dataclass(frozen=True, slots=True)
class Choice:
    """The document as feedparser is to see it. `fingerprints` and `unique` (is its guid the only one?) belong to the
    items that are chosen, one each; both are empty where the document is not well-formed. `plain` are those of them, by
    their place, that needed no feedparser: they are not in `data`. `channel` is what it would make of `data`, where it
    need not be asked for that either."""

    data: bytes
    fingerprints: tuple[str, ...] = ()
    unique: tuple[bool, ...] = ()
    total: int = 0
    dropped: int = 0
    unchanged: int = 0
    plain: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    channel: Mapping[str, Any] | None = None

    def joined(self, parsed: Iterable[Any]) -> list[Any]:
        """The chosen items in their order, given those that feedparser read."""
        others = iter(parsed)
        if not self.plain:
            return list(others)
        found = [self.plain[i] if i in self.plain else next(others, None) for i in range(len(self.fingerprints))]
        return [*(one for one in found if one is not None), *others]


def chosen(text: str, look: scan.Look, seen: Set[str], *, plainly: bool = False) -> Choice:
    """Cut the document down to the newest items whose fingerprint is not in `seen`; `plainly`: and read plain ones."""
    return _by_offset(look, seen, plainly) if look.well_formed else _loosely(text)


def _by_offset(look: scan.Look, seen: Set[str], plainly: bool) -> Choice:
    data, found = look.data, look.items
    if not found:
        return Choice(data)
    indexes = newest([data[item.start : item.end] for item in found])
    frame = b"".join(_FRAME.findall(data[: found[0].start]))
    marks = {i: _fingerprint(frame, data[found[i].start : found[i].end]) for i in indexes}
    staying = [i for i in indexes if marks[i] not in seen]
    guids = Counter(found[i].guid for i in indexes)
    plain: dict[int, Mapping[str, Any]] = {}
    if plainly and look.names is not None:
        for place, i in enumerate(staying):
            read = read_plain(data[found[i].start : found[i].end], look.names)
            if read is not None:
                plain[place] = read
    rest = _without(data, found, {i for place, i in enumerate(staying) if place not in plain})
    alone = plainly and look.names is not None and len(plain) == len(staying)
    return Choice(
        data=rest,
        channel=read_plain_channel(rest, look.names) if alone and look.names is not None else None,
        fingerprints=tuple(marks[i] for i in staying),
        unique=tuple(guids[found[i].guid] == 1 for i in staying),
        total=len(found),
        dropped=len(found) - len(indexes),
        unchanged=len(indexes) - len(staying),
        plain=plain,
    )


def _without(data: bytes, found: Sequence[scan.Item], staying: set[int]) -> bytes:
    """The document with only the items whose index is in `staying`."""
    pieces, at = [], 0
    for i, item in enumerate(found):
        pieces.append(data[at : item.end] if i in staying else data[at : item.start])
        at = item.end
    return b"".join((*pieces, data[at:]))


def _fingerprint(frame: bytes, raw: bytes) -> str:
    return hashlib.sha256(frame + b"\0" + raw).hexdigest()[:32]


def _loosely(text: str) -> Choice:
    """The same cap for text that expat gave up on: from one item's opening to the next."""
    starts = scan.loose_items(text)
    if len(starts) <= NEWEST:
        return Choice(text.encode("utf-8"), total=len(starts))
    ends = [*starts[1:], len(text)]
    indexes = newest([text[a:b].encode("utf-8") for a, b in zip(starts, ends, strict=True)])
    kept = text[: starts[0]] + "".join(text[starts[i] : ends[i]] for i in indexes)
    return Choice(kept.encode("utf-8"), total=len(starts), dropped=len(starts) - len(indexes))


def newest(raw_items: Sequence[bytes]) -> list[int]:
    """Indexes of the 500 newest items, in document order; of the first 500 unless every item states a date."""
    if len(raw_items) <= NEWEST:
        return list(range(len(raw_items)))
    stated = [found[1].decode("ascii", "ignore") if (found := _DATE.search(raw)) else "" for raw in raw_items]
    dates = [date for date in (parse_date(one) for one in stated) if date is not None]
    if len(dates) < len(raw_items):
        return list(range(NEWEST))
    ranked = sorted(range(len(dates)), key=lambda i: dates[i], reverse=True)[:NEWEST]
    return sorted(ranked)
