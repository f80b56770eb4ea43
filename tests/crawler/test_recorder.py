"""What the crawl's only writer writes, in which order."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from crawler import articles as made
from crawler.bookkeeping import outlet
from crawler.notes import Learned, Listing, Note, Postponed, Settled
from crawler.recorder import Recorder
from store import articles, sources
from store.records import Fetch, Listed
from tests.crawler.conftest import NOW, Newsdesk

LEAD = "Chinese and American negotiators met in Geneva."


@pytest.fixture
def kept(desk: Newsdesk) -> Newsdesk:
    desk.add("a", "/a.xml")
    desk.crawl()  # which makes the store
    return desk


def entry(key: str) -> Listed:
    url = f"http://outlet.example/{key}"
    return Listed("a", key, url, "Talks resume", LEAD, "en", NOW, NOW, NOW, "pending")


def written(desk: Newsdesk, *batches: list[Note]) -> dict[str, Listed]:
    """The entries once these notes were written, each list of them at once."""
    recorder = Recorder(cast(Any, None))

    async def write() -> None:
        recorder.open(desk.config.database_url, lambda event: None, dry=False, outlets=[outlet(desk.sources[0])])
        for notes in batches:
            for note in notes:
                recorder.put(note)
            recorder.flush()
        recorder.closed(cast(Any, None), "")

    asyncio.run(write())
    assert recorder.lost == 0
    keys = [("a", key) for key in ("read", "failed", "later", "other")]
    return {key: row for (_, key), row in desk.ask(sources.listed, keys).items()}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_listing_does_not_undo_what_became_of_its_entries_since_it_was_looked_up(
    kept: Newsdesk, at_once: bool
) -> None:
    """A page that an earlier crawl left over is read while its feed, which says something else now, is on its way."""
    rows = [entry(key) for key in ("read", "failed", "later", "other")]
    again = [replace(row, fingerprint="another") for row in rows]
    fetch = Fetch("a", "http://outlet.example/a.xml", NOW, 200, "ok")
    done: list[Note] = [
        made.from_entry(kept.sources[0], rows[0], NOW),
        Settled("a", "failed", rows[1].url or "", "failed", "no text"),
        Postponed("a", "later", rows[2].url or "", NOW, "timeout"),
    ]
    first, then = [Listing(fetch, rows=tuple(rows)), *done], [Listing(fetch, rows=tuple(again))]
    found = written(kept, *([[*first, *then]] if at_once else [first, then]))
    assert {key: (row.outcome, row.fingerprint) for key, row in found.items()} == {
        "read": ("article", ""), "failed": ("failed", ""), "later": ("pending", ""), "other": ("pending", "another"),
    }  # fmt: skip
    assert found["later"].due == NOW and len(kept.ask(articles.between, NOW, NOW.replace(year=2027))) == 1


def test_what_a_server_said_is_known_before_it_is_written(kept: Newsdesk) -> None:
    """Its rules may be forgotten by the middleware that asked for them, which must not ask it again."""
    recorder, host = Recorder(cast(Any, None)), "https://outlet.example:443"

    async def learn() -> str | None:
        recorder.open(kept.config.database_url, lambda event: None, dry=False)
        recorder.put(Learned(host, "ok", b"User-agent: *", NOW))
        known = recorder.hosts([host])[host]
        recorder.closed(cast(Any, None), "")
        return known.robots_status

    assert asyncio.run(learn()) == "ok"
