"""Score copies, stories, relevance and cross-language matching on labelled data, with the product's own functions.

    python -m benchmarks.stories --data PATH [--data PATH ...] [--no-model] [--json]

PATH is a file, or a folder whose files are all tried. What a file is, is told by its content: newsroom articles (JSON
Lines
with `gold_story`), relevance items (JSON Lines with `relevant`), headline triples (TSV with en, ru, zh), OG2021
titles (TSV with
cluster), Giveme5W1H (a JSON list with `event`), RuSentRel (a folder with `synonyms.txt`), NTREX (JSON documents with
en, ru, zh).
Labels are read by the scorers alone: the functions under measurement get what a feed and a page would give.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from config.load import load, shipped
from digest.embedding import Nano, prior
from digest.embedding import load as load_model
from digest.stories.similarity import Item, Means, Vector, embedded_text
from digest.stories.weaving import weave
from store.records import EDGES, Lexicon
from topics import relevance
from topics.concepts import Matcher

Figures = dict[str, Any]
START = datetime(2026, 1, 1, tzinfo=UTC)


class Bench:
    """The product's parts, built once: lexicon, model (or None), and vectors kept between runs where a cache is
    named.
    """

    def __init__(self, *, model: bool, cache: Path | None = None) -> None:
        self.matcher = Matcher(Lexicon.of(load(shipped()).lexicon_rows()))
        self.embedder: Nano | None = load_model() if model else None
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
        if vectors is None:
            return None
        totals: dict[str, Any] = {}
        counts: Counter[str] = Counter()
        for item in items:
            totals[item.language] = totals.get(item.language, 0.0) + vectors[item.id].astype(np.float64)
            counts[item.language] += 1
        return Means(prior().prior, counts, totals)

    def weave(self, items: Sequence[Item]) -> Any:
        vectors = self.vectors(items)
        return weave(
            items,
            self.matcher,
            vectors=vectors,
            means=self.means(items, vectors),
            outlets=sorted({item.outlet for item in items if item.outlet}),
        )


def prf(tp: int, fp: int, fn: int) -> Figures:
    """Precision, recall and F1, 0 where there is nothing to divide."""
    p, r = (tp / (tp + fp) if tp + fp else 0.0), (tp / (tp + fn) if tp + fn else 0.0)
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def b_cubed(found: Mapping[int, Any], gold: Mapping[int, Any]) -> Figures:
    """B-cubed (Bagga & Baldwin 1998): per item the overlap of its cluster with its gold cluster, averaged."""
    ours: dict[Any, set[int]] = defaultdict(set)
    theirs: dict[Any, set[int]] = defaultdict(set)
    for id in gold:
        ours[found[id]].add(id)
        theirs[gold[id]].add(id)
    p = sum(len(ours[found[i]] & theirs[gold[i]]) / len(ours[found[i]]) for i in gold) / max(1, len(gold))
    r = sum(len(ours[found[i]] & theirs[gold[i]]) / len(theirs[gold[i]]) for i in gold) / max(1, len(gold))
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def story_of(woven: Any) -> dict[int, int]:
    return {
        f.id: number
        for number, story in enumerate(woven.stories)
        for cluster in story.clusters
        for f in cluster.members
    }


# -- one scorer per kind of data
# ----------------------------------------------------------------------------------------


def score_relevance(rows: Sequence[Mapping[str, Any]], bench: Bench) -> Figures:
    """Relevance and edges, item by item; `gold_` keys or plain ones."""
    whole: Counter[str] = Counter()
    edges: dict[str, Counter[str]] = {edge: Counter() for edge in EDGES}
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        judged = relevance.judge(
            bench.matcher,
            row["title"],
            row.get("lead") or "",
            row.get("body") or "",
            row["language"],
            outlet=row.get("outlet") or "",
            home=row.get("country") or "",
        )
        gold = set(row["gold_edges"] if "gold_edges" in row else row["edges"])
        outcome = ("tn", "fn", "fp", "tp")[2 * judged.relevant + bool(gold)]
        whole[outcome] += 1
        languages[row["language"]][outcome] += 1
        for edge in EDGES:
            edges[edge][("tn", "fn", "fp", "tp")[2 * (edge in judged.edges) + (edge in gold)]] += 1
    by_edge = {edge: prf(c["tp"], c["fp"], c["fn"]) for edge, c in edges.items()}
    return {
        "relevance": prf(whole["tp"], whole["fp"], whole["fn"])
        | {"by_language": {k: prf(c["tp"], c["fp"], c["fn"]) for k, c in sorted(languages.items())}},
        "edges": {"macro_f1": round(sum(v["f1"] for v in by_edge.values()) / 3, 4)} | by_edge,
    }


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


def score_newsroom(rows: Sequence[Mapping[str, Any]], bench: Bench) -> Figures:
    items = items_of(rows)
    began = time.monotonic()
    woven = bench.weave(items)
    seconds = time.monotonic() - began
    found, gold = story_of(woven), {n: row["gold_story"] for n, row in enumerate(rows)}
    figures = score_relevance(rows, bench)
    figures["b3"] = b_cubed(found, gold) | {
        "by_language": {
            lang: b_cubed(found, {n: g for n, g in gold.items() if rows[n]["language"] == lang})
            for lang in sorted({row["language"] for row in rows})
        }
    }
    figures["copies"] = score_copies(rows, woven)
    rewrites = [n for n, row in enumerate(rows) if row.get("gold_role") == "rewrite"]
    if rewrites:
        figures["rewrites"] = {
            "found": sum(woven.places[n].role == "rewrite" for n in rewrites),
            "of": len(rewrites),
            "false": sum(woven.places[n].role == "rewrite" for n in gold if n not in rewrites),
        }
    figures["ms_per_article"] = round(1000 * seconds / max(1, len(rows)), 1)
    return figures


def score_copies(rows: Sequence[Mapping[str, Any]], woven: Any) -> Figures:
    """Pairs in one copy group; versions of one URL are left out."""
    counts: Counter[str] = Counter()
    for i, left in enumerate(rows):
        for j in range(i + 1, len(rows)):
            right = rows[j]
            if left.get("url") and left.get("url") == right.get("url"):
                continue
            gold = left.get("gold_copy") is not None and left.get("gold_copy") == right.get("gold_copy")
            ours = woven.places[i].group is not None and woven.places[i].group == woven.places[j].group
            counts[("tn", "fn", "fp", "tp")[2 * ours + gold]] += 1
    groups: dict[Any, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        if row.get("gold_copy") is not None:
            groups[row["gold_copy"]].append(n)
    origins = sum(
        any(rows[n].get("gold_origin") and woven.places[n].role == "original" for n in members)
        for members in groups.values()
    )
    return prf(counts["tp"], counts["fp"], counts["fn"]) | {"origins_found": origins, "groups": len(groups)}


def score_triples(rows: Sequence[Mapping[str, str]], bench: Bench) -> Figures:
    """Each headline is an article of one day; two of different languages match where they are woven into one story."""
    figures: Figures = {}
    for left, right in (("en", "ru"), ("en", "zh"), ("ru", "zh")):
        items = [
            Item(id=2 * n + k, title=row[language], lead="", text="", language=language, at=START)
            for n, row in enumerate(rows)
            for k, language in enumerate((left, right))
        ]
        found = story_of(bench.weave(items))
        stories: dict[int, list[int]] = defaultdict(list)
        for id, story in found.items():
            stories[story].append(id)
        tp = fp = 0
        for members in stories.values():
            for a in members:
                for b in members:
                    if a % 2 == 0 and b % 2 == 1:
                        tp, fp = tp + (a // 2 == b // 2), fp + (a // 2 != b // 2)
        figures[f"{left}_{right}"] = prf(tp, fp, len(rows) - tp)
    return {"triples": figures}


def score_og2021(rows: Sequence[Mapping[str, str]], bench: Bench) -> Figures:
    """Titles of the Tokyo games: stories in English, and in English, Russian and Chinese; none is relevant to us."""
    code = {"eng": "en", "rus": "ru", "zho": "zh"}
    kept = [row for row in rows if row["lang"] in code]
    figures: Figures = {}
    for name, langs in (("english", ("eng",)), ("en_ru_zh", tuple(code))):
        part = [row for row in kept if row["lang"] in langs]
        items = [
            Item(
                id=n,
                title=row["title"],
                lead="",
                text="",
                language=code[row["lang"]],
                at=datetime.fromisoformat(row["time"]).replace(tzinfo=UTC),
            )
            for n, row in enumerate(part)
        ]
        began = time.monotonic()
        found = story_of(bench.weave(items))
        figures[name] = b_cubed(found, {n: row["cluster"] for n, row in enumerate(part)})
        figures[name]["seconds"] = round(time.monotonic() - began, 1)
    for lang in code:
        mine = [row for row in kept if row["lang"] == lang]
        false = [
            row["title"] for row in mine if relevance.judge(bench.matcher, row["title"], "", "", code[lang]).relevant
        ]
        figures[f"false_relevant_{lang}"] = {
            "n": len(false),
            "of": len(mine),
            "share": round(len(false) / max(1, len(mine)), 5),
            "titles": false[:40],
        }
    return {"og2021": figures}


def score_giveme5w1h(rows: Sequence[Mapping[str, Any]], bench: Bench) -> Figures:
    """Full texts by event: `f1` as if all came out in one day, for their dates scatter; `dated` with them."""

    def woven(dated: bool) -> Figures:
        items = [
            Item(
                id=n,
                title=row.get("title") or "",
                lead=row.get("lead") or "",
                text=row.get("text") or "",
                language="en",
                at=_date(row.get("date")) if dated else START,
                url=row.get("url") or "",
            )
            for n, row in enumerate(rows)
        ]
        return b_cubed(story_of(bench.weave(items)), {n: row["event"] for n, row in enumerate(rows)})

    return {"giveme5w1h": woven(False) | {"dated": woven(True), "articles": len(rows)}}


def _date(value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value)[:19]).replace(tzinfo=UTC)
    except ValueError:
        return START


def score_ntrex(rows: Sequence[Mapping[str, Any]], bench: Bench) -> Figures:
    """The odd documents (the even ones made the prior): is the nearest in the other language the same document?"""
    if bench.embedder is None:
        return {"ntrex": {}}
    from digest.stories.similarity import centred

    rows = rows[1::2]
    items = [
        Item(id=3 * n + k, title=row[lang][0], lead=" ".join(row[lang][1:4]), text="", language=lang, at=START)
        for n, row in enumerate(rows)
        for k, lang in enumerate(("en", "ru", "zh"))
    ]
    raw = bench.vectors(items)
    means = bench.means(items, raw)
    assert raw is not None and means is not None
    vectors = centred(raw, {item.id: item.language for item in items}, means)
    figures: Figures = {}
    for a, b in ((0, 1), (0, 2), (1, 2)):
        left = np.array([vectors[3 * n + a] for n in range(len(rows))])
        right = np.array([vectors[3 * n + b] for n in range(len(rows))])
        table = left @ right.T
        hits = (table.argmax(1) == np.arange(len(rows))).mean(), (table.argmax(0) == np.arange(len(rows))).mean()
        figures[f"{('en', 'ru', 'zh')[a]}_{('en', 'ru', 'zh')[b]}"] = round(float(sum(hits) / 2), 4)
    return {"ntrex": {"recall_at_1": figures, "documents": len(rows)}}


def score_rusentrel(folder: Path, bench: Bench) -> Figures:
    """Document-level edges from labelled attitudes between the three states."""
    names = {}
    for line in (folder / "synonyms.txt").read_text(encoding="utf-8").splitlines():
        if ":" in line:
            line = line.split(":", 1)[1]
        group = [name.strip().lower() for name in line.split(",")]
        for state, sign in (("RU", "россия"), ("US", "сша"), ("CN", "китай")):
            if sign in group:
                names.update(dict.fromkeys(group, state))
    counts: dict[str, Counter[str]] = {edge: Counter() for edge in EDGES}
    for text_file in sorted([*folder.glob("train/art*.txt"), *folder.glob("test/art*.txt")]):
        if not text_file.stem.removeprefix("art").isdigit():
            continue
        opinions = [folder / part / f"{text_file.stem}.opin.txt" for part in ("train", "etalon")]
        labels = [line for path in opinions if path.exists() for line in path.read_text(encoding="utf-8").splitlines()]
        gold = set()
        for line in labels:
            ends = {names.get(end.strip().lower()) for end in line.split(",")[:2]}
            gold |= {edge for edge in EDGES if set(edge.split("-")) == ends}
        text = text_file.read_text(encoding="utf-8").replace("{Author, Unknown}", "")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        judged = relevance.judge(bench.matcher, lines[0], "", "\n".join(lines[1:]), "ru")
        for edge in EDGES:
            counts[edge][("tn", "fn", "fp", "tp")[2 * (edge in judged.edges) + (edge in gold)]] += 1
    by_edge = {edge: prf(c["tp"], c["fp"], c["fn"]) for edge, c in counts.items()}
    return {"rusentrel": {"macro_f1": round(sum(v["f1"] for v in by_edge.values()) / 3, 4)} | by_edge}


# -- what is what
# -------------------------------------------------------------------------------------------------------


def table(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = lines[0].split("\t")
    return [dict(zip(head, line.split("\t"), strict=False)) for line in lines[1:] if line.strip()]


def score_path(path: Path, bench: Bench) -> Figures:
    """The figures of one file or folder; empty where it is no kind of data that is known here."""
    if path.is_dir():
        if (path / "synonyms.txt").exists():
            return score_rusentrel(path, bench)
        documents = sorted(path.glob("*.json"))
        if len(documents) > 5:
            rows = [json.loads(file.read_text(encoding="utf-8")) for file in documents]
            return score_ntrex(rows, bench) if {"en", "ru", "zh"} <= rows[0].keys() else {}
        found: Figures = {}
        for file in sorted([*path.glob("*.jsonl"), *path.glob("*.tsv"), *documents]):
            figures = score_path(file, bench)
            if figures:
                found[file.name] = figures
        return next(iter(found.values())) if len(found) == 1 else found
    return score_file(path, bench)


def score_file(path: Path, bench: Bench) -> Figures:
    if path.suffix == ".tsv":
        rows = table(path)
        head = set(rows[0]) if rows else set()
        if {"en", "ru", "zh"} <= head:
            return score_triples(rows, bench)
        return score_og2021(rows, bench) if {"cluster", "lang", "title"} <= head else {}
    if path.suffix == ".jsonl":
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if lines and "gold_story" in lines[0]:
            return score_newsroom(lines, bench)
        return score_relevance(lines, bench) if lines and "edges" in lines[0] else {}
    if path.suffix == ".json":
        value = json.loads(path.read_text(encoding="utf-8"))
        rows = list(value.values()) if isinstance(value, dict) else value
        if rows and isinstance(rows[0], dict) and "event" in rows[0]:
            return score_giveme5w1h(rows, bench)
    return {}


def flattened(figures: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", action="append", required=True, type=Path, help="a file or folder; may be given several times"
    )
    parser.add_argument("--no-model", action="store_true", help="stories by the lexicon alone")
    parser.add_argument("--cache", type=Path, help="an .npz file that keeps vectors between runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    bench = Bench(model=not args.no_model, cache=args.cache)
    began = time.monotonic()
    parts = {str(path): score_path(path, bench) for path in args.data}
    figures: Figures = next(iter(parts.values())) if len(parts) == 1 else parts
    figures = dict(figures) | {
        "model": bench.embedder.model if bench.embedder else None,
        "seconds": round(time.monotonic() - began, 1),
        "seconds_embedding": round(bench.seconds_embedding, 1),
    }
    if args.json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        for key, value in flattened(figures):
            print(f"{key:48} {value}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
