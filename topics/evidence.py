"""What one sentence says of the three states: who is named how firmly, whether they are related, what speaks against
it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store.records import SIDES
from topics import thresholds as at
from topics.concepts import BODY, Hit
from topics.names import chinese_person

_ABROAD = ("bloc", "state", "place", "person", "office", "agency")
_QUOTES = ("«»", "“”", '""', "「」", "『』", "‘’")
_JOINS = re.compile(r"[,，、;]|\b(?:and|or|и|а|или|second|then|first)\b|和|与|及|或|跟|第[一二]|首")
_ENUMERATED = re.compile(
    r"(?:[\s,，、—–-]|\b(?:and|or|the|in|и|в|во|или|а|также|second|third|fourth|first|then)\b|和|与|及|以及|第[一二三四五六七八九十]+)+"
)


@dataclass(frozen=True, slots=True)
class Home:
    """Whose readers a text is written for, and how firmly that is known (0..1): what is left unsaid is theirs. `own`
    is the outlet's state, where it is known: "the navy" is that one's.
    """

    side: str = ""
    weight: float = 0.0
    own: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """One sentence: evidence of each country and of a relation (0..1), off-topic subjects, stages, and rivals named
    in a row.
    """

    countries: dict[str, float]
    relation: float
    acts: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    politics: bool = False
    stages: frozenset[str] = frozenset()
    rivals: bool = False  # China and Russia in one breath, as two objects of a third
    listed: bool = False  # the three in a row, or two of them in a longer one: a ranking, a roll of members
    joint: bool = False  # ... or as two who act together
    order: tuple[str, ...] = field(default=())  # the states in the order they are named

    def pair(self, left: str, right: str) -> float:
        """How firmly both are named; a stage stands for the one of its two that is at home there."""
        a, b = self.countries.get(left, 0.0), self.countries.get(right, 0.0)
        if self.listed:
            return 0.0
        if a and b and len(self.countries) == 3 and not self.acts & at.TRILATERAL and not self._neighbours(left, right):
            return min(a, b) * at.APART
        if (a and b) or not (a or b):
            return min(a, b)
        return at.STAGE if any(self._acted_on(stage, left, right) for stage in self.stages) else 0.0

    def _acted_on(self, stage: str, left: str, right: str) -> bool:
        """Whether the two are the stage's, and the one that is not at home there is firmly named: a US destroyer in the
        Taiwan Strait is China's business. What China does there alone, it does with its neighbours.
        """
        home, other = stage.split("-")
        return {home, other} == {left, right} and self.countries.get(other) == 1.0

    def _neighbours(self, left: str, right: str) -> bool:
        """Whether the two are named one after the other anywhere in the sentence."""
        return any({a, b} == {left, right} for a, b in zip(self.order, self.order[1:], strict=False))


def zone(hits: Sequence[Hit], text: str, gone: frozenset[str] = frozenset(), home: Home | None = None) -> Zone:
    """The evidence of one sentence.

    Countries in `gone` are namesakes here. "The pipeline to China" in a Russian paper is
    Russia's, though it is not said: `home` says so.
    """
    hits = [hit for hit in hits if hit.kind not in ("office", "agency", "state") or not _nickname(hit, text)]
    acts = frozenset(hit.concept_id for hit in hits if hit.kind in ("act", "agency"))
    relation = max((at.RELATION.get(hit.kind, 0.0) for hit in hits), default=0.0)
    stages = frozenset(hit.edge for hit in hits if hit.edge and hit.kind == "stage")
    countries, order = _countries(hits, gone)
    if chinese_person(text) and "CN" not in countries:
        countries["CN"] = at.UNKNOWN_PERSON
    home = home or Home()
    if _own_body(hits, countries, home) and not third_party(hits, home.own):
        countries, order = {home.own: at.IMPLIED_KNOWN, **countries}, (home.own, *order)
    if relation >= at.FLOW and not stages and _leaves_home_unsaid(countries, home) and not third_party(hits, home.own):
        countries[home.side] = home.weight if _outward(acts, hits) else min(home.weight, at.IMPLIED)
    return Zone(
        countries,
        relation,
        acts,
        frozenset(h.concept_id + text[h.start : h.end].lower() for h in hits if h.kind in ("offtopic", "market")),
        any(hit.kind == "politics" for hit in hits),
        stages,
        rivals=_in_a_row(hits, text),
        listed=_row(hits, text) >= (at.ROLL if relation >= at.FLOW else at.ROLL - 1),
        joint=bool(acts & at.JOINT),
        order=order,
    )


def _countries(hits: Iterable[Hit], gone: frozenset[str]) -> tuple[dict[str, float], tuple[str, ...]]:
    """How firmly each of the three is named, and in which order they are."""
    countries: dict[str, float] = {}
    order: list[str] = []
    for hit in hits:
        named = [(hit.country, at.EVIDENCE.get(hit.kind, 0.0))] if hit.country in SIDES else []
        if hit.edge and hit.kind != "stage":  # a treaty, a pipeline, a list that two states share names them both
            named += [(side, at.BOND) for side in hit.edge.split("-")]
        for side, weight in named:
            if side and side not in gone:
                countries[side] = max(countries.get(side, 0.0), weight)
                order.append(side)
    return countries, tuple(order)


def _own_body(hits: Iterable[Hit], countries: Mapping[str, float], home: Home) -> bool:
    """Whether an army, a parliament, a coast guard is named without its state: then it is the outlet's own."""
    if home.own not in SIDES or home.own in countries:
        return False
    return any(hit.kind == BODY and hit.country is None for hit in hits)


