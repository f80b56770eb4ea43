"""Agglomerative clustering, whatever the clusters are: the firmest pair first, then what became of it anew."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable

Alike = Callable[[int, int], float | None]  # of clusters i < j: None where they are not near enough to merge
Absorb = Callable[[int, int], None]  # j becomes part of i


def agglomerate(pairs: Iterable[tuple[int, int]], alike: Alike, absorb: Absorb) -> set[int]:
    """Merge until no two of `pairs` (i < j), or of what became of them, are near enough; the numbers that are gone.

    What is merged is compared again with the partners of both halves alone: who was near to neither is not near to
    both. Deterministic: of equally firm pairs the one with the lower numbers.
    """
    partners: dict[int, set[int]] = defaultdict(set)
    merges: dict[int, int] = defaultdict(int)  # what was offered before a merge is out of date
    queue: list[tuple[float, int, int, int, int]] = []

    def offer(i: int, j: int) -> None:
        value = alike(i, j)
        if value is not None:
            partners[i].add(j)
            partners[j].add(i)
            heapq.heappush(queue, (-value, i, j, merges[i], merges[j]))

    for i, j in pairs:
        offer(i, j)
    gone: set[int] = set()
    while queue:
        _, i, j, of_left, of_right = heapq.heappop(queue)
        if (of_left, of_right) != (merges[i], merges[j]):
            continue
        absorb(i, j)
        gone.add(j)
        merges[i] += 1
        merges[j] += 1
        others = (partners.pop(i) | partners.pop(j)) - {i, j}
        for k in sorted(others):
            partners[k] -= {i, j}
            offer(min(i, k), max(i, k))
    return gone
