"""A simulated week in a process of its own: `python -m tests.crawler.week FOLDER` writes FOLDER/week.json.

Real are the sockets, HTTP, the planner, the spider with Scrapy's spacing, the store on disk and the parser process. Not
real: the clock (simulated.py), and that all crawls of the week run in one process instead of a child for each; a tick
every 20 minutes stands in for the scheduler.
"""

from __future__ import annotations

from tests.crawler import simulated

simulated.install()  # before anything that takes the time of day

import asyncio  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from dataclasses import dataclass, replace  # noqa: E402
from datetime import timedelta  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from scrapy.crawler import AsyncCrawlerRunner  # noqa: E402
from scrapy.utils.reactor import install_reactor  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

import crawler.resolver  # noqa: E402
from config import Config, Source  # noqa: E402
from crawler import bookkeeping  # noqa: E402
from crawler.child import scrapy_settings  # noqa: E402
from crawler.crawl import CrawlOptions, crawl, planned  # noqa: E402
from crawler.parsing import Parsing  # noqa: E402
from crawler.spiders.outlet import OutletSpider  # noqa: E402
from store import db, sources, tables  # noqa: E402
from tests.crawler.conftest import base_config  # noqa: E402
from tests.crawler.simulated import CLOCK, MONDAY  # noqa: E402
from tests.crawler.town import DAY, Host, built  # noqa: E402
from topics.concepts import Matcher  # noqa: E402

TICK = timedelta(minutes=20)
RESTARTS = 100
STORM = MONDAY + 1.5 * DAY  # when the crawl is started again 100 times in ten minutes
RENAMED = MONDAY + 3 * DAY  # when the operator changes an address in the config
BY_HAND = MONDAY + 4.52 * DAY  # when somebody types `tripoint crawl`, and then with --force
HOURLY = ("harbor", "quiet", "cached", "failing")  # hosts that are asked at the default interval
SELDOM = 360  # minutes; the others, so that the week is over in half a minute
PARSER = Parsing()
MATCHER: list[Matcher] = []


