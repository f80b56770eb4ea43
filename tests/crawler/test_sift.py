"""What is done with each entry that a feed lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.sift import Sifted, by_address, renumbered, sift
from store.records import Entry, Listed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def entries(count: int, *, guid: str = "g", lead: str = "Lead", scheme: str = "https") -> list[Entry]:
    link = f"{scheme}://outlet.example"
    return [Entry(key=f"{guid}{n}", url=f"{link}/{n}", title=f"Title {n}", lead=f"{lead} {n}") for n in range(count)]


def sifted(listed: Sequence[Entry], known: dict[str, Listed], **more: int) -> Sifted:
    return sift(listed, known, {}, source_id="a", language="en", now=LATER, promising=lambda entry: True, **more)  # type: ignore[arg-type]


def read_before(listed: Sequence[Entry]) -> dict[str, Listed]:
    """The same entries as they are known once their pages were read."""
    found = sift(listed, {}, {}, source_id="a", language="en", now=NOW, promising=lambda entry: True)
    return {row.key: replace(row, outcome="article", article_id=1) for row in found.rows}


@pytest.mark.parametrize(
    ("changed", "unchanged", "read_again"), [(1, 7, 1), (4, 4, 4), (5, 3, 0), (8, 0, 0), (8, 30, 8)]
)
def test_leads_that_change_all_at_once_are_no_news(changed: int, unchanged: int, read_again: int) -> None:
    """A counter or the hour in each lead would have every page read again at every poll."""
    known = read_before(entries(8))
    listed = entries(changed, lead="Read 7 times:")
    found = sifted(listed, known, unchanged=unchanged)
    assert (found.new, len(found.wanted)) == (0, read_again)
    assert {row.lead for row in found.rows} == {entry.lead for entry in listed}
    again = sifted(listed, {**known, **{row.key: row for row in found.rows}}, unchanged=unchanged)
    assert read_again or (again.rows == () and len(again.touched) == changed)


def test_a_changed_title_is_news_whatever_becomes_of_the_leads() -> None:
    known = read_before(entries(8))
    listed = [replace(entry, title="Corrected") if entry.key == "g3" else entry for entry in entries(8, lead="New")]
    assert [row.key for row in sifted(listed, known).wanted] == ["g3"]


def test_a_feed_that_gives_other_guids_lists_nothing_new() -> None:
    """F36: all guids swapped and http for https, of 500 entries."""
    known = read_before(entries(500, scheme="http"))
    for guid in ("other", "yet-another"):
        listed = entries(500, guid=guid)
        assert renumbered(listed, {})
        found = sifted(listed, by_address(listed, list(known.values()), {}))
        assert (found.new, found.wanted, found.counts["seen"]) == (0, (), 500)
        assert {row.key for row in found.rows} | set(found.touched) <= set(known)


def test_news_in_a_feed_are_not_taken_for_other_guids() -> None:
    known = read_before(entries(30))
    assert not renumbered(entries(30), known) and not renumbered(entries(4), {})
    assert not renumbered(entries(6), {}, unchanged=24)
    listed = [*entries(30), *(replace(entry, url=f"{entry.url}/new") for entry in entries(40, guid="n"))]
    assert renumbered(listed, known)
    assert sifted(listed, by_address(listed, list(known.values()), known)).new == 40
