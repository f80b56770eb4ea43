"""The feeds and sitemaps of a site whose page or index of sitemaps is known: tried in turn, few, until one is fresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import datetime

from config import Config, Source
from crawler import door
from crawler.discover import DECLARED, candidates
from crawler.look import Look, Sight, best
from crawler.roster.probe import Ask, probe

Progress = Callable[[int, int, str], None]


def around(
    config: Config, source: Source, start: Sight, *, now: datetime, progress: Progress, but: Set[str] = frozenset()
) -> list[Sight]:
    """What was seen of the addresses that the site names, or that such sites usually have; none of `but`."""
    look = start.look
    assert look is not None
    # Headlines of a plain sitemap can only come from the pages; an index leads to others
    tries = candidates(look, start.url, start.sitemaps) if look.kind == "page" else _newsy(look)[:DECLARED]
    seen = _first(config, source, [url for url in tries if url not in but], now, progress)
    found = best(seen)
    if found is not None and found.look is not None and found.look.fresh(now):
        return seen
    # Many outlets' own pages lead to a page about their feeds, and their robots.txt to an index of sitemaps
    looks = [one.look for one in seen if one.look is not None]
    named = dict.fromkeys(url for one in looks for url in (*one.feeds, *_newsy(one)[:1]))
    further = [url for url in named if url not in but and url not in tries]
    return [*seen, *_first(config, source, further[:DECLARED], now, progress)]


def _first(config: Config, source: Source, tries: Sequence[str], now: datetime, progress: Progress) -> list[Sight]:
    """What was seen of these addresses, one after another, until one lists fresh articles."""
    grant = door.Grant.of([source])
    asks = [Ask(source, url) for url in tries if door.refusal(url, grant) is None]
    return probe(config, asks, now=now, first=True, progress=progress)


def _newsy(look: Look) -> list[str]:
    """The sitemaps of an index, those that call themselves news first."""
    return sorted(look.children, key=lambda address: "news" not in address.lower())
