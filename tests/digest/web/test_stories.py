"""A story's page: side by side, who told it when, what was changed since, whose text it is, and why it ranks."""

from __future__ import annotations

import re
from datetime import timedelta

import html5lib
import pytest

from digest import correct
from digest.web.timeline import later
from store import articles, db, stories
from store.tables import articles as article_table
from store.tables import members
from store.tables import stories as story_table
from tests.digest.paper import CLOSES, Day
from tests.digest.stored import store_day
from tests.digest.web.sites import AFTER, Site, links

XHTML = "{http://www.w3.org/1999/xhtml}"


def columns(html: str) -> dict[str, str]:
    """The heading of each column -> its text."""
    tree = html5lib.parse(html)
    found = {}
    for section in tree.iter(f"{XHTML}section"):
        head, *_ = section
        found["".join(head.itertext())] = "".join(section.itertext())
    return found


def revise(site: Site, title: str, number: int, at: timedelta) -> None:
    """The outlet of article 1 changes its page."""
    with db.writing(site.engine) as tx:
        row = tx.execute(article_table.select().where(article_table.c.id == 1)).one()
        draft = articles.Draft(
            source_id=row.source_id, identity=row.url, url=row.url, title=title, lead=row.lead,
            text=f"{row.text} Version {number}.", language=row.language, published=row.published, edges=row.edges,
            concepts=row.concepts,
        )  # fmt: skip
        assert articles.record(tx, draft, AFTER + at)[1] == "changed"


def test_a_story_is_told_side_by_side(site: Site) -> None:
    html = site.get("/stories/1")
    found = columns(html)
    names = list(found)
    assert len(names) == 4
    for name, word in zip(names, ("Washington", "Moscow", "Beijing", "Elsewhere"), strict=True):
        assert word in name
    assert "reprint of Harbor Wire" in html and "reprinted by" in html
    assert 'lang="zh-Hans"' in html and "/issues/2026-11-24/daily/0700-UTC" in html


def test_a_silence_is_said_as_measured_and_nothing_is_said_of_a_side_that_was_not_read(site: Site) -> None:
    html = site.get("/stories/4")
    assert "No report found; all 7 outlets we watch there were read." in html
    assert re.search(r'<span class="ink nowrap lname">[○□◇]', html), "the hollow mark on its lane"


def test_the_ear_listens_again_after_a_while_and_not_at_each_look(site: Site) -> None:
    assert "No report found" in site.get("/stories/4")
    with db.writing(site.engine) as tx:
        tx.exec_driver_sql("UPDATE fetches SET outcome = 'timeout'")
    assert "No report found" in site.get("/stories/4"), "heard within the last two minutes"
    site.moment += timedelta(minutes=3)
    assert "Not known: only 0 of the 7 outlets" in site.get("/stories/4")


def test_of_a_story_older_than_what_is_listened_to_no_silence_is_said(site: Site) -> None:
    assert "No report found" in site.get("/stories/4")
    site.moment += timedelta(days=3)
    html = site.get("/stories/4")
    assert "Not known: it is older than the headlines that are kept." in html and "No report found" not in html


def test_every_article_stands_in_the_table_of_moments_in_order(site: Site) -> None:
    html = site.get("/stories/1")
    tree = html5lib.parse(html)
    tables = [t for t in tree.iter(f"{XHTML}table") if t.get("class") == "times"]
    times = [e.get("datetime") for e in tables[0].iter(f"{XHTML}time")]
    with db.reading(site.engine) as conn:
        story = stories.by_ids(conn, [1])[1]
    assert len(times) == len(story.members) and times == sorted(times)
    assert html.count("<path d=") == len(times), "and has its mark in the drawing"
    shares = [float(x) for x in re.findall(r'<svg x="([\d.]+)%"', html)]
    assert min(shares) == 2.5 and max(shares) == 97.5


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(seconds=30), ""),
        (timedelta(minutes=8), "+8 min"),
        (timedelta(hours=3, minutes=5), "+3 h 05"),
        (timedelta(days=2, hours=4, minutes=59), "+2 d 4 h"),
    ],
)
def test_how_much_later_is_said_in_a_reader_s_units(gap: timedelta, text: str) -> None:
    assert later(gap) == text


def test_the_trail_of_headlines_and_the_revisions_are_shown(site: Site) -> None:
    before = site.get("/stories/1")
    assert "revised" not in before and "<del" not in before
    revise(site, "Arctic talks end without a fee deal", 2, timedelta(minutes=10))
    revise(site, "Arctic talks end without a fee deal", 3, timedelta(minutes=20))
    html = site.get("/stories/1")
    assert "revised twice, last seen 07:21" in html
    assert re.search(r"Headline until 07:11: <del>Arctic talks yield an ice chart", html)
    assert html.count("<del") == 1, "an edit of the text alone is no new headline"


