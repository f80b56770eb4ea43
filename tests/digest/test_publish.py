"""One issue per slot and date: when it is frozen, with what, and never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config import Config
from config.schema import Database, Edition, Slot, Web
from digest.issue.issue import from_json
from digest.publish import PublishError, preview, publish, read_by, unprintable_silences
from store import db, issues, subscribers
from store import outbox as outbox_rows
from tests.digest.paper import CLOSES, Day, normal
from tests.digest.stored import store_day

BEFORE, AFTER = CLOSES - timedelta(hours=2), CLOSES + timedelta(minutes=1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        folder=tmp_path,
        editions=(Edition(name="daily"),),
        database=Database(url="sqlite:///paper.db"),
        web=Web(public_url="https://paper.example"),
    )


def rows(engine: Engine) -> list[issues.Frozen]:
    with db.reading(engine) as conn:
        return issues.on(conn, CLOSES.date().isoformat())


def test_before_the_hour_nothing_happens_but_saying_when(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    report = publish(config, engine, now=BEFORE)
    assert report.state == "early"
    assert "Tuesday 24 November 2026 07:00 UTC" in report.message and "preview" in report.message
    assert rows(engine) == []
    assert publish(config, engine, now=AFTER).state == "frozen"


def test_an_issue_is_frozen_once_with_what_was_known_at_its_hour(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    report = publish(config, engine, now=AFTER)
    assert report.issue is not None and report.issue.closes == CLOSES
    assert report.issue.stories == 12
    again = publish(config, engine, now=AFTER + timedelta(hours=1))
    assert (again.state, again.issue) == ("early", None)
    (row,) = rows(engine)
    assert from_json(row.content) == report.issue
    assert row.page == report.page


def test_what_was_told_is_not_told_again(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    publish(config, engine, now=AFTER)
    tomorrow = publish(config, engine, now=AFTER + timedelta(days=1))
    assert tomorrow.state in ("unread", "empty")
    assert tomorrow.issue is not None and tomorrow.issue.empty


def test_an_outlet_that_failed_overnight_costs_its_side_the_silences_and_is_named(
    config: Config, engine: Engine
) -> None:
    day = normal()
    day.since = CLOSES - timedelta(days=2)
    store_day(engine, day)
    report = publish(config, engine, now=AFTER)
    assert report.issue is not None and report.issue.section("two-open") is not None
    assert "no silence of Beijing can be printed: 海港晚报 not read well" in report.message
    assert report.page is not None
    assert "? Beijing" in report.page.text and "海港晚报 may have told it and was not read well." in report.page.text
    assert "No report found in Moscow (7 of 7 read)" in " ".join(report.page.text.split())
    with db.reading(engine) as conn:
        (line,) = unprintable_silences(read_by(conn, CLOSES + timedelta(days=5, hours=1)))[-1:]
        assert line == "no silence of Beijing can be printed: 0 of 7 read well"


def test_now_freezes_early_and_says_so(config: Config, engine: Engine) -> None:
    day = normal()
    store_day(engine, day)
    report = publish(config, engine, now=CLOSES - timedelta(minutes=30), early=True)
    assert report.state == "frozen" and report.issue is not None and report.issue.early
    assert "early, at 06:30 UTC" in report.message
    assert "frozen early at 06:30" in (report.page.text if report.page else "")
    assert publish(config, engine, now=AFTER).state == "early"  # the day is used up
    assert publish(config, engine, now=AFTER, early=True).state == "done"
    assert len(rows(engine)) == 1


def test_a_trial_with_nothing_to_tell_does_not_use_up_the_day(config: Config, engine: Engine) -> None:
    assert publish(config, engine, now=BEFORE, early=True).state == "unread"
    assert publish(config, engine, now=AFTER).state == "unread"  # nothing was ever read
    assert rows(engine) == []


def test_an_empty_day_is_frozen_and_not_mailed(config: Config, engine: Engine) -> None:
    day = Day()
    store_day(engine, day)
    with db.writing(engine) as tx:
        subscribers.add(tx, "reader@example.com", "daily", "07:00 UTC", "added by the operator", BEFORE)
    report = publish(config, engine, now=AFTER)
    assert (report.state, report.queued) == ("empty", 0)
    assert [row.state for row in rows(engine)] == ["empty"]


def test_a_late_issue_tells_what_is_known_by_then_and_a_very_late_one_is_missed(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    late = publish(config, engine, now=CLOSES + timedelta(hours=3))
    assert late.issue is not None and late.issue.closes == CLOSES + timedelta(hours=3)
    assert publish(config, engine, now=CLOSES + timedelta(hours=24 + 13)).state == "early"
    with db.reading(engine) as conn:
        missed = issues.find(conn, "daily 07:00 UTC", CLOSES.date() + timedelta(days=1))
        latest = issues.latest(conn)
    assert missed is not None and missed.state == "missed"
    assert latest is not None and latest.state == "frozen"


def test_one_mail_is_queued_for_each_reader_of_the_slot_with_the_issue(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    with db.writing(engine) as tx:
        subscribers.add(tx, "one@example.com", "daily", "07:00 UTC", "added by the operator", BEFORE)
        subscribers.add(tx, "two@example.com", "daily", "07:00 UTC", "added by the operator", BEFORE)
        subscribers.add(tx, "far@example.com", "daily", "07:00 America/New_York", "added by the operator", BEFORE)
    report = publish(config, engine, now=AFTER)
    assert report.queued == 2 and "2 mails queued" in report.message
    noon = CLOSES + timedelta(hours=5)  # 07:00 in New York
    store_fresh(engine, noon)
    assert (
        "daily 07:00 America/New_York: the issue of Tuesday 24 November 2026 is frozen"
        in publish(config, engine, now=noon).message
    )
    with db.reading(engine) as conn:
        assert sum(outbox_rows.counts(conn).values()) == 3


def store_fresh(engine: Engine, closes: datetime) -> None:
    """The sources are read again."""
    day = Day(closes=closes)
    store_day(engine, day)


def test_a_dry_run_and_a_preview_write_nothing(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    report = publish(config, engine, now=AFTER, dry_run=True)
    assert report.state == "dry run" and report.page is not None
    assert "Arctic talks" in preview(config, engine, now=BEFORE + timedelta(hours=1, minutes=50)).text
    assert rows(engine) == []


def test_two_publishers_by_mistake_make_one_issue(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    issue = publish(config, engine, now=AFTER, dry_run=True)
    assert issue.issue is not None and issue.page is not None
    from digest.publish import _freeze

    first = _freeze(engine, issue.issue, issue.page, AFTER)
    second = _freeze(engine, issue.issue, issue.page, AFTER)
    assert (first.state, second.state) == ("frozen", "done")
    assert len(rows(engine)) == 1


def test_a_slot_in_another_zone_has_its_own_date(config: Config, engine: Engine) -> None:
    moscow = Edition(name="daily", default_slot=Slot(time="07:00", timezone="Europe/Moscow"))
    config = config.model_copy(update={"editions": (moscow,)})
    store_day(engine, normal())
    report = publish(config, engine, now=datetime(2026, 11, 24, 4, 1, tzinfo=UTC))
    assert report.issue is not None
    assert (report.issue.local_date, report.issue.closes) == (date(2026, 11, 24), datetime(2026, 11, 24, 4, tzinfo=UTC))


def test_an_unknown_edition_is_refused(config: Config, engine: Engine) -> None:
    with pytest.raises(PublishError, match="no edition 'dayly'; there is: daily"):
        publish(config, engine, now=AFTER, edition="dayly")
