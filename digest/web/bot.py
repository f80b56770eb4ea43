"""`/bot`: the page that our User-Agent names, for whoever runs a server that we read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config import VERSION
from digest.web.paper import paper_of, shown, style


def bot(request: Request) -> Response:
    """What we do on somebody's server, and how to keep us away."""
    config = paper_of(request).config
    contact = config.politeness.contact
    agent = f"Tripoint/{VERSION} (+{config.web.public_url.rstrip('/')}/bot{f'; {contact}' if contact else ''})"
    spacing = f"{config.politeness.spacing:g}"
    return shown("bot.html.j2", agent=agent, interval=config.politeness.interval, spacing=spacing, contact=contact)


def stylesheet(request: Request) -> Response:
    """`/style.css`, for all pages."""
    return PlainTextResponse(style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
