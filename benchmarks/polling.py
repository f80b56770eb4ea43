"""How many feeds a CPU second reads, storage included: python -m benchmarks.polling [--feeds N] [--reader PYTHON]

N feeds of 30 entries, each on a host (port) of its own on loopback, served by another process whose time does not
count. Three polls: cold (nothing known), unchanged (every server answers 304), and one new entry of 30. Measured is
the user and system time of the whole process tree: the job, the child that fetches, the parser, the store on disk.

PYTHON is an interpreter that has lemon24/reader (pip install reader sgmllib3k): it then polls the same feeds in the
same run, with ten workers. `--scaling` adds a tenth of the feeds and `--hosts` a poll of so many hosts. No entry is on
topic: pages are not part of this, and our own robots.txt requests are (one for each host, cold).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.feedserver import serve
from config import Source
from config.load import load, shipped
from crawler.crawl import CrawlOptions, crawl

PHASES = ("cold", "unchanged", "changed")
TARGETS = {"cold": 1.2, "unchanged": 1.2, "changed": 4.0}  # times lemon24/reader
BEGIN = datetime.fromisoformat("2026-11-24T12:00:00+00:00")
READER = """
import sys
from pathlib import Path
from reader import make_reader
with make_reader(sys.argv[1] + "/reader.sqlite") as reader:
    if sys.argv[2] == "cold":
        for url in Path(sys.argv[1], "urls").read_text().split():
            reader.add_feed(url)
    reader.update_feeds(workers=10, scheduled=False)
    print(reader.get_entry_counts().total)
"""


@dataclass(frozen=True)
class Cost:
    """What one poll took: CPU seconds, and the largest resident set of any of its processes in MB."""

    cpu: float
    peak: float


def measured(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a process; the cost of it and its descendants, and the last line that it printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode().strip().splitlines()
    if process.returncode != 0:
        raise SystemExit(f"{command[1:4]} ended with {process.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, kilobytes on Linux
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit), printed[-1] if printed else ""


def ours(folder: Path, phase: str) -> None:
    """The poll itself, in a process of its own."""
    ports = json.loads((folder / "ports").read_text())
    base = load(shipped())
    found = tuple(
        Source(
            id=f"feed-{port}", name=f"Feed {port}", country="US", feeds=(f"http://127.0.0.1:{port}/feed.xml",),
            allow_private_hosts=(f"127.0.0.1:{port}",),
        )
        for port in ports
    )  # fmt: skip
    politeness = base.politeness.model_copy(update={"spacing": 0.0, "deadline": 7200})
    config = base.model_copy(update={"folder": folder, "sources": found, "politeness": politeness})
    config.__dict__.pop("database_url", None)
    # An hour apart and forced, as reader's scheduled=False: robots.txt is asked for once a day, as in the field
    now = BEGIN + PHASES.index(phase) * timedelta(hours=1)
    report = crawl(config, [], CrawlOptions(force=phase != "cold"), now=now)
    bad = [f"{row.id}: {row.reason}" for row in report.rows if row.bad or not row.good]
    if bad:
        raise SystemExit(f"{len(bad)} of {len(report.rows)} feeds were not read, such as {bad[0]}")
    print(len(report.rows))


@contextmanager
def town(count: int) -> Iterator[tuple[list[int], Any]]:
    """A server of `count` hosts: (their ports, the shared number of the feeds' state)."""
    state = multiprocessing.Value("i", 0)
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=serve, args=(count, state, theirs), daemon=True)
    process.start()
    try:
        yield mine.recv(), state
    finally:
        process.terminate()
        process.join()


def polls(count: int, reader: str | None, phases: Sequence[str] = PHASES) -> dict[str, dict[str, Cost]]:
    """phase -> who -> what it cost."""
    found: dict[str, dict[str, Cost]] = {}
    with town(count) as (ports, state), tempfile.TemporaryDirectory(prefix="polling-") as name:
        folder = Path(name)
        (folder / "ports").write_text(json.dumps(ports))
        (folder / "urls").write_text("\n".join(f"http://127.0.0.1:{port}/feed.xml" for port in ports))
        for phase in phases:
            state.value += phase == "changed"
            cost, _ = measured([sys.executable, "-m", "benchmarks.polling", "--ours", name, phase])
            found[phase] = {"tripoint": cost}
            if reader is not None:
                cost, entries = measured([reader, "-c", READER, name, phase])
                if int(entries) < 30 * count:
                    raise SystemExit(f"reader holds {entries} entries of {30 * count}")
                found[phase]["reader"] = cost
    return found


def table(count: int, found: dict[str, dict[str, Cost]]) -> None:
    print(f"{count} feeds x 30 entries     feeds per CPU second (peak MB of one process)")
    for phase, costs in found.items():
        line = f"  {phase:<10}" + "".join(
            f"  {who} {count / cost.cpu:7.1f} ({cost.peak:.0f} MB)" for who, cost in costs.items()
        )
        if "reader" in costs:
            ratio = costs["reader"].cpu / costs["tripoint"].cpu
            line += f"  {ratio:.2f}x, target {TARGETS[phase]}x"
        print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--reader", metavar="PYTHON", help="an interpreter that has lemon24/reader")
    parser.add_argument("--scaling", action="store_true", help="measure a tenth of the feeds as well")
    parser.add_argument("--hosts", type=int, help="also measure a poll of so many hosts, such as 5000")
    parser.add_argument("--ours", nargs=2, metavar=("FOLDER", "PHASE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        ours(Path(given.ours[0]), given.ours[1])
        return 0
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if given.reader is None:
        print("no --reader PYTHON: lemon24/reader is not measured")
    found = polls(given.feeds, given.reader)
    table(given.feeds, found)
    if given.scaling:
        fewer = polls(max(given.feeds // 10, 1), None)
        table(max(given.feeds // 10, 1), fewer)
        for phase in PHASES:
            few, many = fewer[phase]["tripoint"], found[phase]["tripoint"]
            memory = many.peak / few.peak
            print(f"  ten times the feeds, {phase}: {many.cpu / few.cpu:.1f}x the CPU, {memory:.2f}x memory")
    if given.hosts:
        table(given.hosts, polls(given.hosts, None, PHASES[:2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
