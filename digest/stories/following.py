"""Which stories go on from an earlier one: a follow-up is linked to yesterday's story, not swallowed by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from digest.stories import thresholds as at
from digest.stories.cluster import Cluster, Gathered, Rules, indexed
from digest.stories.nearest import Nearest
from digest.stories.shelf import ready
from digest.stories.similarity import Similarity

Indexes = Mapping[tuple[str, bool], Nearest]  # of a language, and whether it is asked from another one


def follows(stories: Sequence[Gathered], similarity: Similarity, rules: Rules | None = None) -> dict[int, int]:
    """First article of a new story -> the stored story that it goes on from.

    It goes on from the nearest story that had ended by then, in its language or another, where the two are as alike as
    reports of one event but for the time between them, and for the figures that each has of its own.
    """
    rules = rules or Rules()
    new = [story for story in stories if not story.stories]
    homes = {cluster.number: story.stories[0] for story in stories if story.stories for cluster in story.clusters}
    old = {cluster.number: cluster for story in stories if story.stories for cluster in story.clusters}
    indexes = _indexes(old, new, similarity)
    found: dict[int, int] = {}
    for story in new:
        scored = [
            (share, -homes[number])
            for cluster in story.clusters
            for number in _around(cluster, indexes)
            if (share := _goes_on(cluster, old[number], similarity, rules)) >= 1.0
        ]
        if scored:
            found[_first(story.clusters)] = -max(scored)[1]
    return found


def _indexes(old: Mapping[int, Cluster], new: Sequence[Gathered], similarity: Similarity) -> Indexes:
    """The old clusters, to be found by words from their own language, and by subjects and names from another."""
    asking = {cluster.language for story in new for cluster in story.clusters}
    own = {(language, False) for language in asking}
    others = {(c.language, True) for c in old.values() if asking - {c.language}}
    ways = sorted(own | others)
    return {(language, across): indexed(old, language, similarity, across=across) for language, across in ways}


def _around(cluster: Cluster, indexes: Indexes) -> list[int]:
    return [
        number
        for (language, across), index in indexes.items()
        if across is (language != cluster.language)
        for number in index.around(cluster.shown())
    ]


def _goes_on(cluster: Cluster, before: Cluster, similarity: Similarity, rules: Rules) -> float:
    """How alike a cluster is to one that ended before it began, the time between them left out of account, in shares of
    what is asked; 0 where that one had not ended, or is too old."""
    pause = min(f.at for f in cluster.members) - before.latest
    if not timedelta(hours=at.FOLLOW_HOURS) <= pause <= timedelta(days=at.WINDOW_DAYS):
        return 0.0
    if rules.splits(cluster.members, before.members):
        return 0.0
    ready(before.shown())
    within = cluster.language == before.language
    alike, asked = (similarity.within, at.FOLLOW) if within else (similarity.across, at.FOLLOW_ACROSS)
    scores = [alike(x, y) for x in cluster.shown() for y in before.shown()]
    timeless = (score.value / max(float(score.parts.get("time", 1.0)), 0.05) for score in scores)
    return max(timeless) / asked[similarity.name]


def _first(clusters: Iterable[Cluster]) -> int:
    return min((f.at, f.id) for cluster in clusters for f in cluster.members)[1]
