"""Pure: the text twin's lines: wrapped at 72 columns, Chinese characters counted double, links alone on their line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from digest.page.view import ItemView, Name, RowView, UsageView

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


def heading(title: str) -> str:
    """A section's title over a line of its width."""
    return f"{title.upper()}\n{'=' * min(COLUMNS, width(title))}"


def counts(v: ItemView) -> str:
    """ "● 4  ■ 3  ◇ 0  elsewhere 1"."""
    return "  ".join([f"{m.glyph} {m.number}" for m in v.marks] + ([v.elsewhere] if v.elsewhere else []))


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that the HTML makes with markup, in one language."""

    words: Mapping[str, str]

    def names(self, all: tuple[Name, ...], more: str) -> str:
        """ "Potomac Ledger (private), 2 more"."""
        return self.words["comma"].join([n.name + n.beside for n in all] + ([more] if more else []))

    def credit(self, r: RowView) -> str:
        """ "Bay Wire (nonprofit) 04:12; Potomac Ledger (private), 2 more; 5 outlets, 1 text"."""
        return self._told(r.outlet, r.time, r)

    def single(self, v: ItemView, r: RowView) -> str:
        """The same for a story of one side, whose headline stands for it."""
        return self._told(v.outlet, v.time, r)

    def _told(self, outlet: Name | None, time: str, r: RowView) -> str:
        first = f"{outlet.name}{outlet.beside}{self.words['gap']}{time}" if outlet else ""
        return " · ".join(part for part in (first, self.names(r.also, r.more), r.reach, r.retitled) if part)

    def quoted(self, v: ItemView) -> str:
        """Whose headline and text it is."""
        sources = self.words["comma"].join(n.name for n in v.sources)
        text = v.credit.format(outlet=v.outlet.name, place=v.place, time=v.time, by=v.credit_by, sources=sources)
        rewrites = self.words["pause"] + v.rewrites if v.rewrites else ""
        return f"({text}{rewrites})"

    def usage(self, u: UsageView) -> str:
        """ "■ Moscow, special military operation: …the *special military operation* goes on… (Rubezh)"."""
        named = [part for part in (u.wording, self.words["distanced"] if u.distanced else "") if part]
        head = f"{u.glyph} {u.side}" + (f" - {self.words['comma'].join(named)}" if named else "")
        return f"{head}: {u.before}*{u.term}*{u.after} ({u.outlet.name})"
