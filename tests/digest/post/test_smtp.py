from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import Engine

from config import Config
from digest.deliver import PATIENCE, STREAK, deliver, send_test
from store import db, outbox, subscribers
from store.records import Page
from tests.digest.post.mailing import Clock, freeze, states
from tests.digest.post.sink import Sink


class AnyPort(Controller):
    """aiosmtpd's server on a free port: it looks for itself on port 0 otherwise."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def inbox() -> Iterator[tuple[Controller, list[Envelope]]]:
    """A server by other people, for the protocol itself."""
    kept: list[Envelope] = []

    class Keep:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
            kept.append(envelope)
            return "250 kept"

    controller = AnyPort(Keep(), hostname="127.0.0.1", port=0)
    controller.start()
    yield controller, kept
    controller.stop()


def test_a_real_server_takes_the_mails(
    config: Config, engine: Engine, clock: Clock, inbox: tuple[Controller, list[Envelope]]
) -> None:
    controller, kept = inbox
    relay = {"transport": "smtp", "host": "127.0.0.1", "port": controller.port, "security": "none", "timeout": 10}
    config = config.model_copy(update={"mail": config.mail.model_copy(update=relay)})
    freeze(engine, ["ann@x.example", "bob@x.example"])
    assert deliver(config, engine, clock=clock).lines == ("2 sent",)
    assert [envelope.rcpt_tos for envelope in kept] == [["ann@x.example"], ["bob@x.example"]]
    assert {envelope.mail_from for envelope in kept} == {"paper@example.com"}
    mail = email.message_from_bytes(kept[0].original_content or b"", policy=email.policy.default)
    assert mail["Subject"] == "Tripoint 24 Nov: Ледоколы"
    send_test(config, "me@x.example", Page("Words", "", "<p>.</p>", ".\n..\n"), now=clock())
    lines = (kept[-1].original_content or b"").split(b"\r\n")
    assert b"." in lines and b".." in lines, "leading periods survive"


def test_every_fate_is_recorded_and_only_the_uncertain_is_sent_twice(
    by_smtp: Config, engine: Engine, clock: Clock, sink: Sink
) -> None:
    kinds = ("ok", "rcpt4", "rcpt5", "full", "utf8", "ok+2", "data4", "junk", "dropafter1", "ok+3", "longreply", "ok+4")
    freeze(engine, [f"{kind}@y.example" for kind in kinds])
    report = deliver(by_smtp, engine, clock=clock)
    found = {address.split("@")[0]: state for address, state in states(engine).items()}
    assert found == {
        "ok": "sent", "ok+2": "sent", "ok+3": "sent", "ok+4": "sent", "utf8": "sent", "rcpt5": "failed",
        "rcpt4": "deferred", "full": "deferred", "data4": "deferred", "junk": "deferred", "longreply": "deferred",
        "dropafter1": "queued",
    }  # fmt: skip
    assert (report.sent, report.failed, report.exit_code) == (5, 1, 3)
    clock.pass_(minutes=6)
    report = deliver(by_smtp, engine, clock=clock)
    (second,) = report.resent
    assert sink.copies()[second.message_id] == 2
    assert "no answer" in second.reason
    assert report.lines[0].startswith("a second copy may have arrived: <")
    assert {id: n for id, n in sink.copies().items() if n > 1} == {second.message_id: 2}


def test_a_reader_whose_connection_always_breaks_gets_two_copies_and_never_a_third(
    by_smtp: Config, engine: Engine, clock: Clock, sink: Sink
) -> None:
    freeze(engine, ["dropafter@y.example", "ok@y.example"])
    for _ in range(5):
        report = deliver(by_smtp, engine, clock=clock)
        clock.pass_(minutes=10)
        if report.unknown:
            assert "may or may not have arrived" in "\n".join(report.lines)
    assert states(engine) == {"dropafter@y.example": "unknown", "ok@y.example": "sent"}
    assert sorted(sink.copies().values()) == [1, 2]


def test_the_policy_hold_sends_no_second_copy(by_smtp: Config, engine: Engine, clock: Clock, sink: Sink) -> None:
    held = by_smtp.model_copy(update={"mail": by_smtp.mail.model_copy(update={"policy": "hold"})})
    freeze(engine, ["dropafter1@y.example"])
    report = deliver(held, engine, clock=clock)
    assert [note.subscriber_id for note in report.unknown] == [1]
    clock.pass_(minutes=10)
    deliver(held, engine, clock=clock)
    assert list(sink.copies().values()) == [1]
    assert states(engine) == {"dropafter1@y.example": "unknown"}


def test_a_server_that_never_answers_is_an_open_fate(by_smtp: Config, engine: Engine, clock: Clock) -> None:
    quick = by_smtp.model_copy(update={"mail": by_smtp.mail.model_copy(update={"timeout": 1})})
    freeze(engine, ["hang@y.example", "ok@y.example"])
    report = deliver(quick, engine, clock=clock)
    assert (report.sent, report.deferred) == (1, 1)
    assert states(engine)["hang@y.example"] == "queued"


def test_greylisting_is_waited_out(by_smtp: Config, engine: Engine, clock: Clock, sink: Sink) -> None:
    freeze(engine, [f"grey+{n}@y.example" for n in range(25)])
    assert deliver(by_smtp, engine, clock=clock).deferred == 25
    clock.pass_(minutes=4)
    assert deliver(by_smtp, engine, clock=clock).deferred == 0, "the first retry waits five minutes"
    clock.pass_(minutes=2)
    assert deliver(by_smtp, engine, clock=clock).deferred == 25
    clock.pass_(minutes=16)
    assert deliver(by_smtp, engine, clock=clock).sent == 25
    assert set(sink.copies().values()) == {1}


def test_an_address_that_does_not_exist_gets_no_more_mail(by_smtp: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, ["rcpt5@y.example", "ok@y.example"])
    report = deliver(by_smtp, engine, clock=clock)
    assert "550 5.1.1 no such user" in report.refused[0].reason
    with db.reading(engine) as conn:
        assert [reader.state for reader in subscribers.listed(conn)] == ["active", "suppressed"]


def test_a_relay_that_limits_connections_is_no_fault(by_smtp: Config, engine: Engine, clock: Clock, sink: Sink) -> None:
    sink.limit = 7
    freeze(engine, [f"ok+{n}@y.example" for n in range(40)])
    report = deliver(by_smtp, engine, clock=clock)
    assert (report.sent, report.exit_code) == (40, 0)
    assert set(sink.copies().values()) == {1}


def test_a_relay_that_is_down_is_left_alone(by_smtp: Config, engine: Engine, clock: Clock, sink: Sink) -> None:
    freeze(engine, [f"ok+{n}@y.example" for n in range(40)])
    sink.down = True
    report = deliver(by_smtp, engine, clock=clock)
    assert sink.connections == PATIENCE
    assert (report.sent, report.left, report.exit_code) == (0, 40, 3)
    assert "421 4.3.2 down" in report.stopped
    sink.down = False
    assert deliver(by_smtp, engine, clock=clock).sent == 40


def test_a_relay_that_is_not_there_is_left_alone(by_smtp: Config, engine: Engine, clock: Clock) -> None:
    nowhere = by_smtp.model_copy(update={"mail": by_smtp.mail.model_copy(update={"port": 1})})
    freeze(engine, ["ok@y.example"])
    report = deliver(nowhere, engine, clock=clock, patience=1)
    assert (report.left, report.failed) == (1, 0)
    assert "127.0.0.1:1" in report.stopped


@pytest.mark.parametrize("kind", ["policy", "data5", "close421", "dropbefore"])
def test_refusals_that_are_about_us_end_the_run_and_cost_no_reader_their_mail(
    by_smtp: Config, engine: Engine, clock: Clock, sink: Sink, kind: str
) -> None:
    freeze(engine, [f"{kind}+{n:02}@y.example" for n in range(40)])
    report = deliver(by_smtp, engine, clock=clock)
    assert f"{STREAK} mails in a row" in report.stopped
    assert not any(line.endswith("the last answer: ") for line in report.lines)
    assert (report.sent, report.failed, report.left) == (0, 0, 40)
    with db.reading(engine) as conn:
        assert all(reader.state == "active" for reader in subscribers.listed(conn))
        assert outbox.counts(conn).get("failed", 0) == 0


def test_one_readers_spam_filter_stops_nobody_else(by_smtp: Config, engine: Engine, clock: Clock) -> None:
    freeze(engine, [f"{'policy' if n % 5 == 0 else 'ok'}+{n:02}@y.example" for n in range(40)])
    report = deliver(by_smtp, engine, clock=clock)
    assert (report.sent, report.failed, report.stopped) == (32, 8, "")
    assert set(states(engine).values()) == {"sent", "failed"}
