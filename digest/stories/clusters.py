"""Articles into stories, on two levels: clusters within a language, then links across languages.

A cluster takes an article in one pass over time (Miranda 2018), and clusters that turn out to be one event are merged
later, the firmest pair first (Linger & Hajaiej 2020). Links between languages have their own threshold and must be the
best of both ends, so that one bad link does not poison a story. What an operator merged or split is never undone.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.stories import thresholds as at
from digest.stories.merging import agglomerate
from digest.stories.nearest import Nearest
from digest.stories.reading import Features
from digest.stories.similarity import Score, Similarity


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator said: pairs of article ids that belong together, and pairs that never do."""

    together: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()

    def ties(self, left: Iterable[Features], right: Iterable[Features]) -> bool:
        return _crossed(self.together, left, right)

    def partners(self, of: Iterable[Features]) -> set[int]:
        """Articles that belong together with one of these."""
        if not self.together:
            return set()
        own = {f.id for f in of}
        return {b for a, b in self.together if a in own} | {a for a, b in self.together if b in own}

    def forbids(self, left: Iterable[Features], right: Iterable[Features]) -> bool:
        return _crossed(self.apart, left, right)


def _crossed(pairs: frozenset[tuple[int, int]], left: Iterable[Features], right: Iterable[Features]) -> bool:
    if not pairs:
        return False
    a, b = {f.id for f in left}, {f.id for f in right}
    return any((x in a and y in b) or (x in b and y in a) for x, y in pairs)


@dataclass(slots=True)
class Cluster:
    """Articles of one language about one event. `story` is the stored story it belongs to, None for a new one."""

    language: str
    members: list[Features]  # oldest first
    story: int | None = None
    touched: bool = False  # has taken an article in this run
    why: dict[int, Score] = field(default_factory=dict)
    united: tuple[int, ...] = ()  # stored stories that the merge pass found to be one

    @property
    def latest(self) -> datetime:
        return self.members[-1].at

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
    """A story as this run sees it.

    `stories` are the stored stories that it unites, oldest first; none for a new one. `links` are pairs of article ids
    across languages with the score that tied them.
    """

    clusters: tuple[Cluster, ...]
    stories: tuple[int, ...]
    links: tuple[tuple[int, int, float], ...] = ()


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
    clusters = _placed(new, similarity, list(standing), copies or {}, rules)
    return _stories(_merged(clusters, similarity, rules), similarity, rules)


def _placed(
    new: Sequence[Features],
    similarity: Similarity,
    clusters: list[Cluster],
    copies: Mapping[int, int],
    rules: Rules,
) -> list[Cluster]:
    """`clusters` with every new article in one of them, or in one of its own."""
    languages = sorted({f.language for f in new})
    index = {language: Nearest(similarity.strongest, similarity.vectors) for language in languages}
    for number, cluster in enumerate(clusters):
        if cluster.language in index:
            index[cluster.language].add(number, cluster.shown())
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
    tied = _tied(unit, clusters, rules)
    for number in [own] if own is not None else tied or index.around(unit[:1]):
        cluster = clusters[number]
        if cluster.language != unit[0].language or rules.forbids(unit, cluster.members):
            continue
        if own is not None or tied:
            best, best_score = number, Score(1.0, {"same page or operator": 1.0})
            break
        if _in_reach(unit[0], cluster, similarity):
            score = _to_cluster(unit[0], cluster, similarity)
            if score.value > best_score.value:
                best, best_score = number, score
    if best < 0 or best_score.value < at.JOIN[similarity.name]:
        best, best_score = len(clusters), Score(1.0, {"first": 1.0})
        clusters.append(Cluster(unit[0].language, []))
    chosen = clusters[best]
    for f in unit:
        insort(chosen.members, f, key=lambda f: (f.at, f.id))
    chosen.touched = True
    chosen.why |= {f.id: Score(1.0, {"copy": 1.0}) for f in unit[1:]} | {unit[0].id: best_score}
    return best


def _tied(members: Iterable[Features], clusters: Sequence[Cluster], rules: Rules) -> list[int]:
    """Numbers of the clusters that an operator merged with the story of `members`."""
    partners = rules.partners(members)
    return [n for n, c in enumerate(clusters) if any(f.id in partners for f in c.members)] if partners else []


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


def between(left: Cluster, right: Cluster, similarity: Similarity) -> tuple[float, int, int]:
    """How alike two clusters are, and the ids of their nearest pair: half that pair, half the mean of best matches."""
    compare = similarity.within if left.language == right.language else similarity.across
    a, b = left.shown(), right.shown()
    table = [[compare(x, y).value for y in b] for x in a]
    value, i, j = max((value, -i, -j) for i, row in enumerate(table) for j, value in enumerate(row))
    rows = math.fsum(max(row) for row in table) / len(a)
    columns = math.fsum(max(row[k] for row in table) for k in range(len(b))) / len(b)
    return (value + (rows + columns) / 2) / 2, a[-i].id, b[-j].id


