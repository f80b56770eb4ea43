"""Before a silence is printed: may one of that side's entries tell the story? A doubt means yes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from config.load import load, shipped
from digest.stories.possible import Listening, possible_match
from store.records import Lexicon
from topics.concepts import Matcher


@dataclass(frozen=True)
class Entry:
    title: str
    lead: str
    language: str
    text: str = ""
    source_id: str = "outlet"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


STORY = [
    Entry(
        "China halts imports of Russian coal through Manzhouli",
        "Customs officers at the rail crossing have turned back wagons of coal since Monday.",
        "en",
    )
]


def test_the_same_event_in_another_language_is_a_possible_match(matcher: Matcher) -> None:
    entries = [Entry("Вагоны с углём не пускают через Маньчжурию", "Китайская таможня разворачивает составы.", "ru")]
    assert possible_match(matcher, STORY, entries)


def test_the_days_other_news_is_none(matcher: Matcher) -> None:
    entries = [
        Entry("Музей в Туле открыл новый зал", "В нём покажут самовары.", "ru"),
        Entry("Хоккеисты вышли в финал", "Решающую шайбу забросил защитник.", "ru"),
        Entry("Panda cub takes a nap at the zoo", "Visitors waited for an hour.", "en"),
    ]
    assert not possible_match(matcher, STORY, entries)


def test_the_entry_that_may_be_the_story_is_named(matcher: Matcher) -> None:
    other = Entry("Музей в Туле открыл новый зал", "В нём покажут самовары.", "ru")
    coal = Entry("Вагоны с углём не пускают через Маньчжурию", "Китайская таможня разворачивает составы.", "ru")
    assert Listening(matcher, [other, coal]).heard(STORY) is coal
    assert Listening(matcher, [other], [coal]).heard(STORY) is coal  # told by somebody else together with the first
    assert Listening(matcher, [other]).heard(STORY) is None


def test_a_number_in_common_is_no_match_across_languages(matcher: Matcher) -> None:
    panda = Entry("Panda cub takes 60 steps at Ohio zoo, then naps for 5 hours", "Visitors counted 60 steps.", "en")
    told = Entry("中俄联合核安全评估组完成对云湾核电站5号机组首轮检查", "评估组用了60天查了5号机组。", "zh")
    assert not possible_match(matcher, [told], [panda])


def test_nothing_listed_matches_nothing(matcher: Matcher) -> None:
    assert not possible_match(matcher, STORY, [])
    assert not possible_match(matcher, [], STORY)
    assert not possible_match(matcher, STORY, [Entry("", "", "zh")])
