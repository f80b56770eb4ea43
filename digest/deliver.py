"""The job `deliver`: what waits in the outbox leaves the house. Running it twice sends nothing twice.

Order of events for one mail: claimed (a lease), the server's 354 and the mail itself, `inflight` committed, the final
dot, the answer, the answer committed. A crash before `inflight` costs nothing; one after it leaves a mail's fate open.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine

from config import Config
from digest.post import tokens
from digest.post.address import AddressError, check
from digest.post.headers import HeaderError
from digest.post.maildir import Maildir
from digest.post.message import Copy, Masthead, Plate, listed, message_id, plate, press
from digest.post.report import DeliveryReport, Note, told
from digest.post.smtp import Relay, Smtp
from digest.post.transport import (
    Envelope,
    Failure,
    NotBegun,
    PermanentFailure,
    TemporaryFailure,
    Transport,
    Uncertain,
    Unreachable,
    Unwelcome,
)
from store import db, leases, outbox, subscribers
from store.records import Page

BATCH = 20  # rows claimed at once: what a crash makes wait for its lease, on another machine
LEASE = timedelta(minutes=10)  # of a claim; renewed at the final dot
FRESH = timedelta(hours=20)  # a daily paper that is older is not mailed (listmonk #1801 mails however late)
# RFC 5321 4.5.4.1 wants 30 minutes where the reason is unknown; greylisting wants about 5 (both for the first retry)
RETRY = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 45, 120, 240))
PATIENCE = 3  # connections in a row that fail, then the run ends: the relay is down, not a reader
STREAK = 10  # refusals in a row that are about us, then the run ends: 10,000 of them would ruin our name
NO_SUCH_MAILBOX = ("5.1.1", "5.1.2", "5.1.10")  # RFC 3463: the address does not exist


class DeliveryError(Exception):
    """Raised when a single mail could not be handed over, from send_test; the message holds the server's answer."""


@dataclass(slots=True)
class _Tally:
    sent: int = 0
    deferred: int = 0
    skipped: int = 0
    tried: int = 0
    unknown: list[Note] = field(default_factory=list)
    resent: list[Note] = field(default_factory=list)
    refused: list[Note] = field(default_factory=list)
    reason: str = ""  # of the latest deferral
    unreachable: int = 0  # in a row
    streak: list[str] = field(default_factory=list)  # ids of refusals in a row that are about us
    stopped: str = ""


def transport_of(config: Config) -> Transport:
    """The way out that the config names."""
    mail = config.mail
    if mail.transport == "maildir":
        return Maildir(config.path(mail.maildir))
    password = os.environ.get("TRIPOINT_SMTP_PASSWORD", "")
    if not password and mail.password_file:
        password = config.path(mail.password_file).read_text(encoding="utf-8").strip()
    domain = check(masthead(config, "").address).rpartition("@")[2]
    return Smtp(Relay(mail.host, mail.port, mail.security, mail.username, password, mail.timeout, domain))


def masthead(config: Config, edition: str) -> Masthead:
    """Who sends the mails of `edition` (an edition that has left the config keeps the product's name)."""
    found = config.edition(edition)
    return Masthead(
        sender=config.mail.sender, title=found.title if found else "Tripoint", edition=edition or "tripoint",
        public_url=config.web.public_url, leave_address=config.mail.leave_address,
        language=found.language if found else "en",
    )  # fmt: skip


def deliver(
    config: Config,
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    limit: int | None = None,
    dry_run: bool = False,
    stop: Callable[[], bool] = lambda: False,
    patience: int = PATIENCE,
) -> DeliveryReport:
    """Send what is due, at most `limit` mails.

    `stop` is asked between two mails; `patience` connections may fail in a row. Raises SecretError, OSError where the
    password cannot be read, and what the database raises.
    """
    if dry_run:
        return _would(engine, clock(), limit)
    transport = transport_of(config)
    run = _Run(config, engine, transport, clock, leases.holder(), tokens.secret(config))
    try:
        expired, skipped = run.prepare()
        run.all(limit, stop, patience)
    finally:
        transport.close()
    return run.report(expired, skipped, limited=limit is not None)


def _would(engine: Engine, now: datetime, limit: int | None) -> DeliveryReport:
    with db.reading(engine) as conn:
        parcels = outbox.ready(conn, now, limit)
        states = outbox.counts(conn)
    waiting, held = (sum(states.get(state, 0) for state in group) for group in (outbox.WAITING, outbox.HELD))
    names = tuple(f"would send {p.delivery.id} to {p.reader.address}" for p in parcels)
    summary = f"{len(parcels)} would be sent, {waiting} wait in all; nothing was done"
    if held:
        summary += f". {held} more are another run's; if it died, `tripoint deliver` sends them first"
    return DeliveryReport(left=waiting, lines=(*names, summary))


