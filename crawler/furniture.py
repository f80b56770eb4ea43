"""Page furniture: lines that belong to the page and not to the article. Pure; the phrases are in phrases.py.

A line is dropped only if it is short and says nothing but furniture, so that a sentence that speaks of comments,
cookies or newsletters stays. Lines that name an origin or an author ("News from X", "Written by X", "(Reuters)") are
never furniture: they are how a rewrite is known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from crawler.phrases import CALLS, CREDITS, LABELS, WHOLE_LINES

SHORT = 140  # characters; furniture with a headline inside ("Related: ...") may be this long
CALL = 240  # characters of an appeal to the reader at the article's edge
_HEAD, _TAIL = 3, 6  # lines that count as the article's edges

_WHOLE = re.compile("|".join(f"(?:{phrase})" for row in WHOLE_LINES.values() for phrase in row), re.IGNORECASE)
# A label, a separator and a headline: another article is being advertised, not told.
_POINTER = re.compile(rf"(?:{'|'.join(LABELS)})\s?(?:[:：|»>–—]|- ?).{{2,}}", re.IGNORECASE)
_CALL = re.compile("|".join(f"(?:{phrase})" for phrase in CALLS), re.IGNORECASE)
_CREDIT = re.compile("|".join(CREDITS), re.IGNORECASE)
_BULLET = re.compile(r"^[\s\-–—•·*|<>«»‹›#\[(]+|[\s|<>«»‹›\])]+$")


def without_furniture(text: str, titles: Sequence[str] = ()) -> str:
    """`text` (one paragraph a line) without furniture lines and without its headlines repeated at the start."""
    kept = [line for line in text.split("\n") if line.strip() and not is_furniture(line)]
    kept = _without_headlines(kept, titles)
    last = len(kept) - _TAIL
    return "\n".join(line for at, line in enumerate(kept) if not ((at < _HEAD or at >= last) and _is_call(line)))


def is_furniture(line: str) -> bool:
    """True if a short line is nothing but page furniture."""
    bare = _BULLET.sub("", line)
    if len(bare) > SHORT:
        return False
    if not bare:
        return True
    if is_credit(bare):
        return False
    return _WHOLE.fullmatch(bare) is not None or _POINTER.fullmatch(bare) is not None


def is_credit(line: str) -> bool:
    """True if the line names where the text comes from or who wrote it; it is kept, whatever else it looks like."""
    return _CREDIT.search(line) is not None


def folded(text: str) -> str:
    """Letters and digits only, case and compatibility forms folded: for comparing two printings of one line."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _is_call(line: str) -> bool:
    return len(line) <= CALL and _CALL.match(_BULLET.sub("", line)) is not None and not is_credit(line)


def _without_headlines(lines: list[str], titles: Sequence[str]) -> list[str]:
    """Drop the first lines that repeat a headline: templates print it in the header and again above the text."""
    wanted = [name for title in titles if len(name := folded(title)) > 5]
    at = 0
    while at < min(_HEAD, len(lines) - 1) and any(_same(folded(lines[at]), title) for title in wanted):
        at += 1
    return lines[at:]


def _same(line: str, title: str) -> bool:
    if line == title:
        return True
    close = abs(len(line) - len(title)) < 0.25 * len(title)
    return close and len(line) > 20 and (line in title or title in line)
