"""What one run of `weave` costs on a week that stands: CPU seconds by what is new and what is old, without the model.

    python -m benchmarks.standing [--articles 20000] [--new 50] [--json]

A store is filled with a week of invented articles in their stories, as earlier runs would have left them; then `weave`
runs three times: on `--new` more articles while nothing is known of the old ones (as after an upgrade), on as many
again, and on one.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from benchmarks import invented
from benchmarks.bench import START
from benchmarks.reprints import memory
from benchmarks.tally import Figures
from config import Config
from config.load import load, shipped
from digest.stories.reading import Item
from digest.weave import weave
from store import articles, meta, sources, stories
from store.articles import Draft
from store.db import open_store, writing
from store.records import Copy, Source
from store.stories import Place

SETS = Path(__file__).resolve().parent / "sets"
SHIPPED = (Path("demo"), SETS / "newsroom-2", SETS / "newsroom-3")
NOW = START + timedelta(days=invented.DAYS)
ONE = 1


def draft(item: Item) -> Draft:
    """An article as the crawler would have stored it."""
    return Draft(
        source_id=item.source_id,
        identity=item.url,
        url=item.url,
        title=item.title,
        lead=item.lead,
        text=item.text,
        language=item.language,
        published=item.at,
        edges=("CN-US",),
        about=("CN", "US"),
    )


def fill(engine: Engine, week: Iterable[tuple[int, Item]]) -> None:
    """Articles and stories, one for each event; its reports of one language make a cluster."""
    inside: dict[int, list[Place]] = {}
    with writing(engine) as tx:
        names = [Source(f"o{n}", f"Outlet {n}", "US", "en", "private") for n in range(invented.OUTLETS)]
        sources.sync(tx, names)
        for event, item in week:
            made = draft(item)
            id, _ = articles.record(tx, made, item.at)
            inside.setdefault(event, []).append(Place(id, 0, 1.0, {}, made.text_sha256, Copy(id, None)))
        for places in inside.values():
            stories.save(tx, places, into=(), edges=("CN-US",), engine="concepts", now=NOW)
        meta.put(tx, "stories.compared", NOW.isoformat())  # the pass over 72 h is another cost


def run(config: Config, engine: Engine, fresh: Sequence[Item]) -> Figures:
    """One run of the job on these articles."""
    with writing(engine) as tx:
        for item in fresh:
            articles.record(tx, draft(item), NOW)
    began = time.process_time()
    report = weave(config, engine, now=NOW)
    return {
        "new": report.articles,
        "cpu_seconds": round(time.process_time() - began, 2),
        "ms_an_article": round(1000 * (time.process_time() - began) / max(1, report.articles), 1),
        "stories_new": report.stories_new,
        "stories_grown": report.stories_grown,
    }


def measure(standing: int, new: int) -> Figures:
    """The three runs, and the most memory that any took."""
    made = invented.week(invented.bases(SHIPPED), standing + 2 * new + ONE, random.Random(11))
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copy(shipped() / "tripoint.toml", folder / "tripoint.toml")
        (folder / "tripoint.local.toml").write_text('[stories]\nmodel = "none"\n', encoding="utf-8")
        config = load(folder)
        engine = open_store(config.database_url, create=True)
        fill(engine, (next(made) for _ in range(standing)))
        late = [_late(item, n) for n, (_, item) in enumerate(made)]
        runs = [run(config, engine, part) for part in (late[:new], late[new : 2 * new], late[2 * new :])]
        engine.dispose()
    finally:
        shutil.rmtree(folder)
    names = ("nothing_known_of_the_old", "as_many_again", "one_more")
    found: dict[str, Mapping[str, float]] = dict(zip(names, runs, strict=True))
    return {"standing": standing, **found, "memory_gb": memory()}


def _late(item: Item, n: int) -> Item:
    """The week's last hour."""
    return replace(item, at=NOW - timedelta(minutes=60) + timedelta(seconds=n))


def main(argv: Sequence[str] | None = None) -> int:
    """0; prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="that stand")
    parser.add_argument("--new", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    found = measure(args.articles, args.new)
    print(
        json.dumps(found, indent=1) if args.json else "\n".join(f"{name:26} {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
