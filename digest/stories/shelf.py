"""Features between two runs: as JSON and back, to the very same values.

An article is read once. What was read of it is good for as long as neither the article nor what reads it has changed;
`key` says of what it was made.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Protocol, get_type_hints

from digest.stories.reading import Features, Item

RULES = 3  # counted up when `read`, or what it asks of topics, finds something else in the same text
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


@cache
def _puts() -> tuple[Callable[[Kept, object], None], ...]:
    """What sets the fields that `Kept.of` is given: by name it takes twice as long, and tens of thousands are made."""
    return tuple(getattr(Kept, name).__set__ for name in (*_OF_THE_ARTICLE, "_shelf"))


class Shelf(Protocol):
    """Where packed features lie."""

    def packed(self, ids: Sequence[int]) -> Mapping[int, bytes]: ...


class Kept(Features):
    """Features whose words are taken from the shelf when they are first asked for: of what stands, few ever are."""

    __slots__ = ("_shelf",)
    _shelf: Shelf

    @classmethod
    def of(cls, id: int, language: str, at: datetime, source_id: str, url: str, shelf: Shelf) -> Kept:
        made = object.__new__(cls)
        for put, value in zip(_puts(), (id, language, at, source_id, url, shelf), strict=True):
            put(made, value)
        return made

    def __getattr__(self, name: str) -> Any:
        """Asked for what is not there yet. Raises ValueError where nothing good lies on the shelf."""
        if name not in _kinds():
            raise AttributeError(name)
        ready([self])
        return object.__getattribute__(self, name)


def ready(features: Iterable[Features]) -> None:
    """Take from the shelf what is still on it, all at once. Raises ValueError where nothing good lies there."""
    closed = {f.id: f for f in features if isinstance(f, Kept) and not _open(f)}
    for shelf in {id(f._shelf): f._shelf for f in closed.values()}.values():
        own = [f for f in closed.values() if f._shelf is shelf]
        found = shelf.packed([f.id for f in own])
        for f in own:
            for name, value in _values(found.get(f.id, b"")).items():
                object.__setattr__(f, name, value)


def _open(f: Kept) -> bool:
    try:
        object.__getattribute__(f, "terms")
    except AttributeError:
        return False
    return True


def key(*words: str, reader: str) -> str:
    """What features are made of: an article's words (its text by its hash), and `reader`, which stands for lexicon and
    outlets."""
    parts = (*words, reader, str(RULES), *_kinds())
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def reader(*parts: object) -> str:
    """One name for all that reading depends on besides the article: of equal parts (by their repr) the same."""
    return hashlib.sha256(repr((*parts, RULES, *_kinds())).encode("utf-8", "replace")).hexdigest()[:16]


def packed(f: Features) -> bytes:
    """The features as JSON, without what the article itself says."""
    values = {name: getattr(f, name) for name in _kinds()}
    plain = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpacked(packed: bytes, item: Item) -> Features:
    """The features that `packed` was made of. Raises ValueError where it is none."""
    own = {name: getattr(item, name) for name in _OF_THE_ARTICLE}
    return Features(**own, **_values(packed))


def _values(packed: bytes) -> dict[str, Any]:
    try:
        values = json.loads(packed)
        return {name: _value(kind, values[name]) for name, kind in _kinds().items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no features: {packed[:80]!r}") from error


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
