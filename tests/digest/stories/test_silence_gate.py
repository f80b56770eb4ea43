"""The gate before a silence, on the newsrooms that ship: no silence of a side that spoke, and most true ones printed.

The labels say who told what; the functions under test never see them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import benchmarks
from benchmarks import hearing
from benchmarks.bench import Bench
from benchmarks.labelled import find
from benchmarks.silences import Newsroom, runs_of, tally_of, verdicts
from digest.stories.pool import Pool
from digest.stories.possible import Listening
from store.records import SIDES
from tests.digest.stories.test_quality import newsroom

SETS = Path(benchmarks.__file__).with_name("sets")


@pytest.fixture(scope="module")
def day(by_lexicon: Bench) -> Newsroom:
    return Newsroom(newsroom(), by_lexicon)


def rows_of(name: str) -> list[dict[str, Any]]:
    return newsroom() if name == "demo" else find(SETS / name)[0].rows


def stories(day: Newsroom) -> Iterator[tuple[str, list[int]]]:
    """What the labels call a story, where any of it is relevant."""
    told: dict[str, list[int]] = defaultdict(list)
    for n, row in enumerate(day.rows):
        told[row["gold_story"]].append(n)
    yield from ((story, ids) for story, ids in sorted(told.items()) if any(n in day.kept for n in ids))


def test_a_side_is_heard_also_where_all_that_it_told_was_woven_elsewhere(day: Newsroom, by_lexicon: Bench) -> None:
    unheard, asked = [], 0
    pool = Pool(by_lexicon.matcher, day.items)
    for side in SIDES:
        listening = Listening(pool, [n for n, its in enumerate(day.sides) if its == side])
        for story, ids in stories(day):
            others = [day.items[n] for n in ids if day.sides[n] != side]
            if others and side in day.tellers[story]:
                asked += 1
                if not listening.may_tell(others):
                    unheard.append((story, side))
    assert asked >= 30
    assert unheard == []


@pytest.mark.parametrize(("name", "least"), [("demo", 2), ("newsroom-4", 7)])
def test_with_the_model_no_teller_is_called_silent_and_silences_are_printed(
    name: str, least: int, by_model: Bench
) -> None:
    found = list(verdicts(Newsroom(rows_of(name), by_model)))
    assert [verdict for verdict in found if verdict.silent and verdict.spoke] == []
    quiet = [verdict.silent for verdict in found if not verdict.spoke]
    assert sum(quiet) >= least and len(quiet) >= 15


def test_without_the_model_no_teller_is_called_silent_on_the_hardest_day_either(by_lexicon: Bench) -> None:
    found = list(verdicts(Newsroom(rows_of("newsroom-4"), by_lexicon)))
    assert [verdict for verdict in found if verdict.silent and verdict.spoke] == []
    assert sum(verdict.silent for verdict in found) >= 3


@pytest.mark.parametrize(("name", "least"), [("demo", 0), ("newsroom-2", 2), ("newsroom-3", 0)])
def test_no_teller_is_called_silent_with_all_outlets_read_nor_with_one_of_each_side_down(
    name: str, least: int, by_lexicon: Bench
) -> None:
    rows = rows_of(name)
    every = {row["outlet_id"] for row in rows}
    room = Newsroom(rows, by_lexicon)
    assert set().union(*runs_of(room)) == {id for ids in room.outlets.values() for id in ids} <= every
    found = tally_of(rows, by_lexicon)
    assert (found["silences.all_read.false"], found["silences.one_down_a_side.false"]) == (0, 0)
    assert found["silences.all_read.true"] >= least


def test_what_keeps_silences_from_print_is_told_by_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert hearing.main(["--no-model", "--json", "--data", str(SETS / "newsroom-2")]) == 0
    (found,) = json.loads(capsys.readouterr().out).values()
    assert set(found["gates"]) == {"alone", "possible match", "printed"}
    assert found["gates"]["printed"]["spoke"] == 0 < found["gates"]["printed"]["silent"]
    assert hearing.main(["--no-model", "--data", str(SETS / "absent")]) == 2


def test_of_a_side_that_told_an_event_in_one_headline_alone_most_are_heard(day: Newsroom) -> None:
    found = hearing.headlines(day)
    assert found["of"] >= 40
    assert found["unheard"] <= 5 and found["printed"] <= 1


def test_the_side_of_an_outlet_that_is_down_is_not_known_and_the_others_are(by_lexicon: Bench) -> None:
    day = Newsroom(rows_of("newsroom-4"), by_lexicon)
    down = day.outlets["RU"][0]
    found = list(verdicts(day, {down}))
    assert "RU" not in {verdict.side for verdict in found if verdict.silent} != set()
    assert [verdict for verdict in found if verdict.silent and verdict.spoke] == []
