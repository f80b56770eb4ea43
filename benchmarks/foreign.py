"""Sets made by others, each scored by its own rule: OG2021, Giveme5W1H, NTREX, RuSentRel."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bench import START, Bench, story_of
from benchmarks.tally import Figures, Tally, b_cubed, b_cubed_of, edges_of, outcome
from digest.stories.reading import Item
from digest.stories.similarity import centred
from store.records import EDGES
from topics import relevance


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
        figures[name] = b_cubed_of(b_cubed(found, {n: row["cluster"] for n, row in enumerate(part)}))
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
        gold = {n: row["event"] for n, row in enumerate(rows)}
        return b_cubed_of(b_cubed(story_of(bench.weave(items)), gold))

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
    counts: Tally = Counter()
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
            counts[f"edges.{edge}.{outcome(edge in judged.edges, edge in gold)}"] += 1
    return {"rusentrel": edges_of(counts)}
