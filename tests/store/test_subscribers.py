from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from store import db, subscribers

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
HOW = "added by the operator"


def test_an_address_is_listed_once_however_it_is_written(engine: Engine) -> None:
    with db.writing(engine) as tx:
        first = subscribers.add(tx, "Ann@example.com", "daily", "07:00 UTC", HOW, NOW)
        again = subscribers.add(tx, "ann@example.com", "daily", "09:00 Asia/Shanghai", HOW, LATER, name="Ann")
        other = subscribers.add(tx, "ann@example.com", "weekly", "07:00 UTC", HOW, NOW)
        assert (again.id, again.added, again.slot, again.name) == (first.id, NOW, "09:00 Asia/Shanghai", "Ann")
        assert other.id != first.id
        assert len(subscribers.listed(tx)) == 2
        assert subscribers.slots(tx) == {("daily", "09:00 Asia/Shanghai"): LATER, ("weekly", "07:00 UTC"): NOW}


def test_leaving_is_final_until_the_reader_comes_back(engine: Engine) -> None:
    with db.writing(engine) as tx:
        ann = subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", HOW, NOW)
        assert subscribers.leave(tx, ann.id, LATER)
        assert subscribers.leave(tx, ann.id, LATER)
        assert not subscribers.leave(tx, ann.id + 99, LATER)
        with pytest.raises(subscribers.SubscriberError, match="own wish"):
            subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", HOW, LATER)
        back = subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", "listed again at their request", LATER)
        assert (back.state, back.added, back.how) == ("active", LATER, "listed again at their request")


def test_the_operator_may_add_whom_the_operator_removed(engine: Engine) -> None:
    with db.writing(engine) as tx:
        subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", HOW, NOW)
        assert subscribers.remove(tx, "ANN@example.com", NOW)
        assert not subscribers.remove(tx, "ann@example.com", NOW)
        assert subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", HOW, LATER).state == "active"


def test_a_suppressed_address_stays_off_every_list(engine: Engine) -> None:
    with db.writing(engine) as tx:
        subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", HOW, NOW)
        subscribers.add(tx, "ann@example.com", "weekly", "07:00 UTC", HOW, NOW)
        subscribers.suppress(tx, "ann@example.com", "f" * 64, "no such mailbox", NOW)
        subscribers.suppress(tx, "ann@example.com", "f" * 64, "no such mailbox", NOW)
        assert [reader.state for reader in subscribers.listed(tx)] == ["suppressed", "suppressed"]
        with pytest.raises(subscribers.SubscriberError, match="no such mailbox"):
            subscribers.add(tx, "ann@example.com", "daily", "07:00 UTC", "asked again", LATER)
        with pytest.raises(subscribers.SubscriberError, match="no mail"):
            subscribers.add(tx, "Ann@other.example", "daily", "07:00 UTC", HOW, LATER, mark="f" * 64)
