"""Score copies, stories, relevance and cross-language matching on labelled data, with the product's own functions.

    python -m benchmarks.stories --data PATH [--data PATH ...] [--no-model] [--json]

PATH is a file, or a folder whose files and folders are all tried; `demo` is the newsroom that ships. What a file is, is
told by its content: newsroom articles (JSON Lines with `gold_story`, or with the labels in a file beside them),
relevance items (JSON Lines with `edges`), headline triples (TSV with en, ru, zh), OG2021 titles (TSV with cluster),
Giveme5W1H (a JSON list with `event`), RuSentRel (a folder with `synonyms.txt`), NTREX (JSON documents with en, ru, zh).
Labels are read by the scorers alone: the functions under measurement get what a feed and a page would give.

At the top stand the figures of all sets of a kind together, made of their pooled counts; `sets` has each set alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import foreign, silences
from benchmarks.bench import START, Bench, items_of, story_of
from benchmarks.labelled import Set, UnknownData, find, told
from benchmarks.tally import NAMED, Figures, Tally, b_cubed, b_cubed_of, figures, merged, outcome, prf
from digest.stories.reading import Item
from digest.stories.weaving import Woven
from store.records import EDGES
from topics import relevance

Scored = tuple[Tally, Figures]  # what is pooled, and what is only told of this set
Rows = Sequence[Mapping[str, Any]]


# -- one scorer per kind of data --------------------------------------------------------------------------------------


def relevance_of(rows: Rows, bench: Bench) -> Scored:
    """Relevance and edges, item by item; `gold_` keys or plain ones."""
    tally: Tally = Counter()
    languages: Tally = Counter()
    for row in rows:
        judged = relevance.judge(
            bench.matcher,
            row["title"],
            row.get("lead") or "",
            row.get("body") or "",
            row["language"],
            outlet=row.get("outlet") or "",
            home=row.get("country") or row.get("outlet_country") or "",
        )
        gold = set(row["gold_edges"] if "gold_edges" in row else row["edges"])
        result = outcome(judged.relevant, bool(gold))
        tally[f"relevance.{result}"] += 1
        languages[f"{row['language']}.{result}"] += 1
        for edge in EDGES:
            tally[f"edges.{edge}.{outcome(edge in judged.edges, edge in gold)}"] += 1
    spoken = sorted({row["language"] for row in rows})
    return tally, {"relevance": {"by_language": {language: prf(languages, language) for language in spoken}}}


def newsroom_of(rows: Rows, bench: Bench) -> Scored:
    items = items_of(rows)
    began = time.monotonic()
    woven = bench.weave(items)
    seconds = time.monotonic() - began
    found, gold = story_of(woven), {n: row["gold_story"] for n, row in enumerate(rows)}
    tally, told = relevance_of(rows, bench)
    tally += Counter({f"b3.{part}": value for part, value in b_cubed(found, gold).items()})
    spoken = sorted({row["language"] for row in rows})
    told["b3"] = {
        "by_language": {
            language: b_cubed_of(b_cubed(found, {n: g for n, g in gold.items() if rows[n]["language"] == language}))
            for language in spoken
        }
    }
    tally += copy_pairs(rows, woven) + silences.tally_of(rows, bench)
    told["copies"] = origins(rows, woven)
    rewrites = [n for n, row in enumerate(rows) if row.get("gold_role") == "rewrite"]
    if rewrites:
        told["rewrites"] = {
            "found": sum(woven.places[n].role == "rewrite" for n in rewrites),
            "of": len(rewrites),
            "false": sum(woven.places[n].role == "rewrite" for n in gold if n not in rewrites),
        }
    told["ms_per_article"] = round(1000 * seconds / max(1, len(rows)), 1)
    return tally, told


def copy_pairs(rows: Rows, woven: Woven) -> Tally:
    """Pairs in one copy group; versions of one URL are left out."""
    tally: Tally = Counter()
    for i, left in enumerate(rows):
        for j in range(i + 1, len(rows)):
            right = rows[j]
            if left.get("url") and left.get("url") == right.get("url"):
                continue
            gold = left.get("gold_copy") is not None and left.get("gold_copy") == right.get("gold_copy")
            ours = woven.places[i].group is not None and woven.places[i].group == woven.places[j].group
            tally[f"copies.{outcome(ours, gold)}"] += 1
    return tally


def origins(rows: Rows, woven: Woven) -> Figures:
    """Of how many copy groups the first text was found."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        if row.get("gold_copy") is not None:
            groups[row["gold_copy"]].append(n)
    found = sum(
        any(rows[n].get("gold_origin") and woven.places[n].role == "original" for n in members)
        for members in groups.values()
    )
    return {"origins_found": found, "groups": len(groups)}


