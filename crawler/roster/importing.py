"""Which outlets of a list can be taken over, and why the others cannot. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config import Source
from config.load import proposed_id
from crawler.discover import oddity
from crawler.roster.opml import PLACES, Outline
from crawler.roster.propose import country_of, duplicate


@dataclass(frozen=True, slots=True)
class Judged:
    """One outlet of a list. `row` is its entry where it can be taken over, else `why` says why it is left out."""

    line: int
    name: str
    row: dict[str, Any] | None = None
    why: str = ""


def judge(outlines: Sequence[Outline], known: Sequence[Source], country: str) -> list[Judged]:
    """What becomes of each outlet; `country` is for those whose country neither list nor address tells."""
    taken: dict[str, Any] = {source.id: source for source in known}
    mine: list[Source] = []
    judged = []
    for outline in outlines:
        urls = [url for key in PLACES for url in outline.row.get(key, ())]
        name = str(outline.row.get("name") or next(iter(urls), ""))
        why = _left_out(outline, urls, known, mine)
        place = outline.row.get("country") or country_of(urlsplit(next(iter(urls), "")).hostname or "") or country
        if why or not place:
            why = why or "no country: say --country CC for those that have none"
            judged.append(Judged(outline.line, name, None, why))
            continue
        id = outline.row.get("id") or proposed_id(outline.row, taken)
        row = _in_order({**outline.row, "id": id, "country": place})
        taken[id] = row
        places: dict[str, Any] = {key: tuple(outline.row.get(key, ())) for key in PLACES}
        mine.append(Source.model_construct(id=id, name=name, domains=(), **places))
        judged.append(Judged(outline.line, name, row))
    return judged


def _left_out(outline: Outline, urls: Sequence[str], known: Sequence[Source], mine: Sequence[Source]) -> str:
    for url in urls:
        odd = oddity(url)
        if odd:
            return odd
    id = outline.row.get("id")
    if any(source.id == id for source in known):
        return f"the id {id!r} is known already"
    twice = duplicate(known, urls)
    if twice is not None and twice.same_feed:
        return f"is read already, as {twice.source.id}"
    again = duplicate(mine, urls)
    if again is not None and again.same_feed:
        return f"stands in the list twice (as {again.source.id})"
    return ""


def _in_order(row: dict[str, Any]) -> dict[str, Any]:
    """The keys in the order in which an entry has them."""
    return {key: row[key] for key in Source.model_fields if key in row}
