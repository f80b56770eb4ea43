"""What is listened to before a silence is printed: all that each side listed, off topic or not, as the store has it.

No model is loaded for it: articles are told apart by the vectors that they were woven by.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from config import Config
from digest.embedding import prior
from digest.issue.silence import LISTENED
from digest.stories.pool import Pool, Told
from digest.stories.possible import Home, Listening
from digest.stories.similarity import Means, Vector, centred
from store import articles, corrections, stories
from store.records import SIDES, Article, Lexicon
from topics.concepts import Matcher


def listening(config: Config, conn: Connection, closes: datetime) -> dict[str, Listening]:
    """By side: all that its outlets listed in the last 72 h, read or not; and what others told with them."""
    since, until = closes - LISTENED, closes + timedelta(microseconds=1)
    matcher = Matcher(Lexicon.of(config.lexicon_rows()))
    vectors = _vectors(conn, since) if config.stories.model != "none" else {}

    def meaning(told: Told) -> Vector | None:
        return vectors.get(told.id) if isinstance(told, Article) else None

    texts: list[Told] = []
    places: dict[int, int] = {}  # article -> its place among the texts
    heard = {side: [_placed(told, texts, places) for told in _heard(conn, since, until, side)] for side in SIDES}
    sides: dict[str, tuple[list[int], list[int], dict[int, Home], dict[int, int]]] = {}
    for side, mine in heard.items():
        pages = {told.id for n in mine if isinstance(told := texts[n], Article)}
        others = stories.companions(conn, pages, since)
        companions = [_placed(article, texts, places) for article in articles.by_ids(conn, others).values()]
        inside = corrections.homes(conn, {*pages, *others})
        homes = {places[id]: home for id, home in _homes(inside, pages, others).items()}
        sides[side] = (mine, companions, homes, {places[id]: n for id, n in inside.items() if id in places})
    pool = Pool(matcher, texts, meaning)
    return {side: Listening(pool, *parts) for side, parts in sides.items()}


def _placed(told: Told, texts: list[Told], places: dict[int, int]) -> int:
    """Where a text stands among `texts`; what stands there already, listed by two feeds, is not put there again."""
    if isinstance(told, Article):
        if told.id in places:
            return places[told.id]
        places[told.id] = len(texts)
    texts.append(told)
    return len(texts) - 1


def _heard(conn: Connection, since: datetime, until: datetime, side: str) -> list[Told]:
    """All that a side's outlets listed; of what was read the page, which says more than its feed."""
    entries = articles.entries_between(conn, since, until, side)
    pages = articles.by_ids(conn, {entry.article_id for entry in entries if entry.article_id is not None})
    return [pages.get(entry.article_id or 0, entry) for entry in entries]


def _homes(inside: Mapping[int, int], pages: Collection[int], others: Collection[int]) -> dict[int, Home]:
    """Of a side's articles that stand in a story, whether `others` tell it too."""
    shared = {inside[id] for id in others if id in inside}
    return {id: "shared" if inside[id] in shared else "alone" for id in pages if id in inside}


def _vectors(conn: Connection, since: datetime) -> Mapping[int, Vector]:
    """article -> its vector, each language's mean taken off; of the model that most were woven by, where it changed."""
    by_model = stories.vectors_since(conn, since)
    if not by_model:
        return {}
    model = min(by_model, key=lambda model: (-len(by_model[model]), model))
    raw = {id: np.frombuffer(blob, dtype="<f2").astype(np.float32) for id, (_, blob) in by_model[model].items()}
    sums = stories.language_sums(conn, model)
    means = Means(
        prior(model).prior,
        {language: n for language, (n, _) in sums.items()},
        {language: np.frombuffer(total, dtype="<f8") for language, (_, total) in sums.items()},
    )
    return centred(raw, {id: language.split("-")[0] for id, (language, _) in by_model[model].items()}, means)
