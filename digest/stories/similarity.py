"""How alike two articles are, within a language and across, behind one protocol with two engines.

*concepts*: the lexicon as an interlingua, words (tf-idf) within a language, names by sound and numbers across.
*embedding*: the same, and the multilingual model's vectors, each language's mean taken off (raw e5 cosines all lie
between .7 and 1; centred ones separate, see docs/measurements.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digest.stories import thresholds as at
from digest.stories.background import Background
from digest.stories.corpus import Corpus
from digest.stories.ledger import Ledger
from digest.stories.reading import Features
from digest.stories.sample import SPELT, Sample
from digest.stories.standing import Standing, by_subjects, by_words
from digest.stories.weighing import Rarity, Strongest, Weighing
from topics.concepts import Matcher

Vector = NDArray[np.float32]
HOMES = {"en": "us", "ru": "ru", "zh": "cn"}  # language -> the state (a concept) whose press here mostly writes it


class Embedder(Protocol):
    """A model: `embed` gives unit rows, shape (len(texts), dimensions); `model` names the space that they live in."""

    model: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Vector: ...


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is compared with thresholds; `parts` says what it is made of, for `explain`."""

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)


class Similarity(Protocol):
    """What clustering asks of an engine. `name` chooses the thresholds."""

    name: str
    vectors: Mapping[int, Vector]
    strongest: Strongest  # of `keys`
    strongest_across: Strongest

    def keys(self, f: Features) -> Mapping[str, float]: ...

    def keys_across(self, f: Features) -> Mapping[str, float]: ...

    def standing(self, language: str, *, across: bool = False) -> Standing | None: ...

    def within(self, left: Features, right: Features) -> Score: ...

    def ceiling(self, days: float) -> float: ...

    def across(self, left: Features, right: Features) -> Score: ...

    def across_ceiling(self, left: Features, right: Features) -> float: ...


# -- comparing --------------------------------------------------------------------------------------------------------