def _leaves_home_unsaid(countries: Mapping[str, float], home: Home) -> bool:
    """Whether one foreign state alone is named, firmly enough, to readers of one of the three."""
    if home.side not in SIDES or home.side in countries or len(countries) != 1:
        return False
    return all(weight >= at.BOND for weight in countries.values())


def _outward(acts: frozenset[str], hits: Sequence[Hit]) -> bool:
    """Whether one of the acts, if there are any, is of the kind that states do to each other rather than at home."""
    if any(hit.concept_id in at.HOMELY for hit in hits):
        return False
    agencies = {hit.concept_id for hit in hits if hit.kind == "agency"}
    if acts and acts <= agencies and not any(hit.kind == "flow" for hit in hits):
        return False  # "the State Department lays off", "the navy said": named, it does nothing abroad
    as_state = any(hit.kind in ("state", "agency", "ministry") for hit in hits)
    return not acts or bool(acts - at.AT_HOME - (frozenset() if as_state else at.SPOKEN))


def _nickname(hit: Hit, text: str) -> bool:
    """A name alone in quotation marks is another's (the "Pentagon" of Omsk, a village's “白宫”, a bar «Американка»)."""
    before, after = text[hit.start - 1 : hit.start], text[hit.end : hit.end + 1]
    return bool(before and after) and any(before == q[0] and after == q[1] for q in _QUOTES)


def _in_a_row(hits: Sequence[Hit], text: str) -> bool:
    """China and Russia named one right after the other with nothing but "and", a comma, a rank between them."""
    named = [hit for hit in hits if hit.country in SIDES and hit.kind == "state"]
    for first, second in itertools.pairwise(named):
        between = text[first.end : second.start]
        if {first.country, second.country} == {"CN", "RU"} and 0 < len(between) <= at.ROW and _JOINS.search(between):
            return True
    return False


def _row(hits: Sequence[Hit], text: str) -> int:
    """How many states are named one after the other, with nothing but commas, "and", a rank between them."""
    longest = length = 0
    before: Hit | None = None
    for hit in hits:
        if hit.kind != "state":
            continue
        near = before is not None and _ENUMERATED.fullmatch(text[before.end : hit.start]) is not None
        length = length + 1 if near and before is not None and hit.country != before.country else 1
        longest, before = max(longest, length), hit
    return longest


def namesakes(found: Iterable[Sequence[Hit]]) -> frozenset[str]:
    """Countries whose plain name means something else here: Moscow beside Idaho, china beside saucers."""
    firm: set[str] = set()
    suspect: set[str] = set()
    for hits in found:
        for hit in hits:
            if hit.kind == "namesake" and hit.country:
                suspect.add(hit.country)
            elif hit.country and hit.kind in ("office", "agency", "person", "ministry", "weapon"):
                firm.add(hit.country)
    return frozenset(suspect - firm)


def third_party(hits: Iterable[Hit], own: str = "") -> bool:
    """Whether a state beyond the three is named, a bloc, a town or a leader of one: then what is left unsaid may be
    its. To readers in China (`own`) Taiwan is no third.
    """
    near = (*SIDES, "TW") if own == "CN" else SIDES
    return any(hit.kind == "bloc" or (hit.country or "US") not in near for hit in hits if hit.kind in _ABROAD)
