"""Which stories go on from an earlier one: a follow-up is linked to yesterday's story, not swallowed by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from digest.stories import thresholds as at
from digest.stories.cluster import Cluster, Gathered, Rules, indexed
from digest.stories.shelf import ready
from digest.stories.similarity import Similarity


def follows(stories: Sequence[Gathered], similarity: Similarity, rules: Rules | None = None) -> dict[int, int]:
    """First article of a new story -> the stored story that it goes on from.

    It goes on from the nearest story that had ended by then, where the two are as alike as reports of one event but for
    the time between them: what time decay alone kept apart.
    """
    rules = rules or Rules()
    homes = {cluster.number: story.stories[0] for story in stories if story.stories for cluster in story.clusters}
    old = {cluster.number: cluster for story in stories if story.stories for cluster in story.clusters}
    asked = {cluster.language for story in stories if not story.stories for cluster in story.clusters}
    index = {language: indexed(old, language, similarity) for language in sorted(asked)}
    found: dict[int, int] = {}
    for story in stories:
        if not story.stories:
            scored = [
                (score, -homes[number])
                for cluster in story.clusters
                for number in index[cluster.language].around(cluster.shown())
                if (score := _goes_on(cluster, old[number], similarity, rules)) >= at.FOLLOW[similarity.name]
            ]
            if scored:
                found[_first(story.clusters)] = -max(scored)[1]
    return found


def _goes_on(cluster: Cluster, before: Cluster, similarity: Similarity, rules: Rules) -> float:
    """How alike a cluster is to one that ended before it began, the time between them left out of account; 0 where that
    one had not ended, or is too old."""
    pause = min(f.at for f in cluster.members) - before.latest
    if not timedelta(hours=at.FOLLOW_HOURS) <= pause <= timedelta(days=at.WINDOW_DAYS):
        return 0.0
    if rules.forbids(cluster.members, before.members):
        return 0.0
    ready(before.shown())
    scores = [similarity.within(x, y) for x in cluster.shown() for y in before.shown()]
    return max(score.value / max(float(score.parts.get("time", 1.0)), 0.05) for score in scores)


def _first(clusters: Iterable[Cluster]) -> int:
    return min((f.at, f.id) for cluster in clusters for f in cluster.members)[1]
