"""The clusters that stand in one language, by the keys that their texts are found by: filed all at once, in arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.stories import thresholds as at
from digest.stories.corpus import Corpus
from digest.stories.ledger import SENSES, SOUNDS, TERMS, Hashes, Ledger, Numbers, Weights, numbered
from digest.stories.reading import Features

_ROWS = 1024  # texts of about one length that are sorted at once

Vector = NDArray[np.float32]


class Standing:
    """key -> the clusters that have it, rising, and its highest weight among the texts that are shown for each.

    `vectors` are those of these texts, `owners` the clusters that each belongs to.
    """

    def __init__(
        self, ledger: Ledger, rows: Numbers, hashes: Hashes, weights: Weights, vectors: Sequence[tuple[int, Vector]]
    ) -> None:
        """`rows` (rising), `hashes` and `weights`: which text is found by which key, and how much."""
        best = _strongest(rows, weights, at.KEYS)
        self._ledger = ledger
        self._hashes, keys, counts = numbered(hashes[best])
        owners, values = ledger.numbers[rows[best]], weights[best]
        order = _in_order(keys)
        keys, owners, values = keys[order], owners[order], values[order]
        first = np.ones(len(keys), bool)
        first[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        starts = np.flatnonzero(first)
        self._numbers = owners[starts]
        self._weights = np.maximum.reduceat(values, starts) if len(starts) else values
        self._starts = np.append(np.searchsorted(keys[starts], np.arange(len(counts))), len(starts))
        self.vectors = [vector for _, vector in vectors]
        self.owners = [number for number, _ in vectors]

    def found(self, key: str) -> tuple[Numbers, Weights] | None:
        """The clusters with `key`, and its weight in each."""
        hash = self._ledger.hashing[key]
        place = int(np.searchsorted(self._hashes, np.uint64(hash)))
        if place == len(self._hashes) or self._hashes[place] != hash:
            return None
        inside = slice(self._starts[place], self._starts[place + 1])
        return self._numbers[inside], self._weights[inside]

    def inside(self, number: int) -> list[Features]:
        """The texts that are shown for a cluster."""
        return self._ledger.inside(number)

    def __len__(self) -> int:
        """Clusters with lower numbers stand, in this language or another."""
        return len(self._ledger)


def by_words(ledger: Ledger, language: str, corpus: Corpus, vectors: Mapping[int, Vector]) -> Standing:
    """Found as `ConceptSimilarity.keys` has it: by words."""
    section = ledger.section(TERMS, language)
    weights = _unit(section.rows, section.weights * corpus.standing(TERMS, language)[section.words])
    shown = ledger.shown[section.rows]
    hashes = section.hashes[section.words[shown]]
    return Standing(ledger, section.rows[shown], hashes, weights[shown], _vectors(ledger, language, vectors))


def by_subjects(ledger: Ledger, language: str, corpus: Corpus, vectors: Mapping[int, Vector]) -> Standing:
    """Found as `ConceptSimilarity.keys_across` has it: by subjects and names."""
    wanted = ledger.shown & ledger.speaks(language)
    senses, sounds = ledger.section(SENSES), ledger.section(SOUNDS)
    weights = _unit(senses.rows, senses.weights * corpus.standing(SENSES)[senses.words])
    of_sense, of_sound = wanted[senses.rows], wanted[sounds.rows]
    by_sound = sounds.hashes[sounds.words[of_sound]]
    rows = np.concatenate([sounds.rows[of_sound], senses.rows[of_sense]])
    hashes = np.concatenate([by_sound, senses.hashes[senses.words[of_sense]]])
    found = np.concatenate([(corpus.standing(SOUNDS) / 10)[sounds.words[of_sound]], weights[of_sense]])
    # a name that is spelt as a subject is called is one key, and the name's weight counts
    both = np.isin(hashes, np.intersect1d(sounds.hashes, senses.hashes))
    seen = set[tuple[int, int]]()
    keep = np.ones(len(rows), bool)
    for place in np.flatnonzero(both).tolist():
        key = (int(rows[place]), int(hashes[place]))
        keep[place] = key not in seen
        seen.add(key)
    order = np.argsort(rows[keep], kind="stable")
    rows, hashes, found = (part[keep][order] for part in (rows, hashes, found))
    return Standing(ledger, rows, hashes, found, _vectors(ledger, language, vectors))


def _vectors(ledger: Ledger, language: str, vectors: Mapping[int, Vector]) -> list[tuple[int, Vector]]:
    wanted: Iterable[int] = np.flatnonzero(ledger.shown & ledger.speaks(language)).tolist() if vectors else ()
    pairs = ((int(ledger.numbers[row]), vectors.get(ledger.features[row].id)) for row in wanted)
    return [(number, vector) for number, vector in pairs if vector is not None]


def _unit(rows: Numbers, weights: Weights) -> Weights:
    """Weights of texts, each text's brought to length 1."""
    if not len(rows):
        return weights
    return np.asarray(weights / np.sqrt(np.bincount(rows, weights**2))[rows])


def _in_order(keys: Numbers) -> Numbers:
    """As a stable argsort of small numbers, in two thirds of the time: key and place are sorted as one number."""
    both = keys * len(keys) + np.arange(len(keys))
    both.sort()
    return both % max(1, len(keys))


def _strongest(rows: Numbers, weights: Weights, most: int) -> NDArray[np.bool_]:
    """Which entries are among the `most` highest of their row; of equal ones the earlier."""
    if not len(rows):
        return np.ones(0, bool)
    counts = np.bincount(rows)
    starts = np.cumsum(counts) - counts
    found = counts[rows] <= most
    many = np.flatnonzero(counts > most)
    many = many[np.argsort(counts[many], kind="stable")]
    for n in range(0, len(many), _ROWS):
        some = many[n : n + _ROWS]
        across = np.arange(counts[some].max())
        places = starts[some][:, None] + across
        values = np.where(across < counts[some][:, None], weights[np.minimum(places, len(rows) - 1)], -np.inf)
        best = np.argsort(-values, axis=1, kind="stable")[:, :most]
        found[np.take_along_axis(places, best, 1)] = True
    return found
