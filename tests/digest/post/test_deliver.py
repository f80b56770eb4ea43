from __future__ import annotations

import email
import email.policy
import mailbox
import threading
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from config import Config
from digest.deliver import DeliveryError, deliver, message_for_one, send_test
from digest.post.address import AddressError
from service.status import status
from store import db, leases, outbox, subscribers, tables
from store.records import LEAVE_SLOT, LISTED_SLOT, Page
from tests.digest.post.mailing import NOW, Clock, freeze, states

THREE = ["ann@x.example", "bob@x.example", "cat@x.example"]
PAGE = Page("Tripoint 24 Nov: Words", "", f"<p>{LISTED_SLOT} {LEAVE_SLOT}</p>", f"{LISTED_SLOT}\n{LEAVE_SLOT}\n")


def mails(config: Config) -> list[EmailMessage]:
    folder = config.path(config.mail.maildir)
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("new/*")]
    return sorted((mail for mail in found if isinstance(mail, EmailMessage)), key=lambda mail: str(mail["To"]))


def test_each_reader_gets_one_mail_and_a_second_run_sends_nothing(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    first = deliver(config, engine, clock=clock)
    assert (first.sent, first.left, first.exit_code, first.lines) == (3, 0, 0, ("3 sent",))
    assert [mail["To"] for mail in mails(config)] == THREE
    assert all("added by the operator on 24 November 2026" in str(mail) for mail in mails(config))
    second = deliver(config, engine, clock=clock)
    assert (second.sent, second.exit_code, len(mails(config))) == (0, 0, 3)
    assert set(states(engine).values()) == {"sent"}


def test_the_folder_is_a_maildir_that_mail_programs_read(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    deliver(config, engine, clock=clock)
    box = mailbox.Maildir(config.path(config.mail.maildir), create=False)
    assert len(box) == 3
    assert list((config.path(config.mail.maildir) / "tmp").iterdir()) == []


def test_a_crash_between_file_and_row_makes_no_second_file(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    deliver(config, engine, clock=clock)
    seen = next((config.path(config.mail.maildir) / "new").iterdir())
    seen.rename(seen.parent.parent / "cur" / f"{seen.name}:2,S")  # a mail program has opened it meanwhile
    with db.writing(engine) as tx:
        dead = {"state": "inflight", "copies": 1, "lease": NOW, "holder": "gone:1:aa", "sent": None}
        tx.execute(update(tables.outbox).values(**dead))
    clock.pass_(minutes=1)
    report = deliver(config, engine, clock=clock)
    assert (report.sent, report.resent, report.unknown) == (3, (), ())
    assert len(list(config.path(config.mail.maildir).glob("*/*"))) == 3


def test_limit_and_dry_run(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    dry = deliver(config, engine, clock=clock, dry_run=True)
    assert (dry.sent, dry.left, len(dry.lines)) == (0, 3, 4)
    assert mails(config) == []
    assert set(states(engine).values()) == {"queued"}
    assert deliver(config, engine, clock=clock, limit=2).sent == 2
    assert len(mails(config)) == 2
    assert deliver(config, engine, clock=clock).sent == 1


def test_who_has_left_gets_no_mail_even_in_the_middle_of_a_run(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    with db.writing(engine) as tx:
        ids = {reader.address: reader.id for reader in subscribers.listed(tx)}
        subscribers.leave(tx, ids["ann@x.example"], NOW)
    asked = 0

    def bob_leaves_after_the_claim() -> bool:
        nonlocal asked
        asked += 1
        if asked == 1:
            with db.writing(engine) as tx:
                subscribers.leave(tx, ids["bob@x.example"], NOW)
        return False

    report = deliver(config, engine, clock=clock, stop=bob_leaves_after_the_claim)
    assert (report.sent, report.skipped) == (1, 2)
    assert [mail["To"] for mail in mails(config)] == ["cat@x.example"]


def test_yesterdays_paper_is_given_up(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    clock.pass_(hours=20, minutes=1)
    report = deliver(config, engine, clock=clock)
    assert (report.sent, report.expired, report.exit_code) == (0, 3, 3)
    assert "no longer news" in report.lines[0]
    assert mails(config) == []


def test_a_run_that_is_asked_to_stop_gives_its_rows_back(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    report = deliver(config, engine, clock=clock, stop=lambda: len(mails(config)) == 1)
    assert (report.sent, report.left, report.stopped) == (1, 2, "asked to stop")
    assert sorted(states(engine).values()) == ["queued", "queued", "sent"]


def test_two_runs_at_once_send_each_mail_once(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, [f"reader{n}@x.example" for n in range(60)])
    reports = []
    runs = [threading.Thread(target=lambda: reports.append(deliver(config, engine, clock=clock))) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sum(report.sent for report in reports) == 60
    assert len(mails(config)) == 60


def test_a_folder_that_cannot_be_written_loses_nothing(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    box = config.path(config.mail.maildir)
    box.parent.mkdir(parents=True, exist_ok=True)
    box.write_text("in the way")
    report = deliver(config, engine, clock=clock)
    assert (report.sent, report.left, report.exit_code) == (0, 3, 3)
    assert str(box) in report.stopped
    box.unlink()
    assert deliver(config, engine, clock=clock).sent == 3


def test_a_row_of_a_dead_sender_is_taken_at_once_and_one_of_a_living_sender_is_not(
    config: Config, engine: Engine, clock: Clock
) -> None:
    freeze(engine, THREE)
    with db.writing(engine) as tx:
        outbox.claim(tx, 1, leases.holder(), NOW, timedelta(minutes=10))
        place, _, _ = leases.holder().split(":")
        outbox.claim(tx, 1, f"{place}:{2**22 + 1}:aa", NOW, timedelta(minutes=10))  # no such process
    assert deliver(config, engine, clock=clock).sent == 2
    clock.pass_(minutes=11)
    assert deliver(config, engine, clock=clock).sent == 1


def test_a_test_mail_leaves_the_outbox_alone(config: Config, engine: Engine) -> None:
    freeze(engine, THREE)
    line = send_test(config, "me@x.example", PAGE, now=NOW, subject_prefix="[Test] ")
    assert line.startswith("sent to me@x.example")
    (mail,) = mails(config)
    assert (mail["To"], mail["Subject"]) == ("me@x.example", "[Test] Tripoint 24 Nov: Words")
    assert "https://paper.example/unsubscribe/0-" in mail["List-Unsubscribe"]
    assert "for this test alone" in str(mail)
    assert set(states(engine).values()) == {"queued"}
    with pytest.raises(AddressError):
        send_test(config, "me@x.example, you@x.example", PAGE, now=NOW)


def test_a_test_mail_that_cannot_be_sent_says_why(config: Config) -> None:
    box: Path = config.path(config.mail.maildir)
    box.parent.mkdir(parents=True, exist_ok=True)
    box.write_text("in the way")
    with pytest.raises(DeliveryError, match=r"me@x\.example was not sent"):
        send_test(config, "me@x.example", PAGE, now=NOW)


def test_a_preview_is_a_whole_mail(config: Config) -> None:
    mail = email.message_from_bytes(message_for_one(config, PAGE, now=NOW), policy=email.policy.default)
    assert mail["Subject"] == PAGE.subject
    assert "@@" not in str(mail)


def test_mails_that_wait_since_an_earlier_run_are_no_success(
    by_smtp: Config, engine: Engine, clock: Clock
) -> None:
    freeze(engine, ["full@y.example", "ok@y.example"])
    first = deliver(by_smtp, engine, clock=clock)
    assert (first.sent, first.deferred, first.exit_code) == (1, 1, 3)
    until = f"{NOW + timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"
    second = deliver(by_smtp, engine, clock=clock)
    assert (second.sent, second.deferred, second.exit_code) == (0, 0, 3)
    assert second.lines == (f"1 wait; the next try is at {until}", "0 sent, 1 left in the outbox")
    shown = status(by_smtp, engine, clock())
    assert shown["outbox"] == f"1 deferred, 1 sent; the next try is at {NOW + timedelta(minutes=5):%H:%M} UTC"
    assert shown["needs_you"] == ""
    clock.pass_(minutes=61)
    assert "1 mail waits since" in status(by_smtp, engine, clock())["needs_you"]
    assert "452 4.2.2" in status(by_smtp, engine, clock())["needs_you"]


def test_a_run_that_was_to_send_a_few_is_complete_when_it_has(config: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, THREE)
    report = deliver(config, engine, clock=clock, limit=2)
    assert (report.sent, report.left, report.exit_code) == (2, 1, 0)
    assert report.lines == ("2 sent, 1 left in the outbox",)
