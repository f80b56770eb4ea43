"""`/unsubscribe/TOKEN`: GET shows a button, POST acts (RFC 8058: no cookie, no redirect, no second question)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from digest.post import tokens
from digest.web.paper import not_found, notice, paper_of
from store import subscribers
from store.db import reading, writing


def _reader(request: Request) -> int | Response:
    """Whose token the address names; the page to show instead where it is nobody's."""
    id = tokens.read_leave_token(tokens.secret(paper_of(request).config), request.path_params["token"])
    if id is None:
        return _unknown()
    if id == tokens.NOBODY:
        return notice("This was a test", "The mail was sent to this address alone, by the operator. It is on no list.")
    return id


def _unknown() -> Response:
    return not_found("This unsubscribe link is not valid. Use the one at the foot of the newest mail.")


def ask(request: Request) -> Response:
    """The page with the button. Mail scanners follow every link, so that looking at it changes nothing."""
    id = _reader(request)
    if isinstance(id, Response):
        return id
    with reading(paper_of(request).engine) as conn:
        reader = subscribers.by_id(conn, id)
    if reader is None:
        return _unknown()
    if reader.state != "active":
        return notice("You are not on the list", "No more mail will come to this address.")
    return notice(
        "Leave the list?",
        f"You get the {reader.edition} issue at {reader.slot}.",
        "One press, and no more mail will come.",
        button="Unsubscribe",
    )


def leave(request: Request) -> Response:
    """Take the reader off the list; safe to repeat."""
    id = _reader(request)
    if isinstance(id, Response):
        return id
    paper = paper_of(request)
    with writing(paper.engine) as tx:
        left = subscribers.leave(tx, id, paper.clock())
    if not left:
        return _unknown()
    return notice("You have left the list", "No more mail will come to this address.")