def triples_of(rows: Sequence[dict[str, Any]], bench: Bench) -> Scored:
    """Each headline is an article of one day; two of different languages match where they are woven into one story."""
    tally: Tally = Counter()
    for left, right in (("en", "ru"), ("en", "zh"), ("ru", "zh")):
        items = [
            Item(2 * n + k, *told(row, language), text="", language=language, at=START)
            for n, row in enumerate(rows)
            for k, language in enumerate((left, right))
        ]
        stories: dict[int, list[int]] = defaultdict(list)
        for id, story in story_of(bench.weave(items)).items():
            stories[story].append(id)
        name = f"triples.{left}_{right}"
        for members in stories.values():
            for a in members:
                for b in members:
                    if a % 2 == 0 and b % 2 == 1:
                        tally[f"{name}.{outcome(True, a // 2 == b // 2)}"] += 1
        tally[f"{name}.fn"] = len(rows) - tally[f"{name}.tp"]
    return tally, {}


def score(labelled: Set, bench: Bench) -> Scored:
    """The counts of one set that are pooled with others of its kind, and what else there is to say of it."""
    own = {"newsroom": newsroom_of, "relevance": relevance_of, "triples": triples_of}
    others = {"og2021": foreign.score_og2021, "giveme5w1h": foreign.score_giveme5w1h, "ntrex": foreign.score_ntrex}
    if labelled.kind in own:
        return own[labelled.kind](labelled.rows, bench)
    if labelled.kind in others:
        return Counter(), others[labelled.kind](labelled.rows, bench)
    return Counter(), foreign.score_rusentrel(labelled.path, bench)


def score_newsroom(rows: Rows, bench: Bench) -> Figures:
    """All figures of one newsroom."""
    tally, told = newsroom_of(rows, bench)
    return joined(figures(tally), told)


# -- what is printed --------------------------------------------------------------------------------------------------


def joined(left: Mapping[str, Any], right: Mapping[str, Any]) -> Figures:
    """Two trees of figures as one."""
    out = dict(left)
    for key, value in right.items():
        both = isinstance(value, Mapping) and isinstance(out.get(key), Mapping)
        out[key] = joined(out[key], value) if both else value
    return out


def measure(paths: Sequence[Path], bench: Bench) -> Figures:
    """Everything at `paths`: pooled at the top, each set alone under `sets`. Raises UnknownData."""
    whole: Tally = Counter()
    alone: Figures = {}
    for labelled in [labelled for path in paths for labelled in find(path)]:
        tally, told = score(labelled, bench)
        alone[str(labelled.path)] = joined(figures(tally), told)
        whole.update(tally)
    return merged(whole) | {"sets": alone}


def flattened(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def table(found: Figures) -> Iterable[str]:
    """For a reader: the pooled figures, then each set."""
    for name in (*NAMED, "model", "seconds", "seconds_embedding"):
        yield f"{name:40} {'not measured' if found[name] is None and name in NAMED else found[name]}"
    yield from (f"{'silences.' + name:40} {value}" for name, value in flattened(found.get("silences", {})))
    for path, alone in found["sets"].items():
        yield f"\n{path}"
        yield from (f"  {key:38} {value}" for key, value in flattened(alone))


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 where the data is missing or of no known kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", action="append", required=True, type=Path, help="a file or folder; may be given several times"
    )
    parser.add_argument("--no-model", action="store_true", help="stories by the lexicon alone")
    parser.add_argument("--space", type=Path, help="another space than the shipped one (benchmarks/space.py)")
    parser.add_argument("--cache", type=Path, help="an .npz file that keeps vectors between runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    began = time.monotonic()
    try:
        bench = Bench(model=not args.no_model, cache=args.cache, space=args.space)
        found = measure(args.data, bench)
    except UnknownData as error:
        print(f"benchmarks.stories: {error}", file=sys.stderr)
        return 2
    found |= {
        "model": bench.embedder.model if bench.embedder else None,
        "seconds": round(time.monotonic() - began, 1),
        "seconds_embedding": round(bench.seconds_embedding, 1),
    }
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print("\n".join(table(found)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
