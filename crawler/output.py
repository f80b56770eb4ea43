"""--output: every matching article as JSON Lines or CSV, sorted, written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from crawler.articles import COLUMNS, number
from crawler.plan import CrawlError, Plan
from crawler.task import CrawlOptions
from store import articles, db
from store import sources as stored_sources

SUFFIXES = (".jsonl", ".csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so (OWASP, CSV injection)


def check(path: Path | None) -> None:
    """Raise CrawlError unless `path` can be written as one of our formats."""
    if path is None:
        return
    if path.suffix not in SUFFIXES:
        raise CrawlError(f"--output writes .jsonl or .csv, not {path.name}")
    if not path.absolute().parent.is_dir():
        raise CrawlError(f"--output: no such folder: {path.absolute().parent}")


def write(path: Path, engine: Engine, plan: Plan, options: CrawlOptions, spool: Path | None) -> int:
    """Write what this crawl brought and what was stored of its sources before; how many articles."""
    rows = {row["identity"]: row for row in _stored(engine, plan, options)} if options.replay is None else {}
    for row in _spooled(spool):
        if options.replay is not None:
            row["status"] = "new"  # a recording is told as if for the first time, whatever the store has seen
        if options.wants(_moment(row["published"])) and (row["relevant"] or options.keep_all or not row["gated"]):
            rows[row["identity"]] = row
    kept = list(_limited(sorted(rows.values(), key=_order), options.limit))
    body = _as_csv(kept) if path.suffix == ".csv" else _as_lines(kept)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(body)
    os.replace(partial, path)
    return len(kept)


def _stored(engine: Engine, plan: Plan, options: CrawlOptions) -> Iterator[dict[str, Any]]:
    with db.reading(engine) as conn:
        outlets = stored_sources.all(conn)
        found = articles.of_sources(conn, plan.selected, options.since, options.until, off_topic=options.keep_all)
    for identity, article in found.items():
        outlet = outlets[article.source_id]
        yield {
            "identity": identity, "id": number(identity), "source": article.source_id, "country": outlet.country,
            "ownership": outlet.ownership, "language": article.language, "url": article.url, "title": article.title,
            "author": article.author, "published": article.published.isoformat(), "published_raw":
            article.published_raw, "fetched": article.fetched.isoformat(), "relevant": article.relevant, "edges":
            list(article.edges), "text_sha256": article.text_sha256, "text": article.text, "status": "seen",
            "origin": article.origin, "gated": True,
        }  # fmt: skip


def _spooled(spool: Path | None) -> Iterator[dict[str, Any]]:
    if spool is None or not spool.exists():
        return
    with spool.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):  # a child that was killed may leave half a line
                yield json.loads(line)


def _moment(value: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(value)


def _order(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["source"], row["published"], row["id"]


def _limited(rows: Iterable[dict[str, Any]], limit: int | None) -> Iterator[dict[str, Any]]:
    """The newest `limit` rows of each source; rows are in ascending order."""
    whole = list(rows)
    if limit is None:
        yield from whole
        return
    by_source: dict[str, list[dict[str, Any]]] = {}
    for row in whole:
        by_source.setdefault(row["source"], []).append(row)
    for mine in by_source.values():
        yield from mine[-limit:]


def _as_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    lines = []
    for row in rows:
        told = {name: row[name] for name in COLUMNS} | {"status": row["status"], "text": row["text"]}
        lines.append(json.dumps(told, ensure_ascii=False, separators=(", ", ": ")))
    return "".join(line + "\n" for line in lines).encode("utf-8", "replace")


def _as_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 with a byte-order mark, which is how Excel knows, and with formulas defused by an apostrophe."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([*COLUMNS, "status"])
    for row in rows:
        table.writerow([_cell(row[name]) for name in (*COLUMNS, "status")])
    return ("\ufeff" + out.getvalue()).encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(value) if isinstance(value, (list, tuple)) else str(value)
    return "'" + text if text.startswith(_FORMULA) else text
