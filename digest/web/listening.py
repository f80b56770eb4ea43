"""What a live page must know of a side that does not tell a story: slow to read, and so kept for a while."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from sqlalchemy import Connection

from config import Config
from digest.issue.silence import Watch
from digest.publish import watch

KEPT = timedelta(minutes=2)  # a poll comes every few minutes; a page is asked for by every robot


class Ear:
    """The sides' outlets as they were heard within the last minutes; read again by the first who asks later."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._heard: tuple[datetime, Watch] | None = None
        self._reading = threading.Lock()

    def at(self, conn: Connection, now: datetime) -> Watch:
        """What was heard by `now`, or a little before."""
        with self._reading:  # many ask at once for what one has to read
            if self._heard is None or not timedelta(0) <= now - self._heard[0] < KEPT:
                self._heard = (now, watch(self.config, conn, now))
            return self._heard[1]
