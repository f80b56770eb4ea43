"""A few texts of one language that another text is held against all at once: only where two share a thing it is
weighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from digest.stories.reading import Features
from digest.stories.weighing import Weighing

SPELT = 6  # letters, from which a name may be looked for in the pinyin of a Chinese text

Key = TypeVar("Key", bound=Hashable)


class Sample:
    """`texts`, by what is in them."""

    def __init__(self, texts: Sequence[Features], senses: Weighing) -> None:
        self.texts = texts
        self._senses = senses
        self._weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for row, f in enumerate(texts):
            for key, weight in senses.vector(f).items():
                self._weights[key].append((row, weight))
        self._figures = _rows((row, f.figures) for row, f in enumerate(texts))
        self._sounds = _rows((row, f.sounds) for row, f in enumerate(texts))
        self._spelt = [(row, f.spelt) for row, f in enumerate(texts) if f.spelt]

    def senses(self, f: Features) -> list[float]:
        """How alike the senses of `f` are to those of each text, 0..1."""
        found = [0.0] * len(self.texts)
        for key, weight in self._senses.vector(f).items():
            for row, other in self._weights.get(key, ()):
                found[row] += weight * other
        return found

    def figures(self, f: Features, weigh: Callable[[Features, Features], float]) -> list[float]:
        """What `weigh` says of `f` and each text, 0 where they share no figure."""
        rows = {row for figure in f.figures for row in self._figures.get(figure, ())}
        return self._weighed(f, rows, weigh)

    def names(self, f: Features, weigh: Callable[[Features, Features], float]) -> list[float]:
        """What `weigh` says of `f` and each text, 0 where neither names by sound what the other does, or spells it."""
        rows = {row for sound in f.sounds for row in self._sounds.get(sound, ())}
        if f.spelt:
            rows.update(*(found for sound, found in self._sounds.items() if len(sound) >= SPELT and sound in f.spelt))
        long = [sound for sound in f.sounds if len(sound) >= SPELT] if self._spelt else []
        if long:
            rows.update(row for row, spelt in self._spelt if any(sound in spelt for sound in long))
        return self._weighed(f, rows, weigh)

    def _weighed(self, f: Features, rows: Iterable[int], weigh: Callable[[Features, Features], float]) -> list[float]:
        found = [0.0] * len(self.texts)
        for row in rows:
            found[row] = weigh(f, self.texts[row])
        return found


def _rows(things: Iterable[tuple[int, Iterable[Key]]]) -> Mapping[Key, list[int]]:
    """thing -> the rows that have it."""
    found: dict[Key, list[int]] = defaultdict(list)
    for row, inside in things:
        for thing in inside:
            found[thing].append(row)
    return found