class _Run:
    """One run of the job: the outbox on one side, a transport on the other."""

    def __init__(
        self, config: Config, engine: Engine, transport: Transport, clock: Callable[[], datetime], who: str, key: bytes
    ) -> None:
        self.config, self.engine, self.transport = config, engine, transport
        self.clock, self.who, self.key = clock, who, key
        self.resend = transport.idempotent or config.mail.policy == "resend"
        self.tally = _Tally()
        self.plates: dict[int, Plate] = {}

    def prepare(self) -> tuple[int, int]:
        """Settle what an earlier run left behind, and what is too late or has no reader: (expired, skipped)."""
        now = self.clock()
        with db.writing(self.engine) as tx:
            _again, unknown = outbox.recover(tx, now, resend=self.resend)
            expired = outbox.expire(tx, now - FRESH)
            skipped = outbox.skip(tx)
        for row in unknown:
            id = message_id(self._plate(row.issue_id).masthead, row.id)
            self.tally.unknown.append(Note(id, row.subscriber_id, "a sender stopped before it noted an answer"))
        return expired, skipped

    def all(self, limit: int | None, stop: Callable[[], bool], patience: int) -> None:
        """Claim and send until nothing is due, the limit is reached, or the run has to end."""
        while not self.tally.stopped and (limit is None or self.tally.tried < limit):
            now = self.clock()
            room = BATCH if limit is None else min(BATCH, limit - self.tally.tried)
            with db.writing(self.engine) as tx:
                parcels = outbox.claim(tx, room, self.who, now, LEASE)
            if not parcels:
                return
            try:
                for parcel in parcels:
                    if stop():
                        self.tally.stopped = "asked to stop"
                    if self.tally.stopped:
                        break
                    self._one(parcel)
                    self._judge(patience)
            finally:
                with db.writing(self.engine) as tx:
                    outbox.release(tx, [parcel.delivery.id for parcel in parcels], self.who)

    def _plate(self, issue_id: int) -> Plate:
        if issue_id not in self.plates:
            with db.reading(self.engine) as conn:
                letter = outbox.letter(conn, issue_id)
            self.plates[issue_id] = plate(letter.page, masthead(self.config, letter.edition), letter.frozen)
        return self.plates[issue_id]

    def _one(self, parcel: outbox.Parcel) -> None:
        """Send one mail and commit what came of it."""
        delivery, reader, tally = parcel.delivery, parcel.reader, self.tally
        plate = self._plate(delivery.issue_id)
        why = listed(reader.how, reader.added, plate.masthead.language)
        copy = Copy(delivery.id, reader.address, tokens.leave_token(self.key, reader.id), why, reader.name)
        tally.tried += 1
        try:
            envelope = Envelope(delivery.id, plate.masthead.address, check(reader.address))
            reply = self.transport.send(envelope, press(plate, copy), lambda: self._begin(delivery.id))
        except NotBegun:
            tally.skipped += 1
        except (HeaderError, AddressError) as exc:
            self._fail(parcel, PermanentFailure(str(exc), stage="rcpt"))
        except Unreachable as exc:
            self._unreachable(parcel, exc)
        except TemporaryFailure as exc:
            self._defer(parcel, exc)
        except PermanentFailure as exc:
            self._fail(parcel, exc)
        except Uncertain as exc:
            self._uncertain(parcel, exc)
        else:
            self._sent(parcel, reply)

    def _begin(self, id: str) -> bool:
        now = self.clock()
        lease = max(LEASE, timedelta(seconds=2 * self.config.mail.timeout + 60))  # the dot, then its answer
        with db.writing(self.engine) as tx:
            return outbox.begin(tx, id, self.who, now, lease)

    def _note(self, parcel: outbox.Parcel, reason: str) -> Note:
        plate = self._plate(parcel.delivery.issue_id)
        return Note(message_id(plate.masthead, parcel.delivery.id), parcel.reader.id, reason)

    def _sent(self, parcel: outbox.Parcel, reply: str) -> None:
        with db.writing(self.engine) as tx:
            ours = outbox.sent(tx, parcel.delivery.id, self.who, self.clock(), reply)
        self.tally.sent += 1
        self.tally.unreachable, self.tally.streak = 0, []
        if parcel.delivery.copies and not self.transport.idempotent:
            self.tally.resent.append(self._note(parcel, f"sent once more, because {parcel.delivery.reply}"))
        if not ours:
            self.tally.resent.append(self._note(parcel, "took longer than its lease; another sender may repeat it"))

    def _defer(self, parcel: outbox.Parcel, exc: TemporaryFailure) -> None:
        wait = RETRY[min(parcel.delivery.attempts, len(RETRY) - 1)]
        with db.writing(self.engine) as tx:
            outbox.defer(tx, parcel.delivery.id, self.who, self.clock() + wait, exc.answer)
        self.tally.deferred += 1
        self.tally.reason = exc.answer
        self.tally.unreachable = 0
        self._streak(parcel, exc)

    def _fail(self, parcel: outbox.Parcel, exc: PermanentFailure) -> None:
        reason = exc.answer
        with db.writing(self.engine) as tx:
            outbox.fail(tx, parcel.delivery.id, self.who, exc.answer)
            if exc.stage == "rcpt" and exc.enhanced in NO_SUCH_MAILBOX:
                mark = tokens.address_mark(self.key, parcel.reader.address)
                subscribers.suppress(tx, parcel.reader.address, mark, "no such mailbox", self.clock())
                reason += " (no more mail goes to this address)"
        self.tally.refused.append(self._note(parcel, reason))
        self.tally.unreachable = 0
        self._streak(parcel, exc)

    def _uncertain(self, parcel: outbox.Parcel, exc: Uncertain) -> None:
        with db.writing(self.engine) as tx:
            again = outbox.settle_uncertain(
                tx, parcel.delivery.id, self.clock() + RETRY[0], resend=self.resend, reply=exc.answer
            )
        if again:
            self.tally.deferred += 1
            self.tally.reason = f"{exc.answer}; it will be sent once more"
        else:
            self.tally.unknown.append(self._note(parcel, exc.answer))
        if parcel.delivery.copies:
            self.tally.resent.append(self._note(parcel, f"sent once more, because {parcel.delivery.reply}"))
        self.tally.unreachable = 0
        self.tally.streak.append(parcel.delivery.id)

    def _unreachable(self, parcel: outbox.Parcel, exc: Unreachable) -> None:
        with db.writing(self.engine) as tx:
            # Into the folder a mail may have begun when the disk failed; it cannot have arrived
            if not outbox.release(tx, [parcel.delivery.id], self.who):
                outbox.defer(tx, parcel.delivery.id, self.who, self.clock(), exc.answer)
        self.tally.tried -= 1
        self.tally.unreachable += 1
        self.tally.reason = exc.answer
        if isinstance(exc, Unwelcome):
            self.tally.stopped = f"no mail can leave: {exc.answer}"

    def _streak(self, parcel: outbox.Parcel, exc: Failure) -> None:
        """Count refusals that are not the reader's: of our address, of the message, for policy, by hanging up."""
        about_us = exc.stage in ("mail", "data", "payload") or exc.enhanced.startswith("5.7.") or exc.code in (0, 421)
        self.tally.streak = [*self.tally.streak, parcel.delivery.id] if about_us else []

    def _judge(self, patience: int) -> None:
        tally = self.tally
        if tally.unreachable >= patience:
            tally.stopped = f"no mail can leave: {tally.reason}"
        elif len(tally.streak) >= STREAK:
            with db.writing(self.engine) as tx:
                # So many in a row are not the readers' fault: what was called final is tried again when it is repaired
                spared = outbox.postpone(tx, tally.streak, self.clock() + RETRY[2])
            last = tally.reason = tally.refused[-1].reason if spared else tally.reason
            tally.refused = tally.refused[: len(tally.refused) - spared]
            tally.deferred += spared
            tally.stopped = f"{STREAK} mails in a row were refused for a reason that is ours: {last}"

    def report(self, expired: int, skipped: int, *, limited: bool) -> DeliveryReport:
        tally = self.tally
        with db.reading(self.engine) as conn:
            left = sum(outbox.counts(conn).get(state, 0) for state in outbox.WAITING)
            until = outbox.next_try(conn)
        report = DeliveryReport(
            sent=tally.sent, deferred=tally.deferred, failed=len(tally.refused), expired=expired,
            skipped=skipped + tally.skipped, unknown=tuple(tally.unknown), resent=tuple(tally.resent),
            refused=tuple(tally.refused), left=left, until=until, limited=limited, stopped=tally.stopped,
        )  # fmt: skip
        return told(report, tally.reason)


