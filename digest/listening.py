"""What is listened to before a silence is printed: all that each side listed, off topic or not, as the store has it.

No model is loaded for it: articles are told apart by the vectors that they were woven by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from config import Config
from digest.embedding import prior
from digest.issue.silence import LISTENED
from digest.stories.possible import Listening, Told
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

    found = {}
    for side in SIDES:
        entries = articles.entries_between(conn, since, until, side)
        pages = articles.by_ids(conn, {entry.article_id for entry in entries if entry.article_id is not None})
        heard = [pages.get(entry.article_id or 0, entry) for entry in entries]  # what was read says more than its feed
        others = stories.companions(conn, pages, since)
        untied = _untied(conn, pages, others)
        found[side] = Listening(matcher, heard, list(articles.by_ids(conn, others).values()), meaning, untied)
    return found


def _untied(conn: Connection, pages: Collection[int], others: Collection[int]) -> Callable[[Told], bool]:
    """Whether an entry stands in a story that has no report but its own side's."""
    homes = corrections.homes(conn, {*pages, *others})
    shared = {homes[id] for id in others if id in homes}
    alone = {id for id in pages if id in homes and homes[id] not in shared}
    return lambda told: isinstance(told, Article) and told.id in alone


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
