"""Articles in, copies and stories out: the pure middle of the `weave` job, and what the benchmarks measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.stories import copies
from digest.stories.clusters import Cluster, Gathered, Rules, gather
from digest.stories.credits import Names
from digest.stories.crowds import shares
from digest.stories.following import follows
from digest.stories.ledger import Ledger
from digest.stories.reading import Features, Item, read
from digest.stories.similarity import Means, Vector, centred, engine
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
    words: Mapping[int, bytes] | None = None,
) -> Woven:
    """Copies and stories of `items`.

    `standing` maps the ids of articles woven before to (story, cluster); all others are new. `vectors` are raw, not
    centred; `means` says what to take off. `outlets` are names that a credit line may name without further proof.
    `printed` are all texts that are looked through for copies; without them the new articles alone are. Stored
    clusters that were active at `again_since` or later are compared with each other once more: what was kept apart
    while little was known may be one event. `read_before`: what is known of some articles, which need not be among the
    items then; `words`: what `ledger.filed` made of those.
    """
    standing, read_before = standing or {}, read_before or {}
    rules = replace(rules or Rules(), standing=frozenset(standing))
    features = {**read_before, **{item.id: read(item, matcher) for item in items if item.id not in read_before}}
    prints = printed or [_print(item) for item in items if item.id not in standing]
    places = copies.roles(prints, names(outlets, matcher))
    new = [f for id, f in features.items() if id not in standing]
    clusters = _standing(features, standing, again_since)
    ledger = Ledger.of(((c.members, c.shown()) for c in clusters), words) if clusters else None
    kept = _centred(features, vectors, means)
    similarity = engine(new, matcher, kept, ledger=ledger, worth=shares(new))
    gathered = gather(
        new,
        similarity,
        standing=clusters,
        copies={id: place.group for id, place in places.items() if place.group is not None},
        rules=rules,
    )
    return Woven(places, tuple(gathered), similarity.name, follows(gathered, similarity, rules))


def _centred(
    features: Mapping[int, Features], vectors: Mapping[int, Vector] | None, means: Means | None
) -> dict[int, Vector]:
    if not vectors or means is None:
        return {}
    kept = {id: vector for id, vector in vectors.items() if id in features}
    return centred(kept, {id: f.language for id, f in features.items()}, means)


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
