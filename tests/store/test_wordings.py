"""What machines answered is found again by what they were asked, for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import wordings
from store.db import reading, writing

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_first_answer_to_a_question_stays_until_it_is_forgotten(engine: Engine) -> None:
    with writing(engine) as tx:
        wordings.keep(tx, {"a": "да", "b": ""}, NOON)
        wordings.keep(tx, {"a": "another", "c": "late"}, NOON + timedelta(days=1))
    with reading(engine) as conn:
        assert wordings.find(conn, ["a", "b", "c", "d"]) == {"a": "да", "b": "", "c": "late"}
    with writing(engine) as tx:
        assert wordings.forget(tx, NOON + timedelta(hours=1)) == 2
    with reading(engine) as conn:
        assert wordings.find(conn, ["a", "c"]) == {"c": "late"}
