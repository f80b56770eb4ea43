"""What became of a run's mails, for people: each possible second copy and each open fate is named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A mail that needs a word: which one, to whom, and why. Readers are named by number, since logs travel."""

    message_id: str
    subscriber_id: int
    reason: str

    def __str__(self) -> str:
        return f"{self.message_id} to reader {self.subscriber_id}: {self.reason}"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one run did. Of `resent` mails a second copy may have arrived; `left` mails still wait in the outbox."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    expired: int = 0
    skipped: int = 0
    unknown: tuple[Note, ...] = ()
    resent: tuple[Note, ...] = ()
    refused: tuple[Note, ...] = ()
    left: int = 0
    until: datetime | None = None  # when the next one of these may be tried
    limited: bool = False  # the run was asked for a few mails only: that others are left is no fault
    stopped: str = ""  # why the run ended early, or ""
    lines: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0, or 3 where mails wait (also from an earlier run), were refused or have an open fate."""
        waits = self.left and not self.limited
        return 3 if waits or self.deferred or self.failed or self.expired or self.unknown or self.stopped else 0


def told(report: DeliveryReport, reason: str) -> DeliveryReport:
    """`report` with its lines for people; `reason` is the latest answer that deferred a mail."""
    lines = [f"a second copy may have arrived: {note}" for note in report.resent]
    lines += [f"may or may not have arrived, and is not sent again: {note}" for note in report.unknown]
    lines += [f"refused: {note}" for note in report.refused]
    if report.deferred:
        lines.append(f"{report.deferred} deferred; the last answer: {reason}")
    if report.expired:
        lines.append(f"{report.expired} given up: their issue is no longer news")
    if report.stopped:
        lines.append(f"stopped early: {report.stopped}")
    if report.left and report.until and not report.limited:
        lines.append(f"{report.left} wait; the next try is at {report.until:%Y-%m-%d %H:%M} UTC")
    counts = [f"{report.sent} sent"]
    counts += [f"{number} {word}" for number, word in (
        (report.deferred, "deferred"), (report.failed, "refused"), (len(report.unknown), "of unknown fate"),
        (report.expired, "expired"), (report.skipped, "skipped"), (report.left, "left in the outbox"),
    ) if number]  # fmt: skip
    return replace(report, lines=(*lines, ", ".join(counts)))
