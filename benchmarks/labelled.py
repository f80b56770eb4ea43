"""Which labelled sets a file or folder holds. What a file is, is told by its content, never by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]

KINDS = (
    "articles (JSON Lines with gold_story, or with a file of labels beside them), "
    "relevance items (JSON Lines with edges), triples (TSV with en, ru and zh; JSON Lines where they have leads), "
    "OG2021, Giveme5W1H, NTREX, RuSentRel"
)
LANGUAGES = ("en", "ru", "zh")
DOCUMENTS = 5  # more JSON files than these in one folder are documents of one set


class UnknownData(Exception):
    """Raised for a path that is missing, broken or holds no labelled set, from `find`; the message is for a reader."""


@dataclass(frozen=True, slots=True)
class Set:
    """One labelled set. `kind` is newsroom | relevance | triples | og2021 | giveme5w1h | ntrex | rusentrel."""

    path: Path
    kind: str
    rows: Rows


def told(row: dict[str, Any], language: str) -> tuple[str, str]:
    """Headline and lead of one telling of a triple; the lead is "" in sets of headlines."""
    telling = row[language]
    return (telling["title"], telling["lead"]) if isinstance(telling, dict) else (telling, "")


def find(path: Path) -> list[Set]:
    """The sets at `path`, in the order of their names. Raises UnknownData."""
    if not path.exists() and str(path) == "demo":  # the newsroom that ships, from whichever folder this is run
        path = Path(str(resources.files("demo")))
    if not path.exists():
        raise UnknownData(f"there is no file or folder {path}")
    found = list(_in_folder(path) if path.is_dir() else _in_file(path))
    if not found:
        raise UnknownData(f"{path} holds no labelled set that is known here; known are: {KINDS}")
    return found


def _in_folder(folder: Path) -> Iterator[Set]:
    if (folder / "synonyms.txt").exists():
        yield Set(folder, "rusentrel", [])
        return
    inside = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "__")))
    documents = [entry for entry in inside if entry.suffix == ".json"]
    if len(documents) > DOCUMENTS:
        rows = [_json(file.read_text(encoding="utf-8-sig"), file) for file in documents]
        if all(isinstance(row, dict) and {"en", "ru", "zh"} <= row.keys() for row in rows):
            yield Set(folder, "ntrex", rows)
        inside = [entry for entry in inside if entry.suffix != ".json"]
    for entry in inside:
        yield from _in_folder(entry) if entry.is_dir() else _in_file(entry)


def _in_file(file: Path) -> Iterator[Set]:
    read = {".tsv": _table, ".jsonl": _lines, ".json": _list}.get(file.suffix)
    rows = read(file) if read else []
    kind = _kind(rows)
    if kind == "articles":  # the labels lie beside them, so that nothing that reads articles sees a label
        labels = _labels(file.parent)
        rows = [{**row, **labels[row["id"]]} for row in rows if row["id"] in labels]
        kind = "newsroom" if rows else ""
    if kind and kind != "labels":
        yield Set(file, kind, rows)


def _kind(rows: Rows) -> str:
    """What rows are, by the keys of the first; "" for nothing that is known."""
    keys = rows[0].keys() if rows else set()
    if "title" in keys and "gold_story" in keys:
        return "newsroom"
    if "gold_story" in keys and "id" in keys:
        return "labels"
    if {"title", "language"} <= keys and "edges" in keys:
        return "relevance"
    if {"en", "ru", "zh"} <= keys:
        return "triples"
    if {"cluster", "lang", "title"} <= keys:
        return "og2021"
    if "event" in keys and ("text" in keys or "title" in keys):
        return "giveme5w1h"
    return "articles" if {"id", "title", "body", "language", "published"} <= keys else ""


def _labels(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        rows = _lines(file)
        if _kind(rows) == "labels":
            found |= {row["id"]: row for row in rows}
    return found


def _table(file: Path) -> Rows:
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    head = lines[0].rstrip("\r").split("\t")
    return [dict(zip(head, line.rstrip("\r").split("\t"), strict=False)) for line in lines[1:] if line.strip()]


def _lines(file: Path) -> Rows:
    """A text may hold characters that Python takes for line ends; JSON Lines knows one."""
    lines: Sequence[str] = file.read_text(encoding="utf-8-sig").split("\n")
    rows = [_json(line, file, number) for number, line in enumerate(lines, 1) if line.strip()]
    return [row for row in rows if isinstance(row, dict)]


def _list(file: Path) -> Rows:
    value = _json(file.read_text(encoding="utf-8-sig"), file)
    rows = list(value.values()) if isinstance(value, dict) else value
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else []


def _json(text: str, file: Path, line: int | None = None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f", line {line}" if line else ""
        raise UnknownData(f"{file}{where} is not JSON: {error}") from error
