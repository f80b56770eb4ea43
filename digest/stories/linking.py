"""Links between clusters of different languages: firm ones first, each the best of both its ends, or near to it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence

from digest.stories import thresholds as at
from digest.stories.cluster import Cluster, Gathered, Rules, indexed, near_in_time, tied
from digest.stories.shelf import ready
from digest.stories.similarity import Similarity


class _Groups:
    """Clusters tied so far (union-find), with the members of each group at hand."""

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        self.parent = list(range(len(clusters)))
        self.inside = [[number] for number in range(len(clusters))]

    def root(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def tie(self, left: int, right: int) -> None:
        a, b = sorted((self.root(left), self.root(right)))
        if a != b:
            self.parent[b] = a
            self.inside[a] += self.inside[b]


def linked(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[Gathered]:
    """Clusters tied across languages; those of one stored story are tied already."""
    groups = _Groups(clusters)
    known: dict[int, int] = {}
    for number, cluster in enumerate(clusters):
        if cluster.story is not None and not cluster.gone:
            groups.tie(number, known.setdefault(cluster.story, number))
    links: list[tuple[int, tuple[int, int, float]]] = []
    for value, i, j, a, b in _links(clusters, similarity, rules):
        if groups.root(i) != groups.root(j) and _may_unite(i, j, clusters, groups, similarity, rules):
            groups.tie(i, j)
            links.append((i, (a, b, round(value, 3))))
    inside: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for i, link in links:
        inside[groups.root(i)].append(link)
    roots = sorted({groups.root(number) for number, cluster in enumerate(clusters) if not cluster.gone})
    return [_gathered([clusters[n] for n in sorted(groups.inside[root])], inside.get(root, ())) for root in roots]


def _gathered(group: Sequence[Cluster], links: Sequence[tuple[int, int, float]]) -> Gathered:
    stored = {story for cluster in group for story in (cluster.story, *cluster.united) if story is not None}
    return Gathered(tuple(group), tuple(sorted(stored)), tuple(links))


def _links(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[tuple[float, int, int, int, int]]:
    """Links across languages, firmest first: each the best of both its ends in the other's language, or near to it."""
    scores = _across(clusters, similarity, rules)
    best: dict[tuple[int, str], float] = {}
    for (i, j), (value, _, _) in scores.items():
        for end, language in ((i, clusters[j].language), (j, clusters[i].language)):
            best[(end, language)] = max(best.get((end, language), 0.0), value)
    kept = []
    for (i, j), (value, a, b) in scores.items():
        rival = max(best[(i, clusters[j].language)], best[(j, clusters[i].language)])
        if value >= at.LINK[similarity.name] and value >= rival - at.LINK_MARGIN:
            kept.append((value, i, j, a, b))
    return sorted(kept, key=lambda link: (-link[0], link[1], link[2]))


def _across(
    clusters: Sequence[Cluster], similarity: Similarity, rules: Rules
) -> dict[tuple[int, int], tuple[float, int, int]]:
    """Scores of the pairs of clusters in different languages that may be one event."""
    touched = {cluster.language for cluster in clusters if cluster.touched and not cluster.gone}
    asked = sorted({c.language for c in clusters if touched - {c.language} and not c.gone})
    index = {language: indexed(dict(enumerate(clusters)), language, similarity, across=True) for language in asked}
    scores: dict[tuple[int, int], tuple[float, int, int]] = {}
    for i, left in enumerate(clusters):
        if not left.touched or left.gone:
            continue
        own = tied(left.members, clusters, rules)
        for language, others in index.items():
            if language == left.language:
                continue
            around = [*others.around(left.shown()), *(n for n in own if clusters[n].language == language)]
            near = [j for j in around if near_in_time(left, clusters[j])]
            ready(f for j in near for f in clusters[j].shown())
            for j in near:
                pair, right = (min(i, j), max(i, j)), clusters[j]
                if pair in scores or rules.forbids(left.members, right.members):
                    continue
                tie = rules.ties(left.members, right.members)
                # what cannot be a link is nobody's rival either: the best of an end that has a link is a link itself
                least = 0.0 if tie else at.LINK[similarity.name]
                found = between(clusters[pair[0]], clusters[pair[1]], similarity, least)
                if found is not None:
                    scores[pair] = (2.0, *found[1:]) if tie else found
    return scores


def _may_unite(
    i: int, j: int, clusters: Sequence[Cluster], groups: _Groups, similarity: Similarity, rules: Rules
) -> bool:
    """Two stories become one only where their clusters of one language are alike too, and no operator objects."""
    for a in groups.inside[groups.root(i)]:
        for b in groups.inside[groups.root(j)]:
            left, right = clusters[a], clusters[b]
            if rules.forbids(left.members, right.members):
                return False
            rivals = left.language == right.language and not rules.ties(left.members, right.members)
            found = between(left, right, similarity) if rivals else None
            if found is not None and found[0] < at.UNITE * at.JOIN[similarity.name]:
                return False
    return True


def between(left: Cluster, right: Cluster, similarity: Similarity, least: float = 0.0) -> tuple[float, int, int] | None:
    """How alike two clusters are, and the ids of their nearest pair; None where that cannot reach `least`."""
    a, b = left.shown(), right.shown()
    if left.language == right.language:
        found = _both_ways([[similarity.within(x, y).value for y in b] for x in a])
    else:
        most = [[similarity.across_ceiling(x, y) for y in b] for x in a]
        tight = _tightened(most, lambda i, j: similarity.across(a[i], b[j]).value, least)
        if tight is None:
            return None
        found = tight
    value, i, j = found
    return value, a[i].id, b[j].id


def _tightened(
    table: list[list[float]], exactly: Callable[[int, int], float], least: float
) -> tuple[float, int, int] | None:
    """What `_both_ways` gives for the exact values of a table of ceilings; None where that is below `least`.

    Only what stands out is made exact, the highest first: what is not the highest of its row or column counts for
    nothing.
    """
    loose = {(i, j) for i, row in enumerate(table) for j, value in enumerate(row) if value > 0}
    while (found := _both_ways(table))[0] >= least:
        columns = list(zip(*table, strict=True))
        peaks = [(i, row.index(max(row))) for i, row in enumerate(table)]
        peaks += [(column.index(max(column)), j) for j, column in enumerate(columns)]
        highest = max((place for place in peaks if place in loose), key=lambda p: (table[p[0]][p[1]], p), default=None)
        if highest is None:
            return found
        i, j = highest
        loose.discard(highest)
        table[i][j] = exactly(i, j)
    return None


def _both_ways(table: Sequence[Sequence[float]]) -> tuple[float, int, int]:
    """Half the highest value, half the mean of what is highest in each row and in each column; where the highest is.

    Higher for a table that is higher anywhere.
    """
    value, i, j = max((value, -i, -j) for i, row in enumerate(table) for j, value in enumerate(row))
    rows = math.fsum(max(row) for row in table) / len(table)
    columns = math.fsum(max(column) for column in zip(*table, strict=True)) / len(table[0])
    return (value + (rows + columns) / 2) / 2, -i, -j
