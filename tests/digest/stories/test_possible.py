"""Before a silence is printed: may one of that side's entries tell the story? A doubt means yes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from config.load import load, shipped
from digest.stories.possible import Listening, possible_match
from digest.stories.similarity import Vector
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


def test_what_the_model_finds_alike_is_heard_though_no_word_is_shared(matcher: Matcher) -> None:
    hall = Entry("Музей в Туле открыл новый зал", "В нём покажут самовары.", "ru")
    same, other = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)

    def heard(meanings: dict[str, Vector]) -> object:
        return Listening(matcher, [hall], (), lambda told: meanings.get(told.title)).heard(STORY)

    assert heard({STORY[0].title: same, hall.title: same}) is hall
    assert heard({STORY[0].title: same, hall.title: other}) is None
    assert heard({hall.title: same}) is heard({STORY[0].title: same}) is heard({}) is None


def test_of_a_report_that_nobody_else_tells_little_likeness_in_another_language_is_enough(matcher: Matcher) -> None:
    rule = "The commerce ministry's rule takes effect in a month."
    story = [Entry("China puts thermal-camera lenses under export license, squeezing defense suppliers", rule, "en")]
    lens = Entry("Новосибирск останется без тепловизоров", "Экспорт линз из Китая закрыт.", "ru")
    hall = Entry("Музей в Туле открыл новый зал", "В нём покажут самовары.", "ru")
    assert Listening(matcher, [lens]).heard(story) is None
    assert Listening(matcher, [lens], untied=lambda told: True).heard(story) is lens
    assert Listening(matcher, [hall], untied=lambda told: True).heard(story) is None


def test_a_number_in_common_is_no_match_across_languages(matcher: Matcher) -> None:
    panda = Entry("Panda cub takes 60 steps at Ohio zoo, then naps for 5 hours", "Visitors counted 60 steps.", "en")
    told = Entry("中俄联合核安全评估组完成对云湾核电站5号机组首轮检查", "评估组用了60天查了5号机组。", "zh")
    assert not possible_match(matcher, [told], [panda])


def test_nothing_listed_matches_nothing(matcher: Matcher) -> None:
    assert not possible_match(matcher, STORY, [])
    assert not possible_match(matcher, [], STORY)
    assert not possible_match(matcher, STORY, [Entry("", "", "zh")])
