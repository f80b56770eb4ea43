"""Which of the three states a text is about, and which relations between them.

An edge needs two states *related*, not merely named. Evidence is taken sentence by sentence. A state, an office, a
leader are full evidence of their country; a town, a company, a weapon, a currency are weak evidence that wants a word
of relation beside it ("sanctions", "cargo", "visa"). Sport, stage, kitchen, weather and market wraps weigh against,
unless a political act is the subject. Works on title and lead alone; a body only adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from store.records import EDGES, SIDES, Judgement
from topics import thresholds as at
from topics.concepts import MINISTRY, Hit, Matcher
from topics.evidence import Home, Zone, namesakes, third_party, zone
from topics.names import chinese_person

_HOME = {"ru": "RU", "zh": "CN"}  # English is written for everybody
PAIRS = tuple((edge[:2], edge[3:]) for edge in EDGES)
_MARK = re.compile(r"[.!?…。！？；\n]")
_GAP = re.compile(r"[\"'»”)]*\s+(?=[\"'«“(]?[A-ZА-ЯЁ0-9])")  # after a mark of the West, which also ends abbreviations
_SUFFIX = re.compile(r"(?:\s*[|｜_]\s*|\s[–—-]\s)([^|_｜]{2,40})$")


def sentences(text: str) -> list[str]:
    """`text` cut into sentences, for three scripts; never empty strings."""
    parts, begin = [], 0
    for mark in _MARK.finditer(text):
        start, end = mark.span()
        if start < begin:
            continue  # a line end within the last gap
        if mark[0] == "\n":
            cut = start, end
        elif mark[0] in "。！？；":
            cut = end, end
        elif (gap := _GAP.match(text, end)) is not None:
            cut = gap.span()
        else:
            continue
        parts.append(text[begin : cut[0]])
        begin = cut[1]
    parts.append(text[begin:])
    return [bare for part in parts if (bare := part.strip())]


def headline(title: str, outlet: str = "") -> str:
    """`title` without the outlet's name at its end ("… | The Paper", "…_新闻网")."""
    bare = title.strip()
    if outlet and bare.endswith(outlet) and len(bare) > len(outlet):
        return bare[: -len(outlet)].rstrip(" |-–—_｜·/")
    match = _SUFFIX.search(bare)
    if match is None or match.start() < len(
        match.group(1)
    ):  # "Opinion | Stop waiting …": the long part is the headline
        return bare
    # A dash may belong to the sentence; the other marks only ever set off a name.
    return bare[: match.start()].rstrip() if re.match(r"\s*[|_｜]", match.group()) else bare


def judge(
    matcher: Matcher, title: str, lead: str, text: str, language: str, *, outlet: str = "", home: str = ""
) -> Judgement:
    """What an article is about. `text` may be empty: then title and lead decide alone.

    `home` is the country of the outlet; unknown, it is guessed from the language.
    """
    head_texts = [headline(title, outlet), *sentences(lead)]
    body_texts = sentences(text)[: at.BODY_SENTENCES]
    found = [matcher.find(part, language) for part in (*head_texts, *body_texts)]
    gone = namesakes(found) | _bystanders(found[: len(head_texts)])
    # The reader's own state may go unsaid in a headline and in most sentences, but the body must say it somewhere.
    # Where the headline names a third state, or two of ours that are both foreign, it has said whom it means.
    named = len(head_texts)
    elsewhere = any(third_party(hits, home) for hits in found[:named]) or _abroad(found[:named], home) > 1
    reader = _reader(language, home, elsewhere)
    head = [zone(hits, part, gone, reader) for hits, part in zip(found[:named], head_texts, strict=True)]
    stages = frozenset().union(*(z.stages for z in head))
    head = [replace(z, stages=stages) for z in head]
    body = [zone(hits, part, gone) for hits, part in zip(found[named:], body_texts, strict=True)]
    if any(z.countries.get(reader.side, 0.0) >= at.WEAK for z in body):
        body = [zone(hits, part, gone, reader) for hits, part in zip(found[named:], body_texts, strict=True)]
    head = _with_cause(head, body)
    scores = {edge: edge_score(pair, head, body) for edge, pair in zip(EDGES, PAIRS, strict=True)}
    if _two_rivals(head):
        scores["CN-RU"] -= at.RIVALS
    return Judgement(
        relevant=any(score >= at.EDGE for score in scores.values()),
        countries={side: round(_country(side, head, body), 3) for side in SIDES},
        edges=tuple(edge for edge in EDGES if scores[edge] >= at.EDGE),
        score=round(max(scores.values()), 3),
        concepts=_named(found),
    )


def _reader(language: str, home: str, elsewhere: bool) -> Home:
    """Whose readers the text is written for; what they leave unsaid is theirs only where no other state is meant, and
    an embassy or an army named without its state there may be anybody's.
    """
    if elsewhere:
        return Home()
    if home:
        return Home(home, at.IMPLIED_KNOWN, own=home)
    return Home(_HOME.get(language[:2], ""), at.IMPLIED)


def _with_cause(head: list[Zone], body: Sequence[Zone]) -> list[Zone]:
    """`head` with the state for whose sake two others are at odds, which often the text alone names: who is listed in
    Washington for goods sold to Russia is so for Russia's sake, though the headline has the firm and the list only.
    """
    firm = {side for z in head for side, weight in z.countries.items() if weight >= at.WEAK}
    if len(firm) != 2 or not any(z.acts & at.PUNISHED for z in head):
        return head
    opening = [z for z in body[: at.CAUSE_SENTENCES] if z.relation >= at.RELATION["commodity"]]
    cause = {
        side: at.BOND
        for side in SIDES
        if side not in firm and any(z.countries.get(side, 0.0) >= at.BOND for z in opening)
    }
    return [replace(z, countries=z.countries | cause) if z.acts & at.PUNISHED else z for z in head]


