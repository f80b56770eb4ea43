"""The web, server-rendered, without scripts. The list of routes is the table of contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from config import Config
from digest.web import bot, feed, health, issues, leave, method, sources, stories
from digest.web.listening import Ear
from digest.web.paper import Headers, Paper, broken, missing

ROUTES = (
    Route("/", issues.latest),
    Route("/feed.xml", feed.feed),
    Route("/issues/{date}.json", feed.by_date),
    Route("/issues/{date}/{edition}/{slot}.json", feed.by_slot),
    Route("/issues/{date}", issues.by_date),
    Route("/issues/{date}/{edition}/{slot}", issues.by_slot),
    Route("/stories/{id:int}", stories.story),
    Route("/sources", sources.page),
    Route("/method", method.method),
    Route("/unsubscribe/{token}", leave.ask, methods=["GET"]),
    Route("/unsubscribe/{token}", leave.leave, methods=["POST"]),
    Route("/bot", bot.bot),
    Route("/style.css", bot.stylesheet),
    Route("/healthz", health.healthz),
)


def build(config: Config, engine: Engine, *, clock: Callable[[], datetime]) -> Starlette:
    """The application. Its pages run on threads: none of them keeps the event loop waiting."""
    app = Starlette(routes=ROUTES, middleware=[Middleware(Headers)], exception_handlers={404: missing, 500: broken})
    app.router.redirect_slashes = False  # a redirect would be built from the Host header, which anybody may set
    app.state.paper, app.state.ear = Paper(config, engine, clock), Ear(config)
    return app