class ConceptSimilarity:
    """Lexicon, words, names and numbers; deterministic, explainable, no model."""

    name = "concepts"

    def __init__(self, corpus: Corpus, vectors: Mapping[int, Vector] | None = None) -> None:
        self.corpus = corpus
        self.vectors = vectors or {}
        rarities: dict[str, Rarity] = {}
        subjects, senses = Rarity(corpus.concept), Rarity(corpus.sense)
        self._terms = Weighing(lambda f: f.terms, lambda f: _of_language(rarities, f.language, corpus))
        self._concepts = Weighing(lambda f: f.concepts, lambda f: subjects)
        self._senses = Weighing(lambda f: f.meant, lambda f: senses)
        self.background = Background(corpus.texts, self._likenesses, at.ORDINARY[self.name])
        self._samples: dict[str, Sample] = {}  # by language
        self._standing: dict[tuple[str, bool], Standing] = {}
        self.strongest = Strongest(self.keys)
        self.strongest_across = Strongest(self.keys_across)
        self._clear: dict[tuple[int, bool], int] = {}  # how many subjects of a text say what it is about

    def keys(self, f: Features) -> Mapping[str, float]:
        """What a text of the same language is found by: its words, weighted by rarity."""
        return self._terms.vector(f)

    def keys_across(self, f: Features) -> Mapping[str, float]:
        """What a text of another language is found by: its subjects and its names."""
        return {**self._senses.vector(f), **{sound: self.corpus.sound(sound) / 10 for sound in f.sounds}}

    def standing(self, language: str, *, across: bool = False) -> Standing | None:
        """What stands in a language by these keys; None where nothing is known to stand."""
        ledger = self.corpus.ledger
        if ledger is None:
            return None
        found = self._standing.get((language, across))
        if found is None:
            by = by_subjects if across else by_words
            found = self._standing[language, across] = by(ledger, language, self.corpus, self.vectors)
        return found

    def within(self, left: Features, right: Features) -> Score:
        """Two texts of one language: words count most."""
        words = math.sqrt(max(0.0, self._terms.cosine(left, right)))
        titles = len(left.title & right.title) / len(left.title | right.title) if left.title | right.title else 0.0
        concepts = self._concepts.cosine(left, right)
        parts = {"words": words, "headline": titles, "concepts": concepts, "figures": self.figures(left, right)}
        value = self._weighed(left, right, parts, at.WITHIN, self.coverage(left, right))
        return _score(value, parts | {"evidence": self.evidence(left, right)}, self.fit(left, right))

    def ceiling(self, days: float) -> float:
        """More than `within` can give two texts that came out so many days apart, whatever they say."""
        least = at.WITHIN["words"] + at.WITHIN["headline"]  # the parts that are always known
        bonus = sum(share for name, share in at.WITHIN.items() if name in at.BONUS)
        return (1.0 + bonus / least) * _decay(days) * (1 + 1e-5)  # vectors are of length 1 to six places

    def across(self, left: Features, right: Features) -> Score:
        """Two texts of different languages: how far their likeness stands clear of what either shares with the rest."""
        parts = self._shared(left, right)
        alike = self._alike(left, right, parts)
        clear = max(0.0, self.background.clear(left, right, alike))
        return _score(clear, parts | {"alike": alike, "evidence": self.asked(left, right)}, self.fit(left, right))

    def across_ceiling(self, left: Features, right: Features) -> float:
        """More than `across` can give these two, found without their background, which is most of its cost."""
        fit = math.prod(self.fit(left, right).values())
        if not fit:
            return 0.0
        most = self.background.most(left, right, self._likeness(left, right))
        return most * self.asked(left, right) * fit * (1 + 1e-9)

    def _shared(self, left: Features, right: Features) -> dict[str, float]:
        """Subjects, names by sound and figures: all that two languages can share without a model."""
        return {
            "concepts": self._senses.cosine(left, right),
            "figures": self.figures(left, right),
            "names": self.names(left, right),
        }

    def _alike(self, left: Features, right: Features, parts: dict[str, float]) -> float:
        """Raw likeness across languages. To what the model says, shared subjects add; their lack takes nothing away,
        for the lexicon does not know every subject. Without a model they are weighed by how much it knows.
        """
        meaning, coverage = self.meaning(left, right), self.coverage(left, right, across=True)
        if meaning is None:
            known = at.UNKNOWN_WORTH + (1 - at.UNKNOWN_WORTH) * coverage
            return self._weighed(left, right, parts, at.ACROSS, coverage) * known
        parts["meaning"] = meaning
        added = {"concepts": coverage * parts["concepts"], "names": parts["names"], "figures": parts["figures"]}
        return meaning + sum(at.ADDED[name] * part for name, part in added.items())

    def _likeness(self, left: Features, right: Features) -> float:
        return self._alike(left, right, self._shared(left, right))

    def _likenesses(self, f: Features, texts: Sequence[Features]) -> list[float]:
        """The same for one text and each of a language's sample."""
        if not texts:
            return []
        language = texts[0].language
        sample = self._samples.get(language)
        if sample is None:
            sample = self._samples[language] = Sample(texts, self._senses)
        shared = zip(sample.senses(f), sample.figures(f, self.figures), sample.names(f, self.names), strict=True)
        return [
            self._alike(f, x, {"concepts": concepts, "figures": figures, "names": names})
            for x, (concepts, figures, names) in zip(sample.texts, shared, strict=True)
        ]

    def fit(self, left: Features, right: Features) -> dict[str, float]:
        """What a likeness is multiplied by, whatever it is made of: nearness in time, and whether the parties fit."""
        days = abs((left.at - right.at).total_seconds()) / 86_400
        return {"time": _decay(days), "parties": self.parties(left, right)}

    def _weighed(
        self, left: Features, right: Features, parts: dict[str, float], weights: Mapping[str, float], coverage: float
    ) -> float:
        """The parts that are known, by their shares; adds the model's to `parts` where there is one."""
        shares = dict(weights)
        shares["concepts"] *= coverage
        if not (left.figures and right.figures):
            shares["figures"] = 0.0
        meaning = self.meaning(left, right)
        if meaning is None:
            shares["meaning"] = 0.0
        else:
            parts["meaning"] = meaning
        whole = sum(share for name, share in shares.items() if name not in at.BONUS)
        return sum(shares[name] * part for name, part in parts.items()) / whole if whole else 0.0

    def meaning(self, left: Features, right: Features) -> float | None:
        """What the model says, 0..1; None where it was not asked."""
        return None

    def evidence(self, left: Features, right: Features) -> float:
        """1 for full texts, less where a headline alone must do: few words are shared by chance, more on the beat."""
        on_beat = min(1.0, min(self._subjects(left), self._subjects(right)) / at.ON_BEAT)
        thin = at.OFF_BEAT_WORTH - (at.OFF_BEAT_WORTH - at.THIN_WORTH) * on_beat
        said = min(1.0, min(len(left.terms), len(right.terms)) / at.SAID)
        return said * (thin + (1.0 - thin) * fullness(left, right))

    def asked(self, left: Features, right: Features) -> float:
        """1 for headlines, less for full texts: of one event they agree in much, and so much is asked of them."""
        return 1.0 - (1.0 - at.FULL_WORTH) * fullness(left, right)

    def coverage(self, left: Features, right: Features, *, across: bool = False) -> float:
        """How much the lexicon knows of these two, 0..1: few subjects say little about their likeness."""
        fewer = min(self._subjects(left, across=across), self._subjects(right, across=across))
        return min(1.0, fewer / at.SUBJECTS_ENOUGH)

    def _subjects(self, f: Features, *, across: bool = False) -> int:
        found = self._clear.get((f.id, across))
        if found is None:
            ids = f.meant if across else f.concepts
            found = self._clear[f.id, across] = sum(self.corpus.kinds.get(id) not in at.VAGUE_KINDS for id in ids)
        return found

    def figures(self, left: Features, right: Features) -> float:
        """Shared quantities, 0..1: large and odd numbers say more than "three"."""
        a, b = left.figures, right.figures
        both = a & b
        if not both:
            return 0.0
        shared = sum(_rarity(n) for n in both)
        return shared / max(1.0, min(sum(map(_rarity, a)), sum(map(_rarity, b))), at.FIGURES_FULL)

    def names(self, left: Features, right: Features) -> float:
        """Names shared by sound, 0..1; Chinese names also where their pinyin stands in the Chinese text."""
        shared = left.sounds & right.sounds
        weight = sum(self.corpus.sound(sound) for sound in shared) if shared else 0.0
        for spelt, sounds in ((left.spelt, right.sounds), (right.spelt, left.sounds)):
            if spelt and sounds:
                weight += sum(self.corpus.sound(s) for s in sounds - shared if len(s) >= SPELT and s in spelt)
        return min(1.0, weight / at.NAMES_FULL)

    def parties(self, left: Features, right: Features) -> float:
        """1 where the named parties fit, less where each side's headline names one that the other never mentions. The
        state that a language is at home in goes without saying there, unless headlines of two languages are compared.
        """
        if left.ordinals and right.ordinals and not left.ordinals & right.ordinals:
            return 0.0
        unsaid = HOMES.get(left.language) if left.language == right.language else None
        ours = {self.corpus.kinds.get(c) for c in left.head if c not in right.concepts and c != unsaid}
        theirs = {self.corpus.kinds.get(c) for c in right.head if c not in left.concepts and c != unsaid}
        if not (ours and theirs):
            return 1.0
        apart = (worth for kinds, worth in at.PARTY_KINDS if not (ours.isdisjoint(kinds) or theirs.isdisjoint(kinds)))
        return math.prod(apart, start=1.0)


