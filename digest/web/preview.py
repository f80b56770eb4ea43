"""`tripoint preview --serve`: the next issue's mail, or the last one's, as four readers see it, on this machine alone.

Wide and narrow, light and dark, side by side. The mail's own document stands in a sandbox with its own policy, so that
nothing in it runs, loads, submits or leads anywhere; the public web has no such page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from config import Config
from digest.deliver import message_for_one
from digest.hours import slot_key
from digest.issue.issue import from_json
from digest.page.overrides import faults, fit
from digest.page.render import HARD
from digest.post.message import opened
from digest.publish import preview
from digest.web.paper import SECURITY, broken, environment, missing, style
from store import issues
from store.db import reading
from store.records import Page

VIEWS = (
    ("Wide, light", 640, "light"),
    ("Narrow, light", 375, "light"),
    ("Wide, dark", 640, "dark"),
    ("Narrow, dark", 375, "dark"),
)
DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
# The mail's styles stand in its elements, as mail clients want it; `sandbox` takes scripts, forms and the origin away.
SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'"
MAIL_POLICY = f"{SHUT}; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
OWN_POLICY = f"{SHUT}; style-src 'self'; frame-src 'self'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Proof:
    """A page and the mail that it becomes, by suffix: html, txt, eml."""

    page: Page
    files: dict[str, bytes]


def themed(html: str, theme: str) -> str:
    """The mail as a reader's program shows it: "light", "dark", or "bare" as one that drops every <style>."""
    if theme == "bare":
        return re.sub(r"<style\b.*?</style>", "", html, flags=re.DOTALL)
    html = DARK.sub("@media all" if theme == "dark" else "@media not all", html)
    return re.sub(r'(<meta name="color-scheme" content=")[^"]*', rf"\g<1>{theme}", html)


def build_preview(config: Config, engine: Engine, edition: str | None, *, clock: Callable[[], datetime]) -> Starlette:
    """The application. Each look at its front page composes the issue anew; the frames show that same one."""

    def compose(latest: bool) -> Proof:
        now = clock()
        page = _latest(config, engine, edition) if latest else None
        page = page or preview(config, engine, now=now, edition=edition)
        return Proof(page, opened(message_for_one(config, page, now=now)))

    app = Starlette(
        routes=[
            Route("/", _front),
            Route("/mail/{theme}", _mail),
            Route("/preview.{suffix}", _file),
            Route("/style.css", _style),
        ],
        # Another site's page may make a browser here ask us under a name of its own (DNS rebinding)
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={404: missing, 500: broken},
    )
    app.state.compose, app.state.proof = compose, None
    app.state.broken = lambda: faults(config.templates) if config.templates else ()
    return app


def _latest(config: Config, engine: Engine, edition: str | None) -> Page | None:
    """The last issue that told something, set anew in the templates as they are now; None where there is none."""
    found = config.edition(edition) if edition else config.editions[0]
    with reading(engine) as conn:
        rows = issues.newest(conn, found.name, slot_key(found, found.default_slot), 1) if found else []
    if not rows:
        return None
    web, mail = config.web, config.mail
    issue = from_json(rows[0].content)
    return fit(issue, public_url=web.public_url, postal_address=mail.postal_address, folder=config.templates)[1]


def _proof(request: Request, *, fresh: bool = False) -> Proof:
    state = request.app.state
    if fresh or state.proof is None:
        state.proof = state.compose(request.query_params.get("issue") == "latest")
    proof: Proof = state.proof
    return proof


def _answer(response: Response, policy: str) -> Response:
    response.headers.update({**SECURITY, "Content-Security-Policy": policy, "Cache-Control": "no-store"})
    return response


def _front(request: Request) -> Response:
    proof = _proof(request, fresh=True)
    sizes = {suffix: f"{len(content):,}" for suffix, content in proof.files.items()}
    html = environment().get_template("preview.html.j2").render(
        page=proof.page, views=VIEWS, sizes=sizes, hard=f"{HARD:,}", broken=request.app.state.broken()
    )
    return _answer(HTMLResponse(html), OWN_POLICY)


def _mail(request: Request) -> Response:
    theme = request.path_params["theme"]
    if theme not in ("light", "dark", "bare"):
        return _answer(PlainTextResponse("There is no such view.", 404), OWN_POLICY)
    html = _proof(request).files["html"].decode("utf-8")
    return _answer(HTMLResponse(themed(html, theme)), MAIL_POLICY)


def _file(request: Request) -> Response:
    content = _proof(request).files.get(request.path_params["suffix"])
    if content is None:
        return _answer(PlainTextResponse("There is no such file.", 404), OWN_POLICY)
    # As text, the message too: so that a browser shows it and runs nothing
    return _answer(Response(content, media_type="text/plain; charset=utf-8"), OWN_POLICY)


def _style(request: Request) -> Response:
    return _answer(PlainTextResponse(style(), media_type="text/css"), OWN_POLICY)