def _bystanders(head: Sequence[Sequence[Hit]]) -> frozenset[str]:
    """The state of a ministry named without its state, where the other two are named: it is theirs, or comments."""
    plain = {hit.country for hits in head for hit in hits if hit.kind == MINISTRY}
    named = {hit.country for hits in head for hit in hits if hit.kind != MINISTRY}
    return frozenset(side for side in SIDES if side in plain - named and named.issuperset(set(SIDES) - {side}))


def _abroad(found: Iterable[Sequence[Hit]], home: str) -> int:
    """How many of the three states other than the reader's own are named at all."""
    return len({hit.country for hits in found for hit in hits if hit.country in SIDES} - {home})


def worth_fetching(matcher: Matcher, title: str, lead: str, language: str, *, home: str = "") -> bool:
    """Whether an entry may turn out relevant once its page is read: two states, or one and a hint of a relation.

    The state of the outlet, `home`, goes without saying in its headlines: "the pipeline to China" needs no "Russian"
    there. So one foreign side is enough for a page to be read; what the page says then decides without this.
    """
    parts = [headline(title), *sentences(lead)]
    if not any(matcher.tells(part) or chinese_person(part) for part in parts):
        return False  # no state is present, and what relation there may be is too weak alone
    found = [matcher.find(part, language) for part in parts]
    gone = namesakes(found)
    zones = [zone(hits, part, gone) for hits, part in zip(found, parts, strict=True)]
    present = {side for side in SIDES if any(z.countries.get(side, 0) >= at.WEAK for z in zones)}
    off = set() if any(z.politics for z in zones) else set().union(*(z.off for z in zones))
    relation = max((z.relation for z in zones), default=0.0)
    if len(present) >= 2 or (home in SIDES and present - {home}):
        return len(off) <= 1 or relation >= 1.0
    return not off and relation >= (at.FLOW if present else 1.0)


def edge_score(pair: tuple[str, str], head: Sequence[Zone], body: Sequence[Zone]) -> float:
    """How firmly the text relates the two states, 0 to about 1.5; at.EDGE makes an edge."""
    off = _off(head)
    support = _support(pair, body)
    left, right = (max((z.countries.get(side, 0.0) for z in head), default=0.0) for side in pair)
    anchor = at.ANCHOR_BOTH if left and right else at.ANCHOR_ONE if left or right else at.ANCHOR_NONE
    return (
        max(
            _head_score(pair, head) + at.SUPPORT * support if left and right else _head_score(pair, head),
            support * anchor,
        )
        - off
    )


def _head_score(pair: tuple[str, str], head: Sequence[Zone]) -> float:
    """Title and lead: both named, how firmly, how near to each other, with what relation."""
    nearby = max((z.relation for z in head), default=0.0)
    best = 0.0
    for z in head:
        together = z.pair(*pair)
        if together:
            best = max(best, together * (at.SAME_SENTENCE + at.RELATED * max(z.relation, at.NEARBY * nearby)))
    apart = min(max((z.countries.get(side, 0.0) for z in head if not z.listed), default=0.0) for side in pair)
    return max(best, apart * (at.ACROSS + at.RELATED * nearby))


def _support(pair: tuple[str, str], body: Sequence[Zone]) -> float:
    """0..1: what share of the body's sentences relates the two, or how many do, whatever its length."""
    if len(body) < at.BODY_MIN:
        return 0.0
    both = sum(z.pair(*pair) * (at.NAMED + (1 - at.NAMED) * z.relation) for z in body)
    each = min(sum(z.countries.get(side, 0.0) for z in body) for side in pair)
    related = sum(z.relation for z in body) / len(body)
    share = (at.BODY_SCALE * both + at.BODY_EACH * each * related) / len(body)
    plainly = sum(z.pair(*pair) * z.relation for z in body) / at.BODY_COUNT
    return min(1.0, max(share, plainly))


def _off(head: Sequence[Zone]) -> float:
    """What is taken off for a subject that is not ours; nothing where a political act is the subject."""
    if not head or any(z.politics for z in head):
        return 0.0
    words = set().union(*(z.off for z in head))
    if not words:
        return 0.0
    sport = any(word.startswith("sport") for word in head[0].off)
    first = at.OFF_SPORT if sport else at.OFF_TITLE if head[0].off else at.OFF_LEAD
    acts = set().union(*(z.acts for z in head))
    taken = first + at.OFF_MORE * (len(words) - 1)
    return taken * at.OFF_ACTS if len(acts) >= at.ACTS_ENOUGH else taken


def _two_rivals(head: Sequence[Zone]) -> bool:
    """A text on China and on Russia as seen from Washington, which says nothing of how the two stand to each other."""
    return (
        any(z.rivals for z in head)
        and any(z.countries.get("US") for z in head)
        and not any(z.joint for z in head)
        and any(z.acts & at.AGAINST for z in head)
    )


def _country(side: str, head: Sequence[Zone], body: Sequence[Zone]) -> float:
    in_head = max((z.countries.get(side, 0.0) for z in head), default=0.0)
    share = sum(z.countries.get(side, 0.0) for z in body) / len(body) if body else 0.0
    return in_head + share


def _named(found: Iterable[Sequence[Hit]]) -> tuple[str, ...]:
    """Concept ids by how often they are named, most first, ties by id."""
    counts: dict[str, int] = {}
    for hits in found:
        for hit in hits:
            counts[hit.concept_id] = counts.get(hit.concept_id, 0) + 1
    return tuple(sorted(counts, key=lambda id: (-counts[id], id)))
