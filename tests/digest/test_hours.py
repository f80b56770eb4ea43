"""When an edition comes out next, and what happens to its readers when the operator moves its hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config import Config
from config.schema import Edition, Slot
from digest import hours
from digest.publish import preview, publish
from digest.subscribe import subscribe
from service.look import look
from service.status import status
from service.when import due
from store import db, issues, outbox, subscribers
from tests.digest.paper import CLOSES, Day, normal
from tests.digest.stored import store_day

EARLY, LATER = CLOSES - timedelta(minutes=30), CLOSES + timedelta(hours=1)
DAY = timedelta(days=1)


def at(config: Config, hour: str, zone: str = "UTC") -> Config:
    """The config after an edit of the edition's hour."""
    edition = config.editions[0].model_copy(update={"default_slot": Slot(time=hour, timezone=zone)})
    return config.model_copy(update={"editions": (edition,)})


def join(config: Config, engine: Engine, address: str, now: datetime) -> str:
    return subscribe(config, engine, config.editions[0], address, name="", how="asked", now=now)


def news(engine: Engine, closes: datetime, title: str) -> None:
    """The sources are read again and have one story more."""
    day = Day(closes=closes)
    day.tell(90, "Harbor Wire", title, hours=1, url=f"https://o00.example/{title.replace(' ', '-')}")
    store_day(engine, day)


def publishing(config: Config, engine: Engine, now: datetime) -> list[str]:
    view = look(engine, config, now, CLOSES - 9 * DAY)
    return [slot for job in due(view, config, now) if job.name == "publish" for slot in job.args]


def mailed(engine: Engine) -> list[tuple[str, str]]:
    with db.reading(engine) as conn:
        return sorted((row["address"], f"{row['date']} {row['slot']}") for row in outbox.overview(conn))


