"""Issues on both databases: once per slot and date, what was told, and a missed day that may still come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from store import articles, db, issues, sources
from store.records import Page, Source

NOW = datetime(2026, 11, 24, 7, 1, tzinfo=UTC)
DAY = date(2026, 11, 24)
SLOT = "daily 07:00 UTC"


def article(engine: Engine, n: int) -> int:
    source = Source("a", "A", "US", "en", "private")
    url = f"https://a.example/{n}"
    draft = articles.Draft("a", url, url, "T", "", "", "en", NOW - timedelta(hours=1))
    with db.writing(engine) as tx:
        sources.add(tx, source)
        return articles.record(tx, draft, NOW)[0]


def freeze(
    engine: Engine, day: date = DAY, *, slot: str = SLOT, state: str = "frozen", told: dict[int, int]
) -> int | None:
    page = Page(f"Subject {day}", "preheader", "<p>中文</p>", "text")
    with db.writing(engine) as tx:
        return issues.freeze(
            tx, edition="daily", slot=slot, local_date=day, number=issues.next_number(tx, slot), state=state,
            closed=NOW, now=NOW, content={"title": "Карта"}, page=page, articles=told,
        )  # fmt: skip


def test_an_issue_is_written_once_and_read_back_whole(engine: Engine) -> None:
    id = freeze(engine, told={article(engine, 1): 5})
    assert id is not None
    assert freeze(engine, told={}) is None
    with db.reading(engine) as conn:
        found = issues.find(conn, SLOT, DAY)
        assert found is not None and found.id == id
        assert (found.number, found.state, found.closed, found.content) == (1, "frozen", NOW, {"title": "Карта"})
        assert found.page.html == "<p>中文</p>"
        assert issues.on(conn, "2026-11-24") == [found] == issues.on(conn, "2026-11-24", "daily")
        assert issues.on(conn, "2026-11-24", "weekly") == []
        assert issues.latest(conn) == found


def test_a_slot_tells_an_article_once_and_another_slot_may_tell_it_too(engine: Engine) -> None:
    first, second = article(engine, 1), article(engine, 2)
    freeze(engine, told={first: 5})
    freeze(engine, slot="daily 07:00 Europe/Moscow", told={first: 5})
    with db.reading(engine) as conn:
        assert issues.told_by(conn, SLOT, [first, second]) == {first: DAY}
        assert issues.of_story(conn, 5) == [("daily 07:00 Europe/Moscow", "2026-11-24", 1), (SLOT, "2026-11-24", 1)]
    with pytest.raises(IntegrityError):
        freeze(engine, DAY + timedelta(days=1), told={first: 5})


def test_a_missed_day_is_no_issue_and_may_still_come(engine: Engine) -> None:
    freeze(engine, state="missed", told={})
    with db.reading(engine) as conn:
        assert issues.latest(conn) is None
        assert issues.ever(conn, SLOT)
    assert freeze(engine, told={}) is not None
    with db.reading(engine) as conn:
        assert [found.state for found in issues.on(conn, "2026-11-24")] == ["frozen"]


def test_numbers_count_the_issues_of_a_slot_that_came_out(engine: Engine) -> None:
    freeze(engine, told={})
    freeze(engine, DAY + timedelta(days=1), state="empty", told={})
    freeze(engine, DAY + timedelta(days=2), told={})
    with db.reading(engine) as conn:
        assert issues.next_number(conn, SLOT) == 3
        assert issues.latest(conn).local_date == "2026-11-26"  # type: ignore[union-attr]
