"""What every transport offers, and what can come of one mail: the error type is the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a mail goes, apart from what it says. `id` is its delivery's."""

    id: str
    sender: str
    recipient: str


class Transport(Protocol):
    """A way out for mail. `idempotent`: a second sending of one id never makes a second copy."""

    @property
    def idempotent(self) -> bool: ...

    def send(self, envelope: Envelope, message: bytes, begin: Callable[[], bool]) -> str:
        """Hand over one mail; returns the answer. `begin` is called once, right before the step that cannot be undone.

        Raises NotBegun where `begin` returned False, and the failures below.
        """
        ...

    def close(self) -> None: ...


class NotBegun(Exception):
    """Raised when the mail may not leave, from send: the reader has left, or another sender has the row."""


class Failure(Exception):
    """One mail was not handed over.

    `answer` is the server's, or what happened instead of one; `code` of its reply, 0 where there was none; `enhanced`
    is "5.1.1" or ""; `stage` is the command that was answered: open | mail | rcpt | data | payload.
    """

    def __init__(self, answer: str, code: int = 0, enhanced: str = "", stage: str = "open") -> None:
        super().__init__(answer)
        self.answer, self.code, self.enhanced, self.stage = answer, code, enhanced, stage


class TemporaryFailure(Failure):
    """Raised for 4xx, and for a connection that broke before the final dot, from send: try again later."""


class PermanentFailure(Failure):
    """Raised for 5xx, from send: never try this mail again."""


class Uncertain(Failure):
    """Raised when the connection broke between the final dot and its answer, from send: it may have arrived."""


class Unreachable(Failure):
    """Raised when the server, or the disk, cannot be worked with at all, from send: no reader's fault."""


class Unwelcome(Unreachable):
    """Raised when another try would change nothing, from send: a wrong password or certificate, no encryption.

    Three wrong passwords in a row may lock the account.
    """
