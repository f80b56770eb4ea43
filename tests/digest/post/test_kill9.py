"""The short form of the proof in benchmarks/kill9.py; `make proof` makes a thousand kills."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_a_sender_killed_at_any_moment_loses_nothing(policy: str) -> None:
    # A process of its own: it forks, which a test runner with threads must not
    command = [sys.executable, "-m", "benchmarks.kill9", "--kills", "20", "--seed", "7", "--policy", policy, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["kills"] >= 20
    assert (figures["lost"], figures["unsettled"], figures["duplicates_not_known"]) == (0, 0, 0)
    assert figures["most_copies"] <= (2 if policy == "resend" else 1)
    assert figures["duplicates"] + figures["unknown"] <= figures["kills"]
