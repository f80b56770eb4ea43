"""What weave does with an article that comes a day after another: joins it, follows it, or leaves it alone.

    python -m benchmarks.followups [--data FILE] [--no-model] [--json]

FILE holds labelled pairs, one a line: `earlier` and `later` (language, title, text, published) and `relation`: same
(one event, reported late), follow-up (a new event that goes on from the first), other (of the same beat, and no more).
The demo's newsroom stands around each earlier article, so that words are as rare and texts as far apart as on a day.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench, items_of
from benchmarks.labelled import find
from digest.stories import thresholds as at
from digest.stories.reading import Features, Item, read
from digest.stories.weaving import weave

SHIPPED = Path(__file__).with_name("sets") / "followups-4.jsonl"
RIGHT = {"same": ("joined",), "follow-up": ("follows",), "other": ("apart",)}
OUTCOMES = ("joined", "follows", "apart")
EARLIER, LATER, STORY = 10_000, 10_001, 10_000  # numbers beyond the newsroom's

Pair = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Day:
    """The newsroom as it stands: what it printed, the stories that it was woven into, and what was read of it."""

    items: Sequence[Item]
    standing: Mapping[int, tuple[int, int]]
    features: Mapping[int, Features]
    ends: datetime

    @classmethod
    def of(cls, bench: Bench) -> Day:
        items = items_of(find(Path("demo"))[0].rows)
        woven = bench.weave(items)
        standing = {
            f.id: (number, place)
            for number, story in enumerate(woven.stories)
            for place, cluster in enumerate(story.clusters)
            for f in cluster.members
        }
        features = {item.id: read(item, bench.matcher) for item in items}
        return cls(items, standing, features, max(item.at for item in items))

    def moved(self, by: timedelta) -> tuple[list[Item], dict[int, Features]]:
        """The same day at another time."""
        items = [replace(item, at=item.at + by) for item in self.items]
        return items, {id: replace(f, at=f.at + by) for id, f in self.features.items()}


def _item(number: int, told: Mapping[str, str]) -> Item:
    when = datetime.fromisoformat(told["published"]).astimezone(UTC)
    return Item(number, told["title"], "", told["text"], told["language"], when, f"Outlet {number}", f"o{number}")


def outcome(pair: Pair, day: Day, bench: Bench) -> str:
    """ "joined", "follows" or "apart": what became of the later article, the nightly pass over 72 hours included."""
    earlier, later = _item(EARLIER, pair["earlier"]), _item(LATER, pair["later"])
    around, features = day.moved(earlier.at - day.ends)
    items = [*around, earlier, later]
    vectors = bench.vectors(items)
    woven = weave(
        items,
        bench.matcher,
        vectors=vectors,
        means=bench.means(items, vectors),
        standing={**day.standing, EARLIER: (STORY, 0)},
        again_since=later.at - timedelta(hours=at.MERGE_HOURS),
        read_before=features,
    )
    home = next(
        story for story in woven.stories if any(f.id == LATER for cluster in story.clusters for f in cluster.members)
    )
    if STORY in home.stories:
        return "joined"
    return "follows" if woven.follows.get(LATER) == STORY else "apart"


def pairs(path: Path) -> Iterator[Pair]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def measure(rows: Sequence[Pair], bench: Bench) -> dict[str, Any]:
    """For each relation what became of its pairs; and the share that is right of all."""
    day, found = Day.of(bench), Counter[tuple[str, str]]()
    for pair in rows:
        found[pair["relation"], outcome(pair, day, bench)] += 1
    table = {relation: {name: found[relation, name] for name in OUTCOMES} for relation in RIGHT}
    right = sum(found[relation, name] for relation, names in RIGHT.items() for name in names)
    return {**table, "right": right, "of": len(rows)}


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 where the file is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHIPPED, help="a file of pairs; the shipped one by default")
    parser.add_argument("--no-model", action="store_true", help="by the lexicon alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    if not args.data.is_file():
        print(f"benchmarks.followups: there is no file {args.data}", file=sys.stderr)
        return 2
    bench = Bench(model=not args.no_model)
    found = measure(list(pairs(args.data)), bench) | {"model": bench.embedder.model if bench.embedder else None}
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for relation in RIGHT:
            print(f"{relation:10} " + ", ".join(f"{name} {found[relation][name]}" for name in OUTCOMES))
        print(f"right      {found['right']} of {found['of']}; model {found['model']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
