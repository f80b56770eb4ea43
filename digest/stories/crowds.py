"""Crowds of texts that retell one event in much the same words: no crowd counts for more than a few texts.

How rare a word is tells events apart as long as events are counted. On a day on which thousands retell one event, its
own words would pass for common, and what each of them exchanged for rare. Of a story that stands no more are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from digest.stories import thresholds as at
from digest.stories.bands import Bands
from digest.stories.ledger import Hashing
from digest.stories.reading import Features
from digest.stories.signing import signatures


def shares(features: Iterable[Features]) -> dict[int, float]:
    """What each text of a large crowd counts for: all of them for REPRESENTATIVES. All other texts are left out."""
    told: dict[str, list[Features]] = {}
    for f in sorted(features, key=lambda f: (f.at, f.id)):
        if not f.senses and len(f.terms) > at.THIN:  # more than a headline
            told.setdefault(f.language, []).append(f)
    found: dict[int, float] = {}
    for texts in told.values():
        crowds = _crowds(texts)
        sizes, most = Counter(crowds), at.REPRESENTATIVES
        found.update((f.id, most / sizes[crowd]) for f, crowd in zip(texts, crowds, strict=True) if sizes[crowd] > most)
    return found


def _crowds(texts: Sequence[Features]) -> list[int]:
    """The number of each text's crowd: that of the first text which has enough of its words, or one of its own."""
    hashing = Hashing()
    signed = signatures([np.array([hashing[term] for term in f.terms], np.uint64) for f in texts])
    first = Bands(len(texts))
    found: list[int] = []
    for signature in signed:
        rows, alike = first.like(signature)
        best = int(np.argmax(alike)) if len(rows) else 0
        if len(rows) and alike[best] >= at.CROWD:
            found.append(int(rows[best]))
        else:
            found.append(first.add(signature))
    return found
