"""Pure: may a story be told again in a slot, and what is new in it since that slot told it last.

It returns with a report that bears a new fact, or with a side that had said nothing of it. A reprint, a rewrite, a new
date, an edit and yesterday's news told late in other words are nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from digest.issue.figures import figures_of_event
from digest.issue.issue import Update
from digest.issue.plain import plain
from digest.issue.tellings import Label, Voice, base
from store.records import SIDES, Article
from topics.script import folded, is_han

OPENING = 600  # characters in which a report says what happened; what follows is background
FOREMOST = 8  # concepts, by how often they are named, that a report is about; others it mentions in passing
OWN_WORDS = 0.2  # of a headline's words, found in nothing that was told: from here on the headline says something new
STEM = 5  # letters of a word that are compared: Russian bends the rest
FACTS = 4  # named to the reader

_WORD = re.compile(r"[^\W\d_]{4,}")


def update_of(
    fresh: Sequence[Voice], earlier: Sequence[Voice], told: Mapping[int, date], labels: Mapping[str, Label]
) -> Update | None:
    """What is new against earlier issues, `earlier` being what they told. None for a story told for the first time.

    An update without reports and sides is no reason to tell the story again.
    """
    if not earlier:
        return None
    own = reports_of_their_own(fresh, earlier)
    bearing = [voice for voice in own if bears_fact(voice.article, [v.article for v in earlier])]
    before = {v.side for v in earlier}
    sides = {v.side for v in fresh if v.side and v.side not in before}
    reports = _texts(own) if bearing or sides else 0
    since = max(told[v.article.id] for v in earlier)
    return Update(since, reports, tuple(s for s in SIDES if s in sides), _named(bearing, earlier, labels))


def reports_of_their_own(fresh: Iterable[Voice], earlier: Iterable[Voice]) -> list[Voice]:
    """Those of `fresh` that are no rewrite and no reprint of what was told. An outlet's next report is one."""
    old = {v.copy.group for v in earlier if v.copy.group is not None}
    return [v for v in fresh if v.text_key and (v.copy.group is None or v.copy.group not in old)]


def _texts(voices: Iterable[Voice]) -> int:
    """Reports, the copies of one text counted once."""
    found = [v.copy.group for v in voices]
    return len({group for group in found if group is not None}) + found.count(None)


def bears_fact(article: Article, told: Sequence[Article]) -> bool:
    """Does `article` say anything that none of `told` said: a subject, a figure, or a headline in new words?

    In doubt it does: what cannot be compared (no subject known to the lexicon, a language nobody told it in) is new.
    """
    if new_subjects(article, told):
        return True
    if figures_of_event(_opening(article)) - frozenset().union(*(figures_of_event(_all(old)) for old in told)):
        return True
    alike = [old for old in told if base(old.language) == base(article.language)]
    words = _words(article.title)
    if not alike or not words:
        return not article.concepts
    known = frozenset().union(*(_words(_all(old)) for old in alike))
    return len(words - known) > OWN_WORDS * len(words)


def new_subjects(article: Article, told: Iterable[Article]) -> list[str]:
    """The concepts that `article` is about and that nothing told had named, the most frequent first."""
    known = {concept for old in told for concept in old.concepts}
    return [concept for concept in article.concepts[:FOREMOST] if concept not in known]


def _named(bearing: Sequence[Voice], earlier: Sequence[Voice], labels: Mapping[str, Label]) -> tuple[str, ...]:
    """The labels of the new subjects, the most telling kinds first."""
    old = [v.article for v in earlier]
    found = dict.fromkeys(concept for v in bearing for concept in new_subjects(v.article, old) if concept in labels)
    ranked = sorted((labels[concept] for concept in found), key=lambda label: label.rank)
    return tuple(dict.fromkeys(plain(label.text, 40) for label in ranked))[:FACTS]


def _all(article: Article) -> str:
    return f"{article.title}\n{article.lead}\n{article.text}"


def _opening(article: Article) -> str:
    return f"{article.title}\n{(article.text.strip() or article.lead)[:OPENING]}"


def _words(text: str) -> frozenset[str]:
    """The stems of a text's longer words; of Chinese, its pairs of characters."""
    low = folded(text)
    han = "".join(char if is_han(char) else " " for char in low)
    pairs = (han[n : n + 2] for n in range(len(han) - 1))
    return frozenset(w[:STEM] for w in _WORD.findall(low) if not is_han(w[0])) | frozenset(
        p for p in pairs if " " not in p
    )
