"""Before a silence is printed: may one of that side's entries tell the story? A doubt means yes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from config.load import load, shipped
from digest.stories.possible import possible_match
from store.records import Lexicon
from topics.concepts import Matcher


@dataclass(frozen=True)
class Entry:
    title: str
    lead: str
    language: str
    text: str = ""


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


def test_nothing_listed_matches_nothing(matcher: Matcher) -> None:
    assert not possible_match(matcher, STORY, [])
    assert not possible_match(matcher, [], STORY)
    assert not possible_match(matcher, STORY, [Entry("", "", "zh")])
