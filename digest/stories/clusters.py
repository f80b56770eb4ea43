"""Articles into stories, on two levels: clusters within a language, then links across languages.

A cluster takes an article in one pass over time (Miranda 2018), and clusters that turn out to be one event are merged
later, the firmest pair first (Linger & Hajaiej 2020). Links between languages have their own threshold and must be the
best of both ends, so that one bad link does not poison a story. What an operator merged or split is never undone.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Mapping, Sequence
from datetime import timedelta

from digest.stories import thresholds as at
from digest.stories.cluster import Cluster, Gathered, Rules, indexed, near_in_time, tied
from digest.stories.linking import linked
from digest.stories.merging import agglomerate
from digest.stories.nearest import Nearest
from digest.stories.reading import Features
from digest.stories.shelf import ready
from digest.stories.similarity import Score, Similarity

__all__ = ["Cluster", "Gathered", "Rules", "gather"]


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
    Articles of one URL are versions of one article and stay together too.
    """
    rules = rules or Rules()
    for number, cluster in enumerate(standing):
        cluster.number = number
    clusters = _placed(new, similarity, list(standing), copies or {}, rules)
    return linked(_merged(clusters, similarity, rules), similarity, rules)


def _placed(
    new: Sequence[Features],
    similarity: Similarity,
    clusters: list[Cluster],
    copies: Mapping[int, int],
    rules: Rules,
) -> list[Cluster]:
    """`clusters` with every new article in one of them, or in one of its own."""
    languages = sorted({f.language for f in new})
    index = {language: indexed(dict(enumerate(clusters)), language, similarity) for language in languages}
    pages = {f.url: number for number, cluster in enumerate(clusters) for f in cluster.members if f.url}
    for unit in _units(new, copies):
        number = _place(unit, clusters, index[unit[0].language], pages, similarity, rules)
        index[unit[0].language].add(number, unit[: at.REPRESENTATIVES])
        pages.update((f.url, number) for f in unit if f.url)
    return clusters


def _units(new: Sequence[Features], copies: Mapping[int, int]) -> list[list[Features]]:
    """Copy groups and single articles, in order of first publication; a group that spans languages is cut by
    language.
    """
    found: dict[tuple[str, str, str], list[Features]] = {}
    for f in sorted(new, key=lambda f: (f.at, f.id)):
        key = ("copy", str(copies[f.id]), f.language) if f.id in copies else ("page", f.url or str(f.id), f.language)
        found.setdefault(key, []).append(f)
    return sorted(found.values(), key=lambda unit: (unit[0].at, unit[0].id))


def _place(
    unit: list[Features],
    clusters: list[Cluster],
    index: Nearest,
    pages: Mapping[str, int],
    similarity: Similarity,
    rules: Rules,
) -> int:
    """Into the best cluster that is near enough, else into a new one; its number."""
    best, best_score = -1, Score(0.0)
    own = next((pages[f.url] for f in unit if f.url in pages), None)
    partners = tied(unit, clusters, rules)
    near = [
        number
        for number in ([own] if own is not None else partners or index.around(unit[:1]))
        if clusters[number].language == unit[0].language and not rules.forbids(unit, clusters[number].members)
    ]
    if own is not None or partners:
        best, best_score = next(iter(near), -1), Score(1.0, {"same page or operator": 1.0})
    else:
        near = [number for number in near if _in_reach(unit[0], clusters[number], similarity)]
        ready(f for number in near for f in clusters[number].shown())
        for number in near:
            score = _to_cluster(unit[0], clusters[number], similarity)
            if score.value > best_score.value:
                best, best_score = number, score
    if best < 0 or best_score.value < at.JOIN[similarity.name]:
        best, best_score = len(clusters), Score(1.0, {"first": 1.0})
        clusters.append(Cluster(unit[0].language, [], number=best))
    chosen = clusters[best]
    for f in unit:
        insort(chosen.members, f, key=lambda f: (f.at, f.id))
    chosen.touched = True
    chosen.why |= {f.id: Score(1.0, {"copy": 1.0}) for f in unit[1:]} | {unit[0].id: best_score}
    return best


