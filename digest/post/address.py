"""Pure: is this one mail address, and nothing that could become two or start a header?"""

from __future__ import annotations

import re

import idna

# RFC 5321 4.1.2, Dot-string only: quoted local parts are legal, unused, and a way to smuggle commas and spaces
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
MAX_LOCAL, MAX_ADDRESS = 64, 254  # octets; RFC 5321 4.5.3.1


class AddressError(Exception):
    """Raised when a text is not one plain mail address, from check; the message says what is wrong with it."""


def check(address: str) -> str:
    """The address as it is written on the envelope: domain in lower case and ASCII (IDNA 2008). Raises AddressError."""
    local, at, domain = address.rpartition("@")
    if not at:
        raise AddressError(f"{address!r} is no mail address: it has no @")
    if not local.isascii():
        raise AddressError(f"{address!r}: letters outside ASCII before the @ need SMTPUTF8, which few relays offer")
    if not LOCAL.fullmatch(local):
        raise AddressError(f"{address!r} is not one plain mail address: write one like ann@example.com")
    made = f"{local}@{_domain(address, domain)}"
    if len(local) > MAX_LOCAL or len(made) > MAX_ADDRESS:
        raise AddressError(f"{address!r} is too long for a mail address")
    return made


def _domain(address: str, domain: str) -> str:
    try:
        ascii_ = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as exc:
        raise AddressError(f"{address!r}: there is no such domain: {exc}") from exc
    labels = ascii_.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise AddressError(f"{address!r}: there can be no domain {domain!r}")
    return ascii_


def split(sender: str) -> tuple[str, str]:
    """(display name, address) of a From such as 'Tripoint <paper@example.com>'. Raises AddressError."""
    named = re.fullmatch(r"\s*([^<>\r\n]*?)\s*<([^<>\s]+)>\s*", sender)
    if named is None:
        return "", check(sender.strip())
    return named.group(1).strip('" '), check(named.group(2))
