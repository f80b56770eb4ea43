"""Pure: words that differ: what each side of a story calls one thing, with the words around it.

The pairs are the operator's (config/lexicon/terms.toml) and say nothing of who uses which: that is read from the
reports. A term inside quotation marks, after "so-called", or in a sentence whose speaker is of another side is somebody
else's word and is marked so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from digest.issue.issue import Contrast, Report, Usage
from digest.issue.plain import plain, shorten
from digest.issue.summary import spans
from digest.issue.tellings import Voice, central
from store.records import SIDES, Concept, Lexicon
from topics.concepts import LOOKALIKE, Hit, Matcher

READ = 4000  # characters of a report that are looked through
VOICES = 12  # reports of one side that are looked through, the most central first
WINDOW = 140  # characters of a term with the words around it
ROOM = 24  # characters around a term without which it says nothing
SPEAKER = 60  # characters after a word of saying in which its speaker is named
CONTRASTS = 2  # shown of one story
WORDINGS = 2  # shown of one side: it may use both

_OPEN, _CLOSE = "«“„「『", "»”」』"
_SO_CALLED = re.compile(
    r"(?:\bso[- ]called|\bwhat \w+(?: \w+)? (?:calls?|terms?|describes? as)|так называем\w+|т\. ?н\.|所[谓謂]的?)"
    r"[\s«“\"「‘']*$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:sa(?:id|ys?)|told|stated|claim(?:s|ed)?|call(?:s|ed)|accus(?:es|ed)|insist(?:s|ed)|argu(?:es|ed)|warn(?:s|ed)"
    r"|denounc(?:es|ed)|condemn(?:s|ed)|describ(?:es|ed))\b"
    r"|\b(?:заявил|сказал|сообщил|назвал|обвинил|подчеркнул|отметил|осудил|утвержда|считает)\w*|по (?:словам|мнению)"
    r"|表示|指出|指责|强调|谴责|宣称|回应|声称"
)
_PLACE = re.compile(
    r"(?:\b(?:in|at|near|from)|\bв|\bиз|\bпод|在)\s*$"
)  # "the embassy in Washington said": not Washington


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing and the wordings for it, by their English labels."""

    id: str
    subject: str
    wordings: tuple[str, ...]


class Terms:
    """The pairs, ready to be looked for; `speakers` knows states and offices, None: nobody is looked for."""

    def __init__(self, pairs: Sequence[Pair], lexicon: Lexicon, speakers: Matcher | None = None) -> None:
        self.pairs = {pair.id: pair for pair in pairs}
        self.matcher = Matcher(lexicon)
        self.speakers = speakers

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], speakers: Matcher | None = None) -> Terms:
        """From the plain rows that `Config.term_rows()` gives."""
        pairs, concepts = [], []
        for row in rows:
            pairs.append(Pair(row["id"], row["subject"], tuple(w["label"] for w in row["wordings"])))
            concepts += [_concept(f"{row['id']}/{n}", "term", wording) for n, wording in enumerate(row["wordings"])]
            concepts.append(_concept(f"{row['id']}/not", LOOKALIKE, row["never"]))
        return cls(pairs, Lexicon(tuple(concepts)), speakers)


def _concept(id: str, kind: str, forms: Mapping[str, Any]) -> Concept:
    en, ru, zh = (tuple(forms.get(language, ())) for language in ("en", "ru", "zh"))
    return Concept(id, kind, None, en, ru, zh)


class _Found(NamedTuple):
    """A place in a report where a wording stands."""

    pair: str
    wording: int
    voice: Voice
    text: str
    hit: Hit
    distanced: bool


def contrasts(
    voices: Sequence[Voice], terms: Terms, spent: Counter[int], quote: int, report: Callable[[Voice], Report]
) -> tuple[Contrast, ...]:
    """What the sides of a story call differently. `spent` is what was quoted of each article so far, of `quote`
    characters each; what is quoted here is added to it."""
    if not terms.pairs:
        return ()
    found = {side: _of_side([v for v in voices if v.side == side], terms) for side in SIDES}
    differing = [pair for pair in terms.pairs if _differ([_own(found[side], pair) for side in SIDES])]
    ranked = sorted(differing, key=lambda pair: -sum(bool(_own(found[side], pair)) for side in SIDES))
    made = []
    for pair in ranked:
        contrast = _contrast(terms.pairs[pair], found, spent, quote, report)
        if contrast is not None:
            made.append(contrast)
        if len(made) == CONTRASTS:
            break
    return tuple(made)


def _own(found: Iterable[_Found], pair: str) -> frozenset[int]:
    """The wordings of `pair` that a side uses as its own."""
    return frozenset(f.wording for f in found if f.pair == pair and not f.distanced)


def _differ(used: Sequence[frozenset[int]]) -> bool:
    """Do two sides that name the thing name it differently?"""
    spoken = {wordings for wordings in used if wordings}
    return len(spoken) > 1


def _of_side(voices: Sequence[Voice], terms: Terms) -> list[_Found]:
    """Where a side's reports use any wording: its own words, so reprints and rewrites are looked at only where
    nobody on that side wrote a report."""
    open_ = [v for v in voices if not v.article.reserved]
    own = [v for v in open_ if v.independent] or [v for v in open_ if v.copy.role == "copy"]
    return [found for voice in central(own)[:VOICES] for found in _in_report(voice, terms)]


