from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config import Config
from config.schema import Database, Edition, Slot, Web
from digest.publish import publish
from digest.web import app
from store import db, subscribers
from tests.digest.paper import normal
from tests.digest.stored import store_day
from tests.digest.web.served import served
from tests.digest.web.sites import AFTER, Site


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("TRIPOINT_SECRET", "a secret for tests, long enough")
    moscow = Slot(time="10:00", timezone="Europe/Moscow")
    return Config(
        folder=tmp_path,
        editions=(Edition(name="daily"), Edition(name="early", default_slot=moscow)),
        database=Database(url="sqlite:///paper.db"),
        web=Web(public_url="https://paper.example"),
    )


@pytest.fixture
def bare(config: Config) -> Iterator[Site]:
    engine = db.open_store(config.database_url, create=True)
    made: list[Site] = []
    with served(app.build(config, engine, clock=lambda: made[0].moment)) as client:
        made.append(Site(config, engine, client, 0))
        yield made[0]
    engine.dispose()


@pytest.fixture
def site(bare: Site) -> Site:
    store_day(bare.engine, normal())
    with db.writing(bare.engine) as tx:
        reader = subscribers.add(
            tx, "r@example.com", "daily", "07:00 UTC", "added by the operator", AFTER - timedelta(1)
        )
    bare.reader = reader.id
    assert publish(bare.config, bare.engine, now=AFTER).state == "frozen"
    assert publish(bare.config, bare.engine, now=AFTER, edition="early").state == "frozen"
    return bare
