"""The invented outlets and what they print: the demo's material, without its labels.

`newsroom.jsonl` is one news day, 23 November 2026 (UTC), with five articles of the day before; `frozen.jsonl` is what
an outlet printed before its feed stopped, years ago. `labels.jsonl` says what each article is about: only tests and
benchmarks open it, nothing in this package does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any, Literal
from urllib.parse import urlsplit

State = Literal["up", "down", "stale", "walled"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet and how its site is made.

    `layout` names a template; `format` and `reads` say what it offers to feed readers, and where; `validators` which
    headers its server sends (both | etag | weak | date). `state`: up, down (refuses connections), stale (its
    feed stopped years ago), walled (answers machines with a challenge page).
    """

    outlet_id: str
    name: str
    country: str
    language: str
    ownership: str
    home: str
    timezone: str
    layout: str
    charset: str
    format: str
    reads: str
    validators: str
    gzip: bool
    state: State


@dataclass(frozen=True, slots=True)
class Piece:
    """One version of one article as printed. Versions of a live blog share `url` and `guid`."""

    id: str
    outlet_id: str
    language: str
    url: str  # at its .example home
    guid: str
    published: datetime  # with the outlet's own offset
    title: str
    lead: str
    body: str  # paragraphs, with an empty line between two
    author: str

    @property
    def path(self) -> str:
        """Path and query of the address: what is left of it on another host."""
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def paragraphs(self) -> list[str]:
        return self.body.split("\n\n")


def _text(name: str) -> str:
    return (resources.files("demo") / name).read_text(encoding="utf-8")


def outlets() -> tuple[Outlet, ...]:
    """All outlets, by country."""
    return tuple(Outlet(**row) for row in json.loads(_text("outlets.json")))


def _piece(row: dict[str, Any]) -> Piece:
    return Piece(
        id=row["id"], outlet_id=row["outlet_id"], language=row["language"], url=row["url"], guid=row["guid"],
        published=datetime.fromisoformat(row["published"]), title=row["title"], lead=row["lead"], body=row["body"],
        author=row["author"] or "",
    )


def pieces() -> tuple[Piece, ...]:
    """Everything printed, all versions, oldest first."""
    rows = [json.loads(line) for name in ("frozen.jsonl", "newsroom.jsonl") for line in _text(name).splitlines()]
    return tuple(sorted((_piece(row) for row in rows), key=lambda piece: (piece.published, piece.id)))


def standing(printed: Iterable[Piece], moment: datetime) -> list[Piece]:
    """What a site shows at `moment`: the newest version of each address printed by then, newest first."""
    newest: dict[str, Piece] = {}
    for piece in sorted(printed, key=lambda piece: (piece.published, piece.id)):
        if piece.published <= moment:
            newest.pop(piece.url, None)
            newest[piece.url] = piece
    return list(reversed(newest.values()))
