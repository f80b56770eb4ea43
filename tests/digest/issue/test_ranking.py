"""Which story stands first, and that no outlet takes a paper over."""

from __future__ import annotations

from dataclasses import replace

from digest.issue.compose import Limits, compose
from digest.issue.issue import Issue
from tests.digest.issue.asked import item
from tests.digest.paper import PRESS, Day, normal

THREE = ("CN-RU", "RU-US", "CN-US")


def order(issue: Issue) -> list[int]:
    return [i.story for i in issue.every()]


def test_independent_reports_rank_and_reprints_do_not() -> None:
    day = Day()
    for n, (name, _) in enumerate(PRESS["US"]):
        day.tell(1, name, "One text", copy=1, role="copy" if n else "original", hours=5)
    for name, _ in PRESS["US"][:3]:
        day.tell(2, name, f"A report by {name}", hours=5)
    assert order(day.issue()) == [2, 1]


def test_a_report_of_this_night_ranks_before_one_of_yesterday() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "Old", hours=40)
    day.tell(2, "Harbor Wire", "New", hours=1)
    assert order(day.issue()) == [2, 1]


def test_a_story_about_all_three_ranks_before_one_about_two() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "Two")
    day.tell(2, "Harbor Wire", "Three", edges=THREE)
    assert order(day.issue()) == [2, 1]
    narrow = compose(day.material(), day.frame(edges=("CN-US",)))
    assert order(narrow) == [1, 2]  # this edition asks for one edge, and both are about it: the number decides


def test_outlets_of_different_kinds_rank_before_outlets_of_one() -> None:
    day = Day()
    for name in ("Potomac Ledger", "Capital Courant"):
        day.tell(1, name, f"Told by {name}")
    for name in ("Potomac Ledger", "Prairie Radio"):
        day.tell(2, name, f"Told by {name}, too")
    assert order(day.issue()) == [2, 1]


def test_the_parts_of_a_rank_add_up_and_are_kept() -> None:
    for found in normal().issue().every():
        assert found.rank is not None
        parts = found.rank.coverage + found.rank.freshness + found.rank.edges + found.rank.diversity
        assert round(parts, 3) == found.rank.score


def test_a_pinned_story_stands_first_and_is_never_moved_to_the_web() -> None:
    day = normal()
    material = day.material()
    pinned = [replace(s, pinned=s.id in (4, 8)) for s in material.stories]
    issue = compose(replace(material, stories=pinned), day.frame(), Limits(stories=1, one_sided=1, briefs=1))
    printed = {s.key: [i.story for i in s.items] for s in issue.sections}
    assert printed["two"][0] == 4
    assert printed["one"][0] == 8
    assert item(issue, 4).pinned and not item(issue, 1).pinned


def test_one_outlet_alone_gives_way_to_others_and_fills_what_they_leave() -> None:
    day = Day()
    for story in range(1, 7):
        day.tell(story, "Harbor Wire", f"Harbor tells {story}", hours=1)
    for story, name in enumerate(("Potomac Ledger", "Capital Courant"), 7):
        day.tell(story, name, f"{name} tells {story}", hours=20)
    four = {i.story for s in day.issue(limits=Limits(one_sided=4)).sections if s.key == "one-open" for i in s.items}
    assert four == {1, 2, 7, 8}
    six = {i.story for s in day.issue(limits=Limits(one_sided=6)).sections if s.key == "one-open" for i in s.items}
    assert six == {1, 2, 3, 4, 7, 8}


def test_one_outlets_headline_stands_over_a_fourth_of_the_full_stories_where_others_can() -> None:
    day = Day()
    for story in range(1, 9):
        day.tell(story, "Harbor Wire", f"Harbor tells {story}", hours=9, text="One sentence of it.", concepts=("soy",))
        day.tell(
            story, "Potomac Ledger", f"Potomac tells {story}", hours=8, text="Another sentence.", concepts=("soy",)
        )
        day.tell(story, "Хроника дня", f"История {story}", hours=7, concepts=("soy",))
    issue = day.issue(limits=Limits(stories=8))
    heads = [i.headline.outlet.name for i in issue.every()]
    assert heads[:4].count("Harbor Wire") == 2
    assert heads.count("Harbor Wire") == 4  # nobody else writes English: both stand over more in turn


def test_the_order_does_not_depend_on_the_order_of_what_is_given() -> None:
    day = normal()
    material = day.material()
    turned = replace(material, stories=list(reversed(material.stories)))
    assert compose(turned, day.frame()) == compose(material, day.frame())


def test_five_thousand_reports_of_one_event_are_composed() -> None:
    day = Day()
    names = [s.name for s in day.sources.values()]
    for n in range(5000):
        day.tell(1, names[n % len(names)], f"Report {n}", hours=1 + n / 1000, concepts=("soy", "rail"))
    (found,) = day.issue().every()
    assert found.outlets == len(names)
