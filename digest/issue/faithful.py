"""Pure: may what a machine wrote be printed? Only what its sources bear out, word by word where words can be compared.

The checks do not know what is true. They know that a number, a name or a subject that stands in no source was invented,
that a link or a mark-up came from nowhere good, and that a page which talks to machines ("ignore all instructions") is
not news: sentences that do are neither shown to the machine nor accepted as a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from digest.issue.figures import in_digits
from digest.issue.orders import gives_orders
from digest.issue.plain import plain
from digest.issue.turned import turned_round
from digest.issue.wording import Brief, Phrase
from store.records import SIDES
from topics.concepts import Hit, Matcher
from topics.names import pinyin, romanised, skeleton
from topics.numbers import numbers
from topics.palladius import palladius
from topics.script import folded, is_han, script_of

SHORTEST = 20  # characters; less is no summary
SUPPORTED = (
    0.6  # of a summary's words that a source in its language must have: the rest are the joints of its sentences
)
STEM = 5  # letters of a word that are compared: inflection changes the rest
BESIDE = 40  # characters on each side of a number in which its words stand
TITLED = 3  # longer words, all with a capital: then capitals tell no names, and names cannot be checked

_LINK = re.compile(r"https?:|www\.|\S@\S|\b[a-z0-9-]{2,}\.[a-z]{2,}\b", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.){2,}")  # "U.S.", "e.g." are no addresses
_MARKUP = re.compile(r"[<>{}\[\]|`*_#\\~^]|&\w+;")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN_DATE = re.compile(r"\d{1,2}[月日]")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*")
# A text that speaks of itself, of its writer, or to one.
_TALK = re.compile(
    r"\bas an ai\b|language model|chatgpt|\bi (?:cannot|can't|am unable|can not)\b|\bi'm sorry\b|system prompt"
    r"|^here (?:is|are) (?:the|a|your)\b|^(?:summary|translation|sure|certainly)\b[:,]"
    r"|языков\w+ модел|как ии\b|я не могу|вот (?:краткое|перевод)|作为(?:一个)?(?:ai|人工智能)|语言模型|我无法|以下是",
    re.IGNORECASE,
)
# Words that begin a sentence without naming anything; days and months, which a source may give as a date.
_ENGLISH_JOINTS = """

