"""How alike two articles are, within a language and across, behind one protocol with two engines.

*concepts*: the lexicon as an interlingua, words (tf-idf) within a language, names by sound and numbers across.
*embedding*: the same, and the multilingual model's vectors, each language's mean taken off (raw e5 cosines all lie
between .7 and 1; centred ones separate, see docs/measurements.md).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digest.stories import thresholds as at
from topics.concepts import Matcher
from topics.names import numbers, palladius, pinyin, skeleton
from topics.relevance import headline, sentences
from topics.script import folded, is_han

Vector = NDArray[np.float32]


class Embedder(Protocol):
    """A model: `embed` gives unit rows, shape (len(texts), dimensions); `model` names the space that they live in."""

    model: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Vector: ...


@dataclass(frozen=True, slots=True)
class Item:
    """What stories need of an article. `outlet` is the outlet's name, `at` when it was published."""

    id: int
    title: str
    lead: str
    text: str
    language: str
    at: datetime
    outlet: str = ""
    source_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """An item, read once: everything that comparing needs, nothing of the text."""

    id: int
    language: str
    at: datetime
    source_id: str
    url: str
    terms: Mapping[str, float]  # words within the language, weighted by where they stand
    title: frozenset[str]
    concepts: Mapping[str, float]  # concept ids, weighted by where they stand
    head: frozenset[str]  # concepts of title and lead
    figures: frozenset[float]
    head_figures: frozenset[float]
    sounds: frozenset[str]  # names by sound, for other scripts
    spelt: str  # pinyin of a Chinese title and lead
    ordinals: frozenset[float]  # "19th package", «второй пакет»: two such numbers are two things


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is compared with thresholds; `parts` says what it is made of, for `explain`."""

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)


class Similarity(Protocol):
    """What clustering asks of an engine. `name` chooses the thresholds."""

    name: str
    vectors: Mapping[int, Vector]

    def keys(self, f: Features) -> Mapping[str, float]: ...

    def keys_across(self, f: Features) -> Mapping[str, float]: ...

    def within(self, left: Features, right: Features) -> Score: ...

    def across(self, left: Features, right: Features) -> Score: ...


def embedded_text(title: str, lead: str, text: str = "", outlet: str = "") -> str:
    """What is given to the model for an article: headline, lead and the first sentences where the lead is thin."""
    bare = headline(title, outlet)
    body = lead if len(lead) >= at.LEAD_ENOUGH else f"{lead} {' '.join(sentences(text)[:3])}"
    budget, out = at.MODEL_BUDGET, []
    for char in f"{bare}. {body}".replace("\n", " "):
        budget -= at.HAN_COST if is_han(char) else at.CYRILLIC_COST if "\u0400" <= char <= "\u04ff" else 1.0
        if budget < 0:
            break
        out.append(char)
    return "".join(out).strip()


# -- reading
# ------------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
_NAME = re.compile(r"(?<![.!?…]\s)(?<!^)\b[A-ZА-ЯЁ][a-zа-яё]{2,}(?:-[A-ZА-ЯЁa-zа-яё]+)*")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{3,}")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th|-?й|-?го|-?м|-?я)\b|第\s?(\d{1,3})(?=[轮批次届个])")
# Characters that Chinese uses to spell foreign names by sound; a run of them is such a name.
_SOUND_HAN = frozenset(
    "阿埃艾安奥巴班保贝本比波博布查茨达戴丹德登迪蒂杜多顿俄厄恩尔法菲费夫弗福盖冈戈哥格根古哈海汉赫亨胡华霍基吉加贾杰金卡凯康考柯科克肯库"
    "拉莱兰朗劳勒雷里利莉列林隆卢鲁伦罗洛马迈曼梅蒙米缅莫默姆穆纳南内尼涅努诺欧帕潘佩彭皮普契奇恰切乔琼丘瑞萨塞桑瑟沙尚舍什史斯苏索"
    "塔泰坦汤陶特滕提图托瓦万威韦维温文沃乌伍西希谢辛休雅亚扬耶叶伊因英尤约泽扎兹朱佐济"
)
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "at",
        "by",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "its",
        "it",
        "that",
        "this",
        "will",
        "would",
        "after",
        "over",
        "into",
        "about",
        "says",
        "said",
        "new",
        "more",
        "than",
        "up",
        "out",
        "not",
        "but",
        "his",
        "her",
        "their",
        "he",
        "she",
        "they",
        "who",
        "which",
        "us",
        "their",
        "amid",
        "against",
        "under",
        "between",
        "и",
        "в",
        "во",
        "на",
        "с",
        "со",
        "по",
        "за",
        "из",
        "от",
        "до",
        "для",
        "не",
        "что",
        "как",
        "это",
        "его",
        "ее",
        "их",
        "он",
        "она",
        "они",
        "к",
        "о",
        "об",
        "у",
        "при",
        "но",
        "или",
        "а",
        "же",
        "бы",
        "был",
        "была",
        "были",
        "будет",
        "также",
        "после",
        "между",
        "над",
        "под",
        "через",
        "еще",
        "уже",
        "все",
    ]
)


def read(item: Item, matcher: Matcher) -> Features:
    """Everything that comparing needs of `item`."""
    title = headline(item.title, item.outlet)
    opening = " ".join(sentences(item.text)[: at.OPENING_SENTENCES])
    parts = ((title, at.TITLE_WEIGHT), (item.lead, at.LEAD_WEIGHT), (opening, at.BODY_WEIGHT))
    terms: Counter[str] = Counter()
    concepts: Counter[str] = Counter()
    head: set[str] = set()
    for number, (text, weight) in enumerate(parts):
        for term in _terms(text):
            terms[term] += weight
        for hit in matcher.find(text, item.language):
            concepts[hit.concept_id] += weight
            if number < 2:
                head.add(hit.concept_id)
    return Features(
        id=item.id,
        language=item.language,
        at=item.at,
        source_id=item.source_id,
        url=item.url,
        terms={t: 1 + math.log(n) for t, n in terms.items() if n >= 1},
        title=frozenset(_terms(title)),
        concepts={c: 1 + math.log(n) for c, n in concepts.items()},
        head=frozenset(head),
        figures=numbers(f"{title} {item.lead} {opening}"),
        head_figures=numbers(f"{title} {item.lead}"),
        sounds=_sounds(f"{title}. {item.lead} {opening}"),
        spelt=pinyin(f"{title} {item.lead}"),
        ordinals=frozenset(float(a or b) for a, b in _ORDINAL.findall(title)),
    )


def _terms(text: str) -> list[str]:
    """Words cut to a stem-like length, and pairs of Chinese characters."""
    low = folded(text)
    words = [
        w[:6] if "\u0400" <= w[0] <= "\u04ff" else _plain_english(w)
        for w in _WORD.findall(low)
        if not is_han(w[0]) and w not in _STOP
    ]
    runs = re.findall(r"[\u3400-\u9fff]+", low)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return words + pairs + re.findall(r"\d+(?:[.,]\d+)?", low)


def _plain_english(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in ("ing", "ed", "es", "s"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def _sounds(text: str) -> frozenset[str]:
    """Names by sound: skeletons of capitalised words and of Chinese runs that spell a foreign name, pinyin of Chinese
    names.
    """
    found: set[str] = set()
    for name in _NAME.findall(text):
        for part in name.split("-"):
            found.add(skeleton(part))
            found.add(palladius(part) or (folded(part) if part.isascii() and len(part) >= 6 else ""))
    for run in _HAN_RUN.findall(text):
        for match in re.finditer(f"[{''.join(sorted(_SOUND_HAN))}]{{3,8}}", run):
            found.add(skeleton(match.group()))
    return frozenset(sound for sound in found if len(sound) >= 3)


# -- comparing
# ----------------------------------------------------------------------------------------------------------


class Corpus:
    """How rare each term, concept and sound is among the texts at hand; rare ones tell events apart."""

    def __init__(self, features: Iterable[Features], kinds: Mapping[str, str]) -> None:
        self.documents: Counter[str] = Counter()
        self.terms: dict[str, Counter[str]] = {}
        self.concepts: Counter[str] = Counter()
        self.sounds: Counter[str] = Counter()
        self.kinds = kinds
        for f in features:
            self.documents[f.language] += 1
            self.terms.setdefault(f.language, Counter()).update(f.terms.keys())
            self.concepts.update(f.concepts.keys())
            self.sounds.update(f.sounds)
        self.total = sum(self.documents.values())

    def term(self, language: str, term: str) -> float:
        n = self.documents[language]
        return math.log((n + at.SMOOTH) / (self.terms.get(language, Counter())[term] + 1.0)) + 0.2

    def concept(self, id: str) -> float:
        kind = at.KIND_WEIGHT.get(self.kinds.get(id, ""), 1.0)
        return kind * (math.log((self.total + at.SMOOTH) / (self.concepts[id] + 1.0)) + 0.2)

    def sound(self, sound: str) -> float:
        return math.log((self.total + at.SMOOTH) / (self.sounds[sound] + 1.0)) + 0.2


def _cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    if len(left) > len(right):
        left, right = right, left
    return sum(value * right[key] for key, value in left.items() if key in right)


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    norm = math.sqrt(sum(value * value for value in weights.values()))
    return {key: value / norm for key, value in weights.items()} if norm else {}


class ConceptSimilarity:
    """Lexicon, words, names and numbers; deterministic, explainable, no model."""

    name = "concepts"

    def __init__(self, corpus: Corpus, vectors: Mapping[int, Vector] | None = None) -> None:
        self.corpus = corpus
        self.vectors = vectors or {}
        self._terms: dict[int, dict[str, float]] = {}
        self._concepts: dict[int, dict[str, float]] = {}

    def keys(self, f: Features) -> Mapping[str, float]:
        """What a text of the same language is found by: its words, weighted by rarity."""
        return self._term_vector(f)

    def keys_across(self, f: Features) -> Mapping[str, float]:
        """What a text of another language is found by: its subjects and its names."""
        return {**self._concept_vector(f), **{sound: self.corpus.sound(sound) / 10 for sound in f.sounds}}

    def within(self, left: Features, right: Features) -> Score:
        """Two texts of one language: words count most."""
        words = math.sqrt(max(0.0, _cosine(self._term_vector(left), self._term_vector(right))))
        titles = len(left.title & right.title) / len(left.title | right.title) if left.title | right.title else 0.0
        concepts = _cosine(self._concept_vector(left), self._concept_vector(right))
        parts = {"words": words, "headline": titles, "concepts": concepts, "figures": self.figures(left, right)}
        return self._weighed(left, right, parts, at.WITHIN, self.evidence(left, right))

    def across(self, left: Features, right: Features) -> Score:
        """Two texts of different languages: concepts, names by sound and figures are all there is."""
        parts = {
            "concepts": _cosine(self._concept_vector(left), self._concept_vector(right)),
            "figures": self.figures(left, right),
            "names": self.names(left, right),
        }
        known = at.UNKNOWN_WORTH + (1.0 - at.UNKNOWN_WORTH) * self.coverage(left, right)
        return self._weighed(left, right, parts, at.ACROSS, known if self.meaning(left, right) is None else 1.0)

    def _weighed(
        self,
        left: Features,
        right: Features,
        parts: dict[str, float],
        weights: Mapping[str, float],
        evidence: float = 1.0,
    ) -> Score:
        shares = dict(weights)
        shares["concepts"] *= self.coverage(left, right)
        if not (left.figures and right.figures):
            shares["figures"] = 0.0
        meaning = self.meaning(left, right)
        if meaning is None:
            shares["meaning"] = 0.0
        else:
            parts["meaning"] = meaning
        whole = sum(share for name, share in shares.items() if name not in at.BONUS)
        value = sum(shares[name] * part for name, part in parts.items()) / whole if whole else 0.0
        days = abs((left.at - right.at).total_seconds()) / 86_400
        decay, fit = math.exp(-days / at.TAU_DAYS), self.parties(left, right)
        parts |= {"time": decay, "parties": fit, "evidence": evidence}
        return Score(value * decay * fit * evidence, {name: round(part, 3) for name, part in parts.items()})

    def _term_vector(self, f: Features) -> dict[str, float]:
        found = self._terms.get(f.id)
        if found is None:
            found = _unit({t: w * self.corpus.term(f.language, t) for t, w in f.terms.items()})
            self._terms[f.id] = found
        return found

    def _concept_vector(self, f: Features) -> dict[str, float]:
        found = self._concepts.get(f.id)
        if found is None:
            found = _unit({c: w * self.corpus.concept(c) for c, w in f.concepts.items()})
            self._concepts[f.id] = found
        return found

    def meaning(self, left: Features, right: Features) -> float | None:
        """What the model says, 0..1; None where it was not asked."""
        return None

    def evidence(self, left: Features, right: Features) -> float:
        """1 for full texts, less where a headline alone must do: few words are shared by chance."""
        poorer = min(len(left.terms), len(right.terms))
        known = min(1.0, max(0.0, (poorer - at.THIN) / (at.THICK - at.THIN)))
        return at.THIN_WORTH + (1.0 - at.THIN_WORTH) * known

    def coverage(self, left: Features, right: Features) -> float:
        """How much the lexicon knows of these two, 0..1: few subjects say little about their likeness."""
        return min(1.0, min(self._subjects(left), self._subjects(right)) / at.SUBJECTS_ENOUGH)

    def _subjects(self, f: Features) -> int:
        return sum(self.corpus.kinds.get(id) not in at.VAGUE_KINDS for id in f.concepts)

    def figures(self, left: Features, right: Features) -> float:
        """Shared quantities, 0..1: large and odd numbers say more than "three"."""
        a, b = left.figures, right.figures
        if not a or not b:
            return 0.0
        shared = sum(_rarity(n) for n in a & b)
        return shared / max(1.0, min(sum(map(_rarity, a)), sum(map(_rarity, b))), at.FIGURES_FULL)

    def names(self, left: Features, right: Features) -> float:
        """Names shared by sound, 0..1; Chinese names also where their pinyin stands in the Chinese text."""
        shared = left.sounds & right.sounds
        weight = sum(self.corpus.sound(sound) for sound in shared)
        for spelt, sounds in ((left.spelt, right.sounds), (right.spelt, left.sounds)):
            weight += sum(self.corpus.sound(s) for s in sounds - shared if len(s) >= 6 and s in spelt)
        return min(1.0, weight / at.NAMES_FULL)

    def parties(self, left: Features, right: Features) -> float:
        """1 where the named parties fit, less where each side's headline names one that the other never mentions."""
        if left.ordinals and right.ordinals and not left.ordinals & right.ordinals:
            return 0.0
        fit = 1.0
        for kinds, left_over in at.PARTY_KINDS:
            a = {c for c in left.head if self.corpus.kinds.get(c) in kinds}
            b = {c for c in right.head if self.corpus.kinds.get(c) in kinds}
            if a - right.concepts.keys() and b - left.concepts.keys():
                fit *= left_over
        return fit


