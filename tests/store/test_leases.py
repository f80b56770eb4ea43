from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from store import db, leases

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def test_one_holder_at_a_time(engine: Engine) -> None:
    with db.writing(engine) as tx:
        assert leases.take(tx, "crawl", "elsewhere:1:aa", NOW, 60)
        assert not leases.take(tx, "crawl", "elsewhere:2:bb", NOW, 60)
        assert leases.take(tx, "weave", "elsewhere:2:bb", NOW, 60)
        assert leases.take(tx, "crawl", "elsewhere:1:aa", NOW + timedelta(seconds=30), 60), "the holder may renew"
        assert leases.held(tx, NOW) == {"crawl": "elsewhere:1:aa", "weave": "elsewhere:2:bb"}
        assert leases.take(tx, "crawl", "elsewhere:2:bb", NOW + timedelta(seconds=91), 60), "a lease runs out"
        leases.give_back(tx, "crawl", "elsewhere:1:aa")
        assert "crawl" in leases.held(tx, NOW), "only the holder gives it back"


def test_the_lease_of_a_killed_process_is_free_at_once(engine: Engine) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from store import leases; "
        "print(leases.holder(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        with db.writing(engine) as tx:
            assert leases.take(tx, "deliver", name, NOW, 3600)
            assert not leases.gone(name)
            assert not leases.take(tx, "deliver", leases.holder(), NOW, 3600)
        child.kill()
        child.wait()
    assert leases.gone(name)
    with db.writing(engine) as tx:
        assert leases.held(tx, NOW) == {}
        assert leases.take(tx, "deliver", leases.holder(), NOW, 3600)


def test_nobody_is_declared_dead_from_another_machine() -> None:
    assert not leases.gone("0123456789ab:999999:aaaa")
    assert not leases.gone(leases.holder())
    place, pid, _nonce = leases.holder().split(":")
    assert leases.gone(f"{place}:{pid}:other"), "our number, an earlier life: containers begin at 1 each time"
