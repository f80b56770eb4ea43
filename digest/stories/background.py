"""How alike a text is to texts of another language that have nothing to do with it, and what stands clear of that.

Raw likeness across languages is no common measure: one headline is near to everything (two states and a verb that all
the day's news share), another near to nothing (a rare subject, told in other words), and Russian and Chinese texts are
farther apart than English ones from either. So a pair is judged by how far it stands above what each of its two ends
has in common with the day's texts at large, in standard deviations (symmetric normalisation, known from speaker
recognition; the margin criterion of Artetxe & Schwenk 2019 does the same to find sentence pairs).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from digest.stories import thresholds as at
from digest.stories.reading import Features

Likeness = Callable[[Features, Features], float]


class Background:
    """A sample of the texts at hand, and what was measured against it. Deterministic: every n-th by number."""

    def __init__(self, features: Iterable[Features], likeness: Likeness, ordinary: tuple[float, float]) -> None:
        """`ordinary` is (mean, deviation) of likeness between unrelated texts, for days too thin to tell their own."""
        found: dict[str, list[Features]] = {}
        for f in sorted(features, key=lambda f: f.id):
            found.setdefault(f.language, []).append(f)
        self._sample = {language: _spread(texts, at.BACKGROUND) for language, texts in found.items()}
        self._likeness = likeness
        self._ordinary = ordinary
        self._measured: dict[tuple[int, str], tuple[float, float]] = {}

    def clear(self, left: Features, right: Features, value: float) -> float:
        """How far `value`, the likeness of these two, stands above both ends' background, in tenths of deviations."""
        mean, deviation = self._of(left, right.language)
        other_mean, other_deviation = self._of(right, left.language)
        return ((value - mean) / deviation + (value - other_mean) / other_deviation) / 20

    def _of(self, f: Features, language: str) -> tuple[float, float]:
        key = (f.id, language)
        found = self._measured.get(key)
        if found is None:
            found = self._measured[key] = self._measure([self._likeness(f, x) for x in self._sample.get(language, ())])
        return found

    def _measure(self, values: list[float]) -> tuple[float, float]:
        """Mean and deviation, shrunk towards the ordinary ones. The text's own story is in the sample too: what is far
        above the ordinary is clipped, so that a story told by many does not hide itself.
        """
        mean, deviation = self._ordinary
        top = mean + at.BACKGROUND_TOP * deviation
        values = [min(value, top) for value in values]
        n, prior = len(values), at.BACKGROUND_PRIOR
        middle = (prior * mean + math.fsum(values)) / (prior + n)
        square = prior * (deviation**2 + (mean - middle) ** 2) + math.fsum((value - middle) ** 2 for value in values)
        return middle, math.sqrt(square / (prior + n))


def _spread(texts: list[Features], most: int) -> list[Features]:
    if len(texts) <= most:
        return texts
    return [texts[n * len(texts) // most] for n in range(most)]
