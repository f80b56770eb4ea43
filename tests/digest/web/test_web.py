"""The web as a reader, a mail scanner and an attacker meet it: a real store, the real application."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from config import Source
from digest.issue.compose import Limits
from digest.post import tokens
from digest.publish import publish
from digest.web import app
from store import db
from store.tables import articles, issues, outbox
from store.tables import stories as story_table
from store.tables import subscribers as readers
from tests.digest.paper import normal
from tests.digest.stored import store_day
from tests.digest.web.served import served
from tests.digest.web.sites import AFTER, Site, links


def test_before_the_first_issue_it_says_when(bare: Site) -> None:
    assert "The first one closes on Wednesday 25 November 2026 at 07:00 UTC." in bare.get("/")


def test_the_latest_issue_and_its_own_addresses_show_the_same(site: Site) -> None:
    front = site.get("/")
    assert "Arctic talks yield an ice chart" in front
    assert site.get("/issues/2026-11-24") == front
    assert site.get("/issues/2026-11-24/daily/0700-UTC") == front
    assert "Arctic talks" in site.get("/issues/2026-11-24/early/1000-Europe_Moscow")


def test_an_issue_stays_as_it_was_frozen(site: Site) -> None:
    before = site.get("/issues/2026-11-24")
    with db.writing(site.engine) as tx:
        tx.execute(articles.update().values(title="changed", lead="changed", text="changed"))
        tx.execute(story_table.update().values(edges=[], hidden=True))
    assert site.get("/issues/2026-11-24") == before


def mailed(site: Site) -> str:
    """The HTML of the one mail that waits."""
    with db.reading(site.engine) as conn:
        return str(conn.execute(select(issues.c.html).join(outbox, outbox.c.issue_id == issues.c.id)).scalar_one())


def test_the_archive_has_the_stories_of_the_mail_in_its_order(site: Site) -> None:
    outward = list(dict.fromkeys(h for h in links(mailed(site)) if h.startswith("https://o")))
    shown = [h for h in links(site.get("/issues/2026-11-24")) if h in outward]
    assert outward and list(dict.fromkeys(shown)) == outward


def test_every_link_of_ours_leads_somewhere(site: Site) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for href in links(site.get(path)):
            if href.startswith("/") and not href.startswith("//") and href not in seen:
                waiting.append(href)
            else:
                assert href.startswith(("/", "https://", "#")), href
    assert "/stories/1" in seen and "/bot" in seen


def test_links_in_the_mail_to_us_are_built(site: Site) -> None:
    ours = [h for h in links(mailed(site)) if h.startswith("https://paper.example")]
    assert ours
    for href in ours:
        site.get(urlsplit(href).path)


def test_what_is_beyond_the_mail_stands_at_the_end_of_the_archive(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from digest import publish as job

    monkeypatch.setattr(job, "_limits", lambda edition: Limits(stories=2, one_sided=1, briefs=1))
    store_day(bare.engine, normal())
    report = publish(bare.config, bare.engine, now=AFTER)
    assert report.page is not None and "8 more stories of this issue on the web" in report.page.text
    html = bare.get("/issues/2026-11-24")
    assert "Also in this issue" in html and "Museum loans between two capitals extended to 2028" in html


@pytest.mark.parametrize(
    "path", ["/", "/issues/2026-11-24", "/stories/1", "/bot", "/method", "/healthz", "/nowhere", "/style.css"]
)
def test_every_answer_has_the_strict_headers(site: Site, path: str) -> None:
    headers = site.client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", ["/", "/issues/2026-11-24", "/stories/1", "/bot", "/method"])
def test_pages_need_nothing_that_the_policy_forbids(site: Site, path: str) -> None:
    html = site.get(path)
    assert not re.search(r"<script|<img|<iframe|\sstyle=|\son[a-z]+=|<style", html)


def test_looking_never_unsubscribes_and_pressing_does(site: Site) -> None:
    for _ in range(3):
        assert "<button" in site.get(site.leave)
        assert site.client.head(site.leave).status_code == 200
    assert site.state() == "active"
    response = site.client.post(site.leave, "List-Unsubscribe=One-Click")
    assert response.status_code == 200 and "set-cookie" not in response.headers
    assert site.state() == "unsubscribed"
    assert site.client.post(site.leave).status_code == 200  # safe to repeat
    assert "<button" not in site.get(site.leave)


def test_the_link_of_a_test_mail_says_that_there_is_nothing_to_leave(site: Site) -> None:
    link = f"/unsubscribe/{tokens.leave_token(tokens.secret(site.config), tokens.NOBODY)}"
    assert "This was a test" in site.get(link)
    assert site.client.post(link, "List-Unsubscribe=One-Click").status_code == 200
    assert site.state() == "active"


def test_a_forged_or_foreign_token_does_nothing(site: Site) -> None:
    good = site.leave
    for bad in (good[:-1], good + "a", "/unsubscribe/1", "/unsubscribe/x-y", "/unsubscribe/" + "9" * 500, good.upper()):
        assert site.client.get(bad).status_code == 404
        assert site.client.post(bad).status_code == 404
    assert site.state() == "active"


def test_no_get_or_head_of_any_link_changes_the_store(site: Site) -> None:
    def everything() -> list[object]:
        with db.reading(site.engine) as conn:
            return [conn.execute(select(t)).all() for t in (readers, outbox, articles, story_table)]

    before = everything()
    for path in ("/", "/issues/2026-11-24", "/stories/1", site.leave, "/bot", "/healthz"):
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
            site.client.request(method, path)
    assert everything() == before


@pytest.mark.parametrize(
    "path",
    [
        "/issues/2026-11-23",
        "/issues/2026-99-99",
        "/issues/x",
        "/issues/2026-11-24/daily/0800-UTC",
        "/issues/2026-11-24/nope/0700-UTC",
        "/stories/999",
        "/stories/99999999999999999999",
        "/stories/x",
        "//evil.example/",
        "/issues/2026-11-24/",
        "/..%2f..%2fetc/passwd",
        "/issues/%00",
        "/?next=//evil.example/x/y/z/",
    ],
)
def test_odd_addresses_get_a_plain_404_and_never_a_redirect(site: Site, path: str) -> None:
    response = site.client.get(path)
    assert response.status_code == (200 if path.startswith("/?") else 404)
    assert "location" not in response.headers
    assert "evil.example" not in response.text


def test_health_says_whether_the_store_answers(site: Site) -> None:
    assert site.client.get("/healthz").json() == {"status": "ok"}


def test_the_bot_page_names_the_agent_and_how_to_keep_it_away(site: Site) -> None:
    html = site.get("/bot")
    assert re.search(r"Tripoint/[\d.]+ \(\+https://paper\.example/bot\)", html)
    assert "User-agent: Tripoint" in html and "Disallow: /" in html


def test_a_fault_of_ours_shows_no_trace_and_has_the_headers(site: Site) -> None:
    with db.writing(site.engine) as tx:
        tx.exec_driver_sql("UPDATE issues SET content = '{}'")
    response = site.client.get("/issues/2026-11-24")
    assert response.status_code == 500
    assert "Traceback" not in response.text and "The fault is ours" in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_method_page_says_what_is_true_of_this_config(site: Site) -> None:
    html = site.get("/method")
    assert "no machine writes any" in html and "is not translated" in html and "at least 80 %" in html
    assert "of one that only one report tells" in html
    assert "every 60 minutes" in html and "at most 280 characters" in html
    sources = tuple(
        Source(id=f"s{n}", name=f"S{n}", country=country, feeds=(f"https://s{n}.example/f",))
        for n, country in enumerate(("US", "US", "RU", "NO"))
    )
    machine = site.config.summary.model_copy(update={"engine": "openai", "model": "a-model"})
    config = site.config.model_copy(update={"sources": sources, "summary": machine})
    with served(app.build(config, site.engine, clock=lambda: AFTER)) as client:
        html = client.get("/method").text
    assert "4 outlets (Washington 2, Moscow 1, Beijing 0 and elsewhere 1)" in html
    assert "written by a machine (a-model)" in html
