"""The service with its real processes, its real web and the real clock."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from config import Config, load
from scheduler import now
from service.status import status
from service.ticker import Service
from store import db, meta, outbox
from tests.digest.post.mailing import freeze, states
from tests.digest.post.sink import Sink
from tests.service.conftest import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path; from scheduler import run
sys.exit(run(Path(sys.argv[2])))
"""
PATIENCE = 60  # seconds until a test gives up; what is waited for takes one or two


def wait_for(condition: object) -> None:
    assert callable(condition)
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


@contextmanager
def service(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`tripoint run` as a process."""
    command = [sys.executable, "-c", RUN, str(ROOT), str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def port_of(process: subprocess.Popen[str]) -> int:
    """Waits until the service has begun."""
    assert process.stderr is not None
    found = (re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in process.stderr)
    return int(next(match for match in found if match).group(1))


def endings(engine: Engine) -> Mapping[str, meta.Ending]:
    with db.reading(engine) as conn:
        return meta.endings(conn)


def mails(config: Config) -> int:
    return len(list(config.path(config.mail.maildir).glob("new/*")))


def test_a_tick_sends_what_waits_and_the_next_one_nothing(config: Config, engine: Engine) -> None:
    freeze(engine, ["ann@x.example", "bob@x.example"], at=now())
    one, other = Service(config, engine, clock=now), Service(config, engine, clock=now)
    one.tick()
    other.tick()
    wait_for(lambda: set(states(engine).values()) == {"sent"})
    wait_for(lambda: (one.tick(), other.tick(), not one.children and not other.children)[2])
    assert mails(config) == 2
    one.stop()
    other.stop()


def test_the_service_answers_and_ends_when_it_is_told_to(folder: Path) -> None:
    with service(folder) as process:
        conn = http.client.HTTPConnection("127.0.0.1", port_of(process), timeout=PATIENCE)
        conn.request("GET", "/healthz")
        assert conn.getresponse().status == 200
        conn.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_ended_in_the_middle_of_sending_it_goes_on_where_it_stopped(folder: Path, engine: Engine, sink: Sink) -> None:
    relay = f'transport = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\n'
    legal = 'postal_address = "1 Example Street"\nleave_address = "leave@example.com"\n'
    settings = SETTINGS.replace("[mail]\n", f"[mail]\n{relay}{legal}") + 'public_url = "https://paper.example"\n'
    (folder / "tripoint.toml").write_text(settings)
    load(folder)
    freeze(engine, [f"ok+{n:02}@y.example" for n in range(40)], at=now())
    sink.delay = 0.05
    with service(folder) as process:
        wait_for(lambda: len(sink.kept) >= 3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert 3 <= len(sink.kept) < 40
    assert set(sink.copies().values()) == {1}
    with db.reading(engine) as conn:
        assert set(outbox.counts(conn)) == {"queued", "sent"}, "no fate is open"
    sink.delay = 0.0
    with service(folder) as process:
        wait_for(lambda: set(states(engine).values()) == {"sent"})
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert len(sink.kept) == 40
    assert set(sink.copies().values()) == {1}


def test_killed_in_the_middle_it_loses_nothing(folder: Path, config: Config, engine: Engine) -> None:
    freeze(engine, [f"reader{n}@x.example" for n in range(60)], at=now())
    with service(folder) as process:
        wait_for(lambda: mails(config) >= 1)
        process.kill()
        process.wait()
    with service(folder) as process:
        port_of(process)
        wait_for(lambda: set(states(engine).values()) == {"sent"})
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert mails(config) == 60


def test_an_invalid_edit_changes_nothing_and_is_shown(folder: Path, config: Config, engine: Engine) -> None:
    running = Service(config, engine, clock=now)
    (folder / "tripoint.toml").write_text(SETTINGS.replace("[mail]", "[mial]"))
    running.tick()
    assert running.config is config
    assert "mial" in status(config, engine, now())["needs_you"]
    (folder / "tripoint.toml").write_text(SETTINGS.replace("[web]", 'leave_address = "leave@example.com"\n[web]'))
    running.tick()
    assert running.config.mail.leave_address == "leave@example.com"
    assert status(config, engine, now())["needs_you"] == ""
    running.stop()


def test_a_job_whose_process_dies_is_noted_and_rests(config: Config, engine: Engine) -> None:
    freeze(engine, ["ann@x.example"], at=now())
    running = Service(config, engine, clock=now)
    running.tick()
    child = running.children["deliver"]
    child.process.kill()
    wait_for(lambda: "deliver" in endings(engine))
    ending = endings(engine)["deliver"]
    assert (ending.ok, ending.failures) == (False, 1)
    assert "signal 9" in ending.line
    running.stop()
