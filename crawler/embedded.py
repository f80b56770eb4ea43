"""The article inside a script: pages drawn by the reader's browser carry their text as markup in a JSON state. Pure.

Nothing is run: the script's string escapes are undone and the paragraphs of the markup are read. Asked only where the
page itself shows no article.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.text import clean

_LARGEST = 1_500_000  # characters of one script
_LEAST = 400  # characters of all paragraphs together; less is a teaser or a message
_SHORTEST = 30  # characters of one paragraph
_PARAGRAPH = re.compile(r"<(p|h[2-4])(?:\s[^<>]{0,300})?>(.{1,5000}?)</\1>", re.DOTALL)
# JSON inside a JavaScript string is escaped twice, and "<" is often written as a code to protect the script's own tag.
_ESCAPES = ((r"\\\\u003c", "<"), (r"\\\\u003e", ">"), (r"\\u003c", "<"), (r"\\u003e", ">"), (r"\\u0026", "&"),
            (r"\\/", "/"), (r"\\\\\"", '"'), (r"\\\"", '"'), (r"\\\\n|\\n", "\n"))  # fmt: skip


def paragraphs(tree: Any) -> list[str]:
    """The paragraphs of the script that holds most of them, each once; [] where none holds an article."""
    best: list[str] = []
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" in (script.get("type") or "") or not 2 * _LEAST < len(source) < _LARGEST or "p" not in source:
            continue
        found = _in_source(source)
        if sum(map(len, found)) > sum(map(len, best)):
            best = found
    return best if sum(map(len, best)) >= _LEAST else []


def _in_source(source: str) -> list[str]:
    if "u003c" not in source.lower() and "</p>" not in source and "<\\/p>" not in source:
        return []
    for escape, plain in _ESCAPES:
        source = re.sub(escape, plain, source, flags=re.IGNORECASE)
    lines = dict.fromkeys(clean(found[2], 5000) for found in _PARAGRAPH.finditer(source))
    return [line for line in lines if len(line) >= _SHORTEST]
