"""Is a mail lost, or sent three times, when the sender is killed at any moment? Run: python -m benchmarks.kill9

A sender is started, killed with SIGKILL after a random time, and started again, until `--kills` kills were made; then
it may finish. What a real SMTP server on loopback kept is compared with the outbox. The passing mark: nothing lost, at
most two copies, both with one Message-ID, and every second copy known to the outbox. Exit 1 where it is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config import Config
from config.schema import Edition, Mail, Web
from digest.deliver import deliver
from store import db, outbox
from tests.digest.post.mailing import NOW, freeze
from tests.digest.post.sink import Sink

READERS = 60
ROUND = timedelta(seconds=30)  # by which the clock moves on with each start
SHORTEST, LONGEST = 0.01, 0.15  # seconds until a kill: a start takes some 10 ms, a mail some 5


def serve(log: Path, port_file: Path) -> int:
    """Fork the server; returns its process id once it listens."""
    pid = os.fork()
    if pid == 0:
        with Sink(log) as sink:
            port_file.with_suffix(".new").write_text(str(sink.port))
            port_file.with_suffix(".new").rename(port_file)
            signal.pause()
        os._exit(0)
    while not port_file.exists():
        time.sleep(0.01)
    return pid


def sender(config: Config, now: datetime) -> int:
    """Fork one run of the job; returns its process id."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            report = deliver(config, db.connect(config.database_url), clock=lambda: now)
            code = 0 if not report.stopped else 2
        finally:
            os._exit(code)
    return pid


def waiting(config: Config) -> int:
    engine = db.connect(config.database_url)
    with db.reading(engine) as conn:
        counts = outbox.counts(conn)
    engine.dispose()
    return sum(counts.get(state, 0) for state in (*outbox.WAITING, *outbox.HELD))


def publish(config: Config, number: int, now: datetime) -> None:
    engine = db.connect(config.database_url)
    day = (NOW + timedelta(days=number)).date().isoformat()
    freeze(engine, [f"ok+{n}@y.example" for n in range(READERS)], at=now, local_date=day)
    engine.dispose()


def prove(kills: int, seed: int, policy: str, folder: Path) -> dict[str, Any]:
    """Run the proof; the figures as a dictionary."""
    dice = random.Random(seed)
    server = serve(folder / "kept.txt", folder / "port")
    relay = {"transport": "smtp", "host": "127.0.0.1", "port": int((folder / "port").read_text()), "security": "none"}
    mail = Mail.model_validate({**relay, "from": "Tripoint <paper@example.com>", "policy": policy})
    web = Web(public_url="https://paper.example")
    config = Config(folder=folder, editions=(Edition(name="daily"),), mail=mail, web=web)
    db.upgrade(config.database_url)
    began, now, made, starts, issues = time.monotonic(), NOW, 0, 0, 0
    try:
        while True:
            now, starts = now + ROUND, starts + 1
            if not waiting(config):
                if made >= kills:
                    break
                issues += 1
                publish(config, issues, now)
            pid = sender(config, now)
            if made < kills:
                time.sleep(dice.uniform(SHORTEST, LONGEST))
                os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            made += os.WIFSIGNALED(status)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 1:
                raise SystemExit("the sender failed; see above")
    finally:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)
    figures = account(config, (folder / "kept.txt").read_text().split())
    return {"kills": made, "starts": starts, "issues": issues, **figures, "seconds": round(time.monotonic() - began, 1)}


def account(config: Config, kept: list[str]) -> dict[str, int]:
    """Compare what the server kept with what the outbox says."""
    engine = db.connect(config.database_url)
    with db.reading(engine) as conn:
        rows = {f"<{row['id']}@example.com>": row for row in outbox.overview(conn)}
    engine.dispose()
    copies = Counter(kept)
    unknown = [id for id, row in rows.items() if row["state"] == "unknown"]
    return {
        "mails": len(kept),
        "expected": len(rows),
        "lost": sum(1 for id, row in rows.items() if row["state"] != "unknown" and not copies[id]),
        "strangers": sum(1 for id in copies if id not in rows),
        "duplicates": sum(n - 1 for n in copies.values()),
        "most_copies": max(copies.values(), default=0),
        "duplicates_not_known": sum(1 for id, n in copies.items() if n > 1 and rows[id]["copies"] < 2),
        "unknown": len(unknown),
        "unknown_that_arrived": sum(1 for id in unknown if copies[id]),
        "unsettled": sum(1 for row in rows.values() if row["state"] not in ("sent", "unknown")),
    }


def passed(figures: dict[str, Any], policy: str) -> bool:
    bound = 2 if policy == "resend" else 1
    clean = not any(figures[key] for key in ("lost", "strangers", "duplicates_not_known", "unsettled"))
    return clean and figures["most_copies"] <= bound and figures["duplicates"] + figures["unknown"] <= figures["kills"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--policy", choices=("resend", "hold"), default="resend")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("TRIPOINT_SECRET", "a secret for the proof alone")
    with tempfile.TemporaryDirectory(prefix="tripoint-kill9-") as folder:
        figures = prove(args.kills, args.seed, args.policy, Path(folder))
    figures = {"policy": args.policy, "seed": args.seed, **figures}
    print(json.dumps(figures) if args.json else "\n".join(f"{key:<22} {value}" for key, value in figures.items()))
    return 0 if passed(figures, args.policy) else 1


if __name__ == "__main__":
    sys.exit(main())
