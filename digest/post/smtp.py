"""Mails over SMTP. smtplib speaks; between the mail and its final dot we stop, so that the row can be marked.

A server takes a mail with the dot and not before. What breaks or is killed inside the mail was certainly not taken, so
only the moment from the dot to its answer leaves a fate open.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from digest.post.transport import (
    Envelope,
    NotBegun,
    PermanentFailure,
    TemporaryFailure,
    Uncertain,
    Unreachable,
    Unwelcome,
)

KEPT = 400  # characters of an answer that are kept; a server may send a megabyte
PER_CONNECTION = 100  # mails, then a new connection: relays hang up on longer ones (listmonk #2313)

# What no further try would mend: a password, a certificate, an offer that is missing
FOR_GOOD = (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError)


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes our mail. `timeout` is in seconds and for each answer."""

    host: str
    port: int
    security: str = "starttls"  # starttls | tls | none
    username: str = ""
    password: str = ""
    timeout: float = 120.0
    hello: str = "localhost"  # our name; smtplib would ask the DNS for it, which may hang


class _Dropped(Exception):
    """Raised when the connection is gone, from _ask."""


class Smtp:
    """A transport over one connection that is opened when first needed and renewed when the server ends it."""

    idempotent = False

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._open: smtplib.SMTP | None = None
        self._used = 0  # mails begun on the open connection

    def send(self, envelope: Envelope, message: bytes, begin: Callable[[], bool]) -> str:
        """Send one mail; returns the server's answer to it. Raises what transport.py lists."""
        conn = self._addressed(envelope, message)
        self._step(lambda: conn.rcpt(envelope.recipient), "rcpt")
        self._step(lambda: conn.docmd("DATA"), "data", want=3)
        stuffed = (b"." if message.startswith(b".") else b"") + message.replace(b"\n.", b"\n..")
        self._push(conn, stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
        if not begin():
            self._drop()  # DATA cannot be called off but by hanging up before the final dot
            raise NotBegun
        self._push(conn, b".\r\n")
        return self._settled(conn)

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._open.sock is not None:
                    self._open.sock.settimeout(5)  # nobody waits two minutes for a goodbye
                    self._open.quit()
        self._drop()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._used = None, 0

    def _connection(self) -> smtplib.SMTP:
        """The open connection, or a new one. Raises Unreachable."""
        if self._open is not None and self._used >= PER_CONNECTION:
            self.close()
        if self._open is None:
            try:
                self._open = _connect(self.relay)
            except FOR_GOOD as exc:
                raise Unwelcome(f"{self.relay.host}:{self.relay.port}: {_reason(exc)}") from exc
            except (smtplib.SMTPException, OSError) as exc:
                raise Unreachable(f"{self.relay.host}:{self.relay.port}: {_reason(exc)}") from exc
        return self._open

    def _addressed(self, envelope: Envelope, message: bytes) -> smtplib.SMTP:
        """A connection that has taken this mail's MAIL command."""
        while True:
            conn = self._connection()
            reused, self._used = self._used > 0, self._used + 1
            try:
                self._step(partial(conn.mail, envelope.sender, _options(conn, message)), "mail")
            except TemporaryFailure as exc:
                # A relay may end a connection after some mails (421, or silently): that says nothing about this mail
                if reused and exc.code in (0, 421):
                    continue
                raise
            return conn

    def _step(self, call: Callable[[], tuple[int, bytes]], stage: str, want: int = 2) -> None:
        """One command before the payload. Raises TemporaryFailure or PermanentFailure where it is not answered well."""
        try:
            code, answer = _ask(call)
        except _Dropped as exc:
            self._drop()
            raise TemporaryFailure(f"the connection broke at {stage.upper()}: {exc}", stage=stage) from exc
        if code // 100 != want:
            self._refused(code, answer, stage)

    def _refused(self, code: int, answer: str, stage: str) -> None:
        if code == 421 or not 400 <= code < 600:
            self._drop()
        elif self._open is not None:
            self._reset(self._open)
        kind = PermanentFailure if 500 <= code < 600 else TemporaryFailure  # what is neither is noise: try later
        raise kind(f"{code} {answer}"[:KEPT], code, _enhanced(answer), stage)

    def _reset(self, conn: smtplib.SMTP) -> None:
        try:
            _ask(conn.rset)
        except _Dropped:
            self._drop()

    def _push(self, conn: smtplib.SMTP, piece: bytes) -> None:
        """Write a piece of the mail. Where that fails, no final dot has left: this mail cannot have been taken."""
        try:
            conn.send(piece)
        except (smtplib.SMTPException, OSError) as exc:
            self._drop()
            raise TemporaryFailure(f"the connection broke inside the mail: {_reason(exc)}", stage="payload") from exc

    def _settled(self, conn: smtplib.SMTP) -> str:
        """The answer to the final dot. Raises Uncertain where none comes."""
        try:
            code, answer = _ask(conn.getreply)
        except _Dropped as exc:
            self._drop()
            raise Uncertain(f"no answer to the whole mail: {exc}", stage="payload") from exc
        if not 200 <= code < 600 or code // 100 == 3:
            self._drop()
            raise Uncertain(f"an answer that is none: {code} {answer}"[:KEPT], code, stage="payload")
        if code // 100 != 2:
            self._refused(code, answer, "payload")
        return f"{code} {answer}"[:KEPT]


def _connect(relay: Relay) -> smtplib.SMTP:
    """An open, greeted, encrypted and authenticated connection. Raises SMTPException or OSError."""
    context = ssl.create_default_context()
    if relay.security == "tls":
        conn: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, relay.hello, timeout=relay.timeout, context=context
        )
    else:
        conn = smtplib.SMTP(relay.host, relay.port, relay.hello, timeout=relay.timeout)
    try:
        if relay.security == "starttls":
            conn.starttls(context=context)
        conn.ehlo_or_helo_if_needed()
        if relay.username:
            _log_in(conn, relay)
        # Without it the final dot waits 40 ms for the packet before it to be acknowledged (measured)
        assert conn.sock is not None
        conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        conn.close()
        raise
    return conn


