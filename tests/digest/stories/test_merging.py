"""Merging clusters: the firmest pair first, until none is near enough, in whatever order the pairs are given."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.bench import Bench, items_of
from digest.stories.merging import agglomerate
from tests.digest.stories.test_quality import newsroom

REACH = 10.0


def clustered(places: list[int], pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Points on a line, merged while the middles of two clusters are nearer than REACH."""
    clusters = [[place] for place in places]

    def alike(i: int, j: int) -> float | None:
        left, right = clusters[i], clusters[j]
        assert left and right, "what is gone is never compared"
        distance = abs(sum(left) / len(left) - sum(right) / len(right))
        return 1 - distance / REACH if distance < REACH else None

    def absorb(i: int, j: int) -> None:
        clusters[i] += clusters[j]
        clusters[j] = []

    gone = agglomerate(pairs, alike, absorb)
    assert gone == {number for number, cluster in enumerate(clusters) if not cluster}
    return [sorted(cluster) for cluster in clusters if cluster]


def all_pairs(places: list[int]) -> list[tuple[int, int]]:
    return list(combinations(range(len(places)), 2))


def test_the_firmest_pair_comes_first_and_a_chain_of_neighbours_is_no_cluster() -> None:
    assert clustered([0, 9, 12, 21], all_pairs([0, 9, 12, 21])) == [[0], [9, 12], [21]]


def test_nothing_to_compare_leaves_all_as_they_are() -> None:
    assert clustered([1, 1, 1], []) == [[1], [1], [1]]


@given(st.lists(st.integers(0, 60), max_size=12, unique=True))
def test_the_order_of_the_pairs_changes_nothing_and_what_is_left_is_far_apart(places: list[int]) -> None:
    pairs = all_pairs(places)
    left = clustered(places, pairs)
    assert clustered(places, pairs[::-1]) == left
    assert sorted(place for cluster in left for place in cluster) == sorted(places)


def test_a_story_has_one_first_report_a_language_and_all_others_are_there_for_a_reason(by_lexicon: Bench) -> None:
    for story in by_lexicon.weave(items_of(newsroom())).stories:
        for cluster in story.clusters:
            first = [f for f in cluster.members if "first" in cluster.why[f.id].parts]
            assert first == cluster.members[:1]
