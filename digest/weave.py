"""The job after each crawl: articles not yet woven become copies, stories and vectors, in one transaction."""

from __future__ import annotations

import gc
import time
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Engine

from config import Config
from digest.embedding import Model, load
from digest.readings import Reader, Recalled, recall
from digest.stories import corrections, explain, weaving
from digest.stories import thresholds as at
from digest.stories.clusters import Gathered, Rules
from digest.stories.reading import Item, embedded_text
from digest.stories.similarity import Means, Vector
from store import articles, meta, readings, sources, stories
from store import corrections as said
from store.db import reading, writing
from store.records import Article, Copy, Source
from store.stories import Place

AGAIN = "stories.compared"  # when the stories of the last 72 hours were last compared with each other
AGAIN_HOURS = 23  # so that the pass keeps to its time of day though no crawl comes to the minute


@dataclass(frozen=True, slots=True)
class WeaveReport:
    """What one run did. `model_id` is "" where stories were matched by the lexicon alone."""

    articles: int
    stories_new: int
    stories_grown: int
    copies: int
    model_id: str
    seconds: float
    united: int = 0  # stored stories that turned out to be part of another

    def line(self) -> str:
        """One line for a terminal or a log."""
        how = f"model {self.model_id}" if self.model_id else "without a model, by the lexicon alone"
        united = f"{self.united} found to be part of another, " if self.united else ""
        return (
            f"{self.articles} articles woven: {self.stories_new} new stories, {self.stories_grown} grown, {united}"
            f"{self.copies} reprints and rewrites ({how}; {self.seconds:.1f} s)"
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """All that is read before anything is decided."""

    fresh: tuple[Article, ...]  # not woven, or revised since
    standing: Mapping[int, tuple[int, int]]  # members of open stories that new ones are compared with
    sources: Mapping[str, Source]
    rules: Rules


def weave(config: Config, engine: Engine, *, now: datetime) -> WeaveReport:
    """Weave every article that is not woven yet. Safe to repeat: a second run finds nothing to do."""
    with _unswept():
        return _weave(config, engine, now)


@contextmanager
def _unswept() -> Iterator[None]:
    """No search for rings of objects while it lasts: a run makes some hundred thousand objects and no such rings, and
    looking through all of them again and again took a fifth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _weave(config: Config, engine: Engine, now: datetime) -> WeaveReport:
    began = time.monotonic()
    with reading(engine) as conn:
        known, again = _known(conn, now), _again_due(conn, now)
    model = load(config.stories.model)
    if not known.fresh and not again:
        return WeaveReport(0, 0, 0, 0, model.model if model else "", time.monotonic() - began)
    with reading(engine) as conn:
        reader = Reader.of(config, known.sources)
        read = recall(engine, conn, known.fresh, known.standing, now, reader)
        stored = _stored_vectors(conn, model, read.shas)
        without = _told_in_full(conn, reader, read, stored) if model else []
        sums = stories.language_sums(conn, model.model) if model else {}
    made = _made_vectors(model, without)
    vectors = {**stored, **made}
    means, new_sums = _means(model, without, made, sums)
    woven = weaving.weave(
        read.items,
        reader.matcher,
        vectors=vectors,
        means=means,
        standing=known.standing,
        rules=known.rules,
        printed=read.prints,
        again_since=now - timedelta(hours=at.MERGE_HOURS) if again else None,
        read_before=read.features,
        words=read.words,
    )
    with writing(engine) as tx:
        if model is not None:
            rows = {id: (read.shas[id], _bytes(vector)) for id, vector in made.items()}
            stories.save_vectors(tx, model.model, rows)
            stories.save_language_sums(tx, model.model, new_sums)
        readings.save(tx, read.made)
        new, grown, united = _save(tx, woven, known, model.model if model else woven.engine, now)
        if again:
            meta.put(tx, AGAIN, now.isoformat())
    fresh = {article.id for article in known.fresh}
    copied = sum(place.role in ("copy", "rewrite") for id, place in woven.places.items() if id in fresh)
    seconds = time.monotonic() - began
    return WeaveReport(len(fresh), new, grown, copied, model.model if model else "", seconds, united)


def _again_due(conn: Connection, now: datetime) -> bool:
    """Once a day the stories of the last 72 hours are compared with each other again."""
    last = meta.get(conn, AGAIN)
    return last is None or datetime.fromisoformat(last) <= now - timedelta(hours=AGAIN_HOURS)


def _known(conn: Connection, now: datetime) -> _Read:
    fresh = articles.unwoven(conn)
    since = min([now, *(article.published for article in fresh)]) - timedelta(days=at.WINDOW_DAYS)
    rows = stories.standing(conn, since)
    clusters: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        clusters.setdefault((row.story_id, row.cluster), []).append(row.article_id)
    shown = {id: key for key, ids in clusters.items() for id in _representatives(ids)}
    revised = {row.article_id: (row.story_id, row.cluster) for row in rows}
    shown |= {article.id: revised[article.id] for article in fresh if article.id in revised}
    spoken = said.said(conn)
    homes = said.homes(conn, {id for c in spoken for id in (c.left, c.right)})
    return _Read(
        fresh=tuple(fresh),
        standing=shown,
        sources=sources.all(conn),
        rules=corrections.rules(spoken, homes, shown),
    )


def _representatives(ids: Sequence[int]) -> Collection[int]:
    half = at.REPRESENTATIVES // 2
    return ids if len(ids) <= at.REPRESENTATIVES else [*ids[:half], *ids[-half:]]


# -- vectors
# ------------------------------------------------------------------------------------------------------------


def _stored_vectors(conn: Connection, model: Model | None, shas: Mapping[int, str]) -> dict[int, Vector]:
    """Vectors of this model that were made from the very revision at hand. `shas`: article -> hash of its text."""
    if model is None:
        return {}
    return {
        id: np.frombuffer(blob, dtype="<f2").astype(np.float32)
        for id, (sha, blob) in stories.vectors(conn, model.model, shas).items()
        if sha == shas[id] and len(blob) == 2 * model.dimensions
    }


def _told_in_full(conn: Connection, reader: Reader, read: Recalled, stored: Container[int]) -> list[Item]:
    """The articles that have no vector yet, with their texts."""
    full = {item.id: item for item in read.items if item.text}
    bare = [id for id in sorted(read.shas) if id not in stored]
    texts = articles.by_ids(conn, (id for id in bare if id not in full))
    return [full[id] if id in full else reader.item(texts[id]) for id in bare if id in full or id in texts]


def _bytes(vector: Vector) -> bytes:
    return vector.astype("<f2").tobytes()


def _made_vectors(model: Model | None, items: Sequence[Item]) -> dict[int, Vector]:
    if model is None:
        return {}
    texts = [embedded_text(item.title, item.lead, item.text, item.outlet) for item in items]
    return dict(zip([item.id for item in items], model.embed(texts), strict=True))


def _means(
    model: Model | None, items: Sequence[Item], made: Mapping[int, Vector], sums: Mapping[str, tuple[int, bytes]]
) -> tuple[Means | None, dict[str, tuple[int, bytes]]]:
    """The means to centre by, and the running sums with the new vectors in them."""
    if model is None:
        return None, {}
    totals = {language: np.frombuffer(total, dtype="<f8").copy() for language, (_, total) in sums.items()}
    counts = {language: n for language, (n, _) in sums.items()}
    for item in items:
        if item.id in made:
            totals[item.language] = totals.get(item.language, np.zeros(model.dimensions)) + made[item.id]
            counts[item.language] = counts.get(item.language, 0) + 1
    means = Means(model.prior.prior, counts, totals)
    return means, {language: (counts[language], totals[language].astype("<f8").tobytes()) for language in totals}


# -- writing
# ------------------------------------------------------------------------------------------------------------


def _save(tx: Connection, woven: weaving.Woven, known: _Read, engine: str, now: datetime) -> tuple[int, int, int]:
    """Store what has changed; the numbers of new stories, of grown ones, and of those that became part of another."""
    fresh = {article.id: article for article in known.fresh}
    new = grown = united = 0
    changed = [story for story in woven.stories if _changed(story, fresh)]
    for story in (story for story in _kept(tx, changed) if _changed(story, fresh)):
        inside = [(n, f.id) for n, cluster in enumerate(story.clusters) for f in cluster.members]
        for other in story.stories[1:]:
            stories.unite(tx, story.stories[0], other, now)
            united += 1
        numbers = _cluster_numbers(story, stories.clusters(tx, (id for _, id in inside if id in known.standing)))
        places = [
            Place(
                article_id=id,
                cluster=numbers[n],
                score=score.value,
                parts=score.parts,
                text_sha256=fresh[id].text_sha256,
                copy=woven.places.get(id, Copy(id, None)),
            )
            for n, id in inside
            if id in fresh
            for score in [explain.membership(story, id)]
        ]
        id, is_new = stories.save(tx, places, into=story.stories[:1], edges=(), engine=engine, now=now)
        stories.about(tx, id, now)
        new, grown = new + is_new, grown + (not is_new)
    stories.set_copies(tx, [place for id, place in sorted(woven.places.items()) if id not in fresh])
    first = said.homes(tx, woven.follows)
    stories.follow(tx, {first[article]: before for article, before in woven.follows.items() if article in first})
    return new, grown, united


def _changed(story: Gathered, fresh: Container[int]) -> bool:
    """Has it taken an article, or does it unite stored stories?"""
    return len(story.stories) > 1 or any(f.id in fresh for cluster in story.clusters for f in cluster.members)


def _kept(tx: Connection, found: Sequence[Gathered]) -> list[Gathered]:
    """`found` by the numbers that hold now, and as operators want it: they may have spoken while this run thought."""
    spoken = said.said(tx)
    homes = said.homes(tx, {id for c in spoken for id in (c.left, c.right)})
    known = {id: stories.current(tx, id) for story in found for id in story.stories}
    present = [replace(story, stories=tuple(sorted({known[id] for id in story.stories}))) for story in found]
    return corrections.kept(present, corrections.forbidden(spoken, homes))


def _cluster_numbers(story: Gathered, stored: Mapping[int, int]) -> dict[int, int]:
    """A stored cluster keeps its number, a new one takes the next. `stored`: article -> number of its cluster."""
    numbers: dict[int, int] = {}
    known = [[stored[f.id] for f in cluster.members if f.id in stored] for cluster in story.clusters]
    following = max((number for old in known for number in old), default=-1) + 1
    for n, old in enumerate(known):
        if old:
            numbers[n] = min(old)
        else:
            numbers[n], following = following, following + 1
    return numbers
