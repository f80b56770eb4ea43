"""The extractor for pages without paragraphs: text in bare boxes, or in one box with line breaks. Pure.

Old and hand-made sites print an article as `<td>line<br><br>line</td>` or as a row of plain `<div>`s. With no `<p>` to
go by, other extractors return the whole page there, menus and other headlines included.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from lxml import etree

_BOXES = frozenset({"article", "blockquote", "center", "dd", "div", "font", "li", "main", "section", "span", "td"})
_HEADLINES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = (_BOXES - {"span", "font"}) | _HEADLINES | frozenset(
    {"aside", "dl", "footer", "form", "header", "nav", "ol", "p", "table", "tr", "ul"}
)  # fmt: skip
_SILENT = frozenset({"button", "head", "noscript", "option", "script", "select", "style", "template", "textarea"})
_MOST = 20_000  # elements looked at
_PROSE = 80  # weight from which a line is prose rather than a label
_FEW = 240  # weight of prose below which a page has no paragraphs to go by, and a box no article
_LINKED = 0.5  # share of link text from which a line is a teaser
_DUMPED = 3  # lines that are only a link: a menu or other headlines; an article's own credit line is one
_HELD = 0.6  # share of the dump's prose that the one box must hold; an article in several boxes stays as it is
_DENSE = 2.5  # a Chinese character says as much as so many letters


def weight(text: str) -> float:
    """Length in letters: Chinese and Japanese characters count for more."""
    return len(text) + (_DENSE - 1) * sum("\u3040" <= char <= "\u9fff" for char in text)


def without_paragraphs(tree: Any) -> bool:
    """True for a page that hardly uses `<p>` for prose."""
    prose = 0.0
    for paragraph in tree.iter("p"):
        size = weight(" ".join(paragraph.text_content().split()))
        prose += size if size >= _PROSE else 0
        if prose >= _FEW:
            return False
    return True


def overruled(first: str, second: list[str], tree: Any) -> bool:
    """True if the extraction `first` dumped a page without paragraphs and `second` holds most of its prose.

    A dump shows by its menus: lines that are nothing but links.
    """
    if not without_paragraphs(tree):
        return False
    lines = first.split("\n")
    links = {" ".join(anchor.text_content().split()) for anchor in tree.iter("a")}
    return sum(line in links for line in lines) >= _DUMPED and prose(second) >= _HELD * prose(lines)


def prose(lines: list[str]) -> float:
    """How much of `lines` is prose."""
    return sum(size for line in lines if (size := weight(line)) >= _PROSE)


def best_box(tree: Any) -> list[str]:
    """The lines of the box that directly holds most prose, in document order; [] where no box holds enough."""
    body = tree.find("body")
    groups: dict[Any, list[str]] = defaultdict(list)
    sizes: dict[Any, float] = defaultdict(float)
    for count, element in enumerate(body.iter(*_BOXES) if body is not None else ()):
        if count > _MOST:
            break
        if element.tag in ("span", "font") or any(child.tag in _BLOCKS for child in element.iterdescendants()):
            continue
        lines = _lines(element)
        # One line is one paragraph of the box around it; several lines are a box of their own.
        owner = element if len(lines) > 1 else element.getparent()
        for line, linked in lines:
            if linked <= _LINKED * len(line):
                groups[owner].append(line)
                sizes[owner] += weight(line) if weight(line) >= _PROSE else 0
    if not sizes:
        return []
    best = max(sizes, key=lambda owner: sizes[owner])
    return groups[best] if sizes[best] >= _FEW else []


def _lines(element: Any) -> list[tuple[str, int]]:
    """The element's text at its line breaks: (line, how many of its characters are link text)."""
    lines: list[tuple[str, int]] = []
    words: list[str] = []
    linked = links = silent = 0

    def end() -> None:
        nonlocal linked
        line = " ".join("".join(words).split())
        if line:
            lines.append((line, linked))
        words.clear()
        linked = 0

    for event, node in etree.iterwalk(element, events=("start", "end")):
        step = 1 if event == "start" else -1
        links += step * (node.tag == "a")
        silent += step * (node.tag in _SILENT)
        if node.tag == "br" and event == "end":
            end()
        text = node.text if event == "start" else node.tail if node is not element else None
        if text and not silent:
            words.append(text)
            linked += len(text.strip()) if links else 0
    end()
    return lines
