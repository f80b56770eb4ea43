"""Counts that can be added up over files, and the figures made of them: a pooled figure is made of pooled counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from store.records import EDGES

Figures = dict[str, Any]
Tally = Counter[str]  # "copies.tp" -> 12, "triples.en_ru.fn" -> 3, "b3.p" -> 101.5 of "b3.n" -> 104

PAIRS = ("en_ru", "en_zh", "ru_zh")
# What a set may be asked for: the same seven wherever they are printed.
NAMED = ("b3.f1", "copies.f1", "relevance.f1", "edges.macro_f1", *(f"triples.{pair}.f1" for pair in PAIRS))
RUNS = ("all_read", "one_down_a_side")  # of the silences: how many outlets could be read
OUTCOMES = ("tn", "fn", "fp", "tp")


def outcome(ours: bool, gold: bool) -> str:
    """ "tp", "fp", "fn" or "tn"."""
    return OUTCOMES[2 * ours + gold]


def harmonic(p: float, r: float) -> Figures:
    """Precision, recall and F1, rounded; 0 where there is nothing to divide."""
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def prf(tally: Tally, name: str) -> Figures:
    """Precision, recall and F1 of the counts under `name`."""
    tp, fp, fn = tally[f"{name}.tp"], tally[f"{name}.fp"], tally[f"{name}.fn"]
    return harmonic(tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn) if tp + fn else 0.0)


def b_cubed(found: Mapping[int, Any], gold: Mapping[int, Any]) -> dict[str, float]:
    """B-cubed (Bagga & Baldwin 1998) as sums over items: per item the overlap of its cluster with its gold cluster."""
    ours: dict[Any, set[int]] = defaultdict(set)
    theirs: dict[Any, set[int]] = defaultdict(set)
    for id in gold:
        ours[found[id]].add(id)
        theirs[gold[id]].add(id)
    both = {id: len(ours[found[id]] & theirs[gold[id]]) for id in gold}
    p = sum(both[id] / len(ours[found[id]]) for id in gold)
    r = sum(both[id] / len(theirs[gold[id]]) for id in gold)
    return {"p": p, "r": r, "n": float(len(gold))}


def b_cubed_of(sums: Mapping[str, float]) -> Figures:
    """The figures of one clustering's sums, or of several added up."""
    n = max(1.0, sums["n"])
    return harmonic(sums["p"] / n, sums["r"] / n)


def edges_of(tally: Tally) -> Figures:
    """Each edge alone, and their mean."""
    by_edge = {edge: prf(tally, f"edges.{edge}") for edge in EDGES}
    return {"macro_f1": round(sum(figures["f1"] for figures in by_edge.values()) / len(EDGES), 4)} | by_edge


def figures(tally: Tally) -> Figures:
    """The figures of all that `tally` has counts of."""
    kinds = {key.split(".")[0] for key in tally}
    found: Figures = {}
    if "relevance" in kinds:
        found |= {"relevance": prf(tally, "relevance"), "edges": edges_of(tally)}
    if "b3" in kinds:
        found["b3"] = b_cubed_of({part: tally[f"b3.{part}"] for part in ("p", "r", "n")})
    if "copies" in kinds:
        found["copies"] = prf(tally, "copies")
    if "silences" in kinds:
        found["silences"] = {name: dict(_silences(tally, name)) for name in RUNS}
    if "triples" in kinds:
        found["triples"] = {pair: prf(tally, f"triples.{pair}") for pair in PAIRS}
    return found


def _silences(tally: Tally, run: str) -> Iterator[tuple[str, int]]:
    """Of sides that spoke, and of those that did not: what is printed, and how much there is of the latter."""
    yield from ((name, int(tally[f"silences.{run}.{name}"])) for name in ("false", "true", "of"))


def merged(tally: Tally) -> Figures:
    """The pooled figures, always with the seven that are named: nested, and flat under their dotted names.

    One that no set measured is null.
    """
    nested: Figures = {"b3": {"f1": None}, "copies": {"f1": None}, "relevance": {"f1": None}}
    nested |= {"edges": {"macro_f1": None}, "triples": {pair: {"f1": None} for pair in PAIRS}}
    nested |= figures(tally)
    return nested | {name: _at(nested, name) for name in NAMED}


def _at(nested: Figures, name: str) -> Any:
    value: Any = nested
    for part in name.split("."):
        value = value[part]
    return value
