"""What stories need of an article, and what is read out of it: words, subjects, names by sound, numbers."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.stories import thresholds as at
from topics.concepts import Matcher
from topics.names import pinyin, sounds
from topics.numbers import numbers
from topics.relevance import headline, sentences
from topics.script import folded, is_han


@dataclass(frozen=True, slots=True)
class Item:
    """What stories need of an article. `outlet` is the outlet's name, `at` when it was published."""

    id: int
    title: str
    lead: str
    text: str
    language: str
    at: datetime
    outlet: str = ""
    source_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """An item, read once: everything that comparing needs, nothing of the text."""

    id: int
    language: str
    at: datetime
    source_id: str
    url: str
    terms: Mapping[str, float]  # words within the language, weighted by where they stand
    title: frozenset[str]
    concepts: Mapping[str, float]  # concept ids, weighted by where they stand
    senses: Mapping[str, float]  # of a headline that stands alone: concepts and general words, for other languages
    head: frozenset[str]  # concepts of title and lead
    figures: frozenset[float]
    head_figures: frozenset[float]
    sounds: frozenset[str]  # names by sound, for other scripts
    spelt: str  # pinyin of a Chinese title and lead
    ordinals: frozenset[float]  # "19th package", «второй пакет»: two such numbers are two things

    @property
    def meant(self) -> Mapping[str, float]:
        """What a text of another language is compared by. Full texts name their subjects; a headline has few words,
        and each must be read for its sense.
        """
        return self.senses or self.concepts


def embedded_text(title: str, lead: str, text: str = "", outlet: str = "") -> str:
    """What is given to the model for an article: headline, lead and the first sentences where the lead is thin."""
    bare = headline(title, outlet)
    body = lead if len(lead) >= at.LEAD_ENOUGH else f"{lead} {' '.join(sentences(text)[:3])}"
    budget, out = at.MODEL_BUDGET, []
    for char in f"{bare}. {body}".replace("\n", " "):
        budget -= at.HAN_COST if is_han(char) else at.CYRILLIC_COST if "\u0400" <= char <= "\u04ff" else 1.0
        if budget < 0:
            break
        out.append(char)
    return "".join(out).strip()


# -- reading ---------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th|-?й|-?го|-?м|-?я)\b|第\s?(\d{1,3})(?=[轮批次届个])")
_STOP = frozenset(
    [
        "the", "a", "an", "and", "or", "of", "to", "in", "on", "for", "with", "at", "by", "from", "as", "is", "are",
        "was", "were", "be", "been", "has", "have", "had", "its", "it", "that", "this", "will", "would", "after",
        "over", "into", "about", "says", "said", "new", "more", "than", "up", "out", "not", "but", "his", "her",
        "their", "he", "she", "they", "who", "which", "us", "their", "amid", "against", "under", "between", "и", "в",
        "во", "на", "с", "со", "по", "за", "из", "от", "до", "для", "не", "что", "как", "это", "его", "ее", "их",
        "он", "она", "они", "к", "о", "об", "у", "при", "но", "или", "а", "же", "бы", "был", "была", "были", "будет",
        "также", "после", "между", "над", "под", "через", "еще", "уже", "все",
    ]
)


def read(item: Item, matcher: Matcher) -> Features:
    """Everything that comparing needs of `item`."""
    title = headline(item.title, item.outlet)
    opening = " ".join(sentences(item.text)[: at.OPENING_SENTENCES])[: at.OPENING_LENGTH]
    parts = ((title, at.TITLE_WEIGHT), (item.lead, at.LEAD_WEIGHT), (opening, at.BODY_WEIGHT))
    terms: Counter[str] = Counter()
    concepts: dict[str, float] = defaultdict(float)
    head: set[str] = set()
    heard: set[str] = set()
    for number, (text, weight) in enumerate(parts):
        for term in _terms(text):
            terms[term] += weight
        hits = matcher.about(text, item.language)
        heard |= sounds(text, ((hit.start, hit.end) for hit in hits if matcher.speaks(hit.concept_id)))
        for hit in hits:
            concepts[hit.concept_id] += weight
            if number < 2:
                head.add(hit.concept_id)
    senses = {} if item.lead or item.text else _senses(title, matcher)
    for told in (concepts, senses):
        for state in _implied(told, matcher):
            told.setdefault(state, at.IMPLIED_WEIGHT)
    return Features(
        id=item.id,
        language=item.language,
        at=item.at,
        source_id=item.source_id,
        url=item.url,
        terms={t: 1 + math.log(n) for t, n in terms.items() if n >= 1},
        title=frozenset(_terms(title)),
        concepts=_damped(concepts),
        senses=_damped(senses),
        head=frozenset(head),
        figures=numbers(f"{title} {item.lead} {opening}"),
        head_figures=numbers(f"{title} {item.lead}"),
        sounds=frozenset(heard),
        spelt=pinyin(f"{title} {item.lead}"),
        ordinals=frozenset(float(a or b) for a, b in _ORDINAL.findall(title)),
    )


def _senses(title: str, matcher: Matcher) -> dict[str, float]:
    """Concepts and general words of a headline."""
    found: dict[str, float] = defaultdict(float)
    for hit in matcher.about(title, words=True):
        found[hit.concept_id] += at.TITLE_WEIGHT
    return found


def _damped(counts: Mapping[str, float]) -> dict[str, float]:
    return {id: 1 + math.log(n) if n >= 1 else n for id, n in counts.items()}


def _implied(concepts: Iterable[str], matcher: Matcher) -> list[str]:
    """The states whose towns, offices and people are named: who names the FSB need not say Russia."""
    states = {c.country: c.id for c in matcher.concepts.values() if c.kind == "state" and c.country}
    return sorted({states[c] for id in concepts if (c := matcher.concepts[id].country) in states})


def _terms(text: str) -> list[str]:
    """Words cut to a stem-like length, and pairs of Chinese characters."""
    low = folded(text)
    words = [
        w[:6] if "\u0400" <= w[0] <= "\u04ff" else _plain_english(w)
        for w in _WORD.findall(low)
        if not is_han(w[0]) and w not in _STOP
    ]
    runs = re.findall(r"[\u3400-\u9fff]+", low)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return words + pairs + re.findall(r"\d+(?:[.,]\d+)?", low)


def _plain_english(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in ("ing", "ed", "es", "s"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word
