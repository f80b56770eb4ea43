"""CPU milliseconds that one article costs between its text and its story, and the memory of the whole process.

    python -m benchmarks.cost [--no-model] [--json]

The `weave` job on a store that holds the newsrooms that ship, one after the other: reading, vectors, copies, stories,
writing. Loading lexicon and models is told apart: a run does it once. CPU time counts all threads, and grows by a
quarter and more where others use the same cores.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import items_of
from benchmarks.labelled import find
from benchmarks.reprints import memory
from benchmarks.standing import SHIPPED, draft
from benchmarks.tally import Figures
from config.load import load, shipped
from digest.embedding import Model
from digest.embedding import load as load_model
from digest.readings import Reader
from digest.stories.reading import Item
from digest.weave import weave
from store import articles, sources
from store.db import open_store, writing
from store.records import Source


def newsroom(path: Path) -> list[Item]:
    """Its articles. Raises UnknownData."""
    return items_of([row for found in find(path) if found.kind == "newsroom" for row in found.rows])


def measure(*, model: bool) -> Figures:
    """Milliseconds an article, for each newsroom; seconds to load; memory in GB."""
    loaded = load_model() if model else None
    found: Figures = {"model": loaded.model if loaded else None}
    for path in SHIPPED:
        folder = Path(tempfile.mkdtemp())
        try:
            found[path.name] = _woven(folder, newsroom(path), loaded)
        finally:
            shutil.rmtree(folder)
    return found | {"memory_gb": memory()}


def _woven(folder: Path, items: Sequence[Item], model: Model | None) -> Figures:
    shutil.copy(shipped() / "tripoint.toml", folder / "tripoint.toml")
    setting = "auto" if model else "none"
    (folder / "tripoint.local.toml").write_text(f'[stories]\nmodel = "{setting}"\n', encoding="utf-8")
    config = load(folder)
    engine = open_store(config.database_url, create=True)
    outlets = {item.source_id: Source(item.source_id, item.outlet, "US", "en", "private") for item in items}
    with writing(engine) as tx:
        sources.sync(tx, outlets.values())
        for item in items:
            articles.record(tx, draft(item), item.at)
    began = time.process_time()
    Reader.of(config, outlets).matcher.find("warm")
    lexicon = time.process_time() - began
    began = time.process_time()
    if model:
        model.embed(["warm"])
    loading = time.process_time() - began
    began = time.process_time()
    report = weave(config, engine, now=max(item.at for item in items))
    spent = time.process_time() - began - lexicon - loading
    engine.dispose()
    return {
        "articles": report.articles,
        "cpu_ms_an_article": round(1000 * spent / report.articles, 1),
        "seconds_to_build_lexicon": round(lexicon, 2),
        "seconds_to_load_models": round(loading, 2),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """0; prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-model", action="store_true", help="stories by the lexicon alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    found = measure(model=not args.no_model)
    print(
        json.dumps(found, indent=1) if args.json else "\n".join(f"{name:24} {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
