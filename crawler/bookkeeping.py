"""What the asking process writes, before its children and after them; what these write goes through recorder.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from config import Config
from config import schema as config_schema
from crawler import schedule
from store import articles, db, sources
from store.records import Source

DIED = "the crawl process died while it was being read"  # how `bury`'s error begins


def prepare(engine: Engine, config: Config) -> None:
    """Take over the config's outlets and addresses, before a crawl."""
    with db.writing(engine) as tx:
        sources.sync(tx, map(outlet, config.sources))
        sources.sync_endpoints(tx, [
            (source.id, url, kind)
            for source in config.sources
            for kind, urls in (("feed", source.feeds), ("sitemap", source.sitemaps), ("section", source.sections))
            for url in urls
        ])  # fmt: skip


def tidy(engine: Engine, config: Config, now: datetime) -> None:
    """After a crawl, drop what was kept long enough."""
    with db.writing(engine) as tx:
        sources.forget(tx, now)
        articles.forget_texts(tx, now, config.keep.text)


def outlet(source: config_schema.Source) -> Source:
    """A configured source as the store knows it."""
    return Source(source.id, source.name, source.country, source.language, source.ownership, source.enabled)


def bury(engine: Engine, read_last: Iterable[tuple[str, str]], now: datetime, error: str) -> None:
    """Back off from each (source, address) that a child was reading when it died: it would kill one in every crawl."""
    with db.writing(engine) as tx:
        known = sources.endpoints(tx)
        dead = (known[address] for address in read_last if address in known)
        answer = schedule.Answer(now, "error", error=error)
        sources.save_endpoints(tx, [schedule.after(each, answer, interval=timedelta(hours=1)) for each in dead])
