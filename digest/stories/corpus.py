"""How rare each term, concept and sound is among the texts at hand; rare ones tell events apart."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np

from digest.stories import thresholds as at
from digest.stories.ledger import CONCEPTS, SENSES, SOUNDS, TERMS, Ledger, Weights
from digest.stories.reading import Features


class Corpus:
    """Counts of the `features` at hand, each as much as its `worth` (1 where nothing else is said), and of what stands.

    `kinds`: concept -> its kind. `ledger` holds what stands: it is counted as it lies there.
    """

    def __init__(
        self,
        features: Iterable[Features],
        kinds: Mapping[str, str],
        *,
        ledger: Ledger | None = None,
        worth: Mapping[int, float] | None = None,
    ) -> None:
        self.kinds = kinds
        self.ledger = ledger
        self.texts = list(ledger.features) if ledger else list[Features]()
        self._documents: dict[str, float] = defaultdict(float, ledger.documents if ledger else {})
        whole: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)  # counted in C
        parts: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
        for f in features:
            one = worth.get(f.id, 1.0) if worth else 1.0
            self._documents[f.language] += one
            self.texts.append(f)
            for kind, language, words in _words(f):
                if one == 1.0:
                    whole[kind, language].update(words)
                else:
                    counts = parts[kind, language]
                    for word in words:
                        counts[word] = counts.get(word, 0.0) + one
        self._counts: dict[tuple[int, str], dict[str, float]] = {
            key: {word: whole[key][word] + parts[key].get(word, 0.0) for word in whole[key].keys() | parts[key].keys()}
            if key in parts
            else dict(whole[key])
            for key in whole.keys() | parts.keys()
        }
        self.total = math.fsum(self._documents.values())

    def term(self, language: str, term: str) -> float:
        return _rare(self._documents[language], self._count(TERMS, language, term))

    def concept(self, id: str) -> float:
        return self._kind(id) * _rare(self.total, self._count(CONCEPTS, "", id))

    def sense(self, id: str) -> float:
        return self._kind(id) * _rare(self.total, self._count(SENSES, "", id))

    def sound(self, sound: str) -> float:
        return _rare(self.total, self._count(SOUNDS, "", sound))

    def standing(self, kind: int, language: str = "") -> Weights:
        """The same for each word of a section of the ledger: what `term`, `sense`, `sound` would give, word by word."""
        assert self.ledger is not None
        section = self.ledger.section(kind, language)
        counts = section.counts.copy()
        for word, n in self._counts.get((kind, language), {}).items():
            place = section.place(self.ledger.hashing[word])
            if place is not None:
                counts[place] += n
        different, places = np.unique(counts, return_inverse=True)
        documents = self._documents[language] if kind == TERMS else self.total
        rare = np.array([_rare(documents, n) for n in different.tolist()])[places]
        if kind in (CONCEPTS, SENSES):
            for id in self.kinds:
                place = section.place(self.ledger.hashing[id])
                if place is not None:
                    rare[place] *= self._kind(id)
        return rare

    def _kind(self, id: str) -> float:
        return at.KIND_WEIGHT.get(self.kinds.get(id, ""), 1.0)

    def _count(self, kind: int, language: str, word: str) -> float:
        counts = self._counts.get((kind, language))
        found = counts.get(word, 0.0) if counts else 0.0
        return found + self.ledger.count(kind, word, language) if self.ledger else found


def _words(f: Features) -> Iterator[tuple[int, str, Collection[str]]]:
    """What is counted of a text, kind by kind; terms are counted by language."""
    yield TERMS, f.language, f.terms.keys()
    yield CONCEPTS, "", f.concepts.keys()
    yield SENSES, "", f.meant.keys()
    yield SOUNDS, "", f.sounds


def _rare(documents: float, having: float) -> float:
    return math.log((documents + at.SMOOTH) / (having + 1.0)) + 0.2
