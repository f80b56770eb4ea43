"""What every page is given, and how it becomes a response: our templates, our headers, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config import Config
from digest.page import palette
from digest.page.press import fill, soft
from digest.page.render import stylesheet
from digest.web.listening import Ear

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """The world as the pages know it."""

    config: Config
    engine: Engine
    clock: Callable[[], datetime]


def paper_of(request: Request) -> Paper:
    paper: Paper = request.app.state.paper
    return paper


def ear_of(request: Request) -> Ear:
    ear: Ear = request.app.state.ear
    return ear


@cache
def environment() -> Environment:
    """The web's own templates before the page's; autoescape on."""
    loader = ChoiceLoader([PackageLoader("digest.web"), PackageLoader("digest.page")])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters.update(soft=soft, fill=fill)
    return env


@cache
def style() -> str:
    """The mail's stylesheets, not inlined, and what only the web needs."""
    env = Environment(autoescape=False, undefined=StrictUndefined, loader=PackageLoader("digest.web"))  # noqa: S701 (CSS)
    own = env.get_template("web.css.j2").render(
        c=palette.LIGHT, d=palette.DARK, sans=palette.SANS, serif=palette.SERIF, zh=palette.ZH
    )
    return "\n".join((stylesheet("page"), own, stylesheet("phone"), stylesheet("dark")))


def shown(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from one of our templates."""
    html = environment().get_template(template).render(values)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-cache"})


def notice(title: str, *lines: str, status: int = 200, button: str = "") -> HTMLResponse:
    """A page with a few sentences, and perhaps one button that posts to the same address."""
    response = shown("notice.html.j2", status, title=title, lines=lines, button=button)
    response.headers["Cache-Control"] = "no-store"
    return response


def not_found(what: str) -> HTMLResponse:
    return notice("Not here", what, status=404)


async def missing(request: Request, _: Exception) -> Response:
    """The page for every address that no route knows."""
    return not_found("There is no page at this address.")


async def broken(request: Request, _: Exception) -> Response:
    """The page for a fault of ours; its trace is in the log, never on the page."""
    response = notice("Something broke", "The fault is ours and has been logged. Please try again later.", status=500)
    response.headers.update(SECURITY)  # this answer is made outside the middleware
    return response


class Headers:
    """ASGI middleware: the same strict headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given: MutableMapping[str, str] = dict(SECURITY)
                raw = [(name.lower().encode(), value.encode()) for name, value in given.items()]
                message["headers"] = [*message.get("headers", []), *raw]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
