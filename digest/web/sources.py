"""`/sources`: every outlet that is watched, whose it is, and how its reading fares: what a silence rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from config import Source
from digest.issue.issue import Outlet
from digest.page import words
from digest.page.view import name_of
from digest.web.paper import paper_of, shown
from store import sources as rows
from store.db import reading
from store.records import SIDES, Endpoint, side_of

READ = ("ok", "slow", "moved")  # of an address: it answered, and it is fresh
_PLAIN = {  # of an outlet that is not read well, the worst first
    "blocked": "blocks us",
    "gone": "gave its feed up",
    "stale": "answers with old news",
    "not a feed": "answers without a feed",
    "empty": "lists nothing",
    "failing": "does not answer",
}
_LANGUAGES = {"en": "English", "ru": "Russian", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class Line:
    """One outlet. `well` is whether it is read well; `state` says so, or what is amiss, in plain words."""

    name: str
    lang: str
    owner: str
    country: str
    language: str
    state: str
    well: bool
    last: str
    at: str


@dataclass(frozen=True, slots=True)
class Group:
    """One side, or elsewhere, with its outlets by name. `mix`: how many of each ownership."""

    css: str
    glyph: str
    word: str
    count: str
    mix: str
    lines: tuple[Line, ...]


def roster(
    sources: Iterable[Source], endpoints: Mapping[tuple[str, str], Endpoint], today: date
) -> tuple[list[Group], list[Line]]:
    """The outlets that are read, by side, and those that are known and not read."""
    polled: dict[str, list[Endpoint]] = {}
    whole = list(sources)
    addresses = {source.id: {*source.feeds, *source.sitemaps, *source.sections} for source in whole}
    for (id, url), endpoint in endpoints.items():
        if url in addresses.get(id, ()):  # one that left the config says nothing any more
            polled.setdefault(id, []).append(endpoint)
    groups = []
    for side in (*SIDES, None):
        mine = [s for s in whole if s.enabled and side_of(s.country, s.ownership) == side]
        lines = tuple(line(source, polled.get(source.id, ()), today) for source in mine)
        if lines:
            groups.append(_group(side, mine, lines))
    return groups, [line(source, (), today) for source in whole if not source.enabled]


def _group(side: str | None, mine: Sequence[Source], lines: tuple[Line, ...]) -> Group:
    kinds = Counter(source.ownership for source in mine)
    mix = ", ".join(f"{n} {'in exile' if kind == 'exiled' else kind}" for kind, n in kinds.most_common())
    well = sum(line.well for line in lines)
    count = f"{words.outlets(len(lines))}, {well} read well"
    if side is None:
        return Group("ink", "", "Elsewhere", count, mix, lines)
    return Group(side, words.FULL[side], words.NAMES[side], count, mix, lines)


def line(source: Source, polled: Sequence[Endpoint], today: date) -> Line:
    """One outlet as the page shows it."""
    last = max((endpoint.good for endpoint in polled if endpoint.good), default=None)
    state, well = state_of(source, polled)
    name = name_of(Outlet(source.id, source.name, source.country, source.language, source.ownership))
    return Line(
        name.name, name.lang, name.label, "" if source.country == "XX" else source.country,
        _LANGUAGES.get(source.language, source.language), state, well,
        words.clock(last, today) if last else "", f"{last:%Y-%m-%dT%H:%MZ}" if last else "",
    )  # fmt: skip


def state_of(source: Source, polled: Sequence[Endpoint]) -> tuple[str, bool]:
    """(how an outlet's reading fares, whether well): well where one of its addresses is, as a silence counts it."""
    if not source.enabled:
        where = ", ".join(source.restricted_in)
        return (f"distribution restricted in {where}" if where else "not read yet"), False
    healths = {endpoint.health for endpoint in polled if endpoint.checked}
    if healths & set(READ):
        return "read well", True
    return next((plain for health, plain in _PLAIN.items() if health in healths), "not read yet"), False


def page(request: Request) -> Response:
    """The public roster."""
    paper = paper_of(request)
    now = paper.clock()
    with reading(paper.engine) as conn:
        endpoints = rows.endpoints(conn)
    groups, others = roster(paper.config.sources, endpoints, now.date())
    return shown("sources.html.j2", groups=groups, others=others)
