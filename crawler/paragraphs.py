"""The second extractor: paragraphs of prose grouped by the kind of box they stand in. Pure.

It is cruder than trafilatura and is asked only as a referee: layouts that cut an article into several boxes of one
class (between advertisements), or wrap it in a class which trafilatura takes for an embed, lose most of it there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

PROSE = 80  # characters from which a paragraph is prose rather than a caption or a button
_MOST = 4000  # paragraphs looked at
_LINKED = 0.5  # share of link text from which a paragraph is a teaser
_OUTSIDE = frozenset({"aside", "footer", "nav", "header", "form", "figcaption", "figure", "button", "noscript"})

_MISSED = 1.4  # the paragraphs must hold this much more than the first extraction ...
_SHARED = 0.5  # ... and at least half of its prose, so that both speak of the same article
_DUMP_LINES = 25  # so many lines with so little prose among them are a menu
_DUMP_PROSE = 0.4


def best_group(tree: Any) -> list[str]:
    """The paragraphs of the box class that holds most prose, in document order; short ones between them included."""
    groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    sizes: dict[tuple[Any, ...], int] = defaultdict(int)
    for count, paragraph in enumerate(tree.iter("p")):
        if count > _MOST:
            break
        parent = paragraph.getparent()
        if parent is None or _outside(parent):
            continue
        text = " ".join(paragraph.text_content().split())
        linked = sum(len(anchor.text_content()) for anchor in paragraph.iter("a"))
        if not text or linked > _LINKED * len(text):
            continue
        key = (parent.tag, " ".join(sorted((parent.get("class") or "").split())), _depth(parent))
        groups[key].append(text)
        sizes[key] += len(text) if len(text) >= PROSE else 0
    if not groups:
        return []
    return groups[max(sizes, key=lambda key: (sizes[key], len(groups[key])))]


def overruled(first: str, second: list[str]) -> bool:
    """True if the paragraphs `second` are so much more of the same article than `first` that they should replace it."""
    lines = first.split("\n")
    prose = [line for line in lines if len(line) >= PROSE]
    size, other = sum(map(len, prose)), sum(len(line) for line in second if len(line) >= PROSE)
    if other < 2 * PROSE:
        return False
    if len(lines) >= _DUMP_LINES and size < _DUMP_PROSE * len(first):
        return other > size
    if other < _MISSED * max(size, 1):
        return False
    whole = "\n".join(second)
    shared = sum(len(line) for line in prose if line[:60] in whole)
    return shared >= _SHARED * size


def _outside(element: Any) -> bool:
    return any(ancestor.tag in _OUTSIDE for ancestor in (element, *element.iterancestors()))


def _depth(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())
