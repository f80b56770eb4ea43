"""Features between two runs: as JSON and back, to the very same values.

An article is read once. What was read of it is good for as long as neither the article nor what reads it has changed;
`key` says of what it was made.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_type_hints

from digest.stories.reading import Features, Item

RULES = 2  # counted up when `read`, or what it asks of topics, finds something else in the same text
_OF_THE_ARTICLE = ("id", "language", "at", "source_id", "url")
_NONE: frozenset[Any] = frozenset()


@cache
def _kinds() -> dict[str, str]:
    """field -> weights | numbers | words | text, of those that are read out of the text."""
    found = {}
    for name, hint in get_type_hints(Features).items():
        if name not in _OF_THE_ARTICLE:
            kinds = {Mapping[str, float]: "weights", frozenset[float]: "numbers", frozenset[str]: "words", str: "text"}
            found[name] = kinds[hint]
    return found


def key(*words: str, reader: str) -> str:
    """What features are made of: an article's words (its text by its hash), and `reader`, which stands for lexicon and
    outlets."""
    parts = (*words, reader, str(RULES), *_kinds())
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def reader(*parts: object) -> str:
    """One name for all that reading depends on besides the article: of equal parts (by their repr) the same."""
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:16]


def packed(f: Features) -> bytes:
    """The features as JSON, without what the article itself says."""
    values = {name: getattr(f, name) for name in _kinds()}
    plain = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpacked(packed: bytes, item: Item) -> Features:
    """The features that `packed` was made of. Raises ValueError where it is none."""
    try:
        values = json.loads(packed)
        read = {name: _value(kind, values[name]) for name, kind in _kinds().items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no features: {packed[:80]!r}") from error
    return Features(id=item.id, language=item.language, at=item.at, source_id=item.source_id, url=item.url, **read)


def shared(f: Features) -> Features:
    """The same features, words and weights shared with all other texts': a third of the memory."""
    return replace(f, **{name: _value(kind, getattr(f, name)) for name, kind in _kinds().items()})


def _value(kind: str, value: Any) -> Any:
    if kind == "weights":
        return {sys.intern(key): _weight(weight) for key, weight in value.items()}
    if kind == "words":
        return frozenset(map(sys.intern, value)) if value else _NONE
    return (frozenset(map(float, value)) if value else _NONE) if kind == "numbers" else str(value)


@cache
def _weight(value: float) -> float:
    """One object for each weight: there are a few dozen."""
    return value
