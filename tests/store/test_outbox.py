from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, insert

from store import db, outbox, subscribers
from store.tables import issues

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
ME, OTHER = "here:1:aa", "there:2:bb"


def freeze(tx: Connection, local_date: str = "2026-11-24", slot: str = "daily 07:00 UTC", at: datetime = NOW) -> int:
    row = tx.execute(
        insert(issues)
        .values(
            edition=slot.split()[0], slot=slot, local_date=local_date, number=1, state="frozen", closed=at, frozen=at,
            content={}, subject="Tripoint 24 Nov: Words", preheader="", html="<p>Words</p>", text="Words",
        )
        .returning(issues.c.id)
    )
    return int(row.scalar_one())


def readers(tx: Connection, count: int, slot: str = "07:00 UTC") -> list[int]:
    return [
        subscribers.add(tx, f"reader{n}@example.com", "daily", slot, "added by the operator", NOW).id
        for n in range(count)
    ]


@pytest.fixture
def three(engine: Engine) -> Engine:
    with db.writing(engine) as tx:
        readers(tx, 3)
        assert outbox.enqueue(tx, freeze(tx), "daily 07:00 UTC", NOW) == 3
    return engine


def test_queueing_an_issue_twice_queues_each_reader_once(three: Engine) -> None:
    with db.writing(three) as tx:
        issue = outbox.ready(tx, NOW)[0].delivery.issue_id
        assert outbox.enqueue(tx, issue, "daily 07:00 UTC", NOW) == 0
        assert outbox.counts(tx) == {"queued": 3}


def test_a_reader_who_moves_to_a_later_slot_gets_no_second_issue_that_day(three: Engine) -> None:
    with db.writing(three) as tx:
        subscribers.add(tx, "reader0@example.com", "daily", "18:00 UTC", "added by the operator", NOW)
        evening = freeze(tx, slot="daily 18:00 UTC", at=NOW + 11 * 60 * MINUTE)
        assert outbox.enqueue(tx, evening, "daily 18:00 UTC", NOW) == 0
        tomorrow = freeze(tx, "2026-11-25", "daily 18:00 UTC", NOW + 35 * 60 * MINUTE)
        assert outbox.enqueue(tx, tomorrow, "daily 18:00 UTC", NOW) == 1


def test_a_row_is_claimed_by_one_sender(three: Engine) -> None:
    with db.writing(three) as tx:
        assert len(outbox.claim(tx, 2, ME, NOW, LEASE)) == 2
        rest = outbox.claim(tx, 50, OTHER, NOW, LEASE)
        assert [parcel.reader.address for parcel in rest] == ["reader2@example.com"]
        assert outbox.claim(tx, 50, OTHER, NOW, LEASE) == ()


def test_many_senders_at_once_claim_each_row_once(engine: Engine) -> None:
    with db.writing(engine) as tx:
        readers(tx, 60)
        outbox.enqueue(tx, freeze(tx), "daily 07:00 UTC", NOW)

    def work(number: int) -> list[str]:
        mine: list[str] = []
        while True:
            with db.writing(engine) as tx:
                parcels = outbox.claim(tx, 7, f"there:{number}:aa", NOW, LEASE)
            if not parcels:
                return mine
            assert len(parcels) <= 7
            mine += [parcel.delivery.id for parcel in parcels]

    with ThreadPoolExecutor(4) as pool:
        claimed = [id for ids in pool.map(work, range(4)) for id in ids]
    assert len(claimed) == len(set(claimed)) == 60


def test_a_reader_who_leaves_is_passed_over_at_the_claim_and_again_before_the_payload(three: Engine) -> None:
    with db.writing(three) as tx:
        ids = [reader.id for reader in subscribers.listed(tx)]
        subscribers.leave(tx, ids[0], NOW)
        parcels = outbox.claim(tx, 50, ME, NOW, LEASE)
        assert [parcel.reader.id for parcel in parcels] == ids[1:]
        subscribers.leave(tx, ids[1], NOW)
        assert not outbox.begin(tx, parcels[0].delivery.id, ME, NOW, LEASE)
        assert outbox.begin(tx, parcels[1].delivery.id, ME, NOW, LEASE)
        outbox.release(tx, [parcels[0].delivery.id], ME)
        assert outbox.skip(tx) == 2
        assert outbox.counts(tx) == {"inflight": 1, "skipped": 2}


