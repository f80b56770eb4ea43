"""Agglomerative clustering, whatever the clusters are: the firmest pair first, then what became of it anew."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable

from digest.stories.similarity import Score

Alike = Callable[[int, int], Score | None]  # of clusters i < j: None where they are not near enough to merge
Absorb = Callable[[int, int, Score], None]  # j becomes part of i


def agglomerate(pairs: Iterable[tuple[int, int]], alike: Alike, absorb: Absorb) -> set[int]:
    """Merge until no two of `pairs` (i < j), or of what became of them, are near enough; the numbers that are gone.

    What is merged is compared again with the partners of both halves alone: who was near to neither is not near to
    both. Deterministic: of equally firm pairs the one with the lower numbers.
    """
    partners: dict[int, set[int]] = defaultdict(set)
    merges: dict[int, int] = defaultdict(int)  # what was offered before a merge is out of date
    queue: list[tuple[float, int, int, int, int, Score]] = []

    def offer(i: int, j: int) -> None:
        score = alike(i, j)
        if score is not None:
            partners[i].add(j)
            partners[j].add(i)
            # equal up to the scores, which have no order, are no two entries: a pair is offered once between merges
            heapq.heappush(queue, (-score.value, i, j, merges[i], merges[j], score))

    for i, j in pairs:
        offer(i, j)
    gone: set[int] = set()
    while queue:
        _, i, j, of_left, of_right, score = heapq.heappop(queue)
        if (of_left, of_right) != (merges[i], merges[j]):
            continue
        absorb(i, j, score)
        gone.add(j)
        merges[i] += 1
        merges[j] += 1
        others = (partners.pop(i) | partners.pop(j)) - {i, j}
        for k in sorted(others):
            partners[k] -= {i, j}
            offer(min(i, k), max(i, k))
    return gone
