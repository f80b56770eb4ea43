"""A follow-up is a story of its own that names the one it goes on from; the daily pass mends what was kept apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.bench import Bench
from digest.stories.clusters import Rules
from digest.stories.reading import Item
from digest.stories.weaving import Woven, weave
from topics.concepts import Matcher

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def matcher(by_lexicon: Bench) -> Matcher:
    return by_lexicon.matcher


def item(id: int, title: str, text: str, hours: float) -> Item:
    return Item(
        id, title, "", text, "en", NOON + timedelta(hours=hours), f"Outlet {id}", f"o{id}", f"https://o{id}.example/"
    )


LISTED = item(
    1,
    "US sanctions nine Dalian shippers over Russian oil",
    "The United States placed nine shipping companies from Dalian under sanctions for carrying Russian crude.",
    0,
)
APPEAL = (
    "Dalian shippers appeal against US sanctions over Russian oil",
    "Nine shipping companies from Dalian that Washington placed under sanctions for carrying Russian crude appealed.",
)
OTHER = (
    "Lavrov and Rubio agree in Doha to reopen consulates",
    "The Russian and American foreign ministers agreed in Doha to reopen two consulates.",
)


def second_day(matcher: Matcher, later: Item, rules: Rules | None = None) -> Woven:
    return weave([LISTED, later], matcher, standing={1: (7, 0)}, rules=rules)


def homes(woven: Woven) -> dict[int, tuple[int, ...]]:
    return {f.id: story.stories for story in woven.stories for cluster in story.clusters for f in cluster.members}


def test_what_comes_days_later_is_a_story_that_follows(matcher: Matcher) -> None:
    woven = second_day(matcher, item(2, *APPEAL, 110))
    assert homes(woven) == {1: (7,), 2: ()}
    assert woven.follows == {2: 7}


NEXT = (
    "Treasury adds four Dalian shippers to its list over Russian oil",
    "The United States put 4 more shipping companies from Dalian under sanctions for carrying Russian crude.",
)
BEFORE = item(1, LISTED.title, LISTED.text.replace("nine", "9"), 0)


def test_a_next_step_has_figures_of_its_own_and_a_late_report_those_of_the_event(matcher: Matcher) -> None:
    def a_day_later(text: str, rules: Rules | None = None) -> Woven:
        return weave([BEFORE, item(2, NEXT[0], text, 24)], matcher, standing={1: (7, 0)}, rules=rules)

    assert homes(a_day_later(NEXT[1])) == {1: (7,), 2: ()}
    assert a_day_later(NEXT[1]).follows == {2: 7}
    assert homes(a_day_later(NEXT[1].replace("4 more", "9"))) == {1: (7,), 2: (7,)}
    by_hand = Rules(together=frozenset({(1, 2)}))
    assert homes(a_day_later(NEXT[1], by_hand)) == {1: (7,), 2: (7,)}


def test_a_next_step_is_followed_across_languages(matcher: Matcher) -> None:
    later = Item(
        2, "США внесли в список ещё 4 судоходные компании из Даляня", "",
        "Минфин США ввёл санкции против ещё 4 судоходных компаний из Даляня за перевозку российской нефти.",
        "ru", NOON + timedelta(hours=24), "Газета", "o2", "https://o2.example/",
    )  # fmt: skip
    woven = weave([BEFORE, later], matcher, standing={1: (7, 0)})
    assert (homes(woven), woven.follows) == ({1: (7,), 2: ()}, {2: 7})


def test_what_comes_within_hours_is_the_same_story(matcher: Matcher) -> None:
    woven = second_day(matcher, item(2, *APPEAL, 5))
    assert homes(woven) == {1: (7,), 2: (7,)}
    assert woven.follows == {}


def test_another_event_follows_nothing(matcher: Matcher) -> None:
    for hours in (5, 30, 110):
        assert second_day(matcher, item(2, *OTHER, hours)).follows == {}


def test_what_an_operator_split_follows_nothing(matcher: Matcher) -> None:
    rules = Rules(apart=frozenset({(1, 2)}))
    assert second_day(matcher, item(2, *APPEAL, 110), rules).follows == {}
    assert second_day(matcher, item(2, *APPEAL, 5), rules).follows == {}


def test_stored_stories_are_compared_again_only_where_asked(matcher: Matcher) -> None:
    """Two stories that are one event, as an earlier run may have left them."""
    pair = [LISTED, item(2, *APPEAL, 3)]
    standing = {1: (7, 0), 2: (8, 0)}
    assert {story.stories for story in weave(pair, matcher, standing=standing).stories} == {(7,), (8,)}
    again = weave(pair, matcher, standing=standing, again_since=NOON)
    assert {story.stories for story in again.stories} == {(7, 8)}
    late = weave(pair, matcher, standing=standing, again_since=NOON + timedelta(hours=4))
    assert {story.stories for story in late.stories} == {(7,), (8,)}
    split = weave(pair, matcher, standing=standing, again_since=NOON, rules=Rules(apart=frozenset({(1, 2)})))
    assert {story.stories for story in split.stories} == {(7,), (8,)}