def _in_report(voice: Voice, terms: Terms) -> list[_Found]:
    article = voice.article
    found = []
    for text in ((article.text.strip() or article.lead)[:READ], article.title):
        for hit in terms.matcher.find(text, article.language):
            pair, _, wording = hit.concept_id.rpartition("/")
            theirs = _distanced(text, hit) or _speaker(text, hit, terms.speakers) not in (None, voice.side)
            found.append(_Found(pair, int(wording), voice, text, hit, theirs))
    return found


def _distanced(text: str, hit: Hit) -> bool:
    """Does the term stand inside quotation marks, or after "so-called"?"""
    before = text[text.rfind("\n", 0, hit.start) + 1 : hit.start]
    opened = sum(before.count(mark) for mark in _OPEN) - sum(before.count(mark) for mark in _CLOSE)
    return opened > 0 or before.count('"') % 2 == 1 or bool(_SO_CALLED.search(before))


def _speaker(text: str, hit: Hit, speakers: Matcher | None) -> str | None:
    """The side that is said to say the sentence around a term: the one named next before a word of saying, or after it
    ("заявил Песков"); None where nobody of the three is."""
    if speakers is None:
        return None
    start, end = _sentence(text, hit.start, hit.end)
    for says in _SAYS.finditer(text[start:end]):
        before, after = text[start : start + says.start()], text[start + says.end() : end][:SPEAKER]
        named = [
            found.country
            for found in speakers.find(before)
            if found.country in SIDES and not _PLACE.search(before[: found.start])
        ]
        named = named[-1:] or [found.country for found in speakers.find(after) if found.country in SIDES][:1]
        if named:
            return named[0]
    return None


def _contrast(
    pair: Pair,
    found: Mapping[str, Sequence[_Found]],
    spent: Counter[int],
    quote: int,
    report: Callable[[Voice], Report],
) -> Contrast | None:
    """The pair with one usage for each side and wording; None where the budget leaves fewer than two sides of it."""
    usages: list[Usage] = []
    taken: Counter[int] = Counter()
    for side in SIDES:
        mine = sorted((f for f in found[side] if f.pair == pair.id), key=lambda f: f.distanced)
        for wording in list(dict.fromkeys(f.wording for f in mine))[:WORDINGS]:
            usage = _usage(side, pair, [f for f in mine if f.wording == wording], spent + taken, quote, report)
            if usage is not None:
                usages.append(usage)
                taken[usage.report.article] += len(usage.before + usage.term + usage.after)
    sides = {usage.side: {u.wording for u in usages if u.side == usage.side} for usage in usages}
    if len(sides) < 2 or len({frozenset(wordings) for wordings in sides.values()}) < 2:
        return None
    spent.update(taken)
    return Contrast(pair.id, plain(pair.subject, 80), tuple(usages))


def _usage(
    side: str,
    pair: Pair,
    places: Sequence[_Found],
    spent: Mapping[int, int],
    quote: int,
    report: Callable[[Voice], Report],
) -> Usage | None:
    """The first place that the budget of its article still has room for."""
    for f in places:
        room = min(WINDOW, quote - spent.get(f.voice.article.id, 0))
        if room < f.hit.end - f.hit.start + ROOM:
            continue
        before, term, after = around(f.text, f.hit.start, f.hit.end, room)
        return Usage(side, plain(pair.wordings[f.wording], 60), before, term, after, report(f.voice), f.distanced)
    return None


def around(text: str, start: int, end: int, room: int) -> tuple[str, str, str]:
    """text[start:end] with the rest of its sentence before and after it, at most `room` characters in all.

    The three parts joined are the quotation; what is cut away is shown by an ellipsis.
    """
    first, last = _sentence(text, start, end)
    head, tail = text[first:start], text[end:last]
    term = plain(text[start:end], room)
    before, after = plain(head[-4 * WINDOW :], 5 * WINDOW), plain(tail[: 4 * WINDOW], 5 * WINDOW)
    left = room - len(term) - 2  # for the two spaces
    share = max(left // 2, left - len(after))
    before = _ending(before, share)
    after = shorten(after, max(1, left - len(before))) if after else ""
    return (
        before + (" " if before and head[-1:].isspace() else ""),
        term,
        (" " if after and tail[:1].isspace() else "") + after,
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around text[start:end] begins and ends; it never leaves its paragraph."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end) if "\n" in text[end:] else len(text)
    inside = [(a, b) for a, b in spans(text[first:last]) if a <= start - first < b]
    a, b = inside[0] if inside else (0, last - first)
    return first + a, max(first + b, end)


def _ending(text: str, limit: int) -> str:
    """The end of `text` in at most `limit` characters, cut at a word where there is one near."""
    if len(text) <= limit:
        return text
    cut = text[len(text) - limit + 1 :] if limit > 1 else ""
    space = cut.find(" ")
    return "…" + (cut[space + 1 :] if 0 <= space < len(cut) // 2 else cut)
