"""Articles into stories, on two levels: clusters within a language, then links across languages.

A cluster takes an article in one pass over time (Miranda 2018; Linger & Hajaiej 2020 for the later merge). Links
between
languages have their own threshold and must be the best of both ends, so that one bad link does not poison a story.
What an operator merged or split is never undone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.stories import thresholds as at
from digest.stories.similarity import Features, Score, Similarity


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator said: pairs of article ids that belong together, and pairs that never do."""

    together: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Cluster:
    """Articles of one language about one event. `story` is the stored story it belongs to, None for a new one."""

    language: str
    members: list[Features]
    story: int | None = None
    touched: bool = False  # has taken an article in this run
    size: int = 0  # members in all, of which `members` may hold only the newest
    why: dict[int, Score] = field(default_factory=dict)

    @property
    def latest(self) -> datetime:
        return max(f.at for f in self.members)

    def ids(self) -> set[int]:
        return {f.id for f in self.members}

    def shown(self) -> list[Features]:
        """The members that are compared: the first, which set the subject, and the newest."""
        if len(self.members) <= at.REPRESENTATIVES:
            return self.members
        half = at.REPRESENTATIVES // 2
        return [*self.members[:half], *self.members[-half:]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A story as this run sees it. `stories` are the stored stories that it unites, oldest first; none for a new one."""

    clusters: tuple[Cluster, ...]
    stories: tuple[int, ...]
    links: tuple[tuple[int, int, float], ...] = ()  # article ids across languages, and the score that tied them


def gather(
    new: Sequence[Features],
    similarity: Similarity,
    *,
    standing: Sequence[Cluster] = (),
    copies: Mapping[int, int] | None = None,
    rules: Rules | None = None,
) -> list[Gathered]:
    """Stories of `new` articles and `standing` clusters.

    `copies` maps an article to the id that its copy group is known by: a group is one report and stays together.
    Articles
    of one URL are versions of one article and stay together too.
    """
    rules = rules or Rules()
    clusters = list(standing)
    for unit in _units(new, copies or {}):
        _place(unit, clusters, similarity, rules)
    clusters = _merged(clusters, similarity, rules)
    return _stories(clusters, similarity, rules)


def _units(new: Sequence[Features], copies: Mapping[int, int]) -> list[list[Features]]:
    """Copy groups and single articles, in order of their first publication; a group may span languages."""
    found: dict[tuple[str, str, str], list[Features]] = {}
    for f in sorted(new, key=lambda f: (f.at, f.id)):
        key = ("copy", str(copies[f.id]), f.language) if f.id in copies else ("url", f.url or str(f.id), f.language)
        found.setdefault(key, []).append(f)
    return sorted(found.values(), key=lambda unit: (unit[0].at, unit[0].id))


def _place(unit: list[Features], clusters: list[Cluster], similarity: Similarity, rules: Rules) -> None:
    """Into the best cluster that is near enough, else into a new one."""
    best, best_score = None, Score(0.0)
    for cluster in clusters:
        if (
            cluster.language != unit[0].language
            or not _in_window(unit[0], cluster)
            or _kept_apart(unit, cluster, rules)
        ):
            continue
        if any(f.url and f.url == m.url for f in unit for m in cluster.members) or _tied(unit, cluster, rules):
            best, best_score = cluster, Score(1.0, {"same page or operator": 1.0})
            break
        score = _to_cluster(unit[0], cluster, similarity)
        if score.value > best_score.value:
            best, best_score = cluster, score
    if best is None or best_score.value < at.JOIN[similarity.name]:
        best, best_score = Cluster(unit[0].language, []), Score(1.0, {"first": 1.0})
        clusters.append(best)
    best.members.extend(unit)
    best.members.sort(key=lambda f: (f.at, f.id))
    best.size += len(unit)
    best.touched = True
    for f in unit:
        best.why[f.id] = best_score if f is unit[0] else Score(1.0, {"copy": 1.0})


def _in_window(f: Features, cluster: Cluster) -> bool:
    return abs(f.at - cluster.latest) <= timedelta(days=at.WINDOW_DAYS)


def _tied(unit: Iterable[Features], cluster: Cluster, rules: Rules) -> bool:
    ids = cluster.ids()
    return (
        any((f.id, m) in rules.together or (m, f.id) in rules.together for f in unit for m in ids)
        if rules.together
        else False
    )


def _kept_apart(unit: Iterable[Features], cluster: Cluster, rules: Rules) -> bool:
    ids = cluster.ids()
    return (
        any((f.id, m) in rules.apart or (m, f.id) in rules.apart for f in unit for m in ids) if rules.apart else False
    )


def _to_cluster(f: Features, cluster: Cluster, similarity: Similarity) -> Score:
    """Half the nearest member, half the mean: a chain of neighbours must not grow into one giant cluster."""
    scores = [similarity.within(f, member) for member in cluster.shown()]
    nearest = max(scores, key=lambda s: s.value)
    mean = math.fsum(s.value for s in scores) / len(scores)
    return Score((nearest.value + mean) / 2, nearest.parts)


def _between(left: Cluster, right: Cluster, similarity: Similarity) -> tuple[float, int, int]:
    """How alike two clusters are, and the ids of their nearest pair: half the nearest pair, half the mean of best
    matches.
    """
    same = left.language == right.language
    score = similarity.within if same else similarity.across
    table = [[score(a, b).value for b in right.shown()] for a in left.shown()]
    best = max((value, -i, -j) for i, row in enumerate(table) for j, value in enumerate(row))
    rows = math.fsum(max(row) for row in table) / len(table)
    columns = math.fsum(max(row[j] for row in table) for j in range(len(table[0]))) / len(table[0])
    return (best[0] + (rows + columns) / 2) / 2, left.shown()[-best[1]].id, right.shown()[-best[2]].id


def _merged(clusters: list[Cluster], similarity: Similarity, rules: Rules) -> list[Cluster]:
    """The merge pass: clusters of one language, active within 72 hours of each other, that turn out to be one event."""
    while True:
        best: tuple[float, int, int] | None = None
        for i, left in enumerate(clusters):
            for j in range(i + 1, len(clusters)):
                right = clusters[j]
                if left.language != right.language or not (left.touched or right.touched):
                    continue
                if abs(left.latest - right.latest) > timedelta(hours=at.MERGE_HOURS) or _kept_apart(
                    left.members, right, rules
                ):
                    continue
                value = 1.0 if _tied(left.members, right, rules) else _between(left, right, similarity)[0]
                if value >= at.MERGE[similarity.name] and (best is None or value > best[0]):
                    best = (value, i, j)
        if best is None:
            return clusters
        _absorb(clusters[best[1]], clusters.pop(best[2]))


def _absorb(left: Cluster, right: Cluster) -> None:
    left.members = sorted([*left.members, *right.members], key=lambda f: (f.at, f.id))
    left.size += right.size
    left.touched = left.touched or right.touched
    left.why |= right.why
    if left.story is None or (right.story is not None and right.story < left.story):
        left.story = right.story if right.story is not None else left.story


def _stories(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[Gathered]:
    """Clusters tied across languages."""
    parent = list(range(len(clusters)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    known: dict[int, int] = {}
    for i, cluster in enumerate(clusters):
        if cluster.story is not None:
            parent[root(i)] = root(known.setdefault(cluster.story, i))
    links: list[tuple[int, int, float]] = []
    for value, i, j, a, b in _links(clusters, similarity, rules):
        if root(i) != root(j) and _may_unite(i, j, clusters, root, similarity, rules):
            parent[max(root(i), root(j))] = min(root(i), root(j))
            links.append((a, b, round(value, 3)))
    found: dict[int, list[int]] = {}
    for i in range(len(clusters)):
        found.setdefault(root(i), []).append(i)
    return [_gathered([clusters[i] for i in group], links) for group in found.values()]


def _gathered(group: list[Cluster], links: Sequence[tuple[int, int, float]]) -> Gathered:
    ids = set().union(*(cluster.ids() for cluster in group))
    return Gathered(
        clusters=tuple(group),
        stories=tuple(sorted({cluster.story for cluster in group if cluster.story is not None})),
        links=tuple(link for link in links if link[0] in ids),
    )


def _links(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[tuple[float, int, int, int, int]]:
    """Links across languages, firmest first: each must be the best of both its ends in the other's language, or near
    to it.
    """
    scores: dict[tuple[int, int], tuple[float, int, int]] = {}
    best: dict[tuple[int, str], float] = {}
    for i, left in enumerate(clusters):
        for j in range(i + 1, len(clusters)):
            right = clusters[j]
            if left.language == right.language or not (left.touched or right.touched):
                continue
            if abs(left.latest - right.latest) > timedelta(hours=at.MERGE_HOURS) or _kept_apart(
                left.members, right, rules
            ):
                continue
            found = _between(left, right, similarity)
            if _tied(left.members, right, rules):
                found = (2.0, found[1], found[2])
            scores[(i, j)] = found
            for end, language in ((i, right.language), (j, left.language)):
                best[(end, language)] = max(best.get((end, language), 0.0), found[0])
    kept = []
    for (i, j), (value, a, b) in scores.items():
        rival = max(best[(i, clusters[j].language)], best[(j, clusters[i].language)])
        if value >= at.LINK[similarity.name] and value >= rival - at.LINK_MARGIN:
            kept.append((value, i, j, a, b))
    return sorted(kept, key=lambda link: (-link[0], link[1], link[2]))


def _may_unite(
    i: int, j: int, clusters: Sequence[Cluster], root: Callable[[int], int], similarity: Similarity, rules: Rules
) -> bool:
    """Two stories may become one only where their clusters of one language are alike too, and no operator objects."""
    left = [clusters[k] for k in range(len(clusters)) if root(k) == root(i)]
    right = [clusters[k] for k in range(len(clusters)) if root(k) == root(j)]
    for a in left:
        for b in right:
            if _kept_apart(a.members, b, rules):
                return False
            if a.language == b.language:
                value = _between(a, b, similarity)[0]
                if value < at.UNITE * at.JOIN[similarity.name]:
                    return False
    return True