def _rarity(number: float) -> float:
    if number <= 3:
        return 0.3
    if number <= 12 or number in (15, 20, 30, 50, 100):
        return 0.6
    return 1.0


class EmbeddingSimilarity(ConceptSimilarity):
    """The concept engine with the model's centred vectors; an article without a vector falls back to concepts."""

    name = "embedding"

    def meaning(self, left: Features, right: Features) -> float | None:
        a, b = self.vectors.get(left.id), self.vectors.get(right.id)
        return None if a is None or b is None else max(0.0, float(a @ b))


# -- centring
# -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Means:
    """Per language a prior mean and the running sum of `counts` vectors seen since; see `centred`."""

    prior: Mapping[str, NDArray[np.float64]]
    counts: Mapping[str, int]
    totals: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def of(self, language: str) -> NDArray[np.float64]:
        """The prior shrunk towards the running mean: it counts as much as PRIOR_COUNT articles."""
        prior = self.prior.get(language)
        if prior is None:
            prior = np.mean(list(self.prior.values()), axis=0) if self.prior else np.zeros(1)
        n = self.counts.get(language, 0)
        if not n:
            return prior
        return np.asarray((prior * at.PRIOR_COUNT + self.totals[language]) / (at.PRIOR_COUNT + n), dtype=np.float64)


def centred(vectors: Mapping[int, Vector], languages: Mapping[int, str], means: Means) -> dict[int, Vector]:
    """Unit vectors with their language's mean taken off."""
    out: dict[int, Vector] = {}
    for id, vector in vectors.items():
        moved = vector.astype(np.float64) - means.of(languages[id])
        norm = float(np.linalg.norm(moved))
        out[id] = (moved / norm if norm > 0 else moved).astype(np.float32)
    return out


def engine(
    features: Sequence[Features], matcher: Matcher, vectors: Mapping[int, Vector] | None = None
) -> ConceptSimilarity:
    """The similarity for these texts: with centred vectors where there are any, else by concepts alone."""
    corpus = Corpus(features, {id: concept.kind for id, concept in matcher.concepts.items()})
    return EmbeddingSimilarity(corpus, vectors) if vectors else ConceptSimilarity(corpus)