def test_an_abandoned_claim_goes_back_and_an_abandoned_payload_is_sent_once_more_only(three: Engine) -> None:
    with db.writing(three) as tx:
        first, second, _third = outbox.claim(tx, 3, ME, NOW, LEASE)
        assert outbox.begin(tx, first.delivery.id, ME, NOW, LEASE)
        assert outbox.recover(tx, NOW + 5 * MINUTE, resend=True) == ((), ()), "the leases still hold"
        assert outbox.due(tx, NOW + 5 * MINUTE) == 0

        late = NOW + 11 * MINUTE
        assert outbox.due(tx, late) == 3
        again, unknown = outbox.recover(tx, late, resend=True)
        assert ([row.id for row in again], unknown) == ([first.delivery.id], ())
        assert outbox.counts(tx) == {"queued": 3}
        assert not outbox.begin(tx, second.delivery.id, ME, late, LEASE), "the row is no longer ours"

        parcel = next(p for p in outbox.claim(tx, 3, OTHER, late, LEASE) if p.delivery.id == first.delivery.id)
        assert outbox.begin(tx, parcel.delivery.id, OTHER, late, LEASE)
        again, unknown = outbox.recover(tx, late + LEASE, resend=True)
        assert (again, [row.id for row in unknown]) == ((), [first.delivery.id])
        assert outbox.counts(tx) == {"queued": 2, "unknown": 1}


def test_the_policy_hold_never_sends_a_second_copy(three: Engine) -> None:
    with db.writing(three) as tx:
        parcel = outbox.claim(tx, 1, ME, NOW, LEASE)[0]
        outbox.begin(tx, parcel.delivery.id, ME, NOW, LEASE)
        again, unknown = outbox.recover(tx, NOW + LEASE, resend=False)
        assert (again, len(unknown)) == ((), 1)


def test_only_the_holder_marks_and_a_refused_copy_does_not_count(three: Engine) -> None:
    with db.writing(three) as tx:
        one, two, three_ = outbox.claim(tx, 3, ME, NOW, LEASE)
        for parcel in (one, two, three_):
            outbox.begin(tx, parcel.delivery.id, ME, NOW, LEASE)
        assert not outbox.sent(tx, one.delivery.id, OTHER, NOW, "250 ok")
        assert outbox.sent(tx, one.delivery.id, ME, NOW, "250 ok")
        assert outbox.defer(tx, two.delivery.id, ME, NOW + 5 * MINUTE, "451 later")
        assert outbox.fail(tx, three_.delivery.id, ME, "550 5.1.1 no such user")
        rows = {row["id"]: row for row in outbox.overview(tx)}
        assert [(rows[p.delivery.id]["state"], rows[p.delivery.id]["copies"]) for p in (one, two, three_)] == [
            ("sent", 1), ("deferred", 0), ("failed", 0),
        ]
        assert outbox.next_try(tx) == NOW + 5 * MINUTE
        assert outbox.ready(tx, NOW + 4 * MINUTE) == ()
        assert len(outbox.ready(tx, NOW + 5 * MINUTE)) == 1
        assert outbox.overview(tx, "sent")[0]["reply"] == "250 ok"
        shown = outbox.show(tx, one.delivery.id[:9])
        assert shown is not None and shown["state"] == "sent"
        assert outbox.show(tx, "") is None


def test_yesterdays_paper_is_not_delivered(three: Engine) -> None:
    with db.writing(three) as tx:
        assert outbox.expire(tx, NOW - MINUTE) == 0
        freeze(tx, "2026-11-25", at=NOW + 24 * 60 * MINUTE)
        assert outbox.expire(tx, NOW - MINUTE) == 3, "a newer issue is out"
        assert outbox.counts(tx) == {"expired": 3}


def test_a_restored_snapshot_does_not_mail_at_once(three: Engine) -> None:
    with db.writing(three) as tx:
        assert outbox.expire(tx, NOW + MINUTE) == 3
        assert outbox.claim(tx, 50, ME, NOW, LEASE) == ()
