"""Pure: how much each side told on each day of a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from digest.issue.issue import DayCount, Item
from store.records import SIDES, Article, Source

WEEK = timedelta(days=7)


def by_day(
    items: Iterable[Item], articles: Mapping[int, Article], sources: Mapping[str, Source], until: date
) -> tuple[DayCount, ...]:
    """The reports that `items` tell, by day of publication (UTC) and by side; a week at least, up to `until`."""
    found: Counter[tuple[date, str | None]] = Counter()
    for item in items:
        for article in (articles[id] for id in item.articles):
            found[article.published.date(), sources[article.source_id].side] += 1
    first = min((day for day, _ in found), default=until - WEEK)
    days = [until - timedelta(days=n) for n in range((until - min(first, until - WEEK)).days, -1, -1)]
    return tuple(DayCount(day, _counts(found, day)) for day in days)


def _counts(found: Mapping[tuple[date, str | None], int], day: date) -> tuple[int, int, int, int]:
    us, ru, cn = (found.get((day, side), 0) for side in SIDES)
    return us, ru, cn, found.get((day, None), 0)
