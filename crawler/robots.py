"""robots.txt by RFC 9309, with a cache of our own that outlives the process. Scrapy's own handling is neither."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from protego import Protego

from crawler.schedule import AHEAD
from store.records import Host

TOKEN = "Tripoint"  # noqa: S105  the product token that a robots.txt names (section 2.2.1)
SIZE = 500 * 1024  # bytes parsed (section 2.5)
FRESH = timedelta(hours=24)  # section 2.4
RETRY = timedelta(hours=1)  # an unreachable robots.txt is asked for again sooner: it closes the whole host
LONGEST_DELAY = 60.0  # seconds of Crawl-delay that are honoured; more would stop a crawl

# A token with a version behind it names us too, though section 2.2.1 knows none
_VERSION = re.compile(r"((?:^|[\r\n])[ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/[^\r\n#]*", re.IGNORECASE)
# An editor's mark hides the first line, and with it all rules, from the parser
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Status = Literal["ok", "allow", "disallow"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows. `delay` is its Crawl-delay in seconds, 0 where it names none."""

    status: Status
    parsed: Protego | None = None

    def allow(self, url: str) -> bool:
        if self.parsed is not None:
            return bool(self.parsed.can_fetch(url, TOKEN))
        return self.status == "allow"

    @property
    def delay(self) -> float:
        named = self.parsed.crawl_delay(TOKEN) if self.parsed is not None else None
        return min(float(named or 0), LONGEST_DELAY)


def robots_url(url: str) -> str:
    """Where the rules for `url` are."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def status_of(code: int | None) -> Status:
    """What an answer means (section 2.3.1): 2xx rules, 4xx none, anything else or no answer at all: keep out."""
    if code is not None and 200 <= code < 300:
        return "ok"
    if code is not None and 400 <= code < 500 and code != 429:
        return "allow"
    return "disallow"


def read(status: Status, body: bytes) -> Rules:
    """The rules of an answer."""
    if status != "ok":
        return Rules(status)
    charset = next((name for mark, name in _MARKS if body.startswith(mark)), "utf-8")
    return Rules("ok", Protego.parse(_VERSION.sub(r"\1", body[:SIZE].decode(charset, "replace"))))


def fresh(host: Host | None, now: datetime) -> bool:
    """Whether the rules in the store may still be used."""
    if host is None or host.robots_at is None or host.robots_status is None:
        return False
    return -AHEAD <= now - host.robots_at < (RETRY if host.robots_status == "disallow" else FRESH)