def _in_reach(f: Features, cluster: Cluster, similarity: Similarity) -> bool:
    """Whether the time between them leaves a join possible: half of a week's clusters need no comparing."""
    if abs(f.at - cluster.latest) > timedelta(days=at.WINDOW_DAYS):
        return False
    days = min(abs((f.at - member.at).total_seconds()) for member in cluster.shown()) / 86_400
    return similarity.ceiling(days) >= at.JOIN[similarity.name]


def _to_cluster(f: Features, cluster: Cluster, similarity: Similarity) -> Score:
    """Half the nearest member, half the mean: a chain of neighbours must not grow into one giant cluster."""
    scores = [similarity.within(f, member) for member in cluster.shown()]
    nearest = max(scores, key=lambda s: s.value)
    mean = math.fsum(s.value for s in scores) / len(scores)
    return Score((nearest.value + mean) / 2, nearest.parts)


# -- the merge pass
# -----------------------------------------------------------------------------------------------------


def _merged(clusters: list[Cluster], similarity: Similarity, rules: Rules) -> list[Cluster]:
    """Clusters of one language, active within 72 hours of each other, that turn out to be one event become one."""
    tie = Score(1.0, {"same page or operator": 1.0})

    def alike(i: int, j: int) -> float | None:
        left, right = clusters[i], clusters[j]
        if not near_in_time(left, right) or rules.forbids(left.members, right.members):
            return None
        if rules.ties(left.members, right.members):
            return tie.value
        if not _may_merge(left, right, similarity):
            return None
        value = _nearer_half([similarity.within(x, y) for x in left.shown() for y in right.shown()]).value
        return value if value >= at.MERGE[similarity.name] else None

    def absorb(i: int, j: int) -> None:
        """The score is made again: kept with all its parts for each pair on offer, a week's would fill gigabytes."""
        left, right = clusters[i], clusters[j]
        if rules.ties(left.members, right.members):
            _absorb(left, right, tie)
        else:
            _absorb(left, right, _nearer_half([similarity.within(x, y) for x in left.shown() for y in right.shown()]))

    agglomerate(_comparable(clusters, similarity, rules), alike, absorb)
    return clusters


def _may_merge(left: Cluster, right: Cluster, similarity: Similarity) -> bool:
    """Whether the times of their members leave a merge possible."""
    days = [abs((x.at - y.at).total_seconds()) / 86_400 for x in left.shown() for y in right.shown()]
    most = [Score(similarity.ceiling(apart)) for apart in days]
    return _nearer_half(most).value >= at.MERGE[similarity.name]


def _nearer_half(scores: list[Score]) -> Score:
    """The mean of the nearer half: one chance likeness is not enough, and not all need be alike."""
    half = sorted(scores, key=lambda score: -score.value)[: max(1, len(scores) // 2)]
    return Score(math.fsum(score.value for score in half) / len(half), half[0].parts)


def _comparable(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[tuple[int, int]]:
    """Pairs near in time, of which one has taken an article and the other has words or meaning in common with it, or is
    tied."""
    languages = sorted({cluster.language for cluster in clusters if cluster.touched})
    index = {language: indexed(dict(enumerate(clusters)), language, similarity) for language in languages}
    found: set[tuple[int, int]] = set()
    for i, left in enumerate(clusters):
        if left.touched:
            partners = [n for n in tied(left.members, clusters, rules) if clusters[n].language == left.language]
            around = index[left.language].around(left.shown())
            found |= {(min(i, j), max(i, j)) for j in (*around, *partners) if i != j}
    near = sorted((i, j) for i, j in found if near_in_time(clusters[i], clusters[j]))
    ready(f for pair in near for number in pair for f in clusters[number].shown())
    return near


def _absorb(left: Cluster, right: Cluster, score: Score) -> None:
    """`right` becomes part of `left`; the article that opened the later of them is there because of `score`."""
    later = max(left.members[0], right.members[0], key=lambda f: (f.at, f.id))
    left.why |= right.why
    if "first" in left.why.get(later.id, score).parts:
        left.why[later.id] = score
    left.members = sorted([*left.members, *right.members], key=lambda f: (f.at, f.id))
    left.touched = True
    known = [story for story in (left.story, right.story) if story is not None]
    left.story = min(known) if known else None
    left.united = tuple(sorted({*left.united, *right.united, *known}))
    right.members = []
