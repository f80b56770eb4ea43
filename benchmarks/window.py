"""What a growing window costs: CPU milliseconds an article, and memory, on a week of invented articles.

    python -m benchmarks.window [--articles 100000] [--whole] [--vectors] [--json]

Reads a week and keeps of each article what comparing needs, in a file, and in memory what it is found by. All but the
last thousand stand in their stories, one for each event; the last ones are clustered on top of them, as a run of
`weave` does, with the window full. With `--whole` the first ones are clustered too, in one pass, for which all features
lie in memory, as when nothing of a week was ever woven. `--vectors` gives each
article a vector of the model's length, near to its event's: what vectors cost, not what making them does.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from benchmarks import invented
from benchmarks.bench import Bench
from benchmarks.reprints import memory
from benchmarks.tally import Figures, b_cubed, b_cubed_of
from digest.stories.clusters import Cluster, gather
from digest.stories.ledger import Hashing, Ledger, filed
from digest.stories.reading import Features, read
from digest.stories.shelf import Kept, packed, shared
from digest.stories.similarity import Vector, engine
from topics.concepts import Matcher

SETS = Path(__file__).resolve().parent / "sets"
SHIPPED = (Path("demo"), SETS / "newsroom-2", SETS / "newsroom-3")
LAST = 1000  # articles whose cost, with all others standing, is told apart


def measure(articles: int, *, whole: bool = False, vectors: bool = False) -> Figures:
    """Milliseconds an article for reading and clustering, B-cubed against the events, memory in GB."""
    with tempfile.TemporaryFile() as file:
        return _measured(articles, Drawer(file), whole=whole, vectors=vectors)


def _measured(articles: int, drawer: Drawer, *, whole: bool, vectors: bool) -> Figures:
    matcher = Bench(model=False).matcher
    gold: dict[int, int] = {}
    features: list[Features] = []
    reading, hashing = 0.0, Hashing()
    words: dict[int, bytes] = {}
    for event, item in invented.week(invented.bases(SHIPPED), articles, random.Random(11)):
        began = time.process_time()
        made = shared(read(item, matcher))
        words[item.id] = filed(made, hashing)
        reading += time.process_time() - began
        features.append(made if whole else drawer.kept(made))
        gold[item.id] = event
    features.sort(key=lambda f: (f.at, f.id))
    meant = _meanings(features, gold) if vectors else {}
    late = min(LAST, articles // 2)
    first, last = features[:-late], features[-late:]
    began = time.process_time()
    standing = _clustered(first, matcher, meant) if whole else _as_they_are(first, gold)
    passed, held = time.process_time() - began, memory()
    if whole:  # from here on as a run finds them that comes later
        standing = [replace(c, members=[drawer.kept(f) for f in c.members], why={}) for c in standing]
        del features, first
    began = time.process_time()
    ledger = Ledger.of([(c.members, c.shown()) for c in standing], words)
    similarity = engine(last[:1], matcher, meant, ledger=ledger)
    gather([], similarity, standing=[replace(standing[0], touched=True), *standing[1:]])
    fixed = time.process_time() - began
    del ledger, similarity
    began = time.process_time()
    ledger = Ledger.of([(c.members, c.shown()) for c in standing], words)
    again = gather(last, engine(last, matcher, meant, ledger=ledger), standing=standing)
    top = time.process_time() - began
    found = {f.id: n for n, story in enumerate(again) for c in story.clusters for f in c.members}
    return {
        "articles": articles,
        "stories": len(again),
        "b3": b_cubed_of(b_cubed(found, gold) if whole else _of_the_last(found, gold, last)),
        "ms_an_article": {
            "read": _ms(reading, articles),
            "clustered": _ms(passed, articles - late) if whole else None,
            "the_last_with_all_standing": _ms(top, len(last)),
        },
        "seconds_to_index_what_stands": round(fixed, 1),
        "memory_gb_of_the_pass": held if whole else None,
        "memory_gb": memory(),
    }


class Drawer:
    """Packed features in a file: what the store is to a run of `weave`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._places: dict[int, tuple[int, int]] = {}

    def kept(self, f: Features) -> Features:
        data = packed(f)
        self._places[f.id] = self._file.seek(0, 2), len(data)
        self._file.write(data)
        return Kept.of(f.id, f.language, f.at, f.source_id, f.url, self)

    def packed(self, ids: Sequence[int]) -> Mapping[int, bytes]:
        return {id: self._read(*self._places[id]) for id in ids}

    def _read(self, start: int, length: int) -> bytes:
        self._file.seek(start)
        return self._file.read(length)


def _clustered(features: Sequence[Features], matcher: Matcher, meant: Mapping[int, Vector]) -> list[Cluster]:
    gathered = gather(features, engine(features, matcher, meant))
    return [replace(c, story=n, touched=False) for n, story in enumerate(gathered, 1) for c in story.clusters]


def _as_they_are(features: Sequence[Features], gold: Mapping[int, int]) -> list[Cluster]:
    """A cluster for each event."""
    found: dict[int, Cluster] = {}
    for f in features:
        found.setdefault(gold[f.id], Cluster(f.language, [], story=gold[f.id] + 1)).members.append(f)
    return [found[event] for event in sorted(found)]


def _of_the_last(found: Mapping[int, int], gold: Mapping[int, int], last: Sequence[Features]) -> dict[str, float]:
    """B-cubed of the stories that took the last articles."""
    events, stories = {gold[f.id] for f in last}, {found[f.id] for f in last}
    kept = {id: event for id, event in gold.items() if event in events or found[id] in stories}
    return b_cubed({id: found[id] for id in kept}, kept)


def _ms(seconds: float, articles: int) -> float:
    return round(1000 * seconds / max(1, articles), 2)


def _meanings(features: Sequence[Features], gold: Mapping[int, int]) -> dict[int, Vector]:
    """Unit vectors, those of one event .6 alike, those of different ones not at all."""
    dice = np.random.default_rng(5)
    events = dice.standard_normal((max(gold.values()) + 1, 384), dtype=np.float32)
    found = {}
    for f in features:
        vector = 0.77 * events[gold[f.id]] + 0.64 * dice.standard_normal(384, dtype=np.float32)
        found[f.id] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """0; prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--whole", action="store_true", help="cluster the whole week, not only the last thousand")
    parser.add_argument("--vectors", action="store_true", help="with a vector for each article")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    found = measure(args.articles, whole=args.whole, vectors=args.vectors)
    print(
        json.dumps(found, indent=1) if args.json else "\n".join(f"{name:16} {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
