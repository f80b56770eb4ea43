"""`/healthz`: is this process alive, and can it read its store?"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digest.web.paper import paper_of
from store.db import reading


def healthz(request: Request) -> Response:
    """200 when the store answers, else 503."""
    try:
        with reading(paper_of(request).engine) as conn:
            conn.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "the store does not answer"}, 503, headers={"Cache-Control": "no-store"})
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
