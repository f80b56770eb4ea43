"""The product's parts as the measurements use them: lexicon, model or none, and the vectors kept between runs."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from config.load import load, shipped
from digest.embedding import Model
from digest.embedding import load as load_model
from digest.stories.reading import Item, embedded_text
from digest.stories.similarity import Means, Vector
from digest.stories.weaving import Woven, weave
from store.records import Lexicon
from topics.concepts import Matcher

START = datetime(2026, 1, 1, tzinfo=UTC)  # when texts without a date came out


class Bench:
    """The product's parts, built once: lexicon, model (or None), and vectors kept between runs where a cache is
    named.
    """

    def __init__(self, *, model: bool, cache: Path | None = None, space: Path | None = None) -> None:
        self.matcher = Matcher(Lexicon.of(load(shipped()).lexicon_rows()))
        self.embedder: Model | None = load_model(path=space) if model else None
        self.seconds_embedding = 0.0
        self._cache = cache
        self._known: dict[str, Vector] = {}
        if cache is not None and cache.exists():
            with np.load(cache) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def vectors(self, items: Sequence[Item]) -> dict[int, Vector] | None:
        if self.embedder is None:
            return None
        texts = {item.id: embedded_text(item.title, item.lead, item.text, item.outlet) for item in items}
        keys = {id: hashlib.sha256(f"{self.embedder.model}\0{text}".encode()).hexdigest() for id, text in texts.items()}
        missing = sorted({keys[id]: texts[id] for id in texts if keys[id] not in self._known}.items())
        began = time.monotonic()
        for (key, _), vector in zip(missing, self.embedder.embed([text for _, text in missing]), strict=True):
            self._known[key] = vector
        self.seconds_embedding += time.monotonic() - began
        if self._cache is not None and missing:
            np.savez(self._cache, keys=np.array(list(self._known)), vectors=np.array(list(self._known.values())))
        return {id: self._known[key] for id, key in keys.items()}

    def means(self, items: Sequence[Item], vectors: Mapping[int, Vector] | None) -> Means | None:
        """The shipped prior shrunk towards what this store has seen: exactly these items, as `weave` would have it."""
        if vectors is None or self.embedder is None:
            return None
        totals: dict[str, Any] = {}
        counts: Counter[str] = Counter()
        for item in items:
            totals[item.language] = totals.get(item.language, 0.0) + vectors[item.id].astype(np.float64)
            counts[item.language] += 1
        return Means(self.embedder.prior.prior, counts, totals)

    def weave(self, items: Sequence[Item]) -> Woven:
        vectors = self.vectors(items)
        return weave(
            items,
            self.matcher,
            vectors=vectors,
            means=self.means(items, vectors),
            outlets=sorted({item.outlet for item in items if item.outlet}),
        )


def items_of(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    return [
        Item(
            id=n,
            title=row["title"],
            lead=row.get("lead") or "",
            text=row.get("body") or "",
            language=row["language"],
            at=datetime.fromisoformat(row["published"]).astimezone(UTC),
            outlet=row.get("outlet") or "",
            source_id=row.get("outlet_id") or "",
            url=row.get("url") or "",
        )
        for n, row in enumerate(rows)
    ]


def story_of(woven: Woven) -> dict[int, int]:
    """article -> the number of its story."""
    return {
        f.id: number
        for number, story in enumerate(woven.stories)
        for cluster in story.clusters
        for f in cluster.members
    }
