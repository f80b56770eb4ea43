"""Copies among many documents: how surely they are found, how fast, and in how much memory.

    python -m benchmarks.reprints --data PATH [--documents 100000] [--json]

PATH holds full English texts (Giveme5W1H, or a newsroom; `demo` is the one that ships). Of each long one, edited prints
are made as editors make them: a new headline with the outlet's own words around a cut text ("syndicated"), a few words
changed ("light"), one word in eight changed and one sentence in seven dropped ("heavy"), a live blog that grew
("live"). Beside them stand reports of other events that quote two of its sentences, and noise: the same texts with
every other word exchanged. All come out within four days. Pairs of prints of two texts are left out: some texts are
true reprints of each other.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.bench import START
from benchmarks.labelled import UnknownData, find
from benchmarks.tally import Figures, Tally, prf
from digest.stories.copies import Print, groups

WORDS = 150  # shorter texts are no base
NOISE_WORDS = 355  # a report's usual length
EDITS = ("syndicated", "light", "heavy", "live")
ROUNDS = 4  # edited prints of each kind made of one text
QUOTED = 40  # words of a quoted sentence: some texts hardly know a full stop
HOURS = 90


@dataclass(frozen=True, slots=True)
class Made:
    """A document, the number of the text that it is a print of (None for noise), and how it was edited."""

    text: str
    base: int | None
    edit: str


def bases(path: Path) -> list[str]:
    """Long texts of the sets at `path`. Raises UnknownData."""
    rows = [row for labelled in find(path) for row in labelled.rows]
    texts = [str(row.get("text") or row.get("body") or "") for row in rows if row.get("language", "en") == "en"]
    return [text for text in dict.fromkeys(texts) if len(text.split()) >= WORDS]


def made(texts: Sequence[str], documents: int, dice: random.Random) -> Iterator[Made]:
    """`documents` documents, the same for the same dice."""
    words = [word for text in texts for word in text.split()]
    count = 0
    for n, text in enumerate(texts):
        for document in _family(n, text, texts, words, dice):
            yield document
            count += 1
    while count < documents:
        yield Made(_noise(dice.choice(texts), words, dice), None, "noise")
        count += 1


def _family(n: int, text: str, texts: Sequence[str], words: Sequence[str], dice: random.Random) -> Iterator[Made]:
    yield Made(text, n, "original")
    for _ in range(ROUNDS):
        yield Made(_syndicated(text, words, dice), n, "syndicated")
        yield Made(_changed(text, words, 0.02, dice), n, "light")
        kept = [s for s in text.split(". ") if dice.random() > 0.15]
        yield Made(_changed(". ".join(kept) or text, words, 0.12, dice), n, "heavy")
        yield Made(f"{_sample(words, 80, dice)}. {text}", n, "live")
    told = [" ".join(sentence.split()[:QUOTED]) for sentence in text.split(". ")]
    quotes = ". ".join(dice.sample(told, min(2, len(told))))
    other = _noise(dice.choice(texts), words, dice)
    yield Made(f"{other[: len(other) // 2]} {quotes}. {other[len(other) // 2 :]}", None, "quotes")


def _syndicated(text: str, words: Sequence[str], dice: random.Random) -> str:
    parts = text.split()
    cut = parts[: max(WORDS // 2, int(len(parts) * dice.uniform(0.45, 0.75)))]
    return f"{_sample(words, 9, dice)}\n{' '.join(cut)}\n{_sample(words, 20, dice)}"


def _changed(text: str, words: Sequence[str], share: float, dice: random.Random) -> str:
    return " ".join(dice.choice(words) if dice.random() < share else word for word in text.split())


def _noise(text: str, words: Sequence[str], dice: random.Random) -> str:
    parts = text.split()
    start = dice.randrange(max(1, len(parts) - NOISE_WORDS))
    return _changed(" ".join(parts[start : start + NOISE_WORDS]), words, 0.5, dice)


def _sample(words: Sequence[str], n: int, dice: random.Random) -> str:
    return " ".join(dice.choices(words, k=n))


def measure(path: Path, documents: int) -> Figures:
    """F1 over pairs, recall of each edit against the unedited text, documents a second, and memory in GB."""
    dice = random.Random(7)
    docs = list(made(bases(path), documents, dice))
    prints = [
        Print(
            n,
            f"https://o{n}.example/{n}",
            "",
            "",
            doc.text,
            f"Outlet {n}",
            START + timedelta(hours=dice.random() * HOURS),
        )
        for n, doc in enumerate(docs)
    ]
    texts = memory()
    began, spent = time.monotonic(), time.process_time()
    found = groups(prints)
    seconds, spent = time.monotonic() - began, time.process_time() - spent
    return scored(docs, found) | {
        "documents": len(docs),
        "words_each": round(sum(len(doc.text.split()) for doc in docs) / len(docs)),
        "seconds": round(seconds, 1),
        "documents_a_second": round(len(docs) / seconds),
        "documents_a_cpu_second": round(len(docs) / spent),
        "memory_gb": {"all": memory(), "of_which_the_texts": texts},
    }


def scored(docs: Sequence[Made], found: Sequence[Sequence[int]]) -> Figures:
    """Pairs of documents in one group, against pairs that are prints of one text. Prints of two texts are left out."""
    group = {id: number for number, ids in enumerate(found) for id in ids}
    gold: dict[int, list[int]] = defaultdict(list)
    for n, doc in enumerate(docs):
        if doc.base is not None:
            gold[doc.base].append(n)
    tally: Tally = Counter()
    for ids in gold.values():
        inside = Counter(group.get(n, -1 - n) for n in ids)
        together = sum(n * (n - 1) // 2 for n in inside.values())
        tally["copies.tp"] += together
        tally["copies.fn"] += len(ids) * (len(ids) - 1) // 2 - together
    for members in found:
        pairs = [(a, b) for k, a in enumerate(members) for b in members[k + 1 :]]
        tally["copies.fp"] += sum(docs[a].base is None or docs[b].base is None for a, b in pairs)
    recall = {edit: _recall(docs, group, gold, edit) for edit in EDITS}
    return {"copies": prf(tally, "copies"), "recall": recall, "pairs": dict(sorted(tally.items()))}


def _recall(docs: Sequence[Made], group: dict[int, int], gold: dict[int, list[int]], edit: str) -> float:
    hits = [
        group.get(n) is not None and group.get(n) == group.get(ids[0])
        for ids in gold.values()
        for n in ids
        if docs[n].edit == edit
    ]
    return round(sum(hits) / max(1, len(hits)), 4)


def memory() -> float:
    """The most that this process has held so far, in GB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most * (1 if sys.platform == "darwin" else 1024) / 1e9, 2)


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 where the data is missing or of no known kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path, help="a file or folder with full English texts")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    try:
        found = measure(args.data, args.documents)
    except UnknownData as error:
        print(f"benchmarks.reprints: {error}", file=sys.stderr)
        return 2
    print(
        json.dumps(found, indent=1) if args.json else "\n".join(f"{name:20} {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
