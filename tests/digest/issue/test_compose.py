"""What an issue holds: sections, counts, coverage, updates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from digest.issue.compose import Limits, compose, move_beyond, without
from digest.issue.issue import Earlier, from_json, to_json
from tests.digest.issue.asked import item, keys
from tests.digest.paper import CLOSES, Day, normal


def test_each_story_stands_in_the_section_of_its_coverage() -> None:
    placed = keys(normal().issue())
    assert {placed[n] for n in (1, 2)} == {"all"}
    assert {placed[n] for n in (3, 4, 5)} == {"two"}
    assert {placed[n] for n in (6, 7, 8)} == {"one"}
    assert {placed[n] for n in (20, 21, 22, 23)} == {"brief"}  # told elsewhere only


def test_about_and_coverage_are_two_things() -> None:
    ports = item(normal().issue(), 5)
    assert ports.edges == ("CN-US",)
    assert ports.told_by == ("US", "RU")


def test_the_numbers_add_up() -> None:
    issue = normal().issue(limits=Limits(stories=2, one_sided=1, briefs=3))
    assert issue.stories == 12
    assert sum(len(s.items) + len(s.beyond) for s in issue.sections) == 12
    assert issue.told_by(3) == 2
    assert issue.silences() == 6


def test_an_article_enters_a_slot_once_and_old_ones_never() -> None:
    day = Day()
    first = day.tell(1, "Harbor Wire", "A story")
    day.tell(2, "Harbor Wire", "An old story", hours=73)
    assert keys(day.issue()) == {1: "one-open"}
    day.told = {first: date(2026, 11, 23)}
    assert day.issue().empty


def test_what_was_fetched_after_the_close_is_not_told() -> None:
    day = Day()
    id = day.tell(1, "Harbor Wire", "A story", hours=1)
    day.articles[id] = replace(day.articles[id], fetched=CLOSES + timedelta(seconds=1))
    assert day.issue().empty


def test_a_story_returns_as_an_update_with_what_is_new() -> None:
    day = Day()
    first = day.tell(1, "Harbor Wire", "A story", hours=30, copy=1, role="original")
    day.tell(1, "Lakeside Post", "A story, reprinted", hours=3, copy=1, role="copy", credits="Harbor Wire")
    day.told = {first: date(2026, 11, 23)}
    assert day.issue().empty  # a reprint of what was told is nothing new
    day.tell(1, "长河日报", "新消息", hours=2)
    found = item(day.issue(), 1)
    assert found.update is not None
    assert (found.update.since, found.update.reports, found.update.sides) == (date(2026, 11, 23), 1, ("CN",))
    assert found.told_by == ("US", "CN")


def test_a_poisoned_article_costs_itself_and_a_poisoned_story_is_counted() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "A story")
    day.tell(1, "Bay Monitor", "Another title", url="javascript:alert(1)")
    day.tell(2, "Bay Monitor", "\u202e\ud800\n", url="https://x.example/")
    issue = day.issue()
    assert [i.story for i in issue.every()] == [1]
    assert issue.dropped == 1
    assert "javascript" not in str(to_json(issue))


def test_only_the_editions_edges_are_told_and_hidden_stories_are_not() -> None:
    day = normal()
    material = day.material()
    hidden = [replace(s, hidden=s.id == 3) for s in material.stories]
    assert {3, 6} <= set(keys(compose(material, day.frame(edges=("CN-RU",)))))
    assert 4 not in keys(compose(material, day.frame(edges=("CN-RU",))))
    assert 3 not in keys(compose(replace(material, stories=hidden), day.frame()))


def test_the_issue_survives_json_and_the_same_material_gives_the_same_issue() -> None:
    issue = normal().issue()
    assert from_json(to_json(issue)) == issue
    assert normal().issue() == issue


def test_no_article_is_quoted_over_the_limit() -> None:
    day = Day()
    for n, name in enumerate(("Harbor Wire", "Potomac Ledger", "Polar Courier", "Great River Daily")):
        day.tell(n, name, f"Story {n}", text="A very long sentence that goes on " * 40)
        day.tell(n, "Fjordposten", f"Story {n} again", text="Short. " * 200)
    assert all(len(i.summary) <= 280 for i in day.issue().every())


def test_a_reserved_article_is_not_quoted() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "A story", text="One sentence of it. And another one.", reserved=True)
    day.tell(1, "Хроника дня", "История")
    assert item(day.issue(), 1).summary == ""


def test_moving_beyond_keeps_every_story_and_the_first_one() -> None:
    issue = normal().issue()
    steps, smaller = 0, move_beyond(issue)
    while smaller is not None:
        assert smaller.stories == issue.stories
        last, smaller = smaller, move_beyond(smaller)
        steps += 1
    assert [i.story for i in last.printed()] == [1]
    assert steps == 11
    assert without(issue, 3).stories == 11


def test_a_follow_up_names_the_story_it_goes_on_from_and_when_it_was_told() -> None:
    day = Day()
    before = day.tell(1, "Harbor Wire", "Talks begin in Tromsen", hours=30)
    day.tell(2, "Harbor Wire", "Talks end in Tromsen", hours=2)
    day.told = {before: date(2026, 11, 23)}
    material = day.material()
    yesterday, today = material.stories
    for follows, hidden, expected in (
        (1, False, Earlier(1, "Talks begin in Tromsen", "en", date(2026, 11, 23))),
        (1, True, None),
        (None, False, None),
        (77, False, None),
    ):
        followed = {1: replace(yesterday, hidden=hidden)}
        changed = replace(material, stories=[replace(today, follows=follows)], followed=followed)
        assert item(compose(changed, day.frame()), 2).follows == expected
    never = replace(material, stories=[replace(today, follows=1)], followed={1: yesterday}, told={})
    assert item(compose(never, day.frame()), 2).follows == Earlier(1, "Talks begin in Tromsen", "en", None)
