"""A web with a paper's day in its store, as the tests of every page use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import html5lib
from sqlalchemy import Engine

from config import Config
from digest.post import tokens
from store import db, subscribers
from tests.digest.paper import CLOSES
from tests.digest.web.served import Client

AFTER = CLOSES + timedelta(minutes=1)
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Site:
    config: Config
    engine: Engine
    client: Client
    reader: int
    moment: datetime = AFTER  # what the pages take for now

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    @property
    def leave(self) -> str:
        return f"/unsubscribe/{tokens.leave_token(tokens.secret(self.config), self.reader)}"

    def state(self) -> str:
        with db.reading(self.engine) as conn:
            found = subscribers.by_id(conn, self.reader)
        assert found is not None
        return found.state


def links(html: str) -> list[str]:
    tree = html5lib.HTMLParser(strict=False).parse(html)
    return [e.get("href") for e in tree.iter() if e.get("href")]
