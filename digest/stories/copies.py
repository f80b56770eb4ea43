"""Copies and credits: which articles print one text, who wrote it first, and who retells whom.

Candidates come from MinHash at a low Jaccard (a reprint that was cut and re-headed shares a third of its shingles); the
proof is containment: how much of the shorter text stands in the longer one. Short texts go by their title. Texts that
stood before are looked up, not looked through: a run costs what is new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.stories import thresholds as at
from digest.stories.bands import Bands
from digest.stories.credits import Credit, Names, credited, own_site
from digest.stories.signing import Proof, Signed, overlap, proven, sign, tokens
from store.records import Copy
from topics.relevance import headline
from topics.script import is_han


@dataclass(frozen=True, slots=True)
class Print:
    """What copy detection needs of an article. `outlet` is the outlet's name as it is printed.

    `signed` and `credit` are what was read of the text in an earlier run, the text itself need not be at hand then;
    `place` is what that run found: between two articles that have one nothing is looked for.
    """

    id: int
    url: str
    title: str
    lead: str
    text: str
    outlet: str
    at: datetime
    signed: Signed | None = None
    credit: Credit | None = None
    place: Copy | None = None


def signed(p: Print) -> Signed:
    """What the text is found and proven by, made now where it was not before."""
    return p.signed or sign(p.text or p.lead)


def credit_of(p: Print, known: Names | None) -> Credit | None:
    """Whom the text credits, read now where it was not before."""
    return p.credit if p.signed else credited(p.text, known)


def groups(prints: Sequence[Print]) -> list[list[int]]:
    """Copy groups as lists of ids, each sorted, only those of two or more; prints of one URL never make a group."""
    order = sorted(prints, key=lambda p: (p.at, p.id))
    return [ids for ids in _joined(order, _links(order)) if len(ids) > 1]


def _links(order: Sequence[Print]) -> Iterable[tuple[int, int]]:
    """Pairs of articles that print one text, in one pass over time; those with a place are only looked up."""
    long, short = _Long(len(order)), _Short()
    for p in sorted(order, key=lambda p: p.place is None):  # stable: those with a place first
        made = signed(p)
        found = short.linked(p) if made.short else long.linked(p, made)
        yield from ((id, p.id) for id in found)


def _near(one: Print, other: Print) -> bool:
    return abs(one.at - other.at) <= timedelta(days=at.COPY_DAYS)


class _Long:
    """Texts long enough for shingles. Of each only signature and proof are kept, the proof no longer than another day's
    text may be a copy of it."""

    def __init__(self, most: int) -> None:
        self._bands = Bands(most)
        self._rows: list[Print] = []
        self._proofs: dict[int, Proof] = {}
        self._gone = 0

    def linked(self, p: Print, made: Signed) -> list[int]:
        """Ids of the texts that `p` prints, or that print `p`; from now on `p` is among those that are looked up."""
        found = [] if p.place else self._found(p, made)
        if not any(share >= at.SAME_TEXT for _, share in found):
            row = self._bands.add(made.signature)
            self._rows.append(p)
            self._proofs[row] = made.proof
        return [self._rows[row].id for row, _ in found]

    def _found(self, p: Print, made: Signed) -> list[tuple[int, float]]:
        while self._gone < len(self._rows) and self._rows[self._gone].at < p.at - timedelta(days=at.COPY_DAYS):
            del self._proofs[self._gone]
            self._gone += 1
        rows, shares = self._bands.like(made.signature)
        alike = sorted(
            (-share, row)
            for row, share in zip(rows.tolist(), shares.tolist(), strict=True)
            if row >= self._gone and _near(p, self._rows[row])
        )
        return [
            (row, -distance)
            for distance, row in alike[: at.PROOFS]
            if self._rows[row].url != p.url and proven(made.proof, self._proofs[row])
        ]


class _Short:
    """Texts too short for shingles: the same title, or nearly, printed within a few days."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[Print, list[str]]]] = defaultdict(list)

    def linked(self, p: Print) -> list[int]:
        """As `_Long.linked`."""
        words = tokens(headline(p.title, p.outlet))
        if len(words) < at.SHORT_TITLE_WORDS:
            return []
        keys = sorted(set(words), key=lambda w: (-len(w), w))[:3]
        near = {} if p.place else {o.id: (o, said) for key in keys for o, said in self._seen[key][-at.PROOFS :]}
        for key in keys:
            self._seen[key].append((p, words))
        return [
            other.id
            for other, said in near.values()
            if other.url != p.url and _near(p, other) and overlap(words, said) >= at.SHORT_TITLE
        ]


