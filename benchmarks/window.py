"""What a growing window costs: CPU milliseconds an article, and memory, on a week of invented articles.

    python -m benchmarks.window [--articles 100000] [--vectors] [--json]

Reads a week, keeps of each article what comparing needs, and clusters all but the last articles in one pass; then the
last ones on top of all that stand, as a run of `weave` does. `--vectors` gives each article a vector of the model's
length, near to its event's: what the vectors cost, not what making them does.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import invented
from benchmarks.bench import Bench
from benchmarks.reprints import memory
from benchmarks.tally import Figures, b_cubed, b_cubed_of
from digest.stories.clusters import gather
from digest.stories.reading import Features, read
from digest.stories.shelf import shared
from digest.stories.similarity import Vector, engine

SETS = Path(__file__).resolve().parent / "sets"
SHIPPED = (Path("demo"), SETS / "newsroom-2", SETS / "newsroom-3")
LAST = 1000  # articles whose cost, with all others standing, is told apart


def measure(articles: int, *, vectors: bool) -> Figures:
    """Milliseconds an article for reading and clustering, B-cubed against the events, memory in GB."""
    matcher = Bench(model=False).matcher
    gold: dict[int, int] = {}
    features: list[Features] = []
    reading = 0.0
    for event, item in invented.week(invented.bases(SHIPPED), articles, random.Random(11)):
        began = time.process_time()
        features.append(shared(read(item, matcher)))
        reading += time.process_time() - began
        gold[item.id] = event
    features.sort(key=lambda f: (f.at, f.id))
    meant = _meanings(features, gold) if vectors else {}
    first, last = features[:-LAST], features[-LAST:]
    began = time.process_time()
    gathered = gather(first, engine(first, matcher, meant))
    whole = time.process_time() - began
    standing = [replace(c, story=n, touched=False) for n, story in enumerate(gathered, 1) for c in story.clusters]
    began = time.process_time()
    again = gather(last, engine(features, matcher, meant), standing=standing)
    top = time.process_time() - began
    found = {f.id: n for n, story in enumerate(again) for c in story.clusters for f in c.members}
    return {
        "articles": articles,
        "stories": len(again),
        "b3": b_cubed_of(b_cubed(found, gold)),
        "ms_an_article": {
            "read": _ms(reading, articles),
            "clustered": _ms(whole, len(first)),
            "the_last_with_all_standing": _ms(top, len(last)),
        },
        "memory_gb": memory(),
    }


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
    parser.add_argument("--vectors", action="store_true", help="with a vector for each article")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    found = measure(args.articles, vectors=args.vectors)
    print(
        json.dumps(found, indent=1) if args.json else "\n".join(f"{name:16} {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
