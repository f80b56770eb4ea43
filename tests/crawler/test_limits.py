"""A parser that takes too much is ended, by the kernel or by itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crawler.task import environment

WATCHED = (
    "import threading; from crawler import limits; "
    "threading.Thread(target=limits.watch_memory, args=(limits.taken() + (64 << 20),), daemon=True).start(); "
)
HELD = "from crawler import limits; limits.hold_memory(); "
TIMED = "from crawler import limits; limits.CPU = 1; limits.hold_cpu(); "
# Linux counts what the process that started this one once held, too
TAKE, WAIT = "held = b'x' * (limits.taken() + (128 << 20)); ", "import time; time.sleep(20)"


def ended(code: str) -> int:
    """How a process with this code ends: below 0 by a signal."""
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(command, env=environment(), stderr=subprocess.DEVNULL, timeout=60, check=False).returncode


def test_a_process_that_watches_itself_ends_when_it_holds_too_much() -> None:
    assert ended(WATCHED + TAKE + WAIT) == -9


def test_a_process_that_holds_little_goes_on() -> None:
    assert ended(WATCHED + "import time; time.sleep(0.5)") == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux enforces it")
def test_linux_gives_no_more_memory_than_the_limit() -> None:
    assert ended(HELD + "held = b'x' * (1 << 31)") == 1


def test_the_kernel_ends_what_computes_too_long() -> None:
    assert ended(TIMED + "\nwhile True: pass") < 0
