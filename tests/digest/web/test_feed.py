"""The feed and the data as a feed reader and a program meet them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import html5lib
import pytest
from lxml import etree

from config.schema import Edition
from digest.issue.issue import from_json
from digest.page.render import subject
from digest.publish import publish
from digest.web.feed import NEWEST, _text
from store import db, issues
from store.tables import issues as issue_table
from tests.digest.paper import CLOSES, Day
from tests.digest.stored import store_day
from tests.digest.web.sites import AFTER, Site, links

ATOM = {"a": "http://www.w3.org/2005/Atom"}
DOCS = Path(__file__).resolve().parents[3] / "docs" / "output.md"


def parsed(site: Site) -> feedparser.FeedParserDict:
    found = feedparser.parse(site.get("/feed.xml").encode())
    assert not found.bozo, found.get("bozo_exception")
    return found


def frozen(site: Site, slot: str = "daily 07:00 UTC") -> issues.Frozen:
    with db.reading(site.engine) as conn:
        found = issues.find(conn, slot, AFTER.date())
    assert found is not None
    return found


def test_a_feed_reader_reads_the_issue_that_was_mailed(site: Site) -> None:
    found, issue = parsed(site), from_json(frozen(site).content)
    assert (found.version, found.feed.title, found.feed.language) == ("atom10", "Tripoint", "en")
    (entry,) = found.entries
    assert entry.title == subject(issue)
    assert entry.link == "https://paper.example/issues/2026-11-24/daily/0700-UTC"
    assert entry.updated == "2026-11-24T07:01:00Z" == entry.published
    assert found.feed.author == "Tripoint"  # it stands for each entry
    html = entry.content[0].value
    assert entry.content[0].type == "text/html"
    for item in issue.every():
        assert item.headline.url in links(html), item.headline.title
    assert "Told by all three" in html and "No report found" in html and "How this was made" in html


def test_what_rfc_4287_demands_is_there(site: Site) -> None:
    root = etree.fromstring(site.get("/feed.xml").encode())
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for where in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):  # 4.1.1, 4.1.2: exactly one of each
            assert len(where.findall(f"a:{name}", ATOM)) == 1, name
        alternates = [(e.get("type"), e.get("hreflang")) for e in where.findall("a:link[@rel='alternate']", ATOM)]
        assert len(alternates) == len(set(alternates)) == 1
    assert [e.get("href") for e in root.findall("a:link[@rel='self']", ATOM)] == ["https://paper.example/feed.xml"]
    assert root.findtext("a:author/a:name", namespaces=ATOM)  # 4.1.1: without it every entry needs one
    ids = [e.text or "" for e in root.iterfind(".//a:id", ATOM)]
    assert len(ids) == len(set(ids)) and all(id.startswith("urn:uuid:") for id in ids)


def test_the_content_is_markup_that_needs_nothing_and_links_absolutely(site: Site) -> None:
    html = parsed_content(site)
    html5lib.HTMLParser(strict=True).parseFragment(html)
    assert all(href.startswith("https://") for href in links(html))
    assert "{{" not in html and "<style" not in html and "<script" not in html
    for href in links(html):
        if href.startswith("https://paper.example"):
            site.get(urlsplit(href).path)


def parsed_content(site: Site) -> str:
    root = etree.fromstring(site.get("/feed.xml").encode())
    return root.findtext("a:entry/a:content", namespaces=ATOM) or ""


def test_an_entry_keeps_its_id_when_the_web_moves(site: Site) -> None:
    from digest.web import feed

    edition, row = site.config.editions[0], frozen(site)
    moved = site.config.model_copy(
        update={"web": site.config.web.model_copy(update={"public_url": "https://b.example"})}
    )
    before, after = (
        feedparser.parse(feed.atom(config, edition, [row], AFTER)).entries[0] for config in (site.config, moved)
    )
    assert before.id == after.id and before.link != after.link
    assert feed.entry_id(row) != feed.entry_id(frozen(site, "early 10:00 Europe/Moscow"))


def test_a_reader_that_has_the_newest_gets_304(site: Site) -> None:
    for path in ("/feed.xml", "/issues/2026-11-24.json", "/issues/2026-11-24/early/1000-Europe_Moscow.json"):
        first = site.client.get(path)
        tag, modified = first.headers["etag"], first.headers["last-modified"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = site.client.get(path, if_none_match=known)
            assert (again.status_code, again.text, again.headers["etag"]) == (304, "", tag), known
            assert again.headers["content-security-policy"]
        assert site.client.get(path, if_modified_since=modified).status_code == 304
        assert site.client.get(path, if_none_match='"other"', if_modified_since=modified).status_code == 200
        for bad in ("Mon, 23 Nov 2026 07:00:00 GMT", "yesterday", ""):
            assert site.client.get(path, if_modified_since=bad).status_code == 200, bad
        assert site.client.head(path).headers["etag"] == tag


def test_a_new_issue_changes_the_tag(site: Site) -> None:
    tag = site.client.get("/feed.xml").headers["etag"]
    tomorrow = Day(closes=CLOSES + timedelta(days=1))
    tomorrow.tell(90, "Harbor Wire", "A canal toll is waived", edges=("CN-US",))
    store_day(site.engine, tomorrow)
    assert publish(site.config, site.engine, now=AFTER + timedelta(days=1)).state == "frozen"
    assert site.client.get("/feed.xml", if_none_match=tag).status_code == 200
    assert [e.title.split(":")[0] for e in parsed(site).entries] == ["Tripoint 25 Nov", "Tripoint 24 Nov"]


def test_before_the_first_issue_the_feed_is_empty_and_valid(bare: Site) -> None:
    found = parsed(bare)
    assert found.entries == [] and found.feed.updated == "2026-11-24T00:00:00Z"


def test_one_issue_for_each_date_the_edition_s_own_hour_first(site: Site) -> None:
    with db.writing(site.engine) as tx:
        row = tx.execute(issue_table.select().where(issue_table.c.edition == "daily")).mappings().one()
        for n in range(NEWEST + 3):
            day = (AFTER - timedelta(days=n)).date().isoformat()
            for slot in ("daily 05:00 Asia/Tokyo", "daily 07:00 UTC"):
                if (slot, day) != (row["slot"], row["local_date"]) and not (slot == row["slot"] and n == 2):
                    made = {**row, "id": None, "slot": slot, "local_date": day, "frozen": AFTER - timedelta(days=n)}
                    tx.execute(issue_table.insert().values({k: v for k, v in made.items() if k != "id"}))
    with db.reading(site.engine) as conn:
        rows = issues.newest(conn, "daily", "daily 07:00 UTC", NEWEST)
    assert len(rows) == NEWEST and [r.local_date for r in rows] == sorted((r.local_date for r in rows), reverse=True)
    assert [r.slot for r in rows[:4]] == ["daily 07:00 UTC"] * 2 + ["daily 05:00 Asia/Tokyo", "daily 07:00 UTC"]


def test_an_issue_that_cannot_be_read_costs_its_entry_and_not_the_feed(site: Site) -> None:
    with db.writing(site.engine) as tx:
        row = tx.execute(issue_table.select().where(issue_table.c.edition == "daily")).mappings().one()
        other = {k: v for k, v in row.items() if k != "id"} | {"local_date": "2026-11-23", "content": {}}
        tx.execute(issue_table.insert().values(other))
    assert len(parsed(site).entries) == 1


def test_hostile_text_is_text(site: Site) -> None:
    evil = "]]></content><script>alert(1)</script>&lt;b>\"'\x00\x0b\ufffe\ud800 & <![CDATA["
    assert _text(evil) == "]]></content><script>alert(1)</script>&lt;b>\"' & <![CDATA["
    with db.writing(site.engine) as tx:
        row = tx.execute(issue_table.select().where(issue_table.c.edition == "daily")).mappings().one()
        content = json.loads(json.dumps(row["content"]).replace("Arctic talks", json.dumps(evil[:40])[1:-1]))
        tx.execute(
            issue_table.update()
            .where(issue_table.c.id == row["id"])
            .values(content=content, preheader=evil[:-14].replace("\ud800", ""))
        )
    (entry,) = parsed(site).entries
    assert "]]></content><script>alert(1)</script>" in entry.title
    html = parsed_content(site)
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    assert not [e for e in tree.iter() if e.tag == "script"]
    assert "]]></content><script>alert(1)</script>" in "".join(tree.itertext())


def test_the_data_is_the_frozen_issue(site: Site) -> None:
    row = frozen(site)
    answer = site.client.get("/issues/2026-11-24.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == row.content == site.client.get("/issues/2026-11-24/daily/0700-UTC.json").json()
    assert from_json(answer.json()) == from_json(row.content)
    moscow = site.client.get("/issues/2026-11-24/early/1000-Europe_Moscow.json").json()
    assert (moscow["slot"], moscow["version"]) == ("early 10:00 Europe/Moscow", 1)


def test_data_frozen_by_an_older_version_has_every_field(site: Site) -> None:
    whole = frozen(site).content
    with db.writing(site.engine) as tx:
        old = {key: value for key, value in whole.items() if key not in ("dropped", "wording")}
        tx.execute(issue_table.update().where(issue_table.c.id == frozen(site).id).values(content=old))
    assert site.client.get("/issues/2026-11-24.json").json() == whole


@pytest.mark.parametrize("path", ["2026-11-23.json", "x.json", ".json", "2026-11-24/daily/0800-UTC.json"])
def test_no_issue_no_data(site: Site, path: str) -> None:
    page = site.get(f"/issues/{path}", 404)
    assert "There is no issue" in page and "Arctic talks" not in page


def test_of_an_issue_that_was_missed_there_is_no_data(site: Site) -> None:
    with db.writing(site.engine) as tx:
        tx.execute(issue_table.update().where(issue_table.c.id == frozen(site).id).values(state="missed"))
    for path in ("2026-11-24.json", "2026-11-24/daily/0700-UTC.json"):
        assert "There is no issue" in site.get(f"/issues/{path}", 404)


def test_pages_name_their_feed_and_their_data(site: Site) -> None:
    page = site.client.get("/issues/2026-11-24")
    assert "/feed.xml" in links(page.text) and "/issues/2026-11-24/daily/0700-UTC.json" in links(page.text)
    assert '</feed.xml>; rel="alternate"; type="application/atom+xml"' in page.headers["link"]
    assert "/feed.xml" in links(site.get("/stories/1"))


def test_every_field_of_the_data_is_documented(site: Site) -> None:
    text = DOCS.read_text(encoding="utf-8")

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for inner in value.values() for key in keys(inner)}
        return {key for inner in value for key in keys(inner)} if isinstance(value, list) else set()

    missing = {key for key in keys(frozen(site).content) if f"`{key}`" not in text}
    assert not missing


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_an_issue_in_another_language_has_its_words(site: Site, language: str) -> None:
    from digest.page.fixed import fixed
    from digest.page.tongue import speak
    from digest.web import feed

    row = frozen(site)
    other = replace(row, content={**row.content, "language": language, "title": "三点"})
    edition = Edition(name="daily", title="三点", language=language)  # type: ignore[arg-type]
    found = feedparser.parse(feed.atom(site.config, edition, [other], AFTER))
    assert (found.feed.title, found.feed.language) == ("三点", language)
    (entry,) = found.entries
    html = entry.content[0].value
    assert fixed(speak(language))["how"] in html and entry.content[0].language == language
    assert not re.search(r"How this was made|compare|Elsewhere|all times UTC", html)


def test_what_a_machine_wrote_says_so_in_the_feed_too(site: Site) -> None:
    from digest.web import feed

    row = frozen(site)
    content = json.loads(json.dumps(row.content))
    content["sections"][0]["items"][0] |= {"summary_kind": "written", "summary_by": "a machine called X"}
    found = feedparser.parse(feed.atom(site.config, site.config.editions[0], [replace(row, content=content)], AFTER))
    assert "summary written by a machine (a machine called X)" in found.entries[0].content[0].value


def test_the_archive_of_an_issue_in_another_language_says_which(site: Site) -> None:
    assert '<html lang="en">' in site.get("/issues/2026-11-24")
    with db.writing(site.engine) as tx:
        content = {**frozen(site).content, "language": "zh"}
        tx.execute(issue_table.update().where(issue_table.c.id == frozen(site).id).values(content=content))
    html = site.get("/issues/2026-11-24")
    assert '<html lang="zh-Hans">' in html and '<footer class="nav mut" lang="en">' in html
