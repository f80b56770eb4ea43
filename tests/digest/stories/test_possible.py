"""A doubt forbids a silence: an entry near a story is heard, one about something else is not."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.load import load, shipped
from digest.stories.possible import Listening, possible_match
from store.records import Lexicon
from topics.concepts import Matcher


@dataclass(frozen=True)
class Text:
    title: str
    lead: str
    language: str


STORY = [
    Text("US lifts tariffs on Chinese soybeans for a year", "Washington suspended the duties on Monday.", "en"),
    Text("США на год отменили пошлины на китайские соевые бобы", "", "ru"),
]
SAME = Text("美国暂停对华大豆关税一年", "美国周一宣布暂停大豆关税。", "zh")
REWORDED = Text("Soybean tariffs on China suspended by the US for one year", "The duties end on Monday.", "en")
OTHER = [
    Text("Panda cub named at an Ohio zoo", "Visitors voted for the name.", "en"),
    Text("Рынок снега открылся в Перми", "", "ru"),
    Text("本市地铁新线开通试运营", "", "zh"),
]


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    folder: Path = tmp_path_factory.mktemp("config")
    shutil.copy(shipped() / "tripoint.toml", folder / "tripoint.toml")
    return Matcher(Lexicon.of(load(folder).lexicon_rows()))


@pytest.mark.parametrize("entry", [SAME, REWORDED], ids=["in Chinese", "reworded"])
def test_an_entry_that_may_tell_the_story_is_heard_among_others(matcher: Matcher, entry: Text) -> None:
    assert possible_match(matcher, STORY, [*OTHER, entry])


def test_entries_about_something_else_leave_the_silence(matcher: Matcher) -> None:
    assert not possible_match(matcher, STORY, OTHER)
    assert not possible_match(matcher, STORY, [])


def test_one_side_is_asked_about_many_stories_with_the_same_answers(matcher: Matcher) -> None:
    side = Listening(matcher, [*OTHER, SAME])
    answers = [side.may_tell(story) for story in (STORY, OTHER[:1], STORY)]
    assert answers == [True, True, True]  # the zoo's cub is in the entries itself
    assert not side.may_tell([Text("Harvest festival opens in Lyon", "Wine and cheese for a week.", "en")])


def test_another_story_is_heard_unless_a_language_told_the_two_apart(matcher: Matcher) -> None:
    assert Listening(matcher, [SAME], [frozenset({"zh"})]).may_tell(STORY)
    assert not Listening(matcher, [SAME], [frozenset({"zh", "ru"})]).may_tell(STORY)
