"""How alike a text is to texts of another language that have nothing to do with it, and what stands clear of that.

Raw likeness across languages is no common measure: one headline is near to everything (two states and a verb that all
the day's news share), another near to nothing (a rare subject, told in other words), and Russian and Chinese texts are
farther apart than English ones from either. So a pair is judged by how far it stands above what each of its two ends
has in common with the day's texts at large, in standard deviations (symmetric normalisation, known from speaker
recognition; the margin criterion of Artetxe & Schwenk 2019 does the same to find sentence pairs).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from digest.stories import thresholds as at
from digest.stories.reading import Features

Likenesses = Callable[[Features, Sequence[Features]], list[float]]  # of one text to each of a few of one language


class Background:
    """A sample of the texts at hand, and what was measured against it. Deterministic: every n-th by number."""

    def __init__(self, features: Iterable[Features], likenesses: Likenesses, ordinary: tuple[float, float]) -> None:
        """`ordinary` is (mean, deviation) of likeness between unrelated texts, for days too thin to tell their own."""
        found: dict[str, list[Features]] = {}
        for f in sorted(features, key=lambda f: f.id):
            found.setdefault(f.language, []).append(f)
        self._sample = {language: _spread(texts, at.BACKGROUND) for language, texts in found.items()}
        self._likenesses = likenesses
        self._ordinary = ordinary
        self._measured: dict[tuple[int, str], tuple[float, float]] = {}

    def clear(self, left: Features, right: Features, value: float) -> float:
        """How far `value`, the likeness of these two, stands above both ends' background, in tenths of deviations."""
        mean, deviation = self._of(left, right.language)
        other_mean, other_deviation = self._of(right, left.language)
        return ((value - mean) / deviation + (value - other_mean) / other_deviation) / 20

    def most(self, left: Features, right: Features, value: float) -> float:
        """No less than `clear` can give these two where that is above 0: nothing is measured for it."""
        highest = 0.0
        for f, language in ((left, right.language), (right, left.language)):
            known = self._measured.get((f.id, language))
            mean, deviation = known or self._least(language)
            highest += (value - mean) / deviation if known else max(0.0, (value - mean) / deviation)
        return max(0.0, highest) / 20

    def _least(self, language: str) -> tuple[float, float]:
        """The least that mean and deviation can be: all of the sample wholly unlike, and all of it the same."""
        mean, deviation = self._ordinary
        own = at.BACKGROUND_PRIOR / (at.BACKGROUND_PRIOR + len(self._sample.get(language, ())))
        return own * mean, math.sqrt(own) * deviation

    def _of(self, f: Features, language: str) -> tuple[float, float]:
        key = (f.id, language)
        found = self._measured.get(key)
        if found is None:
            found = self._measured[key] = self._measure(self._likenesses(f, self._sample.get(language, ())))
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
