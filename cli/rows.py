"""The rows of the listings: what the store knows, put into columns. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from config import Config
from config import schema as config_schema
from store import articles, issues, outbox, sources, stories
from store.records import SIDES, Article, Copy, Endpoint, Source, side_of

CAPITALS = {"US": "Washington", "RU": "Moscow", "CN": "Beijing"}
Row = dict[str, Any]


def source_rows(config: Config, endpoints: Iterable[Endpoint], country: str | None) -> list[Row]:
    """One row per configured source: who it is, and how its addresses fare taken together."""
    known: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        known.setdefault(endpoint.source_id, []).append(endpoint)
    rows = []
    for source in config.sources:
        if country and source.country != country:
            continue
        mine = known.get(source.id, [])
        worst = next((e for e in sorted(mine, key=lambda e: -e.failures) if e.error), None)
        rows.append(
            {
                "id": source.id,
                "name": source.name,
                "side": CAPITALS.get(side_of(source.country, source.ownership) or "", "elsewhere"),
                "country": source.country,
                "language": source.language,
                "ownership": source.ownership,
                "health": "disabled" if not source.enabled else " / ".join(sorted({e.health for e in mine})) or "new",
                "last_good": max((e.good for e in mine if e.good), default=None),
                "next_due": min(filter(None, map(_due, mine)), default=None),
                "error": worst.error if worst else "",
            }
        )
    return rows


def _due(endpoint: Endpoint) -> datetime | None:
    """When an address is asked again; None for never."""
    return None if endpoint.health == "gone" else endpoint.due


def health_rows(chosen: Iterable[config_schema.Source], endpoints: Mapping[tuple[str, str], Endpoint]) -> list[Row]:
    """One row per address of the sources that was ever polled."""
    rows = []
    for source in chosen:
        for url in (*source.feeds, *source.sitemaps, *source.sections):
            endpoint = endpoints.get((source.id, url))
            if endpoint is not None:
                rows.append({
                    "id": source.id, "health": endpoint.health, "since": endpoint.since, "last_good": endpoint.good,
                    "newest": endpoint.newest, "a_week": round(endpoint.entries_per_week or 0),
                    "failures": endpoint.failures, "next_due": _due(endpoint), "url": url, "error": endpoint.error,
                })  # fmt: skip
    return rows


def side_rows(config: Config) -> list[Row]:
    """How many enabled sources each side has, by ownership: what a silence is measured against."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in (*CAPITALS.values(), "elsewhere")}
    for source in config.sources:
        if source.enabled:
            counted[CAPITALS.get(side_of(source.country, source.ownership) or "", "elsewhere")][source.ownership] += 1
    kinds = sorted({kind for counter in counted.values() for kind in counter})
    return [
        {"side": side, "enabled": counter.total()} | {kind: counter[kind] for kind in kinds}
        for side, counter in counted.items()
    ]


def story_rows(conn: Connection, since: datetime) -> list[Row]:
    """The stories told since then: who told them, in how many independent reports."""
    found = stories.open_stories(conn, since)
    members = [id for story in found for id in story.members]
    texts, places, outlets = articles.by_ids(conn, members), stories.copies(conn, members), sources.all(conn)
    rows = []
    for story in found:
        inside = [texts[id] for id in story.members if id in texts]
        if inside:
            marks = {"pinned": story.pinned, "hidden": story.hidden}
            rows.append(_story(story.id, story.edges, inside, places, outlets) | marks)
    return rows


def _story(
    id: int,
    edges: tuple[str, ...],
    inside: list[Article],
    places: Mapping[int, Copy],
    outlets: Mapping[str, Source],
) -> Row:
    sides = {outlets[article.source_id].side for article in inside}
    own = [a for a in inside if a.id not in places or places[a.id].role in ("own", "original")]
    return {
        "id": id,
        "headline": next((a.title for a in inside if a.language == "en"), inside[0].title),
        "about": edges,
        "told_by": [CAPITALS[side] for side in SIDES if side in sides] + ["elsewhere"] * (None in sides),
        "reports": len(own),
        "copies": len(inside) - len(own),
        "first": min(a.published for a in inside),
        "latest": max(a.published for a in inside),
    }


def member_rows(conn: Connection, story_id: int) -> list[Row] | None:
    """The articles of one story with their roles and scores; None where there is no such story."""
    story = stories.by_ids(conn, [story_id]).get(story_id)
    if story is None:
        return None
    texts, places = articles.by_ids(conn, story.members), stories.copies(conn, story.members)
    outlets = sources.all(conn)
    rows = []
    for why in stories.members(conn, [story.id]).get(story.id, []):
        article, copy = texts.get(why.article_id), places.get(why.article_id)
        if article is not None:
            outlet = outlets[article.source_id]
            rows.append(
                {
                    "article": article.id,
                    "published": article.published,
                    "outlet": outlet.name,
                    "side": CAPITALS.get(outlet.side or "", "elsewhere"),
                    "ownership": outlet.ownership,
                    "title": article.title,
                    "role": _role(copy),
                    "score": round(why.score, 3),
                    "why": ", ".join(f"{key} {value}" for key, value in sorted(why.parts.items()) if key != "engine"),
                    "url": article.url,
                }
            )
    return rows


def _role(copy: Copy | None) -> str:
    if copy is None:
        return "own"
    return f"rewrite crediting {copy.credits}" if copy.role == "rewrite" else copy.role


def issue_rows(conn: Connection) -> list[Row]:
    """Every issue, newest first, with the states of its mails."""
    return [
        {
            "date": issue.local_date,
            "edition": issue.edition,
            "slot": issue.slot,
            "number": issue.number,
            "state": issue.state,
            "subject": issue.page.subject,
            "frozen": issue.frozen,
            "mails": ", ".join(f"{n} {state}" for state, n in sorted(outbox.counts(conn, issue.id).items())) or "none",
        }
        for issue in issues.listed(conn)
    ]
