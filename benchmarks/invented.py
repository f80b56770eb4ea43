"""A week of invented articles, as many as wanted: real-looking lengths, three languages, events told several times.

Each is made of a text of a labelled newsroom. An event exchanges seven of ten words of one text for others of the same
language, for good; each report of it exchanges one word in three again, in a headline one in five, so that reports of
one event share what reports share, and no two are copies; one report in ten is reprinted by somebody else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

from benchmarks.bench import START
from benchmarks.labelled import find
from digest.stories.reading import Item

DAYS = 7
OUTLETS = 99
OTHER, RETOLD, RETITLED, REPRINTED = 0.7, 0.33, 0.2, 0.1
MOST = 30  # reports of one event; most events have two or three, as in a newspaper's week
PIECE = re.compile(r"[\u3400-\u9fff]{1,2}|[^\s\u3400-\u9fff]+\s?|\s")


@dataclass(frozen=True, slots=True)
class Text:
    """What an article says."""

    title: str
    lead: str
    body: str
    language: str


def bases(paths: Sequence[Path]) -> list[Text]:
    """The articles of the newsrooms at `paths`. Raises UnknownData."""
    rows = [row for path in paths for found in find(path) if found.kind == "newsroom" for row in found.rows]
    return [Text(row["title"], row.get("lead") or "", row.get("body") or "", row["language"]) for row in rows]


def week(texts: Sequence[Text], articles: int, dice: random.Random) -> Iterator[tuple[int, Item]]:
    """(event, article) in no order of time, ids counted from 1; the same for the same dice. Never all in memory."""
    words = vocabulary(texts)
    made = ((event, when, text) for event in count() for when, text in _event(texts, words, dice))
    for n, (event, when, text) in enumerate(islice(made, articles), 1):
        outlet = f"o{n % OUTLETS}"
        yield (
            event,
            Item(
                n,
                text.title,
                text.lead,
                text.body,
                text.language,
                START + when,
                f"Outlet {n % OUTLETS}",
                outlet,
                f"https://{outlet}.example/{n}",
            ),
        )


def vocabulary(texts: Sequence[Text]) -> dict[str, list[str]]:
    """language -> its words as often as they stand; in Chinese pairs of characters."""
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(text.language, []).extend(PIECE.findall(f"{text.title} {text.lead} {text.body}"))
    return found


def _event(
    texts: Sequence[Text], words: Mapping[str, Sequence[str]], dice: random.Random
) -> Iterator[tuple[timedelta, Text]]:
    """Its reports, and when they come out."""
    began = timedelta(days=DAYS * dice.random())
    base = _changed(dice.choice(texts), words, OTHER, OTHER, dice)
    for _ in range(min(MOST, int(dice.paretovariate(1.2)))):
        told = retold(base, words, dice)
        when = min(timedelta(days=DAYS), began + timedelta(hours=dice.expovariate(1 / 8)))
        yield when, told
        if dice.random() < REPRINTED:
            yield when + timedelta(minutes=30), told


def retold(base: Text, words: Mapping[str, Sequence[str]], dice: random.Random) -> Text:
    """Another report of the same event."""
    return _changed(base, words, RETITLED, RETOLD, dice)


def _changed(text: Text, words: Mapping[str, Sequence[str]], headline: float, body: float, dice: random.Random) -> Text:
    pool = words[text.language]
    title, lead, rest = (
        "".join(dice.choice(pool) if dice.random() < share else piece for piece in PIECE.findall(part))
        for part, share in ((text.title, headline), (text.lead, body), (text.body, body))
    )
    return Text(title, lead, rest, text.language)
