"""`spider = "…"` in sources.toml: the outlet's own spider reads the source, in a crawl and under Scrapy's command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from crawler.articles import COLUMNS
from store import tables
from tests.crawler.conftest import NOW, Newsdesk, desk, server
from tests.crawler.outlet_server import Answer, OutletServer, page
from tests.crawler.test_crawl import TALKS, TEXT, stored

ROOT = Path(__file__).resolve().parent.parent.parent
BLOG = "/world/live-news/talks-11-24-26"
__all__ = ["desk", "server"]  # fixtures


def _news_map(server: OutletServer, *rows: tuple[str, str]) -> Answer:
    """A news sitemap of (path, headline), a quarter of an hour apart, the last the newest."""
    listed = "".join(
        f"<url><loc>{server.url}{path}</loc><n:news><n:publication_date>"
        f"{(NOW - timedelta(minutes=15 * (len(rows) - number))).isoformat()}</n:publication_date>"
        f"<n:title>{title}</n:title></n:news></url>"
        for number, (path, title) in enumerate(rows)
    )
    return Answer(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{listed}</urlset>'.encode()
    )


def test_a_live_blog_is_one_article_in_several_states(desk: Newsdesk, server: OutletServer) -> None:
    desk.add("cnn", sitemaps=["/news.xml"], spider="cnn")
    server.pages[BLOG] = page(f"Live: {TALKS}", *TEXT)
    server.pages["/news.xml"] = _news_map(server, (f"{BLOG}/h_01", f"{TALKS} (live)"), ("/videos/talks", TALKS))
    assert desk.crawl().totals["new"] == 1
    later = "Both delegations left the hall late in the evening and promised a joint statement for the morning."
    server.pages[BLOG] = page(f"Live: {TALKS}", later, *TEXT)
    server.pages["/news.xml"] = _news_map(
        server,
        (f"{BLOG}/h_01", f"{TALKS} (live)"),
        (f"{BLOG}/h_02", "Delegations of China and the United States leave"),
    )
    desk.now += timedelta(hours=2)
    desk.crawl()
    server.pages["/news.xml"] = _news_map(server, (f"{BLOG}/h_02", "Delegations of China and the United States leave"))
    desk.now += timedelta(hours=2)
    desk.crawl()
    (article,) = stored(desk).values()
    assert article.url == server.url + BLOG and later in article.text and article.revision > 1
    assert not [path for path in server.paths() if "/h_" in path or "/videos/" in path]
    with desk.engine.connect() as conn:
        assert len(conn.execute(tables.revisions.select()).all()) == article.revision - 1


def test_scrapy_crawls_a_spider_by_its_name(desk: Newsdesk, server: OutletServer) -> None:
    server.pages["/world/talks"] = page(TALKS, *TEXT)
    server.pages["/news.xml"] = _news_map(server, ("/world/talks", TALKS), ("/videos/talks", f"Watch: {TALKS}"))
    (desk.folder / "tripoint.toml").write_text("[edition.daily]\n[politeness]\nspacing = 0\n", encoding="utf-8")
    (desk.folder / "sources.toml").write_text(
        '[[source]]\nid = "own-name"\nname = "Harbor Wire"\ncountry = "US"\nspider = "cnn"\n'
        f'sitemaps = ["{server.url}/news.xml"]\nports = [{server.port}]\nallow_private_hosts = ["{server.host}"]\n',
        encoding="utf-8",
    )
    out = desk.folder / "out.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "cnn", "-O", str(out)], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "TRIPOINT_CONFIG": str(desk.folder)}, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert list(row) == list(COLUMNS) and (row["source"], row["title"]) == ("own-name", TALKS)
    assert set(stored(desk)) == {"talks"} and "/videos/talks" not in server.paths()
