"""A canary for pages that lost their text: an outlet's new layout fails no request, it only empties its articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection

from store import articles

RECENT = 8  # articles: fewer may be a run of short notices
USUAL = 16  # articles before them: fewer say nothing about what is usual
SHRUNK = 0.2  # of the usual length; pages of one outlet vary, but not its middle one by five times
SHORT = 400  # characters: an outlet of short notices has no body that could be lost
WINDOW = timedelta(days=14)  # texts are kept so long (`[keep] text`), and so is what was usual


def emptied(lengths: Sequence[int]) -> str:
    """Why an outlet's newest articles look emptied, or "". `lengths`: characters of text read from its pages, newest
    first, 0 where a page gave none."""
    recent, usual = lengths[:RECENT], lengths[RECENT:]
    if len(recent) < RECENT or len(usual) < USUAL:
        return ""
    before, now = median(usual), median(recent)
    few = sum(length < before * SHRUNK for length in recent)
    if before < SHORT or now >= before * SHRUNK or few < RECENT - 1:
        return ""
    return (
        f"{few} of its last {RECENT} pages gave hardly any text (usual: {before:.0f} characters, now: {now:.0f}): "
        "its layout may have changed, or its pages are closed to us"
    )


def suspects(conn: Connection, now: datetime) -> dict[str, str]:
    """Source id -> why its articles look emptied, by what the store holds."""
    lengths = articles.text_lengths(conn, now - WINDOW, RECENT + 2 * USUAL)
    return {id: why for id, row in lengths.items() if (why := emptied(row))}