def _joined(prints: Sequence[Print], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Ids tied by `links`, each list sorted; those that are tied to none too."""
    parent = {p.id: p.id for p in prints}

    def root(id: int) -> int:
        while parent[id] != id:
            parent[id] = parent[parent[id]]
            id = parent[id]
        return id

    for left, right in links:
        a, b = root(left), root(right)
        if a != b:
            parent[max(a, b)] = min(a, b)
    found: dict[int, list[int]] = {}
    for p in prints:
        found.setdefault(root(p.id), []).append(p.id)
    return sorted(sorted(ids) for ids in found.values())


def origin(members: Sequence[Print], credits: Mapping[int, str]) -> int:
    """The id of the text that the others come from: the outlet that the others credit, else the earliest, else the
    longest. `credits`: id -> the outlet that it credits, or "".
    """
    named = Counter(name for name in credits.values() if name)
    votes_for = {
        outlet: sum(n for name, n in named.items() if same_outlet(name, outlet))
        for outlet in {p.outlet for p in members}
    }

    def votes(p: Print) -> int:
        return votes_for[p.outlet] - (bool(credits[p.id]) and same_outlet(credits[p.id], p.outlet))

    def own(p: Print) -> bool:
        return not credits[p.id] or same_outlet(credits[p.id], p.outlet)

    return min(members, key=lambda p: (-votes(p), not own(p), p.at, -signed(p).length, p.id)).id


def same_outlet(left: str, right: str) -> bool:
    """Whether two names mean one outlet: equal when folded, one inside the other ("Reuters", "Reuters News"), or short
    for it ("AP", "Associated Press"; 新华社, 新华通讯社).
    """
    short, long = sorted((tokens(left), tokens(right)), key=len)
    if not short:
        return False
    return f" {' '.join(short)} " in f" {' '.join(long)} " or _short_for(short, long)


def _short_for(short: Sequence[str], long: Sequence[str]) -> bool:
    if all(map(is_han, [*short, *long])):  # the name's beginning, and characters of the rest in their order
        rest = iter(long[2:])
        return len(short) >= 3 and short[:2] == long[:2] and all(char in rest for char in short[2:])
    words = [word for word in long if word not in ("the", "of", "and", "и")]
    return len(short) == 1 and 2 <= len(short[0]) == len(words) and short[0] == "".join(word[0] for word in words)


def roles(prints: Sequence[Print], known: Names | None = None) -> dict[int, Copy]:
    """Each article's place: original or copy in a group, rewrite where it credits another outlet, else its own report.

    A reprint or a rewrite is never an independent report. A credit line may name any outlet, also one that is not
    among the `known`. Of articles that have a place only those are given whose place changes.
    """
    order = sorted(prints, key=lambda p: (p.at, p.id))
    by_id = {p.id: p for p in order}
    places: dict[int, Copy] = {}
    for ids in _joined(order, [*_stored(order), *_links(order)]):
        members = [by_id[id] for id in ids]
        if not _settled(members, by_id):
            places |= _group(members, known) if len(members) > 1 else {ids[0]: _alone(members[0], known)}
    return {id: place for id, place in places.items() if place != by_id[id].place}


def _stored(prints: Iterable[Print]) -> Iterable[tuple[int, int]]:
    """Ties of the groups that were found before."""
    first: dict[int, int] = {}
    for p in prints:
        if p.place and p.place.group is not None:
            yield first.setdefault(p.place.group, p.id), p.id


def _settled(members: Sequence[Print], by_id: Mapping[int, Print]) -> bool:
    """Whether a group is as it was: nobody new in it, and its first text still one of it, or out of sight."""
    found = {p.place.group if p.place else -1 for p in members}
    (group,) = found if len(found) == 1 else (-1,)
    return group is None or (group >= 0 and (group not in by_id or any(p.id == group for p in members)))


def _group(members: Sequence[Print], known: Names | None) -> dict[int, Copy]:
    """The places of articles that print one text."""
    found = {p.id: credit_of(p, known) for p in members}
    named = {id: credit.name if credit else "" for id, credit in found.items()}
    first = origin(members, named)
    outlet = next(p.outlet for p in members if p.id == first)
    places = {}
    for p in members:
        credit = named[p.id] if named[p.id] and not same_outlet(named[p.id], p.outlet) else ""
        role = "original" if p.id == first else "copy"
        places[p.id] = Copy(p.id, group=first, role=role, credits=credit or ("" if p.id == first else outlet))
    return places


def _alone(p: Print, known: Names | None) -> Copy:
    found = credit_of(p, known)
    if found is None or same_outlet(found.name, p.outlet) or own_site(found.name, p.url):
        return Copy(p.id, group=None)
    return Copy(p.id, group=None, role="copy" if found.dateline else "rewrite", credits=found.name)
