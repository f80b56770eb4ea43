"""What the parser process may take: memory at all, and processor time for each body.

Linux holds a process to its address space. macOS takes that limit and does not enforce it, so that there the process
watches itself; both have the kernel end it for too much processor time.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
import threading
import time

CPU = 20  # seconds for one body; the slowest honest one took two
TRIAL = 2  # for one that the fetching process is to parse itself afterwards, where nothing could end it
MEMORY = 1024 * 2**20  # bytes beyond what is taken at the start
GLANCE = 0.2  # seconds between two looks at the memory, where the kernel does not mind it


def hold_memory() -> None:
    """Limit the memory of this process."""
    if not sys.platform.startswith("linux"):
        threading.Thread(target=watch_memory, args=(taken() + MEMORY,), daemon=True).start()
        return
    with open("/proc/self/statm", encoding="ascii") as statm:
        mapped = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, hard))


def watch_memory(most: int) -> None:
    """End this process as soon as it has ever held more than `most` bytes."""
    while taken() <= most:
        time.sleep(GLANCE)
    os.kill(os.getpid(), signal.SIGKILL)


def taken() -> int:
    """The most bytes of memory that this process ever held at once."""
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else found * 1024


def hold_cpu(seconds: int = CPU) -> None:
    """Let the next body use so many seconds of its own: past them the kernel ends this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))
