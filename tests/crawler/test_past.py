"""The journalist's case: a week of three weeks ago, out of sitemaps, archive pages and an outlet's own days."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.crawl import CrawlReport
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.outlet_server import Answer, OutletServer, Seen, feed, page, rss, silent
from tests.crawler.test_crawl import TEXT, news, stored

FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 7, tzinfo=UTC)
MONTH = [NOW.date() - timedelta(days=back) for back in range(30)]
WEEK = [day for day in MONTH if FIRST.date() <= day < LAST.date()]
MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def article(server: OutletServer, name: str, day: date, *, in_address: bool = True) -> str:
    """The address of a page that says it is of that day, at noon."""
    path = f"/{day:%Y/%m/%d}/{name}.html" if in_address else f"/{name}-{day.day}.html"
    stamp = f'<meta property="article:published_time" content="{day.isoformat()}T12:00:00Z">'
    server.pages[path] = page(f"The {name} of {day:%d %B} in many words", *TEXT, head=stamp)
    return server.url + path


def sitemap(*urls: str, changed: str = "") -> Answer:
    rows = "".join(f"<url><loc>{url}</loc>{changed and f'<lastmod>{changed}</lastmod>'}</url>" for url in urls)
    return Answer(f'<urlset xmlns="{MAP}">{rows}</urlset>'.encode(), headers={"Content-Type": "application/xml"})


def days_of_sitemaps(server: OutletServer) -> None:
    """An index of a sitemap for each of 30 days, whose pages were all touched since."""
    rows = ""
    for day in MONTH:
        server.pages[f"/map-{day}.xml"] = sitemap(article(server, "pier", day), changed="2026-11-20T10:00:00Z")
        rows += f"<sitemap><loc>{server.url}/map-{day}.xml</loc><lastmod>{day}</lastmod></sitemap>"
    server.pages["/index.xml"] = Answer(f'<sitemapindex xmlns="{MAP}">{rows}</sitemapindex>'.encode())


def pages_of_a_section(server: OutletServer) -> None:
    """Ten section pages of three days each; each leads to the one before it."""
    for number in range(10):
        links = "".join(
            f'<a href="{article(server, "crane", day)}">The crane of {day:%d %B} in many words</a>'
            for day in MONTH[number * 3 : number * 3 + 3]
        )
        older = f'<a rel="next" href="/archive/{number + 1}.html">Older</a>' if number < 9 else ""
        body = f"<html><body>{links}{older}</body></html>".encode()
        server.pages[f"/archive/{number}.html"] = Answer(body, headers={"Content-Type": "text/html"})


def an_outlets_own_days(server: OutletServer) -> None:
    """One address that takes a day, and goes back to the fourth of the month only."""

    def listed(seen: Seen) -> Answer:
        day = datetime.strptime(seen.path.partition("date_start=")[2][:8], "%Y%m%d").replace(tzinfo=UTC).date()
        if day < date(2026, 11, 4):
            return Answer(status=404)
        return sitemap(article(server, "buoy", day, in_address=False), changed=f"{day}T13:00:00Z")

    server.pages["/sitemap_article.xml"] = listed


@pytest.fixture(scope="module")
def week(shared: Newsdesk) -> tuple[Newsdesk, CrawlReport, list[str]]:
    days_of_sitemaps(shared.server)
    pages_of_a_section(shared.server)
    an_outlets_own_days(shared.server)
    shared.add("maps", sitemaps=["/index.xml"], country="RU")
    shared.add("pages", sections=["/archive/0.html"], country="RU")
    shared.add("days", sitemaps=["/sitemap_article.xml"], country="RU", spider="ria")
    shared.add("elsewhere", "/never-asked.xml")
    report = _crawl(shared, record=shared.folder / "week.warc.gz", output=shared.folder / "week.jsonl")
    return shared, report, shared.server.paths()


def _crawl(desk: Newsdesk, **options: Any) -> CrawlReport:
    (desk.folder / "outlets.txt").write_text("maps\npages\ndays  # three of them\nelsewhere\n", encoding="utf-8")
    return desk.crawl(
        f"@{desk.folder / 'outlets.txt'}", country="RU", since=FIRST, until=LAST, keep_all=True, **options
    )


def test_each_article_of_the_week_is_found_and_no_other(week: tuple[Newsdesk, CrawlReport, list[str]]) -> None:
    desk, _, _ = week
    rows = [json.loads(line) for line in (desk.folder / "week.jsonl").read_text("utf-8").splitlines()]
    found = {(row["source"], row["published"][:10]) for row in rows}
    whole = {(name, day.isoformat()) for name in ("maps", "pages") for day in WEEK}
    assert found == whole | {("days", day.isoformat()) for day in WEEK if day.day >= 4}
    assert {row["published"][11:16] for row in rows} == {"12:00"}, "the page's own hour"


def test_nothing_is_asked_that_cannot_hold_an_article_of_the_week(
    week: tuple[Newsdesk, CrawlReport, list[str]],
) -> None:
    _, _, asked = week
    maps = [path for path in asked if path.startswith("/map-")]
    assert sorted(maps) == [f"/map-{day}.xml" for day in sorted(MONTH) if "2026-10-31" <= str(day) <= "2026-11-08"]
    assert "/archive/8.html" in asked and "/archive/9.html" not in asked
    pages = [path for path in asked if path.endswith(("pier.html", "crane.html"))]
    assert len(pages) == 2 * len(WEEK) and not any("never" in path for path in asked)


def test_an_outlet_that_does_not_reach_so_far_back_is_named(week: tuple[Newsdesk, CrawlReport, list[str]]) -> None:
    _, report, _ = week
    rows = {row.id: row for row in report.rows}
    assert "reaches back to 2026-11-04" in rows["days"].reason
    assert "reaches back" not in rows["maps"].reason and "reaches back" not in rows["pages"].reason


def test_a_replay_gives_the_same_bytes(week: tuple[Newsdesk, CrawlReport, list[str]], tmp_path: Path) -> None:
    desk, _, _ = week
    desk.server.seen.clear()
    later = NOW + timedelta(days=200)
    for name in ("1.jsonl", "2.jsonl"):
        other = Newsdesk(tmp_path, desk.server, desk.sources, later, desk.politeness)
        _crawl(other, replay=desk.folder / "week.warc.gz", output=tmp_path / name)
        assert (tmp_path / name).read_bytes() == (desk.folder / "week.jsonl").read_bytes()
    assert desk.server.seen == []


def test_a_day_is_asked_for_by_its_own_address_without_a_time_in_the_past_too(desk: Newsdesk) -> None:
    an_outlets_own_days(desk.server)
    desk.add("days", sitemaps=["/sitemap_article.xml"], spider="ria", timezone="Asia/Vladivostok")
    desk.now = datetime(2026, 11, 24, 20, tzinfo=UTC)  # it is tomorrow there
    report = desk.crawl(keep_all=True)
    assert desk.server.paths()[0] == "/sitemap_article.xml?date_start=20261125&date_end=20261125"
    assert report.totals["new"] == 1 and desk.crawl().rows[0].state == "not due"


def test_ctrl_c_ends_it_with_what_was_read(desk: Newsdesk) -> None:
    one, two = news(desk.server, "one", "two")
    desk.server.pages["/rss.xml"] = feed(rss(one, two))
    desk.server.pages["/two.html"] = silent
    desk.add("slow", "/rss.xml")
    desk.politeness = {"spacing": 1, "timeout": 60}

    ended = threading.Event()

    def press() -> None:
        while not desk.server.asked("/two.html") or not stored(desk):
            time.sleep(0.05)
        ended.wait(1)  # what is stored is counted a moment later
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it runs behind ignore it
    try:
        threading.Thread(target=press, daemon=True).start()
        report = desk.crawl(output=desk.folder / "read.jsonl")
    finally:
        ended.set()
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
    (row,) = report.rows
    assert (row.new, row.left, report.exit_code, report.output) == (1, 1, 3, 1)
    assert "stopped by hand" in row.reason
