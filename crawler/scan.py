"""A first look at feed text before feedparser sees it: is it a feed, is it safe, where do its items lie? Pure.

feedparser is generous and therefore easy to hurt: 16,000 attributes on one element cost it four seconds, one character
reference beyond Unicode makes it raise. One pass of expat, which is C and stops at the first thing we refuse, is cheap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

ATTRIBUTES = 1000  # on one element; feedparser's time is quadratic in them
DEPTH = 256  # nested elements; real feeds stay below 20
ITEM_TAGS = frozenset({"item", "entry"})

_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<[A-Za-z]")
_HTML = re.compile(r"<html\b", re.IGNORECASE)
_NAMED_FEED = re.compile(
    r"<(?:feed\s[^>]{0,200}xmlns=[\"']http://www\.w3\.org/2005/Atom|rss\s[^>]{0,200}version=)", re.IGNORECASE
)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*>?", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_PAIR = re.compile(
    r"&#(?:[xX]([dD][89abAB][0-9a-fA-F]{2})|(5[5-6]\d{3}));&#(?:[xX]([dD][c-fC-F][0-9a-fA-F]{2})|(5[67]\d{3}));"
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LOOSE_ITEM = re.compile(r"<(item|entry)(?=[\s>])", re.IGNORECASE)


class Unsafe(Exception):
    """Raised when a document holds what no feed needs and a parser could choke on, from look."""


@dataclass(slots=True)
class Item:
    """One item's place in the UTF-8 bytes, and its own guid as written."""

    start: int
    end: int = 0
    guid: str = ""


@dataclass(slots=True)
class Look:
    """What the first pass found: well-formed or not, whether the root was closed, and (well-formed only) the items.

    `names` are the root's namespaces by prefix where this is RSS 2.0 or 0.9x with its items in their usual place and
    no language, address or namespace for some of it only; else None.
    """

    data: bytes
    well_formed: bool
    closed: bool
    items: list[Item] = field(default_factory=list)
    names: Mapping[str, str] | None = None


def is_feed(text: str) -> bool:
    """True if a feed's root element comes before any web page's, or is named so plainly that the page is wrapping."""
    found = _ROOT.search(text, 0, 65_536)
    if not found:
        return False
    return _HTML.search(text, 0, found.start()) is None or _NAMED_FEED.search(text, 0, 65_536) is not None


def mended(text: str) -> str:
    """The text from its first tag, without XML declaration, plain doctype, forbidden characters; references repaired.

    Raises Unsafe for a doctype with an internal subset or an entity declaration in the prologue.
    """
    text = _FORBIDDEN.sub("", text)
    first = _FIRST_TAG.search(text)
    start = first.start() if first else len(text)
    prologue = text[:start]
    if "<!ENTITY" in prologue.upper() or re.search(r"<!DOCTYPE[^>\[]*\[", prologue, re.IGNORECASE):
        raise Unsafe("a document type with declarations of its own")
    prologue = _DOCTYPE.sub("", _DECLARATION.sub("", prologue))
    opened = prologue.find("<")
    text = (prologue[opened:] if opened >= 0 else "") + text[start:]
    return _REFERENCE.sub(_reference, _PAIR.sub(_pair, text)) if "&#" in text else text


def look(text: str) -> Look:
    """One pass over mended text. Raises Unsafe past a cap (1,000 attributes on an element, 256 levels)."""
    data = text.encode("utf-8")
    pass_ = _Pass(data)
    try:
        pass_.parser.Parse(data, True)
    except expat.ExpatError:
        _check_loosely(text)
        return Look(data, False, _closed(text))
    return Look(data, True, True, pass_.items, pass_.names)


def loose_items(text: str) -> list[int]:
    """Where the items of a document that is not well formed begin, in characters."""
    return [found.start() for found in _LOOSE_ITEM.finditer(text)]