def test_after_an_early_issue_everybody_names_the_next_day(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    assert publish(config, engine, now=EARLY, early=True).state == "frozen"
    assert "closes Wednesday 25 November 2026 07:00 UTC" in publish(config, engine, now=EARLY).message
    assert join(config, engine, "ann@x.example", EARLY).endswith("first issue: 2026-11-25 07:00 UTC")
    assert status(config, engine, EARLY)["next_issue"] == CLOSES + DAY
    assert "25 Nov" in preview(config, engine, now=EARLY).subject


def test_status_says_now_while_an_issue_is_to_be_made(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    assert status(config, engine, EARLY)["next_issue"] == CLOSES
    publish(config, engine, now=CLOSES)
    assert status(config, engine, CLOSES)["next_issue"] == CLOSES + DAY
    assert status(config, engine, CLOSES + DAY)["next_issue"] == "now"


def test_readers_follow_the_hour_of_their_edition(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    join(config, engine, "ann@x.example", EARLY)
    with db.writing(engine) as tx:  # who chose an hour of their own keeps it
        subscribers.add(tx, "far@x.example", "daily", "07:00 Asia/Tokyo", "asked", EARLY)
    publish(config, engine, now=CLOSES)
    moved, nine = at(config, "09:00"), CLOSES + DAY + timedelta(hours=2)
    news(engine, nine, "A canal toll is waived")
    assert publishing(moved, engine, CLOSES + DAY) == ["daily 07:00 Asia/Tokyo"], "the old hour is nobody's now"
    assert publishing(moved, engine, nine) == ["daily 07:00 Asia/Tokyo", "daily 09:00 UTC"][::-1]
    report = publish(moved, engine, now=nine)
    assert "moved from 07:00 UTC to 09:00 UTC; 1 of its readers moved along" in report.message
    assert report.issue is not None and [item.headline.title for item in report.issue.every()] == [
        "A canal toll is waived"
    ], "what the old hour told is told"
    assert report.issue.number == 2
    assert ("ann@x.example", "2026-11-25 daily 09:00 UTC") in mailed(engine)
    assert not any("2026-11-25 daily 07:00 UTC" in issue for _, issue in mailed(engine))
    assert "moved" not in publish(moved, engine, now=nine).message


def test_an_hour_moved_back_and_forth_makes_one_issue_a_day(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    join(config, engine, "ann@x.example", EARLY)
    publish(config, engine, now=CLOSES)
    later = at(config, "09:00")
    hours.settle(later, engine, CLOSES + timedelta(minutes=30))
    nine = CLOSES + timedelta(hours=2)
    news(engine, nine, "A canal toll is waived")
    assert publishing(later, engine, nine) == []
    assert "closes Wednesday 25 November 2026 09:00 UTC" in publish(later, engine, now=nine).message
    assert "exists already" in publish(later, engine, now=nine, early=True).message
    hours.settle(config, engine, nine)
    assert publishing(config, engine, nine) == []
    assert publish(config, engine, now=nine).state == "early"
    with db.reading(engine) as conn:
        assert [row.slot for row in issues.on(conn, "2026-11-24")] == ["daily 07:00 UTC"]
    assert len(mailed(engine)) == 1


def test_an_hour_that_is_past_when_it_is_moved_there_waits_for_tomorrow(config: Config, engine: Engine) -> None:
    evening = at(config, "20:00")
    hours.settle(evening, engine, CLOSES - DAY)
    store_day(engine, normal())
    noon = CLOSES + timedelta(hours=5)
    assert publishing(config, engine, noon) == [], "before the edit is settled"
    hours.settle(config, engine, noon)
    assert publishing(config, engine, noon) == [], "saving an edit mails nobody at once"
    assert publishing(config, engine, CLOSES + DAY) == ["daily 07:00 UTC"]


def test_status_says_how_many_read_at_which_hour(config: Config, engine: Engine) -> None:
    join(config, engine, "ann@x.example", EARLY)
    with db.writing(engine) as tx:
        subscribers.add(tx, "far@x.example", "daily", "07:00 Asia/Tokyo", "asked", EARLY)
        subscribers.add(tx, "old@x.example", "evening", "18:00 UTC", "asked", EARLY)
    shown = status(config, engine, EARLY)
    assert shown["readers"] == 3
    hourly = ("1 at daily 07:00 Asia/Tokyo", "1 at daily 07:00 UTC", "1 at evening 18:00 UTC (no such edition)")
    assert shown["hours"] == ", ".join(hourly)
    later = status(at(config, "08:00"), engine, EARLY)
    assert "1 at daily 08:00 UTC" in later["hours"], "as the next publish will settle it"


def test_moving_is_noted_once_and_a_new_store_moves_nobody(config: Config, engine: Engine) -> None:
    assert hours.settle(config, engine, EARLY) == []
    assert len(hours.settle(at(config, "08:00"), engine, EARLY)) == 1
    assert hours.settle(at(config, "08:00"), engine, EARLY) == []


def test_the_web_keeps_showing_the_day_s_issue_after_a_move(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    publish(config, engine, now=CLOSES)
    moved = at(config, "10:00", "Europe/Moscow")
    with db.reading(engine) as conn:
        found = hours.issue_of(conn, moved.editions[0], moved.editions[0].default_slot, date(2026, 11, 24))
    assert found is not None and found.slot == "daily 07:00 UTC"


# -- weekly ----------------------------------------------------------------------------------------------------------

SUNDAY = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.fixture
def weekly(tmp_path: Path) -> Config:
    return Config(folder=tmp_path, editions=(Edition(name="weekly", frequency="weekly", weekday="sunday"),))


def test_a_weekly_edition_names_its_next_sunday_everywhere(weekly: Config, engine: Engine) -> None:
    tuesday = CLOSES
    assert join(weekly, engine, "ann@x.example", tuesday).endswith("first issue: 2026-11-29 07:00 UTC")
    assert status(weekly, engine, tuesday)["next_issue"] == SUNDAY + 7 * DAY
    assert "closes Sunday 29 November 2026 07:00 UTC" in publish(weekly, engine, now=tuesday).message


def test_a_week_s_issue_made_early_moves_the_next_one_by_a_week(weekly: Config, engine: Engine) -> None:
    store_day(engine, normal())
    report = publish(weekly, engine, now=CLOSES, early=True)
    assert report.state == "frozen" and "issue of Sunday 29 November 2026 is frozen early" in report.message
    assert "Tuesday 24 November" in report.message
    assert status(weekly, engine, CLOSES)["next_issue"] == SUNDAY + 14 * DAY
    assert publish(weekly, engine, now=SUNDAY + 7 * DAY).state == "early"


def test_a_missed_week_is_noted_and_the_next_one_comes(weekly: Config, engine: Engine) -> None:
    store_day(engine, normal())
    publish(weekly, engine, now=SUNDAY + 7 * DAY - timedelta(days=5), early=True)
    monday = SUNDAY + 15 * DAY
    assert publishing(weekly, engine, monday) == ["weekly 07:00 UTC"], "to note that it was missed"
    assert publish(weekly, engine, now=monday).state == "early"
    with db.reading(engine) as conn:
        states = {row.local_date: row.state for row in issues.listed(conn)}
    assert states == {"2026-11-29": "frozen", "2026-12-06": "missed"}
    assert publishing(weekly, engine, monday) == []
    assert publishing(weekly, engine, SUNDAY + 21 * DAY) == ["weekly 07:00 UTC"]


@pytest.mark.parametrize(
    ("zone", "sunday", "closes"),
    [  # the nights of the clock changes are Sundays in both
        ("America/New_York", date(2027, 3, 14), datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),  # 02:30 is skipped
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice
    ],
)
def test_a_weekly_issue_comes_once_through_a_change_of_the_clocks(
    weekly: Config, engine: Engine, zone: str, sunday: date, closes: datetime
) -> None:
    config = at(weekly, "02:30", zone)
    before = closes - timedelta(hours=5)
    view = look(engine, config, before, closes - 30 * DAY)
    assert status(config, engine, before)["next_issue"] == closes
    out = set()
    now = closes - timedelta(hours=3)
    while now < closes + timedelta(hours=11):
        for job in due(view, config, now):
            if job.name == "publish" and not out:
                out.add(sunday)
                with db.writing(engine) as tx:
                    mark(tx, config, sunday, now)
                assert closes <= now < closes + timedelta(minutes=20)
        view = look(engine, config, now, closes - 30 * DAY)
        now += timedelta(minutes=20)
    assert out == {sunday}
    assert publishing(config, engine, now) == []


def mark(tx: object, config: Config, day: date, now: datetime) -> None:
    from store.records import Page

    slot = hours.slot_key(config.editions[0], config.editions[0].default_slot)
    kept = {"edition": "weekly", "slot": slot, "local_date": day, "number": 1, "state": "frozen"}
    issues.freeze(tx, **kept, closed=now, now=now, content={}, page=Page("", "", "", ""), articles={})  # type: ignore[arg-type]
