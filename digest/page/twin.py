"""Pure: the text twin's lines: wrapped at 72 columns, Chinese characters counted double, links alone on their line."""

from __future__ import annotations

import re
import unicodedata

from digest.page.view import ItemView, Name, RowView

COLUMNS = 72  # 78 is RFC 5322's line; a reply's "> " must still fit
_TOKENS = re.compile(r"\s+|[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+")
_CLOSING = "，。、；：？！）》」』”’"  # never at the beginning of a line


def width(text: str) -> int:
    """Columns that `text` takes in a terminal: wide and full-width characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _split(token: str, room: int) -> list[str]:
    """A token cut into pieces of at most `room` columns (a "word" of two hundred letters exists)."""
    pieces, piece = [], ""
    for char in token:
        if piece and width(piece + char) > room:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]


def lines(text: str, room: int) -> list[str]:
    """`text` broken into lines of at most `room` columns."""
    done, current = [], ""
    for token in _TOKENS.findall(text):
        if token.isspace():
            current += " " if current else ""
            continue
        for piece in _split(token, room - 2):
            slack = 2 if piece in _CLOSING else 0
            if current.strip() and width(current) + width(piece) > room - 2 + slack:
                done.append(current.rstrip())
                current = ""
            current += piece
    return [*done, current.rstrip()] if current.strip() else done


def wrap(text: str, indent: int = 0) -> str:
    """`text` as indented lines."""
    return "\n".join(" " * indent + line for line in lines(text, COLUMNS - indent))


def hang(text: str, indent: int) -> str:
    """`text` with every line but the first indented."""
    return wrap(text, indent).strip()


def names(all: tuple[Name, ...], more: int) -> str:
    """ "Potomac Ledger (private), 2 more"."""
    return ", ".join([f"{n.name} ({n.label})" for n in all] + ([f"{more} more"] if more else []))


def counts(v: ItemView) -> str:
    """ "● 4  ■ 3  ◇ 0  elsewhere 1"."""
    return "  ".join([f"{m.glyph} {m.number}" for m in v.marks] + ([v.elsewhere] if v.elsewhere else []))


def credit(r: RowView) -> str:
    """ "Bay Wire (nonprofit) 04:12; Potomac Ledger (private), 2 more; 5 outlets, 1 text"."""
    first = f"{r.outlet.name} ({r.outlet.label}) {r.time}" if r.outlet else ""
    return "; ".join(part for part in (first, names(r.also, r.more), r.reach) if part)


def single(v: ItemView, r: RowView) -> str:
    """The same for a story of one side, whose headline stands for it."""
    first = f"{v.outlet.name} ({v.outlet.label}) {v.time}"
    return "; ".join(part for part in (first, names(r.also, r.more), r.reach) if part)
