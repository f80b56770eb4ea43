"""What keeps true silences from print, and whether a side that spoke is heard where least is known of what it said.

    python -m benchmarks.hearing [--data PATH ...] [--no-model] [--space FILE] [--json]

Of each newsroom: the sides that woven stories do not have, by the reason that their silence is not printed for, those
that kept silent and those that spoke. Then every event that all three sides told, as if one side had told it in one
report, of whose feed we have the headline and no page: which are unheard against what the others told (two texts at
least), and which of those would be printed as a silence, with the side's other events as they were read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench, story_of
from benchmarks.labelled import UnknownData, find
from benchmarks.silences import Newsroom, meaning_of, stand_of, verdicts
from digest.issue.silence import SOURCES
from digest.issue.tellings import text_key
from digest.stories.pool import Pool
from digest.stories.possible import Home, Listening
from digest.stories.reading import Item
from digest.stories.weaving import Woven
from store.records import SIDES
from topics import relevance

SETS = Path(__file__).with_name("sets")


def gates(room: Newsroom) -> dict[str, dict[str, int]]:
    """Reason ("printed" for none) -> how many sides that kept silent, and that spoke, it decides about."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for verdict in verdicts(room):
        found[verdict.reason or "printed"]["spoke" if verdict.spoke else "silent"] += 1
    return {reason: {name: counts[name] for name in ("silent", "spoke")} for reason, counts in sorted(found.items())}


def headlines(room: Newsroom) -> dict[str, int]:
    """`of` reports, each by its headline alone: how many are `unheard`, and how many silences would be `printed`."""
    found = Counter[str]()
    kept = sorted(room.kept)
    woven = room.bench.weave([room.items[n] for n in kept])
    place = story_of(woven)
    for side in SIDES:
        mine = [n for n, its in enumerate(room.sides) if its == side]
        heads, on_topic = _headlines(room, mine)
        pool = Pool(room.bench.matcher, [*room.items, *heads], meaning_of(room, kept, on_topic))
        others, homes = stand_of(room, side, kept, place)
        stories = {n: place[n] for n in [*homes, *others]}
        for told, reports in _told_by_all(room, side, woven):
            rest = [n for n in mine if n not in reports]
            companions = [n for n in others if room.items[n] not in told]
            for n in reports:
                head = len(room.rows) + mine.index(n)
                alone: dict[int, Home] = {head: "alone"} if pool.texts[head] in on_topic else {}
                unheard = not Listening(pool, [head], (), alone).may_tell(told)
                found["of"] += 1
                found["unheard"] += unheard
                beside = Listening(pool, [head, *rest], companions, {**homes, **alone}, stories)
                found["printed"] += unheard and not beside.may_tell(told)
    return {name: found[name] for name in ("of", "unheard", "printed")}


def _headlines(room: Newsroom, mine: Sequence[int]) -> tuple[list[Item], list[Item]]:
    """Of `mine` the headlines by themselves, and those of them that are on topic: these have a vector."""
    heads = [replace(room.items[n], id=len(room.rows) + n, lead="", text="") for n in mine]
    homes = [room.rows[n]["country"] for n in mine]
    return heads, [head for head, home in zip(heads, homes, strict=True) if _relevant(room, head, home)]


def _relevant(room: Newsroom, head: Item, home: str) -> bool:
    matcher = room.bench.matcher
    return relevance.judge(matcher, head.title, "", "", head.language, outlet=head.outlet, home=home).relevant


def _told_by_all(room: Newsroom, side: str, woven: Woven) -> Iterator[tuple[Sequence[Item], Sequence[int]]]:
    """Of each event of all three sides what the others read on topic, in two texts at least, and `side`'s reports."""
    events: dict[str, list[int]] = defaultdict(list)
    for n, row in enumerate(room.rows):
        events[row["gold_story"]].append(n)
    for event, ids in events.items():
        others = [n for n in ids if room.sides[n] != side and n in room.kept]
        texts = {text_key(woven.places[n], room.rows[n]["outlet_id"]) for n in others} - {None}
        if set(SIDES) <= set(room.tellers[event]) and len(texts) >= SOURCES:
            yield [room.items[n] for n in others], [n for n in ids if room.sides[n] == side]


def measure(paths: Sequence[Path], bench: Bench) -> dict[str, Any]:
    """Each newsroom's figures by its path. Raises UnknownData."""
    rooms = {str(found.path): found.rows for path in paths for found in find(path) if found.kind == "newsroom"}
    measured = {}
    for name, rows in rooms.items():
        room = Newsroom(rows, bench)
        measured[name] = {"gates": gates(room), "headlines": headlines(room)}
    return measured


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 where there is no such set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", help="a newsroom or a folder; the shipped by default")
    parser.add_argument("--no-model", action="store_true", help="by the lexicon alone")
    parser.add_argument("--space", type=Path, help="another space than the shipped one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    try:
        found = measure(args.data or [Path("demo"), SETS], Bench(model=not args.no_model, space=args.space))
    except UnknownData as e:
        print(f"benchmarks.hearing: {e}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    for name, figures in found.items():
        print(name)
        for reason, counts in figures["gates"].items():
            print(f"    {reason:16} kept silent {counts['silent']:3}, spoke {counts['spoke']:3}")
        print("    headlines alone  " + ", ".join(f"{name} {value}" for name, value in figures["headlines"].items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
