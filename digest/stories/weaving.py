"""Articles in, copies and stories out: the pure middle of the `weave` job, and what the benchmarks measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.stories import copies
from digest.stories.clusters import Cluster, Gathered, Rules, gather
from digest.stories.credits import Names
from digest.stories.following import follows
from digest.stories.reading import Features, Item, read
from digest.stories.similarity import ConceptSimilarity, Means, Vector, centred, engine
from store.records import Copy
from topics.concepts import Matcher


@dataclass(frozen=True, slots=True)
class Woven:
    """`places` of the new articles, and of older ones whose place has changed; `stories` as they now are; the engine's
    name.

    `follows`: first article of a new story -> the stored story that it goes on from.
    """

    places: Mapping[int, Copy]
    stories: tuple[Gathered, ...]
    engine: str
    follows: Mapping[int, int] = field(default_factory=dict)


def weave(
    items: Sequence[Item],
    matcher: Matcher,
    *,
    vectors: Mapping[int, Vector] | None = None,
    means: Means | None = None,
    standing: Mapping[int, tuple[int, int]] | None = None,
    outlets: Collection[str] = (),
    rules: Rules | None = None,
    printed: Sequence[copies.Print] = (),
    again_since: datetime | None = None,
    read_before: Mapping[int, Features] | None = None,
) -> Woven:
    """Copies and stories of `items`.

    `standing` maps the ids of articles woven before to (story, cluster); all others are new. `vectors` are raw, not
    centred; `means` says what to take off. `outlets` are names that a credit line may name without further proof.
    `printed` are all texts that are looked through for copies; without them the new articles alone are. Stored
    clusters that were active at `again_since` or later are compared with each other once more: what was kept apart
    while little was known may be one event. `read_before`: what is known of some items, whose texts are not needed
    then.
    """
    standing, read_before = standing or {}, read_before or {}
    features = {item.id: read_before.get(item.id) or read(item, matcher) for item in items}
    prints = printed or [_print(item) for item in items if item.id not in standing]
    places = copies.roles(prints, names(outlets, matcher))
    similarity = _similarity(list(features.values()), matcher, vectors, means)
    gathered = gather(
        [f for id, f in features.items() if id not in standing],
        similarity,
        standing=_standing(features, standing, again_since),
        copies={id: place.group for id, place in places.items() if place.group is not None},
        rules=rules,
    )
    return Woven(places, tuple(gathered), similarity.name, follows(gathered, similarity, rules))


def _similarity(
    features: Sequence[Features], matcher: Matcher, vectors: Mapping[int, Vector] | None, means: Means | None
) -> ConceptSimilarity:
    if not vectors or means is None:
        return engine(features, matcher)
    languages = {f.id: f.language for f in features}
    kept = {id: vector for id, vector in vectors.items() if id in languages}
    return engine(features, matcher, centred(kept, languages, means))


def _standing(
    features: Mapping[int, Features], standing: Mapping[int, tuple[int, int]], again_since: datetime | None
) -> list[Cluster]:
    found: dict[tuple[int, int, str], Cluster] = {}
    for id, (story, number) in sorted(standing.items()):
        f = features.get(id)
        if f is not None:
            cluster = found.setdefault((story, number, f.language), Cluster(f.language, [], story=story))
            cluster.members.append(f)
    for cluster in found.values():
        cluster.members.sort(key=lambda f: (f.at, f.id))
        cluster.touched = again_since is not None and cluster.latest >= again_since
    return [found[key] for key in sorted(found)]


def _print(item: Item) -> copies.Print:
    return copies.Print(item.id, item.url, item.title, item.lead, item.text, item.outlet, item.at)


def names(outlets: Collection[str], matcher: Matcher) -> Names:
    """What a credit line may mean and what it cannot."""
    return Names.of(outlets, _no_outlets(matcher))


_NO_OUTLETS = ("state", "place", "person", "office", "agency", "ministry", "bloc")


def _no_outlets(matcher: Matcher) -> list[str]:
    """Names of the lexicon that no credit line can mean: "News from China" is a heading."""
    return [
        form
        for concept in matcher.concepts.values()
        if concept.kind in _NO_OUTLETS
        for form in (*concept.en, *concept.ru, *concept.zh)
    ]