def _log_in(conn: smtplib.SMTP, relay: Relay) -> None:
    """Once, by PLAIN (RFC 4616) or else LOGIN. smtplib's own takes ASCII alone, and tries a wrong password twice."""
    offered = conn.esmtp_features.get("auth", "").upper().split()
    user, password = relay.username.encode(), relay.password.encode()
    if "PLAIN" in offered:
        both = _base64(b"\0" + user + b"\0" + password)
        code, answer = conn.docmd("AUTH", f"PLAIN {both}")
    elif "LOGIN" in offered:
        code, answer = conn.docmd("AUTH", "LOGIN")
        for part in (user, password):
            if code == 334:
                code, answer = conn.docmd(_base64(part))
    else:
        there = f"only AUTH {' '.join(offered)}" if offered else "no AUTH"
        raise smtplib.SMTPNotSupportedError(
            f"the server offers {there}, not PLAIN or LOGIN; where it wants no login leave [mail] username empty"
        )
    if code != 235:
        said = answer.decode("utf-8", "replace")
        raise smtplib.SMTPAuthenticationError(code, f"{said} (see [mail] username and its password)")


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")


def _options(conn: smtplib.SMTP, message: bytes) -> list[str]:
    return [f"SIZE={len(message)}"] if conn.has_extn("size") else []


def _ask(call: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
    """(code, text) of one answer. Raises _Dropped where none comes, or one longer than any server needs."""
    try:
        code, answer = call()
    except (smtplib.SMTPException, OSError) as exc:
        raise _Dropped(_reason(exc)) from exc
    return code, " ".join(answer.decode("utf-8", "replace").split())


def _enhanced(answer: str) -> str:
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", answer)  # RFC 3463
    return found.group() if found else ""


def _reason(exc: Exception) -> str:
    if isinstance(exc, smtplib.SMTPResponseException):
        error = exc.smtp_error
        text = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
        return f"{exc.smtp_code} {' '.join(text.split())}"[:KEPT]
    return (str(exc) or type(exc).__name__)[:KEPT]

