"""What a child process is told: all that it needs, and of thousands of sources only those that it reads."""

from __future__ import annotations

from datetime import timedelta

from config import Source
from config.load import load, shipped
from crawler.task import CrawlOptions, Job, Target
from tests.crawler.conftest import NOW


def source(id: str, **keys: object) -> Source:
    return Source.model_validate(
        {"id": id, "name": id.title(), "country": "US", "feeds": (f"https://{id}.example/",)} | keys
    )


ONE = source("one", language="ru", timezone="Europe/Moscow", headers={"X-Key": "näher"}, interval=90)
TWO = source("two", allow_private_hosts=("intranet.example:8080",))
MADE_UP = source("typed", enabled=False)
BASE = load(shipped()).model_copy(update={"sources": (ONE, TWO)})


def told(*targets: Target) -> Job:
    options = CrawlOptions(since=NOW - timedelta(days=1), limit=3, force=True)
    return Job.loaded(Job(BASE, NOW, options, targets, (MADE_UP,), 60.0, None, 1.5).dumped())


def test_a_child_knows_what_its_asker_knew() -> None:
    feed, pages = Target("https://one.example/", "feed", ("one",)), Target("", "pages", ("one",))
    job = told(feed, pages)
    assert (job.now, job.targets, job.deadline, job.begun) == (NOW, (feed, pages), 60.0, 1.5)
    assert (job.options.since, job.options.limit, job.options.force) == (NOW - timedelta(days=1), 3, True)
    assert job.source("one") == ONE and job.source("typed") == MADE_UP
    assert job.is_adhoc("typed") and not job.is_adhoc("one")
    assert job.config.politeness == BASE.politeness and job.config.database_url == BASE.database_url
    assert job.lexicon() == Job(BASE, NOW, CrawlOptions(), ()).lexicon() and job.lexicon().concepts


def test_a_child_is_told_of_the_sources_that_it_reads_and_of_the_private_hosts_of_all() -> None:
    job = told(Target("https://one.example/", "feed", ("one",)))
    assert set(job.sources) == {"one"} and job.private() == ("intranet.example:8080",)


def test_who_reads_a_typed_address_is_told_of_all_sources_whose_permissions_it_may_use() -> None:
    job = told(Target("http://intranet.example:8080/f", "any", ("typed",)))
    assert dict(job.sources) == {"one": ONE, "two": TWO}