def _near_in_time(left: Cluster, right: Cluster) -> bool:
    return abs(left.latest - right.latest) <= timedelta(hours=at.MERGE_HOURS)


# -- the merge pass
# -----------------------------------------------------------------------------------------------------


def _merged(clusters: list[Cluster], similarity: Similarity, rules: Rules) -> list[Cluster]:
    """Clusters of one language, active within 72 hours of each other, that turn out to be one event become one."""
    known: dict[tuple[int, int], Score] = {}

    def compared(x: Features, y: Features) -> Score:
        pair = (x.id, y.id)
        found = known.get(pair)
        return found if found is not None else known.setdefault(pair, similarity.within(x, y))

    def alike(i: int, j: int) -> Score | None:
        left, right = clusters[i], clusters[j]
        if not _near_in_time(left, right) or rules.forbids(left.members, right.members):
            return None
        if rules.ties(left.members, right.members):
            return Score(1.0, {"same page or operator": 1.0})
        score = _nearer_half([compared(x, y) for x in left.shown() for y in right.shown()])
        return score if score.value >= at.MERGE[similarity.name] else None

    def absorb(i: int, j: int, score: Score) -> None:
        _absorb(clusters[i], clusters[j], score)

    gone = agglomerate(_comparable(clusters, similarity, rules), alike, absorb)
    return [cluster for number, cluster in enumerate(clusters) if number not in gone]


def _nearer_half(scores: list[Score]) -> Score:
    """The mean of the nearer half: one chance likeness is not enough, and not all need be alike."""
    half = sorted(scores, key=lambda score: -score.value)[: max(1, len(scores) // 2)]
    return Score(math.fsum(score.value for score in half) / len(half), half[0].parts)


def _comparable(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[tuple[int, int]]:
    """Pairs of which one has taken an article and the other has words or meaning in common with it, or is tied."""
    languages = sorted({cluster.language for cluster in clusters if cluster.touched})
    index = {language: Nearest(similarity.strongest, similarity.vectors) for language in languages}
    for number, cluster in enumerate(clusters):
        if cluster.language in index:
            index[cluster.language].add(number, cluster.shown())
    found: set[tuple[int, int]] = set()
    for i, left in enumerate(clusters):
        if left.touched:
            tied = [n for n in _tied(left.members, clusters, rules) if clusters[n].language == left.language]
            around = index[left.language].around(left.shown())
            found |= {(min(i, j), max(i, j)) for j in (*around, *tied) if i != j}
    return sorted(found)


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


# -- across languages
# ---------------------------------------------------------------------------------------------------


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


def _stories(clusters: Sequence[Cluster], similarity: Similarity, rules: Rules) -> list[Gathered]:
    """Clusters tied across languages; those of one stored story are tied already."""
    groups = _Groups(clusters)
    known: dict[int, int] = {}
    for number, cluster in enumerate(clusters):
        if cluster.story is not None:
            groups.tie(number, known.setdefault(cluster.story, number))
    links: list[tuple[int, int, float]] = []
    for value, i, j, a, b in _links(clusters, similarity, rules):
        if groups.root(i) != groups.root(j) and _may_unite(i, j, clusters, groups, similarity, rules):
            groups.tie(i, j)
            links.append((a, b, round(value, 3)))
    roots = sorted({groups.root(number) for number in range(len(clusters))})
    return [_gathered([clusters[n] for n in sorted(groups.inside[root])], links) for root in roots]


def _gathered(group: Sequence[Cluster], links: Sequence[tuple[int, int, float]]) -> Gathered:
    ids: set[int] = set().union(*(cluster.ids() for cluster in group))
    stored = {story for cluster in group for story in (cluster.story, *cluster.united) if story is not None}
    return Gathered(tuple(group), tuple(sorted(stored)), tuple(link for link in links if link[0] in ids))


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
    touched = {cluster.language for cluster in clusters if cluster.touched}
    asked = sorted({cluster.language for cluster in clusters if touched - {cluster.language}})
    index = {language: Nearest(similarity.strongest_across, similarity.vectors) for language in asked}
    for number, cluster in enumerate(clusters):
        if cluster.language in index:
            index[cluster.language].add(number, cluster.shown())
    scores: dict[tuple[int, int], tuple[float, int, int]] = {}
    for i, left in enumerate(clusters):
        if not left.touched:
            continue
        tied = _tied(left.members, clusters, rules)
        for language, others in index.items():
            if language == left.language:
                continue
            for j in [*others.around(left.shown()), *(n for n in tied if clusters[n].language == language)]:
                pair, right = (min(i, j), max(i, j)), clusters[j]
                if pair in scores or not _near_in_time(left, right) or rules.forbids(left.members, right.members):
                    continue
                found = between(clusters[pair[0]], clusters[pair[1]], similarity)
                scores[pair] = (2.0, *found[1:]) if rules.ties(left.members, right.members) else found
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
            if rivals and between(left, right, similarity)[0] < at.UNITE * at.JOIN[similarity.name]:
                return False
    return True
