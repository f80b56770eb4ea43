"""What one invented outlet's site answers. Pure: a request and a moment make an answer, 304 included."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property

from demo import feeds, pages
from demo.outlets import Outlet, Piece, standing

ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /admin/\n"
# What a bot wall shows to a machine. Tripoint never climbs over one: the source is shown as blocked.
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Are you human?</body></html>"
NOT_FOUND = b"<!DOCTYPE html><html><head><title>404</title></head><body><h1>404</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before it is written: a 304 has an empty body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """One outlet at its address on loopback, "http://127.0.0.1:PORT"."""

    outlet: Outlet
    address: str
    printed: tuple[Piece, ...]

    @cached_property
    def versions(self) -> Mapping[str, tuple[Piece, ...]]:
        """All versions by path (without the query), oldest first."""
        found: dict[str, tuple[Piece, ...]] = {}
        for piece in self.printed:
            path = piece.path.partition("?")[0]
            found[path] = (*found.get(path, ()), piece)
        return found

    def answer(self, target: str, headers: Mapping[str, str], moment: datetime) -> Answer:
        """The answer to a GET of `target` (path and query) at `moment`. `headers` have lower-case names."""
        path = target.partition("?")[0]
        shown = standing(self.printed, moment)
        if path == "/robots.txt":
            sitemap = f"Sitemap: {self.address}{self.outlet.reads}\n" if self.outlet.format == "news-sitemap" else ""
            return self._conditional((ROBOTS + sitemap).encode(), "text/plain; charset=utf-8", None, headers)
        if self.outlet.state == "walled":
            return Answer(403, CHALLENGE, {"Content-Type": "text/html; charset=utf-8", "cf-mitigated": "challenge"})
        if path == self.outlet.reads:
            body, kind = feeds.feed(self.outlet, self.address, shown)
            return self._conditional(body, kind, shown[0].published if shown else None, headers)
        if path == "/":
            return self._conditional(pages.front(self.outlet, shown), self._html, None, headers)
        return self._page(path, shown, headers, moment)

    @property
    def _html(self) -> str:
        # Old sites leave the charset to the page's meta element; the modern ones send it.
        old = self.outlet.layout in ("portal", "regional")
        return "text/html" if old else f"text/html; charset={self.outlet.charset}"

    def _page(self, path: str, shown: Sequence[Piece], headers: Mapping[str, str], moment: datetime) -> Answer:
        versions = [piece for piece in self.versions.get(path, ()) if piece.published <= moment]
        if not versions:
            return Answer(404, NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"})
        body = pages.article(self.outlet, self.address, versions[-1], versions, shown)
        return self._conditional(body, self._html, versions[-1].published, headers)

    def _conditional(self, body: bytes, kind: str, changed: datetime | None, asked: Mapping[str, str]) -> Answer:
        """200 with the outlet's validators, or 304 where the asker has this very representation (RFC 9110, 13.1)."""
        sent: dict[str, str] = {"Content-Type": kind}
        zipped = self.outlet.gzip and "gzip" in asked.get("accept-encoding", "")
        if zipped:
            sent |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if self.outlet.validators in ("both", "etag", "weak"):
            tag = hashlib.sha256(body).hexdigest()[:20] + ("-gz" if zipped else "")
            sent["ETag"] = f'W/"{tag}"' if self.outlet.validators == "weak" else f'"{tag}"'
        if self.outlet.validators in ("both", "date") and changed is not None:
            sent["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
        if _unchanged(sent, asked):
            return Answer(304, b"", {name: value for name, value in sent.items() if name != "Content-Type"})
        return Answer(200, gzip.compress(body, mtime=0) if zipped else body, sent)


def _unchanged(sent: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """True where the asker's validators name what we would send. If-None-Match, where present, decides alone."""
    if "if-none-match" in asked:
        tags = [tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")]
        return "ETag" in sent and (sent["ETag"].removeprefix("W/") in tags or "*" in tags)
    if "if-modified-since" in asked and "Last-Modified" in sent:
        try:
            return parsedate_to_datetime(sent["Last-Modified"]) <= parsedate_to_datetime(asked["if-modified-since"])
        except ValueError:
            return False
    return False
