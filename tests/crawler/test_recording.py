"""--record, --replay and --output: a crawl kept, repeated and written down."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.articles import COLUMNS
from crawler.crawl import CrawlError
from store import articles, sources
from tests.crawler.conftest import NOW, Newsdesk
from tests.crawler.outlet_server import OutletServer, etagged, feed, item, page, redirect, rss
from tests.crawler.test_crawl import CAKE, LEAD, TALKS, TEXT, news, stored

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def recorded(shared: Newsdesk) -> Newsdesk:
    """A desk whose crawl was recorded into tape.warc.gz and written into live.jsonl; its server is then mute."""
    server = shared.server
    server.pages["/rss.xml"] = etagged(rss(*news(server, "one", "two")), Content_Language="en")
    server.pages["/moved.xml"] = redirect("/new.xml", 301)
    formula = item(f"=HYPERLINK(1) {TALKS}", f"{server.url}/formula.html", guid="f", lead=LEAD)
    cake = item(CAKE, f"{server.url}/cake.html", guid="cake")
    server.pages["/formula.html"] = page("x", *TEXT)
    server.pages["/new.xml"] = feed(rss(formula, cake))
    shared.add("plain", "/rss.xml")
    shared.add("moved", "/moved.xml", country="RU")
    report = shared.crawl(record=shared.folder / "tape.warc.gz", output=shared.folder / "live.jsonl")
    assert report.complete and report.totals["new"] == 3
    server.pages.clear()
    server.seen.clear()
    return shared


def replayed(desk: Newsdesk, folder: Path, *names: str, **options: object) -> list[bytes]:
    """Replay the tape into a store of its own, once for each output name."""
    other = Newsdesk(folder, desk.server, desk.sources, NOW + timedelta(days=300), desk.politeness)
    found = []
    for name in names:
        report = other.crawl(replay=desk.folder / "tape.warc.gz", output=folder / name, **options)
        assert report.complete and desk.server.seen == []
        found.append((folder / name).read_bytes())
    return found


def test_a_replay_gives_the_same_articles_at_the_recorded_time_and_the_same_bytes_twice(
    recorded: Newsdesk, tmp_path: Path
) -> None:
    first, second = replayed(recorded, tmp_path, "1.jsonl", "2.jsonl")
    assert first == second == (recorded.folder / "live.jsonl").read_bytes()
    desk = Newsdesk(tmp_path, recorded.server, recorded.sources)
    assert len(stored(desk)) == 3 and not desk.ask(articles.holds_live)
    for endpoint in desk.ask(sources.endpoints).values():
        assert (endpoint.etag, endpoint.due, endpoint.health, endpoint.checked) == (None, None, "new", None)


def test_a_replay_refuses_a_store_with_live_articles_unless_dry(recorded: Newsdesk) -> None:
    tape = recorded.folder / "tape.warc.gz"
    with pytest.raises(CrawlError, match="live articles"):
        recorded.crawl(replay=tape)
    before = stored(recorded), recorded.ask(sources.endpoints)
    report = recorded.crawl(replay=tape, dry_run=True)
    assert report.totals["seen"] == 3 and (stored(recorded), recorded.ask(sources.endpoints)) == before
    with pytest.raises(CrawlError, match="no such recording"):
        recorded.crawl(replay=recorded.folder / "none.warc.gz", dry_run=True)


@pytest.mark.parametrize(
    ("content", "said"), [(b"hello\nworld\n", "is not a WARC file"), (b"", "holds no whole response")]
)
def test_a_file_that_is_no_recording_is_refused_in_one_sentence(desk: Newsdesk, content: bytes, said: str) -> None:
    desk.add("plain", "/rss.xml")
    tape = desk.folder / "tape.warc.gz"
    tape.write_bytes(content)
    with pytest.raises(CrawlError, match=f"--replay: .*{said}"):
        desk.crawl(replay=tape)


def test_what_a_recording_does_not_hold_or_breaks_off_in_is_named(recorded: Newsdesk, tmp_path: Path) -> None:
    whole = (recorded.folder / "tape.warc.gz").read_bytes()
    other = Newsdesk(tmp_path, recorded.server, list(recorded.sources), NOW, recorded.politeness)
    other.add("absent", "/absent.xml")
    (tmp_path / "cut.warc.gz").write_bytes(whole[:-40])
    report = other.crawl(replay=tmp_path / "cut.warc.gz", dry_run=True)
    (line,) = report.lines
    assert "breaks off in the middle of http://" in line and "what came later is not in it" in line
    rows = {row.id: row for row in report.rows}
    assert rows["absent"].reason == "not recorded: the recording does not hold its answer"
    assert report.totals["new"] == 3 and not report.complete  # of the page that broke off, the feed's own words stand


def test_output_holds_stored_articles_too_with_their_status(recorded: Newsdesk) -> None:
    out = recorded.folder / "again.jsonl"
    recorded.crawl(output=out)  # nothing is due
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    live = [json.loads(line) for line in (recorded.folder / "live.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["status"] for row in live} == {"new"} and {row["status"] for row in rows} == {"seen"}
    assert [row | {"status": "new"} for row in rows] == live
    assert [row["source"] for row in rows] == ["moved", "plain", "plain"]
    assert list(rows[0]) == [*COLUMNS, "status", "text"] and rows[0]["edges"] == ["CN-US"]
    recorded.crawl("plain", output=out, limit=1)
    (row,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(row)["title"] == f"{TALKS} (one)"


def test_a_table_for_a_spreadsheet_runs_no_formula(recorded: Newsdesk) -> None:
    out = recorded.folder / "table.csv"
    recorded.crawl(output=out)
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0]["title"] == f"'=HYPERLINK(1) {TALKS}" and rows[0]["relevant"] == "true" and "text" not in rows[0]
    assert not list(recorded.folder.glob(".*.partial"))


@pytest.mark.parametrize("name", ["table.txt", "nowhere/table.csv"])
def test_an_output_that_cannot_be_written_is_said_before_anything_is_fetched(recorded: Newsdesk, name: str) -> None:
    with pytest.raises(CrawlError, match="--output"):
        recorded.crawl(output=recorded.folder / name)


# -- Scrapy's own commands --------------------------------------------------------------------------------------------


def scrapy(desk: Newsdesk, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    environment = {**os.environ, "TRIPOINT_CONFIG": str(desk.folder)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_scrapys_commands_work_from_the_root(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/rss.xml"] = feed(rss(*news(server, "one")))
    (desk.folder / "tripoint.toml").write_text("[edition.daily]\n[politeness]\nspacing = 0\n", encoding="utf-8")
    (desk.folder / "sources.toml").write_text(
        f'[[source]]\nid = "harbor-wire"\nname = "Harbor Wire"\ncountry = "US"\nfeeds = ["{server.url}/rss.xml"]\n'
        f'ports = [{server.port}]\nallow_private_hosts = ["{server.host}"]\n',
        encoding="utf-8",
    )
    assert scrapy(desk, "list").stdout.split() == ["harbor-wire"]
    out = desk.folder / "out.jsonl"
    done = scrapy(desk, "crawl", "harbor-wire", "-O", str(out))
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert list(row) == list(COLUMNS) and row["title"] == f"{TALKS} (one)" and row["edges"] == ["CN-US"]
    assert "not due, next at" in scrapy(desk, "crawl", "harbor-wire").stderr
    shell = scrapy(desk, "shell", "--nolog", "-c", "print(response.status, response.text[:5])", f"{server.url}/rss.xml")
    assert shell.stdout.startswith("200 <?xml"), shell.stderr
    assert {seen.headers["user-agent"].split("/")[0] for seen in server.seen} == {"Tripoint"}


def test_a_live_crawl_goes_by_the_clock(desk: Newsdesk, server: OutletServer) -> None:
    """Else a time to come would pass over what servers asked for, and put every source off until then."""
    desk.add("a", "/rss.xml")
    with pytest.raises(CrawlError, match="--at is for --replay"):
        desk.crawl(at=NOW + timedelta(days=30))
    assert server.seen == []
