"""Conditional requests (RFC 9110, 13): a reader that has this version already is told so in a few bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def _known(request: Request, etag: str, modified: datetime | None) -> bool:
    """Does the reader have this version? If-None-Match decides alone where it is given (RFC 9110, 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        # Weak comparison (8.8.3.2): a proxy that compresses the answer makes our tag a weak one
        return tags.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        at = parsedate_to_datetime(since)
    except ValueError:
        return False  # a date that is none is passed over (13.1.3)
    return modified.replace(microsecond=0) <= (at if at.tzinfo else at.replace(tzinfo=UTC))


def fresh_or_304(request: Request, response: Response, modified: datetime | None) -> Response:
    """`response` with its validators, or 304 without a body where the reader has it; it is so since `modified`."""
    etag = f'"{sha256(bytes(response.body)).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if _known(request, etag, modified):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
