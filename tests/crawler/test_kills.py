"""Killed at any moment, a crawl loses and repeats nothing: a short F01; TRIPOINT_KILLS=1000 makes it the long one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from store import db, tables
from tests.crawler.conftest import Newsdesk
from tests.crawler.outlet_server import OutletServer, etagged, rss
from tests.crawler.test_crawl import news, stored

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("TRIPOINT_KILLS", "4"))
FEEDS, PAGES = 4, 15


def test_a_crawl_that_is_killed_again_and_again_loses_and_repeats_nothing(desk: Newsdesk, server: OutletServer) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    toml = "[edition.daily]\n[politeness]\nspacing = 0\n"
    (desk.folder / "tripoint.toml").write_text(toml, encoding="utf-8")
    listed = [[f"p{number}-{page}" for page in range(PAGES)] for number in range(FEEDS)]
    with (desk.folder / "sources.toml").open("w", encoding="utf-8") as lines:
        for number in range(FEEDS):
            _publish(server, number, listed[number])
            desk.add(f"source-{number}", f"/{number}.xml")
            lines.write(
                f'[[source]]\nid = "source-{number}"\nname = "{number}"\ncountry = "US"\n'
                f'feeds = ["{server.url}/{number}.xml"]\nallow_private_hosts = ["{server.host}"]\n'
            )
    for kill in range(KILLS):
        if kill:  # always something new, so that no kill meets an idle crawl
            number = kill % FEEDS
            listed[number].insert(0, f"p{number}-{len(listed[number])}")
            _publish(server, number, listed[number])
        _run_and_kill(desk.folder, server, chance.uniform(0.0, 3.0), at_work=chance.random() < 0.7)
        _no_validator_is_ahead_of_its_entries(desk)
    assert KILLS < 20 or stored(desk), "every kill came before the crawl had stored anything"
    patience = 120 + KILLS  # every page that was published is read and woven in the end
    command = _command(desk.folder)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(stored(desk)) == {name for names in listed for name in names}
    e = tables.entries.c
    with db.reading(desk.engine) as conn:
        assert conn.execute(select(e.url, e.outcome, e.error).where(e.outcome != "article")).all() == []
        assert conn.execute(select(tables.revisions)).all() == []


def _publish(server: OutletServer, number: int, names: list[str]) -> None:
    """A feed that lists `names`; its ETag says how many."""
    server.pages[f"/{number}.xml"] = etagged(rss(*news(server, *names)), f'"{len(names)}"')


def _command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "cli", "--config", str(folder), "crawl", "--force"]


def _run_and_kill(folder: Path, server: OutletServer, after: float, *, at_work: bool) -> None:
    """Kill the whole family, as a power cut does, so many seconds after it said that it begins; `at_work`: after its
    first request, however long a slow machine takes to come to it."""
    asked = len(server.seen)
    with subprocess.Popen(
        _command(folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        while at_work and len(server.seen) == asked and process.poll() is None:
            time.sleep(0.01)
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _no_validator_is_ahead_of_its_entries(desk: Newsdesk) -> None:
    if not list(desk.folder.rglob("*.db")) or db.revision(desk.config.database_url) != db.head():
        return
    with db.reading(desk.engine) as conn:
        ends = tables.endpoints.c
        known = conn.execute(select(ends.source_id, ends.etag).where(ends.etag.is_not(None))).all()
        for source, tag in known:
            listed = conn.execute(select(tables.entries.c.key).where(tables.entries.c.source_id == source)).all()
            assert len(listed) >= int(tag.strip('"')), source
