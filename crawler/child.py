"""The process that fetches: `python -m crawler.child` reads a job from stdin and tells, line by line, what was written.

It ends when its asker does (stdin closes), and on SIGTERM writes what it holds and goes: what is not read is pending.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any, TextIO

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from crawler import handler as handler  # Scrapy would load it deep inside, where its looks at the stack cost .1 s
from crawler import settings
from crawler.articles import ArticleItem
from crawler.spiders.loader import outlet_spiders
from crawler.spiders.outlet import OutletSpider
from crawler.task import Job

STOPPED = 0  # exit status after SIGTERM


class Teller:
    """Writes events to the asker, and whole articles to the spool."""

    def __init__(self, out: TextIO, spool: IO[str] | None) -> None:
        self._out, self._spool = out, spool

    def __call__(self, event: dict[str, Any]) -> None:
        item = event.pop("item", None)
        if isinstance(item, ArticleItem) and self._spool is not None:
            row = {**asdict(item), "status": event["status"]}
            self._spool.write(json.dumps(row, default=_plain) + "\n")
            self._spool.flush()
        try:
            self._out.write(json.dumps(event, default=_plain) + "\n")
            self._out.flush()
        except BrokenPipeError:
            os._exit(1)  # nobody listens any more; everything told so far is written


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def scrapy_settings(job: Job) -> Any:
    """The product's Scrapy settings with the operator's own in them."""
    found = get_project_settings()
    found.setmodule(settings, priority="project")
    found.setdict({**settings.lean, **settings.of(job.config)}, priority="cmdline")
    if job.replaying:
        found.setdict({"CONCURRENT_REQUESTS": 1}, priority="cmdline")  # the same order each time
    return found


def main() -> None:
    """Run one job."""
    run(OutletSpider)


def run(kind: type[OutletSpider], **arguments: Any) -> None:
    """Do the job on stdin with a spider of that kind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the asker, which then ends this process and its parser
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints goes to stderr
    job = Job.loaded(sys.stdin.readline())
    spool = job.spool.open("a", encoding="utf-8") if job.spool else None
    teller = Teller(out, spool)
    gc.freeze()  # what is loaded by now stays: it need not be looked through again and again
    # Default 700, 10, 10: most of what an answer leaves behind is freed without it, but a connection refers to itself,
    # and of a thousand of them the oldest generation must not be full before it is looked through
    gc.set_threshold(10_000, 5, 2)
    process = AsyncCrawlerProcess(scrapy_settings(job))
    crawler = process.create_crawler(kind)
    process.crawl(crawler, job=job, tell=teller, kinds=outlet_spiders(), **arguments)
    _watch(crawler)
    process.start(install_signal_handlers=False)
    teller({"e": "end"})


def _watch(crawler: Any) -> None:
    """Go when asked to, or when the asker is gone."""
    from twisted.internet import reactor

    loop: Any = reactor._asyncioEventloop

    def leave(*_: Any) -> None:
        if crawler.spider is not None and "recorder" in vars(crawler.spider):
            crawler.spider.recorder.flush()
        os._exit(STOPPED)

    loop.add_signal_handler(signal.SIGTERM, leave)
    loop.add_reader(0, lambda: None if os.read(0, 1024) else leave())


if __name__ == "__main__":
    main()
