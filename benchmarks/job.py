"""The main job as a whole process: wall time, peak memory of any process, size of the issue: python -m benchmarks.job

Runs `demo --once` twice in a fresh folder. The second run is the one right after: nothing new, no mail.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HTML_LIMIT = 90_000  # bytes; Gmail clips at about 102 kB and a clipped mail hides its footer


def run(out: Path) -> dict[str, float]:
    """One whole run: seconds, and the largest resident set of any of its processes so far, in MB."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--once", "--out", str(out)], check=True, stdout=subprocess.PIPE
    )
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # bytes there, kilobytes on Linux
    return {"seconds": round(time.monotonic() - begun, 1), "peak_mb": round(usage.ru_maxrss / unit, 1)}


def main() -> int:
    """Print the figures as JSON; 1 where the issue is too large to be mailed whole."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        first, second = run(out), run(out)
        size = (out / "issue.html").stat().st_size
    print(json.dumps({"first": first, "second": second, "html_bytes": size}, indent=1))
    return 1 if size > HTML_LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