a an the this that these those it its he his she her they their we our you your in on at by for from to with
after before during while as but and or so yet however meanwhile both all some many most more no not if when
where which who what why how there here under over about against since until despite according i monday
tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december two three four five six seven eight nine ten eleven twelve new year
"""
_RUSSIAN_JOINTS = """
в на по с со у о об от до из за для при после перед во время как но и или а однако между тем это этот эта эти
тот та те он она оно они их его её если когда где который также ранее согласно понедельник вторник среду среда
четверг пятницу пятница субботу суббота воскресенье
"""
_PLAIN = frozenset([*_ENGLISH_JOINTS.split(), *_RUSSIAN_JOINTS.split()])
# Small words by which English is told from other languages in Latin letters.
_SMALL = "the of to in and a on for with by at from as over after is are was its his that will has have"
_FOREIGN = """
der die das und ein eine mit von zu le la les des un une et du pour dans el los las que por con il per di del e o os em
para não het een van en voor
"""
_JOINTS = frozenset([*_SMALL.split(), "said", "says", "were", "been", "would", "which", *_RUSSIAN_JOINTS.split()])
_ENGLISH, _OTHER_LATIN = frozenset(_SMALL.split()), frozenset(_FOREIGN.split())
# Kinds of concept that name somebody or something: a summary may bring none that its sources do not have.
NAMING = (
    "state",
    "person",
    "place",
    "company",
    "weapon",
    "agency",
    "ministry",
    "bloc",
    "currency",
    "commodity",
    "office",
)


def fault_of_summary(text: str, brief: Brief, matcher: Matcher) -> str:
    """Why `text` may not stand as the summary of `brief`; "" where it may. The reports are harmless already."""
    sources = [f"{report.title}\n{report.text}" for report in brief.reports]
    own = [s for s, r in zip(sources, brief.reports, strict=True) if r.language == brief.language]
    fault = _shape(text, SHORTEST, brief.limit) or _tongue(text, brief.language) or _figures(text, sources)
    if not fault and len(own) == len(sources):
        fault = _figures_in_place(text, own) or _turned(text, own, matcher)
    fault = fault or _subjects(text, sources, matcher)
    fault = fault or _names(text, sources, matcher, brief.language, strict=bool(own))
    return fault or (_strays(text, own, matcher, brief) if own else "")


def _turned(text: str, sources: Sequence[str], matcher: Matcher) -> str:
    return "two names in the other order than in the source" if turned_round(text, sources, matcher) else ""


def _strays(text: str, own: Sequence[str], matcher: Matcher, brief: Brief) -> str:
    """Is it in the words of its sources, and about what their headlines are about?"""
    words, known = _stems(text), _stems("\n".join(own))
    if words and len(words & known) < SUPPORTED * len(words):
        return "in words that no source has"
    heads = "\n".join(report.title for report in brief.reports)
    subjects = {hit.concept_id for hit in matcher.find(text)} & {hit.concept_id for hit in matcher.find(heads)}
    return "" if subjects or words & _stems(heads) else "about something else than the headline"


def fault_of_translation(text: str, phrase: Phrase, matcher: Matcher) -> str:
    """Why `text` may not stand for `phrase` in another language; "" where it may."""
    fault = _shape(text, 2, phrase.limit) or _tongue(text, phrase.target) or _figures(text, [phrase.text])
    if not fault and in_digits(phrase.text) - numbers(text):
        fault = "a number of the source is missing"
    longer = [word for word in _WORD.findall(text) if len(word) > 3]
    if not fault and len(longer) > TITLED and all(word[0].isupper() for word in longer):
        fault = "capitals throughout"
    fault = fault or _subjects(text, [phrase.text], matcher)
    return fault or _names(text, [phrase.text], matcher, phrase.target, strict=False)


def _shape(text: str, least: int, most: int) -> str:
    if not least <= len(text) <= most:
        return "too short" if len(text) < least else "too long"
    if "\n" in text or plain(text, most) != text:
        return "not one plain line"
    if _MARKUP.search(text):
        return "mark-up"
    if _LINK.search(_ABBREVIATED.sub("", text)):
        return "a link"
    return "talk about itself" if _TALK.search(text) or gives_orders(text) else ""


def _tongue(text: str, language: str) -> str:
    """Is it in the language that was asked for? By script, and for English by its small words."""
    if script_of(text) != language:
        return "in another language"
    letters = [char for char in text if char.isalpha()]
    foreign = sum(not _fits(char, language) for char in letters)
    if letters and foreign > 0.3 * len(letters):  # a name or two in another script is no other language
        return "in another language"
    if language == "en":
        words = [word.lower() for word in _WORD.findall(text)]
        small, other = sum(w in _ENGLISH for w in words), sum(w in _OTHER_LATIN for w in words)
        if other > small:
            return "in another language"
    return ""


def _fits(char: str, language: str) -> bool:
    if language == "zh":
        return is_han(char)
    return ("\u0400" <= char <= "\u04ff") if language == "ru" else char.isascii() or "\u00c0" <= char <= "\u024f"


def _figures(text: str, sources: Sequence[str]) -> str:
    """Every number of the text stands in a source: as the same figure, or as the same quantity in another scale."""
    known = frozenset().union(*(numbers(source) for source in sources))
    if numbers(text) - known:
        return "a number that no source has"
    written = {digits for source in sources for digits in _DIGITS.findall(source)}
    for digits in _DIGITS.findall(text):
        if digits not in written and not numbers(digits) & known and not _scaled(digits, text):
            return "a number that no source has"
    return ""


def _figures_in_place(text: str, sources: Sequence[str]) -> str:
    """Every number that is written in digits stands beside a word that it stands beside in a source too."""
    for match in _DIGITS.finditer(text):
        places = [
            _beside(source, other)
            for source in sources
            for other in _DIGITS.finditer(source)
            if other.group() == match.group() or numbers(other.group()) & numbers(match.group())
        ]
        if places and not any(_beside(text, match) & place for place in places):
            return "a number that stands elsewhere in the source"
    written = "".join("".join(source.split()) for source in sources)
    dates = _HAN_DATE.findall("".join(text.split()))  # 10月 is no 十年, though both are ten
    return "" if all(date in written for date in dates) else "a number that no source has"


def _beside(text: str, match: re.Match[str]) -> frozenset[str]:
    """The stems of the words around a number, names of days and months among them; of Chinese, the two characters
    after it, and every pair of characters near it."""
    near = folded(text[max(0, match.start() - BESIDE) : match.end() + BESIDE])
    words = {word[:STEM] for word in _WORD.findall(near) if len(word) > 2 and not is_han(word[0])} - _JOINTS
    after = text[match.end() : match.end() + 2]
    han = text[max(0, match.start() - 4) : match.start()] + "#" + text[match.end() : match.end() + 5]
    pairs = {han[n : n + 2] for n in range(len(han) - 1) if is_han(han[n]) and is_han(han[n + 1])}
    return frozenset(words | pairs | ({after} if after and is_han(after[0]) else set()))


def _scaled(digits: str, text: str) -> bool:
    """Does a scale follow ("1.4 billion")? `figures` has compared it then."""
    return bool(
        re.search(re.escape(digits) + r"\s?(?:thousand|million|billion|trillion|тыс|млн|млрд|трлн|万|亿)", text)
    )


def _subjects(text: str, sources: Sequence[str], matcher: Matcher) -> str:
    """It names nobody and nothing of the lexicon that no source names, by the lexicon or letter by letter."""
    hits = [hit for source in sources for hit in matcher.find(source)]
    known = {hit.concept_id for hit in hits}
    countries = {hit.country for hit in hits} | {side for hit in hits if hit.edge for side in hit.edge.split("-")}

    def borne_out(hit: Hit) -> bool:
        return hit.concept_id in known or (hit.kind == "state" and hit.country in SIDES and hit.country in countries)

    for hit in matcher.find(text):
        if hit.kind not in NAMING or borne_out(hit):
            continue
        name = text[hit.start : hit.end]
        for word in name.split():  # "Chinese refiners" names China; a word without a capital names nobody
            if not (word[0].isupper() or is_han(word[0])) or any(map(borne_out, matcher.find(word))):
                continue
            if not any(_has(piece, source) for piece in _WORD.findall(word) for source in sources):
                return f"a name that no source has: {name}"
    return ""


def _names(text: str, sources: Sequence[str], matcher: Matcher, language: str, *, strict: bool) -> str:
    """Every word with a capital stands in a source, in its own script or another. `strict`: those at the beginning of a
    sentence too, which in a text translated by its sense may be ordinary words."""
    if language == "zh":
        return ""  # no capitals; what the lexicon knows has been compared
    known = [(hit.start, hit.end) for hit in matcher.find(text)]
    begins = {match.start() for sentence in _beginnings(text) for match in [_WORD.search(text, sentence)] if match}
    matches = list(_WORD.finditer(text))
    for number, match in enumerate(matches):
        word = match.group().rstrip("'’-")
        if not word[0].isupper() or folded(word).removesuffix("'s") in _PLAIN:
            continue
        if any(start <= match.start() < end for start, end in known):
            continue
        following = matches[number + 1].group() if number + 1 < len(matches) else ""
        alone = match.start() in begins and not strict and not (following[:1].isupper() and len(word) > 1)
        if not alone and not any(_has(word, source) for source in sources):
            return f"a name that no source has: {word}"
    return ""


def _beginnings(text: str) -> Iterable[int]:
    yield 0
    yield from (match.end() for match in re.finditer(r"[.!?…:;][\"”»’)]*\s+|[\"“«]", text))


def _has(word: str, source: str) -> bool:
    """Does `source` have the name: as a word that begins alike, or spelled in another script?"""
    name = folded(word)
    for suffix in ("'s", "’s"):
        name = name.removesuffix(suffix)
    latin = romanised(name)
    if any(_alike(latin, other) for other in _spellings(source)):
        return True
    bones = skeleton(word)
    if bones and bones in _skeletons(source, script_of(word)):
        return True
    han = pinyin(source)
    return bool(han) and len(latin) > 1 and latin in han


def _alike(one: str, other: str) -> bool:
    """The same word but for an ending of at most three letters."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4:
        return shorter == longer or (len(shorter) > 1 and longer.startswith(shorter) and len(longer) - len(shorter) < 3)
    stem = max(4, len(shorter) - 3)
    return shorter[:stem] == longer[:stem] and len(longer) - len(shorter) <= 3