def test_whose_text_it_is_names_the_origin_and_every_printing(site: Site) -> None:
    html = site.get("/stories/1")
    part = html[html.index("Whose text it is") : html.index("Why it ranks")]
    assert re.search(r"By <a[^>]*><span>Harbor Wire</span></a>.*printed by", part, re.DOTALL)
    with db.writing(site.engine) as tx:
        tx.execute(members.update().where(members.c.role == "original").values(role="own", copy_group=None))
        tx.execute(members.update().where(members.c.role == "copy").values(credits="Bay Wire"))
    assert "Credited to Bay Wire, whose own page was not read" in site.get("/stories/1")


def test_why_it_ranks_adds_up(site: Site) -> None:
    html = site.get("/stories/1")
    part = html[html.index("Why it ranks") :]
    found = re.search(r"Its rank is ([\d.]+), the sum of these", part)
    numbers = [float(n) for n in re.findall(r'<td class="ink num2">([\d.]+)</td>', part)]
    assert found is not None and len(numbers) == 4
    assert float(found[1]) == pytest.approx(sum(numbers), abs=0.001)


def test_a_merged_story_leads_to_the_other_and_a_hidden_one_is_not_shown(site: Site) -> None:
    correct.merge(site.engine, 3, 1, AFTER)
    response = site.client.get("/stories/3")
    assert (response.status_code, response.headers["location"]) == (301, "/stories/1")
    assert "max-age=3600" in response.headers["cache-control"]
    with db.writing(site.engine) as tx:
        tx.execute(story_table.update().where(story_table.c.id == 4).values(hidden=True))
    site.get("/stories/4", 404)


def test_a_split_story_keeps_the_older_half_at_its_address(site: Site) -> None:
    with db.reading(site.engine) as conn:
        inside = stories.by_ids(conn, [1])[1].members
    correct.split(site.engine, 1, inside[-2:], AFTER)
    with db.reading(site.engine) as conn:
        kept, moved = stories.by_ids(conn, [1])[1].members, inside[-2:]
        known = articles.by_ids(conn, inside)
        new = next(s.id for s in stories.open_stories(conn, CLOSES - timedelta(days=3)) if set(s.members) == set(moved))
    assert inside[0] in kept
    shown = site.get("/stories/1")
    assert all(known[id].url in links(shown) for id in kept) and not any(known[id].url in links(shown) for id in moved)
    assert all(known[id].url in links(site.get(f"/stories/{new}")) for id in moved)


def test_a_story_names_the_one_that_it_follows(site: Site) -> None:
    with db.writing(site.engine) as tx:
        tx.execute(story_table.update().where(story_table.c.id == 1).values(follows=4))
    html = site.get("/stories/1")
    assert re.search(r'Follows <a href="/stories/4"', html)
    with db.writing(site.engine) as tx:
        tx.execute(story_table.update().where(story_table.c.id == 4).values(hidden=True))
    assert "Follows" not in site.get("/stories/1")


def test_the_reports_of_a_busy_side_are_folded_and_all_there(bare: Site) -> None:
    day = Day()
    for n in range(5):
        for outlet in ("Harbor Wire", "Potomac Ledger", "Capital Courant"):
            day.tell(1, outlet, f"{outlet} on the canal toll, part {n}", hours=1 + n, edges=("CN-US",))
    day.tell(1, "长河日报", "运河通行费", hours=2, edges=("CN-US",))
    store_day(bare.engine, day)
    html = bare.get("/stories/1")
    assert "9 more reports" in html and html.count("<details>") == 1
    with db.reading(bare.engine) as conn:
        urls = {a.url for a in articles.by_ids(conn, range(1, 17)).values()}
    assert urls <= set(links(html[html.index("<details>") :])) | set(links(html))


def test_hostile_text_is_text_everywhere_on_the_page(bare: Site) -> None:
    evil = "<script>alert(1)</script>\"'><svg onload=x> {{ 7*7 }}"
    day = Day()
    first = day.tell(1, "Harbor Wire", f"{evil} one", text=f"{evil}. {evil}.", role="original", copy=1)
    day.tell(1, "Potomac Ledger", f"{evil} two", text=evil, role="copy", copy=first, credits=evil, hours=4)
    day.tell(1, "Capital Courant", f"{evil} three", text=evil, role="rewrite", credits=evil, hours=3)
    store_day(bare.engine, day)
    revise(bare, f"{evil} four", 2, timedelta(minutes=1))
    html = bare.get("/stories/1")
    tree = html5lib.parse(html)
    assert not [e for e in tree.iter() if e.tag == f"{XHTML}script"]
    assert not [name for e in tree.iter() for name in e.attrib if name.startswith("on")]
    assert "<del>&lt;script&gt;" in html and "7*7" in html
