"""A reader is told when their first issue comes, and that is when it comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine

from config import Config
from digest.publish import publish
from digest.subscribe import subscribe
from store import db, outbox
from tests.digest.paper import CLOSES, normal
from tests.digest.stored import store_day

ADDRESS = "ann@x.example"


def told(config: Config, engine: Engine, now: datetime, address: str = ADDRESS) -> str:
    return subscribe(config, engine, config.editions[0], address, name="", how="asked", now=now)


def test_before_the_hour_it_is_today_s(config: Config, engine: Engine) -> None:
    assert told(config, engine, CLOSES - timedelta(hours=1)).endswith(f"list; first issue: {CLOSES.date()} 07:00 UTC")


def test_after_today_s_issue_it_is_tomorrow_s(config: Config, engine: Engine) -> None:
    store_day(engine, normal())
    publish(config, engine, now=CLOSES)
    tomorrow = CLOSES.date() + timedelta(days=1)
    assert told(config, engine, CLOSES + timedelta(hours=1)).endswith(f"list; first issue: {tomorrow} 07:00 UTC")


def test_a_new_paper_s_first_afternoon_says_what_a_digest_by_hand_would_do(config: Config, engine: Engine) -> None:
    now = CLOSES + timedelta(hours=3)
    line = told(config, engine, now)
    assert "by hand" in line and line.endswith(f"first issue: {CLOSES.date() + timedelta(days=1)} 07:00 UTC")
    store_day(engine, normal())
    assert publish(config, engine, now=now).queued == 1
    with db.reading(engine) as conn:
        assert [row["address"] for row in outbox.overview(conn)] == [ADDRESS]
    assert "by hand" not in told(config, engine, now, "bob@x.example")
