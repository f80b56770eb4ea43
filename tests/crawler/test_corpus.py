"""F29 and F30: a hundred and fifty hostile inputs as one crawl beside twenty good sources, and each alone.

TRIPOINT_ALONE=1 gives each a crawl and a store of its own; else it is its parser that meets each alone.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from crawler.crawl import CrawlReport, Row
from crawler.parsing import ParseError, Parsing
from store.records import Article
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.corpus import DATES, LINKS, MARKUP, TITLES, Input, everything
from tests.crawler.outlet_server import Answer, OutletServer, feed, item, page, rss
from tests.crawler.test_crawl import TEXT, news, stored

ALONE = bool(os.environ.get("TRIPOINT_ALONE"))
GOOD = [f"good-source-{number}" for number in range(20)]
MIB = 2**20
MOST = 256 * MIB  # that one input may cost beside what the process takes anyway
LIVE = re.compile(r"<[a-zA-Z!/?]")


class Crawled:
    """One crawl over all of it."""

    def __init__(self, desk: Newsdesk) -> None:
        self.desk, self.server = desk, desk.server
        self.inputs = {each.name: each for each in everything(desk.server.url)}
        pages = [each for each in self.inputs.values() if each.group == "page"]
        for each in self.inputs.values():
            self.server.pages[f"/{each.name}"] = served(each)
            if each.group != "page":
                desk.add(each.name, f"/{each.name}")
        listed = (item("A title", f"{desk.server.url}/{each.name}", guid=each.name, lead="Body") for each in pages)
        self.server.pages["/pages.xml"] = feed(rss(*listed))
        desk.add("pages", "/pages.xml")
        for name in GOOD:
            self.server.pages[f"/{name}.xml"] = feed(rss(*news(self.server, f"{name}-a", f"{name}-b")))
            desk.add(name, f"/{name}.xml")
        begun = monotonic()
        self.report: CrawlReport = desk.crawl(keep_all=True)
        self.seconds = monotonic() - begun
        self.rows: dict[str, Row] = {row.id: row for row in self.report.rows}
        self.stored: dict[str, Article] = stored(desk)


def served(each: Input) -> Answer:
    return Answer(each.body, each.status, {"Content-Type": each.kind, **each.headers})


@pytest.fixture(scope="module")
def crawled(shared: Newsdesk) -> Crawled:
    return Crawled(shared)


def test_twenty_good_sources_are_read_whole_beside_them(crawled: Crawled) -> None:
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1 if sys.platform == "darwin" else 1024)
    print(f"{len(crawled.inputs)} inputs and {len(GOOD)} good sources: {crawled.seconds:.1f} s, {peak} MiB at most")
    assert len(crawled.inputs) == 150
    assert [(crawled.rows[name].state, crawled.rows[name].new) for name in GOOD] == [("read", 2)] * len(GOOD)
    assert crawled.report.lines == ()  # no process died on the way


def test_each_of_them_is_called_what_it_is(crawled: Crawled) -> None:
    wrong = []
    for each in crawled.inputs.values():
        if each.group != "page" and not as_foretold(each, crawled.rows[each.name], crawled.stored):
            row = crawled.rows[each.name]
            wrong.append((each.name, each.verdict, row.state, row.new, row.reason))
    assert wrong == []


def as_foretold(each: Input, row: Row, kept: dict[str, Article]) -> bool:
    kind, _, what = each.verdict.partition(": ")
    if kind == "text":
        return kept[each.name.removeprefix("charset-")].title == what
    if kind == "new":
        return row.state == "read" and row.new == int(what)
    return any(
        row.state == "read" if word == "read" else row.reason.startswith(word) for word in each.verdict.split("|")
    )


def test_nothing_that_they_name_is_asked_for(crawled: Crawled) -> None:
    """No entity, document type, style sheet or inclusion; nor do the words of a file come in."""
    assert crawled.server.asked("/canary") == []
    assert not any("root:" in article.lead + article.text for article in crawled.stored.values())


def test_what_they_say_is_plain_words(crawled: Crawled) -> None:
    for number in range(len(MARKUP)):
        article = crawled.stored[f"live-{number}"]
        for words in (article.title, article.lead, article.text):
            assert not LIVE.search(words), (MARKUP[number], words)
    for number in range(len(TITLES)):
        title = crawled.stored[f"title-{number}"].title
        assert title.isprintable() and len(title) <= 300, ascii(title)
        title.encode("utf-8")


def test_a_bad_link_costs_its_own_entry_only(crawled: Crawled) -> None:
    assert all(f"good-{number}" in crawled.stored for number in range(len(LINKS)))
    for article in crawled.stored.values():
        assert re.match(r"https?://[a-z0-9.:\[\]-]+/", article.url) and "@" not in article.url, article.url


def test_a_stated_date_is_held_within_reason(crawled: Crawled) -> None:
    for number in range(len(DATES)):
        published = crawled.stored[f"date-{number}"].published
        assert NOW - timedelta(days=30) <= published <= NOW, DATES[number]


def test_a_page_that_gives_nothing_leaves_the_feeds_words(crawled: Crawled) -> None:
    assert crawled.rows["pages"].state == "read" and crawled.rows["pages"].new == 11
    for each in crawled.inputs.values():
        if each.group == "page":
            article = crawled.stored[each.name]
            assert article.origin in each.verdict.split("|"), (each.name, article.origin)
    assert (crawled.stored["page-reserved"].lead, crawled.stored["page-reserved"].text) == ("", "")


# -- each alone -------------------------------------------------------------------------------------------------------


def memory(parsing: Parsing) -> int:
    """The most that the parser process ever took, in bytes; 0 where the system does not say."""
    assert parsing._process is not None
    status = Path(f"/proc/{parsing._process.pid}/status")
    found = re.search(r"VmHWM:\s*(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


def test_each_alone_leaves_its_parser_alive_and_small() -> None:
    async def meet() -> list[str]:
        parsing, told = Parsing(), []
        await ask(parsing, Input("first", rss(), "read"))
        usual = memory(parsing)
        for each in everything("http://outlet.example"):
            if each.group == "packed":
                continue  # not the parser's: they are unpacked before
            await ask(parsing, each)
            if memory(parsing) - usual > MOST:
                told.append(f"{each.name}: {(memory(parsing) - usual) // MIB} MiB")
                await parsing.close()
        print(f"the parser took {(memory(parsing) - usual) // MIB} MiB more than at the start")
        assert parsing.deaths == 0
        await parsing.close()
        return told

    assert asyncio.run(meet()) == []


async def ask(parsing: Parsing, each: Input) -> None:
    kind = "page" if each.group == "page" else "feed"
    url = "http://outlet.example/a"
    with suppress(ParseError):  # it has a name; which, the crawl above says
        await parsing.ask(kind, each.body, url=url, content_type=each.kind, encoding="", zone="UTC")


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[Newsdesk]:
    with OutletServer() as server:
        yield Newsdesk(tmp_path, server)


# 150 crawls, with TRIPOINT_ALONE=1 only
@pytest.mark.parametrize("name", [each.name for each in everything("http://outlet.example")] if ALONE else [])
def test_each_alone_in_a_crawl_beside_one_good_source(lone: Newsdesk, name: str) -> None:
    server = lone.server
    (each,) = [one for one in everything(server.url) if one.name == name]
    server.pages["/it"] = served(each)
    server.pages["/pages.xml"] = feed(rss(item("A title", f"{server.url}/it", guid="it", lead="Body")))
    server.pages["/good.html"] = page("A title", *TEXT)
    server.pages["/good.xml"] = feed(rss(item("A title", f"{server.url}/good.html", guid="good", lead="Body")))
    lone.add("it", "/pages.xml" if each.group == "page" else "/it")
    lone.add("good", "/good.xml")
    begun = monotonic()
    report = lone.crawl(keep_all=True)
    rows = {row.id: row for row in report.rows}
    assert monotonic() - begun < 60 and report.lines == ()
    assert (rows["good"].state, rows["good"].new) == ("read", 1)
    assert each.group in ("page", "charset") or as_foretold(each, rows["it"], {})
