"""`tripoint sources ...` as an operator meets it, against a real site on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import scheduler
from cli import main
from config import load
from crawler import bookkeeping, schedule
from store import db
from store import sources as rows
from store.records import Endpoint
from tests.config.small import small_folder
from tests.crawler.outlet_server import Answer, OutletServer, feed, item, rss

HTML = {"Content-Type": "text/html; charset=utf-8"}
TALKS = "China and Russia sign a gas deal in Beijing"


def site(server: OutletServer) -> None:
    """An outlet with a home page that names its feed, a frozen feed, and a page that leads nowhere."""
    fresh = rss(item(TALKS, f"{server.url}/1", guid="1", date="Tue, 24 Nov 2026 09:00:00 +0000"))
    frozen = rss(item("A thing of 2023", f"{server.url}/0", guid="0", date="Mon, 18 Sep 2023 09:00:00 +0000"))
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    server.pages["/"] = Answer(f"<html lang=en><head><title>Harbor</title>{link}</head><body>x".encode(), headers=HTML)
    server.pages["/feed.xml"], server.pages["/frozen.xml"] = feed(fresh), feed(frozen)
    server.pages["/closed.xml"] = feed(fresh)
    server.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /closed.xml\n")


@pytest.fixture(scope="module")
def server() -> Iterator[OutletServer]:
    with OutletServer() as running:
        site(running)
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_folder(tmp_path)
    (tmp_path / "tripoint.local.toml").write_text("[politeness]\nspacing = 0\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder), "sources", *words])


def test_a_home_page_leads_to_its_feed_which_is_shown_written_and_then_known(
    folder: Path, server: OutletServer
) -> None:
    allow = ("--allow-private", server.host, "--country", "US")
    done = run(folder, "add", server.url + "/", *allow, "--id", "harbor")
    assert done.exit_code == 0, done.output
    for part in (TALKS, "language en", "robots.txt allows it", "not reserved", "sources.local.toml"):
        assert part in done.output
    added = load(folder).source("harbor")
    assert added is not None and added.feeds == (server.url + "/feed.xml",)
    again = run(folder, "add", server.url + "/feed.xml", *allow)
    assert again.exit_code == 1
    assert "is read already, as harbor" in again.output


def test_a_page_about_feeds_is_looked_through(folder: Path, server: OutletServer) -> None:
    """As many outlets have it: the home page names /rss, which is a page, and that one names the feeds."""
    server.pages["/home"] = Answer(b'<html><head><title>H</title></head><body><a href="/rss">RSS</a>', headers=HTML)
    about = b'<html><head><title>Our feeds</title></head><body><a href="/rss/world.xml">World</a>'
    server.pages["/rss"] = Answer(about, headers=HTML)
    server.pages["/rss/world.xml"] = server.pages["/feed.xml"]
    allow = ("--allow-private", server.host, "--country", "US", "--dry-run", "--json")
    done = run(folder, "add", server.url + "/home", *allow)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["entry"]["feeds"] == [server.url + "/rss/world.xml"]


def test_a_frozen_feed_that_a_page_still_names_loses_to_the_news_sitemap(folder: Path, server: OutletServer) -> None:
    """As CNN has it: a feed that has answered with old news for years, and an index of sitemaps in robots.txt."""
    link = '<link rel="alternate" type="application/rss+xml" href="/frozen.xml">'
    server.pages["/cnn"] = Answer(f"<html><head><title>C</title>{link}</head><body>x".encode(), headers=HTML)
    news = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        f"<loc>{server.url}/9</loc><n:news><n:publication_date>{scheduler.now().isoformat()}</n:publication_date>"
        f"<n:title>{TALKS}</n:title></n:news></url></urlset>"
    )
    server.pages["/news.xml"] = Answer(news.encode(), headers={"Content-Type": "application/xml"})
    maps = "".join(f"<sitemap><loc>{server.url}/{name}.xml</loc></sitemap>" for name in ("all", "news"))
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    server.pages["/index.xml"] = Answer(index.encode(), headers={"Content-Type": "application/xml"})
    rules = server.pages["/robots.txt"]
    server.pages["/robots.txt"] = Answer(f"User-agent: *\nAllow: /\nSitemap: {server.url}/index.xml\n".encode())
    allow = ("--allow-private", server.host, "--country", "US", "--dry-run", "--json")
    done = run(folder, "add", server.url + "/cnn", *allow)
    server.pages["/robots.txt"] = rules
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["entry"]["sitemaps"] == [server.url + "/news.xml"]


def test_a_dry_run_writes_nothing_and_a_frozen_feed_is_called_stale(folder: Path, server: OutletServer) -> None:
    before = (folder / "sources.local.toml").read_bytes()
    words = ("add", server.url + "/frozen.xml", "--allow-private", server.host, "--country", "US", "--dry-run")
    told: dict[str, Any] = json.loads(run(folder, *words, "--json").stdout)
    assert told["written"] is False and any("STALE" in remark for remark in told["remarks"])
    assert (folder / "sources.local.toml").read_bytes() == before


def test_robots_and_private_addresses_are_respected_with_a_sentence(folder: Path, server: OutletServer) -> None:
    closed = run(folder, "add", server.url + "/closed.xml", "--allow-private", server.host)
    assert closed.exit_code == 1 and "robots.txt forbids" in closed.output
    asked = len(server.seen)
    private = run(folder, "add", server.url + "/feed.xml")
    assert private.exit_code == 2 and f"--allow-private {server.host}" in private.output
    assert len(server.seen) == asked


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "not an http or https address"),
        (("https://www.youtube.com/@outlet",), "video"),
        (("https://outlet.example/rss", "--country", "ZZ"), "no such country"),
        (("https://outlet.example/rss", "--id", "Not An Id"), "hyphens"),
        (("https://outlet.example/rss", "--ownership", "rich"), "nonprofit"),
    ],
)
def test_what_cannot_be_added_is_said_before_anybody_is_asked(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = run(folder, "add", *words)
    assert done.exit_code == 2
    assert said in done.output


def entry(id: str, server: OutletServer, path: str, **keys: str) -> str:
    lines = [f"{key} = {value}" for key, value in keys.items()]
    told = [f'id = "{id}"', 'country = "US"', f'feeds = ["{server.url}{path}"]']
    return "\n".join(["[[source]]", *told, f'allow_private_hosts = ["{server.host}"]', *lines, ""])


def test_check_asks_each_source_once_and_disturbs_nothing(folder: Path, server: OutletServer) -> None:
    local = folder / "sources.local.toml"
    off = entry("off", server, "/off.xml", enabled="false")
    local.write_text(entry("well", server, "/well.xml") + entry("gone", server, "/gone.xml") + off, encoding="utf-8")
    server.pages["/well.xml"] = well(server)
    server.seen.clear()
    done = run(folder, "check", "--json")
    rows = {row["id"]: row for row in json.loads(done.stdout)}
    assert done.exit_code == 3
    assert {id: row["health"] for id, row in rows.items()} == {"well": "ok", "gone": "gone"}
    assert (rows["well"]["entries"], rows["well"]["status"], rows["gone"]["status"]) == (1, 200, 404)
    assert sorted(server.paths()) == ["/gone.xml", "/well.xml"]
    assert not (folder / "var").exists()
    assert run(folder, "check", "well").exit_code == 0
    assert run(folder, "check", "wel").exit_code == 2


def well(server: OutletServer) -> Answer:
    """A feed that stays fresh however old this test becomes."""
    stamp = scheduler.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    return feed(rss(item(TALKS, f"{server.url}/1", guid="1", date=stamp)))


def test_doctor_finds_the_address_that_a_site_has_now_and_prints_lines_that_mend_it(
    folder: Path, server: OutletServer
) -> None:
    shipped = entry("harbor", server, "/frozen.xml")
    (folder / "sources.toml").write_text(shipped, encoding="utf-8")
    server.pages["/feed.xml"] = well(server)
    done = run(folder, "doctor", "--json")
    assert done.exit_code == 3
    found = {row["finding"]: row for row in json.loads(done.stdout)}
    assert set(found) == {"better address", "frozen"}
    (folder / "sources.local.toml").write_text("\n".join(found["better address"]["fix"]), encoding="utf-8")
    mended = load(folder).source("harbor")
    assert mended is not None and mended.feeds == (server.url + "/feed.xml",)
    again = run(folder, "doctor")
    assert again.exit_code == 0 and "nothing serious" in again.output


def test_health_tells_what_the_last_crawl_saw(folder: Path, server: OutletServer) -> None:
    (folder / "sources.local.toml").write_text(entry("well", server, "/well.xml"), encoding="utf-8")
    server.pages["/well.xml"] = well(server)
    assert json.loads(run(folder, "health", "--json").stdout) == []
    first, again = (CliRunner().invoke(main, ["--config", str(folder), "crawl", "well"]) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0)
    made = f"created the database {folder / 'var' / 'tripoint.db'}"
    assert made in "".join(first.stderr.split("\n")) and "created" not in again.stderr
    (row,) = json.loads(run(folder, "health", "--json").stdout)
    assert (row["id"], row["health"], row["failures"]) == ("well", "ok", 0)


def test_what_is_gone_is_never_due_and_health_names_who_mends(folder: Path, server: OutletServer) -> None:
    (folder / "sources.local.toml").write_text(entry("well", server, "/well.xml"), encoding="utf-8")
    (source,) = load(folder).sources
    known = Endpoint(source.id, source.feeds[0], "feed", health="ok", due=schedule.NEVER)
    engine = db.open_store(load(folder).database_url, create=True)
    with db.writing(engine) as tx:
        rows.sync(tx, [bookkeeping.outlet(source)])
        rows.save_endpoints(tx, [known])
    assert "doctor" not in run(folder, "health").output
    with db.writing(engine) as tx:
        rows.save_endpoints(tx, [replace(known, health="gone", error="its server answered HTTP 410")])
    engine.dispose()
    told = run(folder, "health").output
    assert f"`tripoint sources doctor {source.id}` says what would put it right" in told and "9999" not in told
    assert json.loads(run(folder, "health", "--json").output)[0]["next_due"] is None


def test_a_list_goes_out_and_comes_back_and_what_is_known_is_named(folder: Path, tmp_path: Path) -> None:
    local, list_ = folder / "sources.local.toml", tmp_path / "out.opml"
    text = '[[source]]\nid = "wire"\ncountry = "RU"\nfeeds = ["https://a.example/1", "https://a.example/2"]\n'
    local.write_text(text, encoding="utf-8")
    before = load(folder).sources
    assert run(folder, "export", "--output", str(list_)).exit_code == 0
    assert run(folder, "export").stdout.encode() == list_.read_bytes()
    local.unlink()
    done = run(folder, "import", str(list_))
    assert done.exit_code == 0, done.output
    assert load(folder).sources == before
    again = run(folder, "import", str(list_), "--json")
    assert again.exit_code == 3
    assert "known already" in json.loads(again.stdout)[0]["why"]


def test_a_broken_list_is_told_with_file_and_line(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.opml"
    bad.write_text("<opml>\n<body>\n<outline>\n</body>", encoding="utf-8")
    done = run(folder, "import", str(bad))
    assert done.exit_code == 2 and "bad.opml: line 4" in done.output