@lru_cache(maxsize=64)
def _spellings(source: str) -> frozenset[str]:
    """The words of a source in Latin letters; Chinese names in Russian by the Palladius table too."""
    words = {folded(word) for word in _WORD.findall(source) if not is_han(word[0])}
    pieces = words | {piece for word in words for piece in re.split(r"[-'’]", word) if piece}
    return frozenset({romanised(word) for word in pieces} | {latin for word in pieces if (latin := palladius(word))})


@lru_cache(maxsize=64)
def _skeletons(source: str, script: str) -> frozenset[str]:
    """The consonants of every word of a source that is not in `script`; of Chinese, of every run of two to seven
    characters. Within one script a name is spelled in one way, and consonants alone make "blocks" of Bloggs."""
    found = {skeleton(w) for w in _WORD.findall(source) if not is_han(w[0]) and script_of(w) != script}
    for run in re.findall("[\u4e00-\u9fff·]{2,}", source[:400]) if script != "zh" else ():
        han = run.replace("·", "")
        found |= {skeleton(han[a:b]) for a in range(len(han)) for b in range(a + 2, min(a + 8, len(han) + 1))}
    return frozenset(found - {""})


def _stems(text: str) -> frozenset[str]:
    """The stems of a text's longer words; of Chinese, its pairs of characters."""
    low = folded(text)
    words = {word[:STEM] for word in _WORD.findall(low) if len(word) > 3 and not is_han(word[0]) and word not in _PLAIN}
    pairs = {low[n : n + 2] for n in range(len(low) - 1) if is_han(low[n]) and is_han(low[n + 1])}
    return frozenset(words | pairs)
