"""Copies and credits: which articles print one text, who wrote it first, and who retells whom.

Candidates come from MinHash at a low Jaccard (a reprint that was cut and re-headed shares a third of its shingles); the
proof is containment: how much of the shorter text stands in the longer one. Short texts go by their title.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash, RMinHashLSH

from digest.stories import thresholds as at
from digest.stories.credits import Names, credited, own_site
from store.records import Copy
from topics.relevance import headline
from topics.script import folded, is_han

_SEED = 42  # MinHash permutations must be the same in every run

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads small numbers (Knuth, 6.4)

Proof = NDArray[np.uint32]  # sorted hashes of a text's long shingles: a fortieth of the strings' memory


@dataclass(frozen=True, slots=True)
class Print:
    """What copy detection needs of an article. `outlet` is the outlet's name as it is printed."""

    id: int
    url: str
    title: str
    lead: str
    text: str
    outlet: str
    at: datetime


def tokens(text: str) -> list[str]:
    """Words of a spaced script, single characters of Chinese, folded."""
    low = folded(text)
    return list(re.findall(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+", low))


def shingles(parts: Sequence[str], size: int) -> set[str]:
    """All runs of `size` tokens; the whole where there are fewer."""
    if len(parts) < size:
        return {" ".join(parts)} if parts else set()
    return {" ".join(parts[i : i + size]) for i in range(len(parts) - size + 1)}


def groups(prints: Sequence[Print]) -> list[list[int]]:
    """Copy groups as lists of ids, each sorted, only those of two or more; prints of one URL never make a group."""
    order = sorted(prints, key=lambda p: (p.at, p.id))
    short: list[Print] = []
    links = [*_long_pairs(order, short), *_short_pairs(short)]
    return _joined(order, links)


def _length(parts: Sequence[str]) -> float:
    """Words; a Chinese character counts for half a word and more."""
    return len(parts) - 0.4 * sum(map(is_han, parts))


def _han(parts: Sequence[str]) -> bool:
    return sum(map(is_han, parts[:200])) * 2 > min(len(parts), 200)


def _long_pairs(prints: Sequence[Print], short: list[Print]) -> Iterable[tuple[int, int]]:
    """Pairs of texts long enough for shingles, in one pass; the others are put aside into `short`. Of a text only its
    signature and its proof are kept, and those no longer than another day's text may be a copy of it.
    """
    lsh = RMinHashLSH(threshold=at.CANDIDATE, num_perm=at.PERMUTATIONS, num_bands=at.BANDS)
    proofs: dict[int, Proof] = {}
    hashes: dict[int, RMinHash] = {}
    known = {p.id: p for p in prints}
    standing: deque[Print] = deque()
    for p in prints:
        parts = tokens(p.text or p.lead)
        if _length(parts) < at.SHORT_WORDS:
            short.append(p)
            continue
        while standing and p.at - standing[0].at > timedelta(days=at.COPY_DAYS):
            gone = standing.popleft().id
            lsh.remove(gone)
            del hashes[gone], proofs[gone]
        hashed, proof = _signed(parts)
        alike = sorted((-hashed.jaccard(hashes[n]), n) for n in lsh.query(hashed))
        copied = [
            (number, -distance)
            for distance, number in alike[: at.PROOFS]
            if known[number].url != p.url and _proven(proof, proofs[number])
        ]
        yield from ((number, p.id) for number, _ in copied)
        if not any(share >= at.SAME_TEXT for _, share in copied):
            lsh.insert(p.id, hashed)
            hashes[p.id], proofs[p.id] = hashed, proof
            standing.append(p)


def _signed(parts: Sequence[str]) -> tuple[RMinHash, Proof]:
    """What a text is found by, and what proves it."""
    han = _han(parts)
    hashed = RMinHash(num_perm=at.PERMUTATIONS, seed=_SEED)
    hashed.update(list(shingles(parts, at.HAN_IN_SHINGLE if han else at.WORDS_IN_SHINGLE)))
    return hashed, _proof(parts, at.HAN_IN_PROOF if han else at.WORDS_IN_PROOF)


def _proof(parts: Sequence[str], size: int) -> Proof:
    """Hashes of all runs of `size` tokens (a polynomial over the tokens' own, modulo 2**64; its upper half is kept)."""
    single = np.fromiter((zlib.crc32(part.encode("utf-8", "ignore")) for part in parts), np.uint64, len(parts))
    runs = np.zeros(max(0, len(parts) - size + 1), np.uint64)
    for k in range(size):
        runs = runs * _FACTOR + single[k : len(runs) + k]
    return np.unique((runs >> np.uint64(32)).astype(np.uint32))


def _proven(left: Proof, right: Proof) -> bool:
    """Whether enough of the shorter text stands in the longer one."""
    shorter, longer = sorted((left, right), key=len)
    if not len(shorter):
        return False
    places = np.minimum(np.searchsorted(longer, shorter), len(longer) - 1)
    return float(np.mean(longer[places] == shorter)) >= at.CONTAINED


def _short_pairs(prints: Sequence[Print]) -> Iterable[tuple[int, int]]:
    """Texts too short for shingles: the same title, or nearly, printed within a few days."""
    seen: dict[str, list[Print]] = {}
    for p in prints:
        words = tokens(headline(p.title, p.outlet))
        if len(words) < at.SHORT_TITLE_WORDS:
            continue
        keys = sorted(set(words), key=lambda w: (-len(w), w))[:3]
        for other in {o.id: o for key in keys for o in seen.get(key, ())[-at.PROOFS :]}.values():
            near = other.url != p.url and abs(p.at - other.at) <= timedelta(days=at.COPY_DAYS)
            if near and _overlap(words, tokens(headline(other.title, other.outlet))) >= at.SHORT_TITLE:
                yield other.id, p.id
        for key in keys:
            seen.setdefault(key, []).append(p)


def _overlap(left: Sequence[str], right: Sequence[str]) -> float:
    a, b = set(left), set(right)
    return len(a & b) / len(a | b) if a | b else 0.0


def _joined(prints: Sequence[Print], links: Iterable[tuple[int, int]]) -> list[list[int]]:
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
    return sorted(sorted(ids) for ids in found.values() if len(ids) > 1)


def origin(members: Sequence[Print], known: Names | None = None) -> int:
    """The id of the text that the others come from: the outlet that the others credit, else the earliest, else the
    longest.
    """
    credits = {p.id: _source_named(p, known) for p in members}
    named = Counter(name for name in credits.values() if name)
    votes_for = {
        outlet: sum(n for name, n in named.items() if same_outlet(name, outlet))
        for outlet in {p.outlet for p in members}
    }

    def votes(p: Print) -> int:
        return votes_for[p.outlet] - (bool(credits[p.id]) and same_outlet(credits[p.id], p.outlet))

    def own(p: Print) -> bool:
        return not credits[p.id] or same_outlet(credits[p.id], p.outlet)

    return min(members, key=lambda p: (-votes(p), not own(p), p.at, -len(p.text), p.id)).id


def _source_named(p: Print, known: Names | None) -> str:
    found = credited(p.text, known)
    return found.name if found else ""


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
    """Every article's place: original or copy in a group, rewrite where it credits another outlet, else its own report.

    A reprint or a rewrite is never an independent report. `outlets` are the names that are known; a credit line may
    name
    any other.
    """
    places: dict[int, Copy] = {}
    by_id = {p.id: p for p in prints}
    for members in groups(prints):
        first = origin([by_id[id] for id in members], known)
        for id in members:
            name = _source_named(by_id[id], known)
            credit = name if name and not same_outlet(name, by_id[id].outlet) else ""
            role = "original" if id == first else "copy"
            places[id] = Copy(
                id, group=first, role=role, credits=credit or ("" if id == first else by_id[first].outlet)
            )
    for p in prints:
        if p.id not in places:
            places[p.id] = _alone(p, known)
    return places


def _alone(p: Print, known: Names | None) -> Copy:
    found = credited(p.text, known)
    if found is None or same_outlet(found.name, p.outlet) or own_site(found.name, p.url):
        return Copy(p.id, group=None)
    return Copy(p.id, group=None, role="copy" if found.dateline else "rewrite", credits=found.name)
