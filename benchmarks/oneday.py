"""A day on which everybody tells one event: CPU seconds of `weave` and `publish`, without the model.

    python -m benchmarks.oneday [--articles 5000] [--json]

Once in as many wordings, once as copies of one text, each in a store of its own with the shipped lexicon.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks import invented
from benchmarks.bench import START
from benchmarks.reprints import memory
from benchmarks.standing import SHIPPED, draft
from benchmarks.tally import Figures
from config import Config
from config.load import load, shipped
from digest.publish import publish
from digest.stories.reading import Item
from digest.weave import weave
from store import articles, sources, stories
from store.db import open_store, reading, writing
from store.records import SIDES, Fetch, Source

CLOSES = START + timedelta(hours=7)  # the shipped edition's hour


def wordings(count: int) -> list[Item]:
    """As many reports of one event, the longest English text that ships, each with a third of its words exchanged."""
    texts = invented.bases(SHIPPED)
    base = max((text for text in texts if text.language == "en"), key=lambda text: len(text.body))
    words, dice = invented.vocabulary(texts), random.Random(5)
    return [_item(n, invented.retold(base, words, dice), count) for n in range(count)]


def copies(count: int) -> list[Item]:
    """The same text from everybody."""
    base = max((text for text in invented.bases(SHIPPED) if text.language == "en"), key=lambda text: len(text.body))
    return [_item(n, base, count) for n in range(count)]


def _item(n: int, text: invented.Text, count: int) -> Item:
    outlet = f"o{n % invented.OUTLETS}"
    when = CLOSES - timedelta(hours=14 - 13 * n / count)
    url = f"https://{outlet}.example/{n}"
    return Item(n, text.title, text.lead, text.body, text.language, when, f"Outlet {outlet}", outlet, url)


def _day(config: Config, items: Sequence[Item]) -> Figures:
    engine = open_store(config.database_url, create=True)
    outlets = [Source(f"o{n}", f"Outlet {n}", SIDES[n % 3], "en", "private") for n in range(invented.OUTLETS)]
    with writing(engine) as tx:
        sources.sync(tx, outlets)
        for outlet in outlets:
            at = CLOSES - timedelta(hours=1)
            sources.log_fetch(tx, Fetch(outlet.id, f"https://{outlet.id}.example/rss", at, 200, "ok", newest=at))
        for item in items:
            articles.record(tx, draft(item), CLOSES - timedelta(hours=1))
    began = time.process_time()
    weave(config, engine, now=CLOSES)
    woven = time.process_time()
    report = publish(config, engine, now=CLOSES + timedelta(minutes=1))
    published = time.process_time()
    with reading(engine) as conn:
        largest = max(len(story.members) for story in stories.open_stories(conn, CLOSES - timedelta(days=7)))
    engine.dispose()
    return {
        "weave_seconds": round(woven - began, 1),
        "publish_seconds": round(published - woven, 1),
        "largest_story": largest,
        "html_bytes": len(report.page.html.encode()) if report.page else 0,
    }


def measure(count: int) -> Figures:
    """Both days, and the most memory that either took."""
    found: Figures = {"articles": count}
    for name, items in (("copies", copies(count)), ("wordings", wordings(count))):
        folder = Path(tempfile.mkdtemp())
        try:
            shutil.copy(shipped() / "tripoint.toml", folder / "tripoint.toml")
            (folder / "tripoint.local.toml").write_text('[stories]\nmodel = "none"\n', encoding="utf-8")
            found[name] = _day(load(folder), items)
        finally:
            shutil.rmtree(folder)
    return found | {"memory_gb": memory()}


def main(argv: Sequence[str] | None = None) -> int:
    """0; prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    found = measure(args.articles)
    print(
        json.dumps(found, indent=1) if args.json else "\n".join(f"{name:12} {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
