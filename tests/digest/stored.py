"""A paper's day in a real store: what crawl and weave would have left there."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from store import articles, db, sources, stories
from store.records import Copy
from store.stories import Place
from tests.digest.paper import Day


def store_day(engine: Engine, day: Day) -> None:
    """Write sources, fetches, articles and stories of `day`; the numbers it uses become those of the store."""
    numbers: dict[int, int] = {}
    with db.writing(engine) as tx:
        sources.sync(tx, day.sources.values())
        for fetch in day.fetches():
            sources.log_fetch(tx, fetch)
            if not fetch.good:
                sources.log_fetch(tx, replace(fetch, at=day.since))
        for id, article in day.articles.items():
            draft = articles.Draft(
                source_id=article.source_id,
                identity=article.url,
                url=article.url,
                title=article.title,
                lead=article.lead,
                text=article.text,
                language=article.language,
                published=article.published,
                edges=article.edges,
                concepts=article.concepts,
                reserved=article.reserved,
            )
            numbers[id], _ = articles.record(tx, draft, article.fetched)
        for edges, members in day.stories.values():
            places = []
            for id in members:
                copy: Copy = day.copies[id]
                group = numbers[copy.group] if copy.group is not None else None
                placed = replace(copy, article_id=numbers[id], group=group)
                places.append(Place(numbers[id], 0, 1.0, {}, day.articles[id].text_sha256, placed))
            stories.save(tx, places, into=(), edges=edges, engine="test", now=day.closes)
