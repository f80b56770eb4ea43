"""Fit the space that the models' vectors are turned into (`digest/space.npz`), from events told in several languages.

    python -m benchmarks.space --data PATH [--data PATH ...] [--without NAME ...] --output FILE

PATH as in benchmarks/stories.py: triples and newsrooms are read. `--without` leaves out what has NAME in its path: to
score a set honestly, fit without it (and without what its author wrote besides), and give the file to
`benchmarks.stories --space`.

The vectors of both encoders stand side by side, each scaled to one spread and weighed, each language's mean off. From
them: W, how tellings of one event differ (languages, desks, words), and B, how events differ. The space is turned by
(W + shrinkage)^-POWER, so that what differs between tellings anyway counts less (within-class covariance normalisation:
Hatch, Kajarekar & Stolcke 2006), and cut to the directions in which events then differ most (linear discriminant
analysis). Closed form; nothing random.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelled import LANGUAGES, Set, UnknownData, find, told
from digest.embedding import Encode, encoders
from digest.stories.reading import embedded_text

Matrix = NDArray[np.float64]

DIMENSIONS = 256  # of the space: with fewer and with more than a third of 896, unread triples are told apart less well
SHRINKAGE = 0.3  # of W towards the same spread in all directions: some thousand events estimate 896 directions
POWER = 0.35  # of W: -0.5 would whiten it, and make much of directions with little in them
SHARE = {"e5": 0.65, "use": 0.35}  # of the joint vector's length; .3 to .5 for the weaker one are alike
SPACES = (("e5", "use"), ("use",))  # best first; e5 is for one platform
VERSION = 1  # of the models and of this fit, in the name of the space
ROLES = ("own", "original", "")  # a reprint differs from its original by nothing

Event = list[tuple[str, str]]  # (language, text) of each telling


def events_of(sets: Iterable[Set]) -> list[Event]:
    """Every event that is told at least twice."""
    found: list[Event] = []
    for labelled in sets:
        if labelled.kind == "triples":
            found += [[(lang, embedded_text(*told(row, lang))) for lang in LANGUAGES] for row in labelled.rows]
        elif labelled.kind == "newsroom":
            found += _stories(labelled.rows)
    return [event for event in found if len(event) > 1]


def _stories(rows: Sequence[Mapping[str, Any]]) -> list[Event]:
    found: dict[str, Event] = defaultdict(list)
    for row in rows:
        if (row.get("gold_role") or "") in ROLES:
            text = embedded_text(row["title"], row.get("lead") or "", row.get("body") or "", row.get("outlet") or "")
            found[row["gold_story"]].append((row["language"], text))
    return list(found.values())


def fitted(events: Sequence[Event], names: Sequence[str], known: Mapping[str, Encode]) -> dict[str, Matrix]:
    """`@encoder` -> its part of the matrix, language -> its mean in the space."""
    tellings = [telling for event in events for telling in event]
    sizes = [len(event) for event in events]
    languages = np.array([language for language, _ in tellings])
    raw, widths = _side_by_side([text for _, text in tellings], names, known)
    means = {language: raw[languages == language].mean(0) for language in sorted(set(languages))}
    rows = raw - np.array([means[language] for language in languages])
    ends = np.cumsum(sizes)
    middles = np.array([rows[end - size : end].mean(0) for end, size in zip(ends, sizes, strict=True)])
    apart = rows - np.repeat(middles, sizes, axis=0)
    within = apart.T @ apart / (len(rows) - len(sizes))
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.eye(len(within)) * np.trace(within) / len(within)
    turned = _power(within, -POWER)
    between = turned @ (middles.T @ middles / len(middles)) @ turned
    kept = turned @ np.linalg.eigh(between)[1][:, -DIMENSIONS:]
    kept /= np.sqrt((rows @ kept).var(0).sum())  # an ordinary vector has length 1
    found = {f"@{name}": kept[start:end] / width for name, start, end, width in widths}
    return found | {str(language): mean @ kept for language, mean in means.items()}


def _side_by_side(
    texts: Sequence[str], names: Sequence[str], known: Mapping[str, Encode]
) -> tuple[Matrix, list[tuple[str, int, int, float]]]:
    """The encoders' vectors, weighed, in one row for each text; and (encoder, first column, end, its divisor)."""
    parts, widths, start = [], [], 0
    for name in names:
        rows = np.vstack([known[name](list(texts[at : at + 16])) for at in range(0, len(texts), 16)]).astype(np.float64)
        width = float(np.linalg.norm(rows - rows.mean(0), axis=1).mean()) / SHARE[name] ** 0.5
        parts.append(rows / width)
        widths.append((name, start, start + rows.shape[1], width))
        start += rows.shape[1]
    return np.hstack(parts), widths


def _power(matrix: Matrix, power: float) -> Matrix:
    values, directions = np.linalg.eigh(matrix)
    return np.asarray((directions * values**power) @ directions.T)


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 where data or an encoder is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", action="append", required=True, type=Path)
    parser.add_argument("--without", action="append", default=[], help="leave out sets with this in their path")
    parser.add_argument("--output", required=True, type=Path)
    args = parser.parse_args(argv)
    known = {name: make() for name, make in encoders().items()}
    if len(known) < 2:
        print("benchmarks.space: both encoders are needed: install the extra `model` on Linux x86-64", file=sys.stderr)
        return 2
    try:
        sets = [s for path in args.data for s in find(path) if not any(name in str(s.path) for name in args.without)]
    except UnknownData as error:
        print(f"benchmarks.space: {error}", file=sys.stderr)
        return 2
    events = events_of(sets)
    held: dict[str, Any] = {"models": np.array([f"{'+'.join(names)}/{VERSION}" for names in SPACES])}
    for number, names in enumerate(SPACES):
        for name, value in fitted(events, names, known).items():
            held[f"{number}/{name}"] = value.astype(np.float16 if name.startswith("@") else np.float32)
    np.savez_compressed(args.output, **held)
    print(f"{len(events)} events, {sum(map(len, events))} tellings; {args.output}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
