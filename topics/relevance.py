"""Which of the three states a text is about, and which relations between them.

An edge needs two states *related*, not merely named. Evidence is taken sentence by sentence. A state, an office, a
leader
are full evidence of their country; a town, a company, a weapon, a currency are weak evidence that wants a word of
relation
beside it ("sanctions", "cargo", "visa"). Sport, stage, kitchen, weather and market wraps weigh against, unless a
political
act is the subject. Works on title and lead alone; a body only adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.records import EDGES, SIDES, Judgement
from topics import thresholds as at
from topics.concepts import Hit, Matcher

PAIRS = tuple(tuple(edge.split("-")) for edge in EDGES)


@dataclass(frozen=True, slots=True)
class Zone:
    """What one sentence says: evidence of each country (0..1), of a relation (0..1), and against it."""

    countries: Mapping[str, float]
    others: int  # other states named
    relation: float
    off: int
    politics: bool


_SENTENCE = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+(?=[\"'«“(]?[A-ZА-ЯЁ0-9])|(?<=[。！？；])|\n+")
_SUFFIX = re.compile(r"\s*(?:\s[|–—-]\s|_|｜|\s\|)\s*[^|_｜]{2,40}$")
_QUOTES = ("«»", "“”", '""', "「」", "『』", "‘’")


def sentences(text: str) -> list[str]:
    """`text` cut into sentences, for three scripts; never empty strings."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def headline(title: str, outlet: str = "") -> str:
    """`title` without the outlet's name at its end ("… | Volga Dispatch", "…_新闻网")."""
    bare = title.strip()
    if outlet and bare.endswith(outlet):
        return bare[: -len(outlet)].rstrip(" |-–—_｜·/") or bare
    match = _SUFFIX.search(bare)
    if match is None or (match.start() < 12 and len(bare) > 24):
        return bare
    tail = bare[match.start() :]
    # A dash may belong to the sentence; the other marks only ever set off a name.
    return bare[: match.start()].rstrip() if re.match(r"\s*[|_｜]|\s+\|", tail) else bare


def judge(matcher: Matcher, title: str, lead: str, text: str, language: str, *, outlet: str = "") -> Judgement:
    """What an article is about. `text` may be empty: then title and lead decide alone."""
    bare = headline(title, outlet)
    head_hits = [matcher.find(part, language) for part in (bare, *sentences(lead))]
    head_texts = [bare, *sentences(lead)]
    body_parts = sentences(text)[: at.BODY_SENTENCES]
    body_hits = [matcher.find(part, language) for part in body_parts]
    gone = _namesakes([*head_hits, *body_hits])
    head = [zone(hits, part, gone) for hits, part in zip(head_hits, head_texts, strict=True)]
    body = [zone(hits, part, gone) for hits, part in zip(body_hits, body_parts, strict=True)]
    scores = {edge: edge_score(pair, head, body) for edge, pair in zip(EDGES, PAIRS, strict=True)}
    edges = tuple(edge for edge in EDGES if scores[edge] >= at.EDGE)
    countries = {side: round(_country(side, head, body), 3) for side in SIDES}
    return Judgement(
        relevant=bool(edges),
        countries=countries,
        edges=edges,
        score=round(max(scores.values()), 3),
        concepts=_named([*head_hits, *body_hits]),
    )


def worth_fetching(matcher: Matcher, title: str, lead: str, language: str) -> bool:
    """Whether an entry may turn out relevant once its page is read: two states, or one and a hint of a relation."""
    bare = headline(title)
    parts = [bare, *sentences(lead)]
    hits = [matcher.find(part, language) for part in parts]
    gone = _namesakes(hits)
    zones = [zone(found, part, gone) for found, part in zip(hits, parts, strict=True)]
    present = {side for side in SIDES if any(z.countries.get(side, 0) >= at.WEAK for z in zones)}
    off = sum(z.off for z in zones)
    relation = max((z.relation for z in zones), default=0.0)
    if any(z.politics for z in zones):
        off = 0
    if len(present) >= 2:
        return off <= 1 or relation >= 1.0
    return off == 0 and relation >= (at.FLOW if present else 1.0)


def _named(found: Iterable[Sequence[Hit]]) -> tuple[str, ...]:
    """Concept ids by how often they are named, most first, ties by id; look-alikes never get here."""
    counts: dict[str, int] = {}
    for hits in found:
        for hit in hits:
            counts[hit.concept_id] = counts.get(hit.concept_id, 0) + 1
    return tuple(sorted(counts, key=lambda id: (-counts[id], id)))