class _Pass:
    """The state of one expat run: depth, items, and the guid that is being read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.depth = 0
        self.items: list[Item] = []
        self.item_depth = 0
        self.in_guid = False
        self.names: Mapping[str, str] | None = None
        self.parser = expat.ParserCreate("utf-8")
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, _name: str, _system: str | None, _public: str | None, subset: int) -> None:
        if subset:
            raise Unsafe("a document type with declarations of its own")

    def _start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Unsafe(f"more than {DEPTH} levels")
        if len(attributes) > 2 * ATTRIBUTES:
            raise Unsafe(f"more than {ATTRIBUTES} attributes on one element")
        if self.depth < 4:
            self._frame(name, attributes)
        if not self.item_depth:
            local = name.rpartition(":")[2]
            if local in ITEM_TAGS and self.depth > 1:
                self.item_depth = self.depth
                about = attributes[attributes.index("rdf:about") + 1] if "rdf:about" in attributes[::2] else ""
                self.items.append(Item(self.parser.CurrentByteIndex, guid=about))
        elif self.depth == self.item_depth + 1 and name in ("guid", "id", "atom:id"):
            self.in_guid = True
            self.items[-1].guid = ""
            self.parser.CharacterDataHandler = self._guid

    def _frame(self, name: str, attributes: Sequence[str]) -> None:
        """Keep `names` as long as everything around the items is as RSS has it."""
        if self.depth == 1:
            told = dict(zip(attributes[::2], attributes[1::2], strict=True))
            declared = {key.removeprefix("xmlns:"): value for key, value in told.items() if key.startswith("xmlns:")}
            odd = "xmlns" in told or any(key.startswith("xml:") for key in told)
            self.names = declared if name == "rss" and not odd else None
        elif (self.depth == 2 and (name != "channel" or attributes)) or (
            name != "item" and (self.items or name.rpartition(":")[2] in ITEM_TAGS)
        ):
            self.names = None

    def _guid(self, text: str) -> None:
        self.items[-1].guid += text

    def _end(self, name: str) -> None:
        if self.in_guid:
            self.in_guid = False
            self.parser.CharacterDataHandler = None
        if self.depth == self.item_depth:
            self.items[-1].end = self.data.index(b">", self.parser.CurrentByteIndex) + 1
            self.items[-1].guid = self.items[-1].guid.strip()
            self.item_depth = 0
        self.depth -= 1


def _check_loosely(text: str) -> None:
    """The caps for text that expat gave up on: counted between two "<", so that no quoting can hide an attribute."""
    depth = deepest = 0
    for chunk in text.split("<"):
        if len(chunk) > 2 * ATTRIBUTES and chunk.count("=") > ATTRIBUTES and _attribute_count(chunk) > ATTRIBUTES:
            raise Unsafe(f"more than {ATTRIBUTES} attributes on one element")
        if chunk[:1].isalpha() and not chunk.rstrip().endswith("/>"):
            depth += 1
            deepest = max(deepest, depth)
        elif chunk[:1] == "/":
            depth = max(0, depth - 1)
    if deepest > 40 * DEPTH:  # unclosed <br>, <p> and <img> in ill-formed feeds pile up without harm
        raise Unsafe("far too many elements left open")


def _attribute_count(chunk: str) -> int:
    return len(re.findall(r"[\w:.-]\s?=\s?[\"'\w]", chunk[:500_000]))


def _closed(text: str) -> bool:
    """True if the root's end tag stands near the end: cut-off bodies lack it."""
    return (
        re.search(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>|<(?:rss|feed)\s[^>]*/>", text[-2000:], re.IGNORECASE)
        is not None
    )


def _pair(found: re.Match[str]) -> str:
    """One character that was written as two references to its UTF-16 halves."""
    high = int(found[1], 16) if found[1] else int(found[2])
    low = int(found[3], 16) if found[3] else int(found[4])
    if 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return found[0]


def _reference(found: re.Match[str]) -> str:
    """A numeric reference that every parser takes: surrogates and numbers beyond Unicode make feedparser raise."""
    digits, number = found[1], found[2]
    if len(digits or number) > 8:
        return "\ufffd"
    code = int(digits, 16) if digits else int(number)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code == 0:
        return "\ufffd"
    if (code < 32 and code not in (9, 10, 13)) or code in (0xFFFE, 0xFFFF):
        return ""
    if 0x80 <= code <= 0x9F:
        return bytes((code,)).decode("cp1252", "ignore")
    return found[0]
