"""`scrapy crawl NAME`: one source, in Scrapy's own process, through the same door and recorder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy.crawler import Crawler

from config import Config, Source
from crawler import door, settings
from crawler.crawl import planned
from crawler.resolver import GuardResolver
from crawler.spiders.outlet import OutletSpider
from crawler.task import CrawlOptions, Job
from store import db


def by_hand(config: Config, source: Source, base: type[OutletSpider]) -> type[OutletSpider]:
    """A spider class for `source`. It takes -a force=1 and -a all=1, as `tripoint crawl` has --force and --all."""

    class ByHand(base):  # type: ignore[valid-type,misc]
        name = source.id
        job: Job
        custom_settings: ClassVar = {**settings.of(config), "CLOSESPIDER_TIMEOUT": config.politeness.deadline}

        def __init__(self, force: str = "", all: str = "", **kwargs: Any) -> None:
            options = CrawlOptions(force=bool(force), keep_all=bool(all))
            # The instant is Scrapy's to give: it is set when the spider opens
            super().__init__(Job(config, datetime.min.replace(tzinfo=UTC), options, ()), **kwargs)
            self.grant_of_shell = door.Grant.of([source])

        @classmethod
        def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Any:
            GuardResolver.allowed = door.Grant.of(config.sources).private
            return super().from_crawler(crawler, *args, **kwargs)

        async def start(self) -> AsyncIterator[Any]:
            now = self.crawler.stats.get_value("start_time")
            assert isinstance(now, datetime)
            path = db.sqlite_path(config.database_url)
            engine = db.open_store(config.database_url, create=path is not None and not path.exists())
            found = planned(config, [source.id], self.job.options, engine, now)
            engine.dispose()
            for waiting in found.not_due:
                until = f", next at {waiting.until:%Y-%m-%d %H:%M} UTC" if waiting.until else ""
                self.logger.warning("%s: %s%s", waiting.url, waiting.reason, until)
            self.job = found.job(config, self.job.options, now)
            async for request in super().start():
                yield request

    return ByHand
