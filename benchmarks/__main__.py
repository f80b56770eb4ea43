"""All measurements in one run: python -m benchmarks [--data FOLDER]

The sets that ship with Tripoint (the demo's newsroom, `benchmarks/sets/`) are always measured. FOLDER may hold those
that do not ship: `newsroom/ triples/ relevance/ extraction/ replay/real.warc.gz` and others; what is absent is said.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "demo"
SETS = HERE / "sets"  # written by other hands than the rules that are measured
FOLLOWUPS = SETS / "followups-4.jsonl"
STORIES = ("newsroom", "triples", "relevance", "og2021", "giveme5w1h", "rusentrel", "multilingual/ntrex")


def runs(data: Path | None) -> Iterator[tuple[str, list[str]]]:
    """(what is measured, the module and its arguments)."""
    shipped = ["benchmarks.stories"]
    for path in (DEMO, *sorted(path for path in SETS.iterdir() if path.suffix != ".md" and path != FOLLOWUPS)):
        shipped += ["--data", str(path)]
    yield "stories of the shipped sets", shipped
    yield "the same without the model", [*shipped, "--no-model"]
    yield "what becomes of an article that comes a day later", ["benchmarks.followups"]
    yield "the same without the model", ["benchmarks.followups", "--no-model"]
    yield "what keeps silences from print, and who is not heard", ["benchmarks.hearing"]
    yield "the same without the model", ["benchmarks.hearing", "--no-model"]
    yield "the main job on the shipped newsroom", ["benchmarks.job"]
    yield "the checks of a machine's words", ["benchmarks.wording"]
    yield "what an article costs between its text and its story", ["benchmarks.cost"]
    yield "the same without the model", ["benchmarks.cost", "--no-model"]
    yield "one run of weave on a week that stands", ["benchmarks.standing"]
    yield "a full window", ["benchmarks.window", "--articles", "20000"]
    yield "a day on which everybody tells one event", ["benchmarks.oneday", "--articles", "1000"]
    yield "polling", ["benchmarks.polling", "--feeds", "500", "--scaling"]
    if data is None:
        print("no --data FOLDER: the sets that do not ship with Tripoint are not measured")
        return
    found = [data / name for name in STORIES if (data / name).exists()]
    for missing in (name for name in STORIES if not (data / name).exists()):
        print(f"absent, not measured: {data / missing}")
    if found:
        words = [word for path in found for word in ("--data", str(path))]
        yield "stories", ["benchmarks.stories", *words]
        yield "stories without the model", ["benchmarks.stories", *words, "--no-model"]
    if (data / "giveme5w1h").exists():
        yield "copies among many", ["benchmarks.reprints", "--data", str(data / "giveme5w1h")]
    if (data / "extraction").exists():
        warc = data / "replay" / "real.warc.gz"
        with_warc = ["--warc", str(warc)] if warc.exists() else []
        yield "extraction", ["benchmarks.extraction", "--data", str(data / "extraction"), "--compare", *with_warc]
    else:
        print(f"absent, not measured: {data / 'extraction'}")


def main() -> int:
    """Run each in a process of its own, so that none warms or burdens the next; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with the sets that do not ship")
    data = parser.parse_args().data
    failed = 0
    for title, words in runs(data):
        print(f"\n== {title}: python -m {' '.join(words)}", flush=True)
        failed += subprocess.run([sys.executable, "-m", *words], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