def _namesakes(found: Iterable[Sequence[Hit]]) -> frozenset[str]:
    """Countries whose plain name here means something else: Moscow beside Idaho, china beside saucers."""
    plain: dict[str, int] = {}
    firm: set[str] = set()
    suspect: set[str] = set()
    for hits in found:
        for hit in hits:
            if hit.kind == "namesake" and hit.country:
                suspect.add(hit.country)
            elif hit.country and hit.kind in ("office", "person", "ministry"):
                firm.add(hit.country)
            elif hit.country:
                plain[hit.country] = plain.get(hit.country, 0) + 1
    return frozenset(suspect - firm)


def zone(hits: Sequence[Hit], text: str, gone: frozenset[str] = frozenset()) -> Zone:
    """The evidence of one sentence."""
    countries: dict[str, float] = {}
    others: set[str] = set()
    relation = 0.0
    off = 0
    politics = False
    for hit in hits:
        if hit.country in SIDES and hit.country not in gone:
            if hit.kind == "office" and _nickname(hit, text):
                continue
            weight = at.EVIDENCE.get(hit.kind, 0.0)
            countries[hit.country] = max(countries.get(hit.country, 0.0), weight)
        elif hit.kind in ("state", "bloc") or (hit.kind == "person" and hit.country):
            others.add(hit.country or hit.concept_id)
        relation = max(relation, at.RELATION.get(hit.kind, 0.0))
        off += hit.kind in ("offtopic", "market")
        politics = politics or hit.kind == "politics"
    return Zone(countries, len(others), relation, off, politics)


def _nickname(hit: Hit, text: str) -> bool:
    """A building's name alone in quotation marks is a nickname (the "Pentagon" of Omsk, the village's “白宫”)."""
    before, after = text[hit.start - 1 : hit.start], text[hit.end : hit.end + 1]
    return bool(before and after) and any(before == q[0] and after == q[1] for q in _QUOTES)


def edge_score(pair: Sequence[str], head: Sequence[Zone], body: Sequence[Zone]) -> float:
    """How firmly the text relates the two states, 0 to about 1.5; at.EDGE makes an edge."""
    return max(_head_score(pair, head), _body_score(pair, head, body))


def _strength(pair: Sequence[str], zones: Iterable[Zone]) -> tuple[float, float]:
    left = right = 0.0
    for z in zones:
        left, right = max(left, z.countries.get(pair[0], 0.0)), max(right, z.countries.get(pair[1], 0.0))
    return left, right


def _off(zones: Sequence[Zone]) -> float:
    """What is taken off for a subject that is not ours; nothing where a political act is the subject."""
    if any(z.politics for z in zones):
        return 0.0
    count = sum(z.off for z in zones)
    return at.OFF_FIRST + at.OFF_MORE * (count - 1) if count else 0.0


def _head_score(pair: Sequence[str], head: Sequence[Zone]) -> float:
    """Title and lead together: both named, how firmly, how near to each other, with what relation."""
    if not head:
        return 0.0
    off = _off(head)
    best = 0.0
    for z in head:
        together = min(z.countries.get(pair[0], 0.0), z.countries.get(pair[1], 0.0))
        if together:
            relation = max(z.relation, at.NEARBY * max(h.relation for h in head))
            best = max(best, together * (at.SAME_SENTENCE + at.RELATED * relation))
    left, right = _strength(pair, head)
    apart = min(left, right)
    if apart:
        relation = max(h.relation for h in head)
        best = max(best, apart * (at.ACROSS + at.RELATED * relation))
    return best - off


def _body_score(pair: Sequence[str], head: Sequence[Zone], body: Sequence[Zone]) -> float:
    """The body: how large a share of its sentences relates both states, given what the headline names."""
    if len(body) < at.BODY_MIN:
        return 0.0
    both = sum(
        min(z.countries.get(pair[0], 0.0), z.countries.get(pair[1], 0.0)) * (0.5 + 0.5 * z.relation)
        for z in body
        if z.countries.get(pair[0], 0.0) and z.countries.get(pair[1], 0.0)
    )
    share = both / len(body)
    left, right = _strength(pair, head)
    anchor = at.ANCHOR_BOTH if left and right else at.ANCHOR_ONE if left or right else at.ANCHOR_NONE
    return min(1.2, share * at.BODY_SCALE) * anchor - _off(head)


def _country(side: str, head: Sequence[Zone], body: Sequence[Zone]) -> float:
    in_head = max((z.countries.get(side, 0.0) for z in head), default=0.0)
    share = sum(z.countries.get(side, 0.0) for z in body) / len(body) if body else 0.0
    return in_head + share