def message_for_one(config: Config, page: Page, *, now: datetime, address: str = "", subject_prefix: str = "") -> bytes:
    """`page` as one mail outside the outbox, as a test or preview; its unsubscribe link belongs to nobody."""
    head = masthead(config, config.editions[0].name)
    id = sha256(f"test\n{address}\n{now.isoformat()}\n{page.subject}".encode("utf-8", "replace")).hexdigest()[:32]
    token = tokens.leave_token(tokens.secret(config), tokens.NOBODY)
    made = plate(replace(page, subject=subject_prefix + page.subject), head, now)
    how = listed("added by the operator for this test alone", now, head.language)
    return press(made, Copy(id, address or head.address, token, how))


def send_test(config: Config, address: str, page: Page, *, now: datetime, subject_prefix: str = "") -> str:
    """Mail `page` to `address` alone, without an outbox row; returns a line. Raises AddressError and DeliveryError."""
    recipient = check(address)
    message = message_for_one(config, page, now=now, address=recipient, subject_prefix=subject_prefix)
    transport = transport_of(config)
    head = masthead(config, config.editions[0].name)
    envelope = Envelope(sha256(message).hexdigest()[:32], head.address, recipient)
    try:
        reply = transport.send(envelope, message, lambda: True)
    except Failure as exc:
        raise DeliveryError(f"the mail to {recipient} was not sent: {exc.answer}") from exc
    finally:
        transport.close()
    return f"sent to {recipient}: {reply}"
