"""Pure: has a sentence of a source been turned round, "A sued B" made into "B sued A"?

Told by order alone: two who act, and a word between them. Where no source has them in this order around the word, and
one has them in the other, the text is refused, though it may only say the same in another voice: a refusal costs the
machine's words, a turned sentence would put one's deed on the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from topics.concepts import Hit, Matcher
from topics.script import folded, is_han

ACTING = ("state", "person", "company", "agency", "ministry", "bloc", "office", "place")
STEM = 5  # letters of a word that are compared: inflection changes the rest

_END = re.compile(r"(?<=[^A-Z]{2}[.!?…;])\s+|[。！？；\n]")  # not after the initials of "U.S."
_WORD = re.compile(r"[^\W\d_]{3,}")
_BY = re.compile(r"\bby(?: the| an?)?\s*$", re.IGNORECASE)
# Done by both alike: whoever is named first, it says the same. Then the small words.
_MUTUAL = """
met meet meets meeti agree talk talks joint toget and both with between from for the that its into over who was were has
have had will would but not are his her
встре перег догов совме вмест что как для при это его она они был была было были
"""
_SKIPPED = frozenset([*_MUTUAL.split(), *"和与同及跟暨会谈双方的在了是两国、"])

_TOWARDS = "对向给"

Claim = tuple[str, str, str]  # who, a word, whom: in this order


def turned_round(text: str, sources: Sequence[str], matcher: Matcher) -> bool:
    """Does `text` have two of its `sources`, which are in its language, in the other order around the same word?"""
    said = set(claims(text, matcher, near=True))
    if not said:
        return False
    far = {claim for source in sources for claim in claims(source, matcher)}
    near = {claim for source in sources for claim in claims(source, matcher, near=True)}
    return any((whom, word, who) in near for who, word, whom in said - far)


def claims(text: str, matcher: Matcher, *, near: bool = False) -> Iterator[Claim]:
    """Every two who act in one sentence, with each word between them; `near`: only those with nobody between."""
    for sentence in sentences(text):
        named = actors(sentence, matcher)
        for place, first in enumerate(named):
            for second in named[place + 1 : place + 2 if near else None]:
                who, whom = who_is(first), who_is(second)
                lead = sentence[second.start]  # the lexicon has 对中国 too, "towards China"
                between = sentence[first.end : second.start] + (lead if lead in _TOWARDS else "")
                if who != whom:
                    who, whom = (whom, who) if _BY.search(between) else (who, whom)
                    yield from ((who, word, whom) for word in _words(between))


def sentences(text: str) -> list[str]:
    """The parts of a text in which an order is looked for."""
    return _END.split(text)


def actors(sentence: str, matcher: Matcher) -> list[Hit]:
    """Those named in a sentence, in their order; of two that overlap the first."""
    found: list[Hit] = []
    for hit in sorted(matcher.find(sentence), key=lambda hit: (hit.start, -hit.end)):
        if hit.kind in ACTING and (not found or hit.start >= found[-1].end):
            found.append(hit)
    return found


def who_is(hit: Hit) -> str:
    """A state, whatever it is called; anybody else by name."""
    return hit.country if hit.kind in ("state", "place") and hit.country else hit.concept_id


def _words(between: str) -> Iterable[str]:
    low = folded(between)
    stems = {word[:STEM] for word in _WORD.findall(low) if not is_han(word[0])}
    return sorted((stems | {char for char in low if is_han(char)}) - _SKIPPED)
