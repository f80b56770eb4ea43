"""A config folder that a test fills with sources on loopback, and a crawl over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config import Config, Source, load
from config.load import shipped
from crawler.crawl import CrawlOptions, CrawlReport, Row, crawl
from store import db
from tests.crawler.outlet_server import OutletServer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Newsdesk:
    """A store, its sources, and the time."""

    folder: Path
    server: OutletServer
    sources: list[Source] = field(default_factory=list)
    now: datetime = NOW
    politeness: dict[str, Any] = field(default_factory=lambda: {"spacing": 0, "timeout": 3})

    def add(self, id: str, *feeds: str, **keys: Any) -> None:
        """A source that may reach the test's server; feeds are paths on it."""
        told = {
            "name": id.title(),
            "country": "US",
            "ports": (self.server.port,),
            "allow_private_hosts": (self.server.host,),
        }
        for kind in ("sitemaps", "sections"):
            keys[kind] = tuple(self.server.url + path for path in keys.get(kind, ()))
        urls = tuple(feed if "://" in feed else self.server.url + feed for feed in feeds)
        self.sources.append(Source(**{"id": id, "feeds": urls, **told, **keys}))

    @property
    def config(self) -> Config:
        base = base_config()
        politeness = base.politeness.model_copy(update=self.politeness)
        update = {"folder": self.folder, "sources": tuple(self.sources), "politeness": politeness}
        config = base.model_copy(update=update)
        config.__dict__.pop("database_url", None)  # it was worked out for the other folder
        return config

    def crawl(self, *targets: str, **options: Any) -> CrawlReport:
        """Read now."""
        return crawl(self.config, targets, CrawlOptions(**options), now=self.now)

    def rows(self, *targets: str, **options: Any) -> dict[str, Row]:
        """Read now; the closing table's rows by source."""
        return {row.id: row for row in self.crawl(*targets, **options).rows}

    @property
    def engine(self) -> Engine:
        return db.open_store(self.config.database_url)

    def ask(self, question: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Ask one of the store's functions."""
        engine = self.engine
        try:
            with db.reading(engine) as conn:
                return question(conn, *arguments, **named)
        finally:
            engine.dispose()


@cache
def base_config() -> Config:
    return load(shipped()).model_copy(update={"sources": ()})


@pytest.fixture
def server() -> Iterator[OutletServer]:
    with OutletServer() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: OutletServer) -> Newsdesk:
    return Newsdesk(tmp_path, server)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsdesk]:
    """A desk for a whole module: a crawl is two processes, so that scenes that do not disturb each other share one."""
    with OutletServer() as running:
        yield Newsdesk(tmp_path_factory.mktemp("desk"), running)
