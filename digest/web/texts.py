"""Pure: whose text it is: which reports of a story are copies of one text, whose it was, and who rewrote whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digest.issue.plain import plain
from digest.issue.silence import outlet_of
from digest.issue.tellings import Voice
from digest.page import words
from digest.page.view import Name, name_of


@dataclass(frozen=True, slots=True)
class Use:
    """Who printed a text, and when."""

    css: str
    glyph: str
    outlet: Name
    time: str
    href: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text that several outlets printed. `origin` is None where it was not read; `by` is who is credited then."""

    origin: Use | None
    by: str
    copies: tuple[Use, ...]


def roles(voices: Sequence[Voice]) -> dict[int, str]:
    """article -> whose text it is, in words; "" for a report of the outlet's own that nobody reprinted."""
    originals = {v.copy.group: v.source.name for v in voices if v.copy.role == "original"}
    reprints = Counter(v.copy.group for v in voices if v.copy.role == "copy")
    return {v.article.id: _role(v, originals, reprints) for v in voices}


def _role(voice: Voice, originals: dict[int | None, str], reprints: Counter[int | None]) -> str:
    copy = voice.copy
    if copy.role == "rewrite":
        return f"a rewrite crediting {plain(copy.credits, 60)}" if copy.credits else "a rewrite"
    if copy.group is None:
        return ""
    if copy.role == "copy":
        origin = originals.get(copy.group) or copy.credits
        return f"reprint of {plain(origin, 60)}" if origin else "a shared text"
    return f"reprinted by {words.count(reprints[copy.group], 'outlet')}" if reprints[copy.group] else ""


def texts(voices: Sequence[Voice], today: date) -> list[Text]:
    """Each text that more than one outlet printed, the most printed first."""
    groups: dict[int, list[Voice]] = {}
    for voice in sorted(voices, key=lambda v: (v.article.published, v.article.id)):
        if voice.copy.group is not None:
            groups.setdefault(voice.copy.group, []).append(voice)
    found = []
    for group in groups.values():
        first = next((v for v in group if v.copy.role == "original"), None)
        copies = [v for v in group if v is not first and v.copy.role != "rewrite"]
        by = "" if first else next((plain(v.copy.credits, 60) for v in copies if v.copy.credits), "")
        if copies and (first or by or len(copies) > 1):
            used = tuple(_use(v, today) for v in copies)
            found.append(Text(_use(first, today) if first else None, by, used))
    return sorted(found, key=lambda text: -len(text.copies))


def _use(voice: Voice, today: date) -> Use:
    side = voice.side
    return Use(
        side or "mut",
        words.FULL[side] if side else "",
        name_of(outlet_of(voice.source)),
        words.clock(voice.article.published, today),
        voice.article.url,
    )
