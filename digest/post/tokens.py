"""Unsubscribe tokens: they name one reader and one purpose, cannot be guessed, and need no row to be valid for ever."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from config import Config

ENVIRONMENT = "TRIPOINT_SECRET"
FILE = "var/secret"  # beside the database, counted from the config's folder
NOBODY = 0  # the "reader" of a test mail: the token is ours, and there is nobody to take off the list
LEAST = 16  # characters; a shorter secret could be tried out


class SecretError(Exception):
    """Raised when the installation's secret is too short, lies where others can read it, or cannot be written, from
    secret."""


def secret(config: Config) -> bytes:
    """The installation's secret: TRIPOINT_SECRET of the environment, or a file of mode 0600, made on first use."""
    given = os.environ.get(ENVIRONMENT, "")
    if given:
        if len(given) < LEAST:
            raise SecretError(f"{ENVIRONMENT} is too short: give it at least {LEAST} characters")
        return given.encode()
    path = config.path(FILE)
    if not path.exists():
        try:
            _make(path)
        except OSError as exc:  # a full disk names no file
            raise SecretError(f"cannot write the secret {path}: {exc.strerror}") from exc
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretError(f"others can read the secret {path}: chmod 600 {path}")
    found = path.read_text(encoding="ascii").strip()
    if len(found) < LEAST:
        raise SecretError(f"the secret in {path} is too short; links in mails already sent were made with another one")
    return found.encode()


def _make(path: Path) -> None:
    """Write a new secret. Of two processes that try at once one wins, and both then read the winner's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(32) + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _keyed(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.new(key, f"{purpose}\n{value}".encode(), sha256).digest()


def leave_token(key: bytes, subscriber_id: int) -> str:
    """The token of reader `subscriber_id`, for unsubscribing and nothing else; letters, digits and one hyphen."""
    proof = base64.b32encode(_keyed(key, "leave", str(subscriber_id))[:20]).decode("ascii").lower()
    return f"{subscriber_id}-{proof}"


def read_leave_token(key: bytes, token: str) -> int | None:
    """The reader whose token this is, or None. Takes the same time however much of a forged token is right."""
    number, _, _proof = token.partition("-")
    id = int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else 0
    # The whole text is compared, not what it decodes to: base32 has spare bits, and two texts would mean one token
    right = hmac.compare_digest(leave_token(key, id).encode(), token.encode("utf-8", "replace"))
    return id if right else None


def address_mark(key: bytes, address: str) -> str:
    """A keyed hash of `address`: it tells whether an address is on the list of those that get no mail, and no more."""
    return _keyed(key, "address", address.lower()).hex()