class Resident(OutletSpider):
    """The product's spider, with the week's one parser process and matcher."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.parsing = PARSER
        if not MATCHER:
            MATCHER.append(self.matcher)  # half a second to build
        self.__dict__["matcher"] = MATCHER[0]

    async def closed(self, reason: str) -> None:
        """The parser stays for the next crawl."""


def watch_what_the_loop_cannot_see() -> None:
    """Name look-ups run in threads and parsing in another process: the clock must not jump meanwhile."""
    in_thread = crawler.resolver.deferToThreadPool  # type: ignore[attr-defined]
    exchange = Parsing._exchange

    def counted(*arguments: Any, **named: Any) -> Any:
        CLOCK.busy += 1
        return in_thread(*arguments, **named).addBoth(ended)

    def ended(result: Any) -> Any:
        CLOCK.busy -= 1
        return result

    async def asked(self: Parsing, message: bytes) -> dict[str, Any]:
        CLOCK.busy += 1
        try:
            return await exchange(self, message)
        finally:
            CLOCK.busy -= 1

    crawler.resolver.deferToThreadPool = counted  # type: ignore[attr-defined]
    Parsing._exchange = asked  # type: ignore[method-assign]


@dataclass
class Week:
    """The town, and us in it."""

    folder: Path
    town: dict[str, Host]

    def config(self) -> Config:
        base = base_config()
        found = [self.source(*named) for named in self.named()]
        config = base.model_copy(update={"folder": self.folder, "sources": tuple(found)})
        config.__dict__.pop("database_url", None)
        return config

    def named(self) -> list[tuple[str, str, str]]:
        """(source, host, path) of every feed in the config of the moment."""
        moved = "/after.xml" if CLOCK.now() >= RENAMED else "/before.xml"
        paths = [
            (name, path)
            for name, host in self.town.items()
            for path in host.pages
            if path.endswith(".xml") and path not in ("/new.xml", "/stay.xml", "/before.xml", "/after.xml")
        ]
        found = [(f"{name}-{path.strip('/')[:-4].replace('/', '-')}", name, path) for name, path in paths]
        return [*found, ("twin", "harbor", "/odd.xml"), ("renamed", "renamed", moved)]

    def source(self, id: str, name: str, path: str) -> Source:
        host = self.town[name]
        return Source(
            id=id, name=id, country="US", feeds=(host.url + path,), ports=(host.port,),
            allow_private_hosts=(host.host,), interval=None if name in HOURLY else SELDOM,
        )  # fmt: skip

    async def crawl(self, *words: str, force: bool = False) -> bool:
        """One crawl of what is due, as crawler.crawl does it; whether anything was."""
        config, options, now = self.config(), CrawlOptions(force=force), CLOCK.now()
        engine = db.open_store(config.database_url)
        plan = planned(config, words, options, engine, now)
        if plan.targets:
            job = replace(plan.job(config, options, now), begun=CLOCK.seconds)
            runner = AsyncCrawlerRunner(scrapy_settings(job))
            await runner.crawl(runner.create_crawler(Resident), job=job, tell=lambda event: None)
            bookkeeping.tidy(engine, config, CLOCK.now())
        engine.dispose()
        return bool(plan.targets)

    def by_hand(self, *words: str) -> list[tuple[str, str]]:
        """`tripoint crawl` where nothing is due: the table's (state, reason)."""
        report = crawl(self.config(), words, CrawlOptions(), now=CLOCK.now())
        return [(row.state, row.reason) for row in report.rows]

    async def live(self) -> dict[str, Any]:
        """The whole week; what only we can tell about it."""
        facts: dict[str, Any] = {}
        db.open_store(self.config().database_url, create=True).dispose()
        while CLOCK.now() < MONDAY + 7 * DAY:
            await self.crawl()
            if "storm" not in facts and CLOCK.now() >= STORM:
                facts["storm"] = self.by_hand()
                for _ in range(RESTARTS):
                    CLOCK.go_on_to(CLOCK.now() + timedelta(seconds=6))
                    await self.crawl()
            if "forced" not in facts and CLOCK.now() >= BY_HAND:
                facts["by hand"] = self.by_hand("hand-feed", "gone-feed", "closed-feed")
                CLOCK.go_on_to(CLOCK.now() + timedelta(minutes=1))
                facts["forced"] = CLOCK.now().isoformat()
                await self.crawl("hand-feed", "gone-feed", "wall-feed", "closed-feed", force=True)
                CLOCK.go_on_to(CLOCK.now() + timedelta(seconds=1))
                facts["forced until"] = CLOCK.now().isoformat()
            ticks = (CLOCK.now() - MONDAY) // TICK + 1
            CLOCK.go_on_to(max(MONDAY + ticks * TICK, self.next_tick()))
        return facts | self.kept()

    def next_tick(self) -> Any:
        """The tick at or after the next due address: those between find nothing to do."""
        engine = db.open_store(self.config().database_url)
        with db.reading(engine) as conn:
            due = sources.next_due(conn)
        engine.dispose()
        return MONDAY + -((MONDAY - due) // TICK) * TICK if due is not None else CLOCK.now()

    def kept(self) -> dict[str, Any]:
        engine = db.open_store(self.config().database_url)
        e = tables.entries.c
        with db.reading(engine) as conn:
            rows = conn.execute(select(e.source_id, func.count()).group_by(e.source_id)).all()
            ends = conn.execute(select(tables.endpoints.c.source_id, tables.endpoints.c.health)).all()
        engine.dispose()
        return {"entries": dict(map(tuple, rows)), "health": dict(map(tuple, ends))}


async def main(folder: Path) -> None:
    town = await built()
    week = Week(folder, town)
    facts = await week.live()
    await PARSER.close()
    lines = [
        {
            "host": name, "path": seen.path, "at": seen.at.isoformat(), "headers": dict(seen.headers),
            "status": answers[id(seen)].status, "sent": {k.lower(): v for k, v in answers[id(seen)].headers.items()},
        }
        for name, host in town.items()
        for answers in [{id(asked): answer for asked, answer in host.answers}]
        for seen in host.seen
        if id(seen) in answers
    ]  # fmt: skip
    lines.sort(key=lambda line: line["at"])
    most = {name: host.open_most for name, host in town.items()}
    unanswered = sum(len(host.seen) - len(host.answers) for host in town.values())
    told = {"lines": lines, "most": most, "unanswered": unanswered, **facts}
    (folder / "week.json").write_text(json.dumps(told), encoding="utf-8")


def run(folder: Path) -> None:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "tests.crawler.simulated.Loop")
    reactor: Any = import_module("twisted.internet.reactor")
    watch_what_the_loop_cannot_see()
    crawler.resolver.GuardResolver(reactor).install_on_reactor()
    failures: list[BaseException] = []

    async def all_of_it() -> None:
        try:
            await main(folder)
        except BaseException as exc:
            failures.append(exc)
        finally:
            reactor.stop()

    reactor.callWhenRunning(lambda: asyncio.ensure_future(all_of_it()))
    reactor.run(installSignalHandlers=False)
    for failure in failures:
        raise failure


if __name__ == "__main__":
    run(Path(sys.argv[1]))
