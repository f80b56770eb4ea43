"""What an answer, or the lack of one, is called in the log, the table and the schedule."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest

_WALL_STATUS = (401, 402, 403, 451)
# What bot walls put on their waiting pages, in a short page that is no feed
_WALL_MARKS = (
    b"just a moment...",
    b"/cdn-cgi/challenge-platform/",
    b"_incapsula_resource",
    b"ddos-guard",
    b"px-captcha",
)
# What unpacking raises; each packer has an error of its own, and no two a class in common
_UNPACKING, _PACKERS = ("BadGzipFile", "ZstdError"), ("zlib", "brotli", "brotlicffi", "zstandard")
_WALL_SIZE = 60_000  # bytes; an article that tells of such walls is longer, or has no such script


class Refusal(IgnoreRequest):
    """Raised when a request may not be made or its answer may not be used, from the door's middlewares.

    `outcome` is the fetch's: refused | robots | robots unreachable | reserved | held | http 304 | error.
    """

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


def of_answer(status: int, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """(outcome, error in plain words) of an answer; ("ok", "") where its body is to be parsed."""
    if challenged(status, headers, body):
        return "blocked", f"a bot wall answered (HTTP {status}); it is not evaded"
    if status in (200, 203, 226):
        return "ok", ""
    if status == 304:
        return "unchanged", ""
    if status in _WALL_STATUS:
        return "blocked", f"its server refused us (HTTP {status})"
    return f"http {status}", f"its server answered HTTP {status}"


def challenged(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a bot wall stands in the way. Its answer is final for a day."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if "html" not in headers.get("content-type", "html") or len(body) > _WALL_SIZE:
        return False
    start = body[:_WALL_SIZE].lower()
    return (b"<title>just a moment...</title>" in start) or (
        status in (403, 429, 503) and any(mark in start for mark in _WALL_MARKS)
    )


def of_failure(error: BaseException, refused: str | None = None) -> tuple[str, str]:
    """(outcome, error in plain words) of a request that brought no answer. `refused`: the inner address of its name."""
    if isinstance(error, Refusal):
        return error.outcome, str(error)
    if refused is not None:
        return "refused", f"its name leads to {refused}, which is not a public address"
    if isinstance(error, exceptions.CannotResolveHostError):
        return "dns", "no such host"
    if isinstance(error, exceptions.DownloadTimeoutError):
        return "timeout", "no whole answer in time"
    if isinstance(error, (exceptions.DownloadCancelledError, IgnoreRequest)):  # Scrapy's own limits, packed or unpacked
        return "too large", "larger than is read"
    if isinstance(error, exceptions.ResponseDataLossError):
        return "truncated", "the answer broke off"
    if type(error).__name__ in _UNPACKING or type(error).__module__ in _PACKERS:
        return "error", "its body is not packed as its Content-Encoding says"
    if isinstance(error, exceptions.DownloadConnectionRefusedError):
        return "error", "connection refused"
    if isinstance(error, exceptions.DownloadFailedError):
        return "error", "the connection broke"
    return "error", f"{type(error).__name__}: {error}"[:200]
