"""What a site reserves: its /.well-known/tdmrep.json (TDM Reservation Protocol, W3C community report 2024), and the
directives of robots meta tags and X-Robots-Tag headers. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from crawler.schedule import AHEAD

SIZE = 64 * 1024  # bytes read; a list of a site's sections is a few lines
RULES = 500
FRESH = timedelta(hours=24)  # as long as a robots.txt (RFC 9309, section 2.4); the protocol names no time

_CLOSING = frozenset({"noai", "noimageai", "nosnippet", "none"})
_LIMIT = re.compile(r"max-snippet\s*:\s*(-?\d{1,6})", re.IGNORECASE)
# The robot that a line of X-Robots-Tag is for; directives with a value look the same
_ROBOT = re.compile(r"\s*(?!(?:max-|unavailable))([\w.*-]+)\s*:(.*)", re.IGNORECASE)
_OURS = ("tripoint", "tripointbot", "*")

Rule = tuple[str, bool]  # (pattern of a path as in robots.txt, whether it is reserved)


def address(url: str) -> str:
    """Where the reservations for `url` are."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/tdmrep.json"


def read(body: bytes) -> tuple[Rule, ...]:
    """The rules in an answer; none where it is not the list that the protocol describes."""
    try:
        listed = json.loads(body[:SIZE])
    except (ValueError, RecursionError):
        return ()
    found = []
    for rule in listed[:RULES] if isinstance(listed, list) else ():
        location = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(location, str) and location.startswith(("/", "*")) and location.isprintable():
            found.append((location, rule.get("tdm-reservation") in (1, "1")))
    return tuple(found)


def reserves(rules: Sequence[Rule], url: str) -> bool:
    """Whether the rules reserve the page at `url`. Their patterns match as those of a robots.txt do."""
    if not rules:
        return False
    lines = [f"{'Disallow' if reserved else 'Allow'}: {location}" for location, reserved in rules]
    return not Protego.parse("\n".join(("User-agent: *", *lines))).can_fetch(url, "*")


def kept(state: dict[str, Any], now: datetime) -> tuple[Rule, ...] | None:
    """The rules that a host's `state` in the store holds, or None where there are none or they are too old."""
    found = state.get("tdm")
    if not found or not -AHEAD <= now - datetime.fromisoformat(found["at"]) < FRESH:
        return None
    return tuple((str(location), bool(reserved)) for location, reserved in found["rules"])


def state(rules: Sequence[Rule], at: datetime) -> dict[str, Any]:
    """`rules` as `kept` reads them."""
    return {"tdm": {"at": at.isoformat(), "rules": [list(rule) for rule in rules]}}


def directives(value: str) -> tuple[bool, int | None]:
    """(reserved, max snippet) of one list of robots directives."""
    words = {word.strip().lower() for word in value.split(",")}
    limit = _LIMIT.search(value)
    most = int(limit[1]) if limit and int(limit[1]) >= 0 else None
    return bool(words & _CLOSING) or most == 0, most


def tagged(value: str) -> tuple[bool, int | None]:
    """(reserved, max snippet) of an X-Robots-Tag, one line for each time that the header was sent (RFC 9110 5.3)."""
    reserved, limits = False, []
    for line in value.splitlines():
        named = _ROBOT.match(line)
        if named and named[1].lower() not in _OURS:
            continue
        closed, most = directives(named[2] if named else line)
        reserved = reserved or closed
        limits.extend([] if most is None else [most])
    return reserved, min(limits, default=None)