def _decay(days: float) -> float:
    return math.exp(-days / at.TAU_DAYS)


def _of_language(rarities: dict[str, Rarity], language: str, corpus: Corpus) -> Rarity:
    found = rarities.get(language)
    if found is None:
        found = rarities[language] = Rarity(lambda term: corpus.term(language, term))
    return found


def _score(value: float, parts: Mapping[str, float], fit: Mapping[str, float]) -> Score:
    value *= parts["evidence"] * math.prod(fit.values())
    return Score(value, {name: round(part, 3) for name, part in {**parts, **fit}.items()})


def fullness(left: Features, right: Features) -> float:
    """0 where the poorer of two texts is a headline, 1 where both have a lead and more."""
    poorer = min(len(left.terms), len(right.terms))
    return min(1.0, max(0.0, (poorer - at.THIN) / (at.THICK - at.THIN)))


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
    features: Sequence[Features],
    matcher: Matcher,
    vectors: Mapping[int, Vector] | None = None,
    *,
    ledger: Ledger | None = None,
    worth: Mapping[int, float] | None = None,
) -> ConceptSimilarity:
    """The similarity for these texts, and for what stands in a `ledger`: with centred vectors where there are any, else
    by concepts alone. `worth`: what a text counts for where it is less than one."""
    kinds = {id: concept.kind for id, concept in matcher.concepts.items()}
    corpus = Corpus(features, kinds, ledger=ledger, worth=worth)
    return EmbeddingSimilarity(corpus, vectors) if vectors else ConceptSimilarity(corpus)
