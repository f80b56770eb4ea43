"""Before a silence is printed: may one of that side's entries tell the story? A doubt means yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from config.load import load, shipped
from digest.stories.pool import Pool
from digest.stories.possible import Home, Listening
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


def heard(
    matcher: Matcher,
    story: Sequence[Entry],
    entries: Sequence[Entry],
    companions: Sequence[Entry] = (),
    meanings: Mapping[str, Vector] | None = None,
    homes: Mapping[int, Home] | None = None,
) -> object:
    """Which of a side's entries, or of their companions, may tell the story."""
    pool = Pool(matcher, [*entries, *companions], lambda told: (meanings or {}).get(told.title))
    places = list(range(len(pool.texts)))
    return Listening(pool, places[: len(entries)], places[len(entries) :], homes).heard(story)


HALL = Entry("Музей в Туле открыл новый зал", "В нём покажут самовары.", "ru")
COAL = Entry("Вагоны с углём не пускают через Маньчжурию", "Китайская таможня разворачивает составы.", "ru")


def test_the_same_event_in_another_language_is_a_possible_match(matcher: Matcher) -> None:
    assert heard(matcher, STORY, [COAL]) is COAL


def test_the_days_other_news_is_none(matcher: Matcher) -> None:
    entries = [
        HALL,
        Entry("Хоккеисты вышли в финал", "Решающую шайбу забросил защитник.", "ru"),
        Entry("Panda cub takes a nap at the zoo", "Visitors waited for an hour.", "en"),
    ]
    assert heard(matcher, STORY, entries) is None


def test_the_entry_that_may_be_the_story_is_named(matcher: Matcher) -> None:
    assert heard(matcher, STORY, [HALL, COAL]) is COAL
    assert heard(matcher, STORY, [HALL], [COAL]) is COAL  # told by somebody else together with the first
    assert heard(matcher, STORY, [HALL]) is None


def apart(cosine: float) -> Vector:
    return np.array([cosine, np.sqrt(1 - cosine**2)], dtype=np.float32)


def test_what_the_model_finds_alike_is_heard_though_no_word_is_shared(matcher: Matcher) -> None:
    ours, theirs = {STORY[0].title: apart(1)}, {HALL.title: apart(1)}
    assert heard(matcher, STORY, [HALL], meanings=ours | theirs) is HALL
    assert heard(matcher, STORY, [HALL], meanings=ours | {HALL.title: apart(0)}) is None
    assert heard(matcher, STORY, [HALL], meanings=ours) is heard(matcher, STORY, [HALL], meanings=theirs) is None


def test_what_others_tell_too_must_come_nearer_than_what_a_side_tells_alone(matcher: Matcher) -> None:
    """An entry with an event of its own is no doubt about another one, until it would be tied to that as well."""
    long = " ".join(f"Слово{n} стоит в этом сообщении и больше нигде." for n in range(8))
    story = [Entry("Customs queue grows at the northern crossing", " ".join(f"word{n}" for n in range(60)), "en")]
    hall = Entry(HALL.title, long, "ru", long)

    def found(cosine: float, home: Home | None) -> bool:
        meanings = {story[0].title: apart(1), hall.title: apart(cosine)}
        return heard(matcher, story, [hall], (), meanings, {0: home} if home else {}) is hall

    least = {home: min(n for n in range(100) if found(n / 100, home)) for home in ("shared", "alone", None)}
    assert least["alone"] == least[None] < least["shared"]


def test_what_is_plainly_of_another_event_is_no_doubt(matcher: Matcher) -> None:
    """Two stories, each holding together twice as firmly as anything between them; nearer, they may be one."""
    words = " ".join(f"word{n}" for n in range(60))
    story = [Entry(f"Customs queue grows at the northern crossing, says {by}", words, "en") for by in ("one", "other")]
    own, companion = (Entry(title, f"Слово{title} " * 60, "ru") for title in ("Новый зал", "Другой зал"))

    def found(cosine: float, stories: Mapping[int, int]) -> bool:
        meanings = {e.title: apart(1) for e in story} | {e.title: apart(cosine) for e in (own, companion)}
        pool = Pool(matcher, [own, companion], lambda told: meanings[told.title])
        return Listening(pool, [0], [1], {0: "shared"}, stories).heard(story) is not None

    least = min(n for n in range(100) if found(n / 100, {})) / 100
    assert not found(least, {0: 7, 1: 7})
    assert found(0.97, {0: 7, 1: 7})


def test_of_a_headline_alone_less_is_asked(matcher: Matcher) -> None:
    lead = " ".join(f"Слово{n} стоит в этом сообщении." for n in range(20))
    story = [Entry("Customs queue grows at the northern crossing", " ".join(f"word{n}" for n in range(60)), "en")]

    def least(entry: Entry) -> int:
        meanings = {n: {story[0].title: apart(1), entry.title: apart(n / 100)} for n in range(100)}
        return min(n for n in range(100) if heard(matcher, story, [entry], meanings=meanings[n]) is entry)

    assert least(Entry(HALL.title, "", "ru")) < least(Entry(HALL.title, lead, "ru", lead))


def test_a_headline_is_judged_by_its_words_too(matcher: Matcher) -> None:
    headline = Entry(COAL.title, "", "ru")
    far = {STORY[0].title: apart(1), headline.title: apart(0)}
    assert heard(matcher, STORY, [headline], meanings=far) is headline


def test_of_a_report_that_nobody_else_tells_little_likeness_in_another_language_is_enough(matcher: Matcher) -> None:
    rule = "The commerce ministry's rule takes effect in a month. " + " ".join(f"word{n}" for n in range(50))
    story = [Entry("China puts thermal-camera lenses under export license, squeezing defense suppliers", rule, "en")]
    more = "Экспорт линз из Китая закрыт. " + " ".join(f"слово{n}" for n in range(50))
    lens = Entry("Новосибирск останется без тепловизоров", more, "ru")
    assert heard(matcher, story, [lens], homes={0: "shared"}) is None
    assert heard(matcher, story, [lens], homes={0: "alone"}) is lens
    assert heard(matcher, story, [HALL], homes={0: "alone"}) is None


def test_a_number_in_common_is_no_match_across_languages(matcher: Matcher) -> None:
    panda = Entry("Panda cub takes 60 steps at Ohio zoo, then naps for 5 hours", "Visitors counted 60 steps.", "en")
    told = Entry("中俄联合核安全评估组完成对云湾核电站5号机组首轮检查", "评估组用了60天查了5号机组。", "zh")
    assert heard(matcher, [told], [panda]) is None


def test_what_another_side_lists_is_not_this_sides_word(matcher: Matcher) -> None:
    pool = Pool(matcher, [HALL, COAL])
    assert Listening(pool, [0]).heard(STORY) is None
    assert Listening(pool, [1]).heard(STORY) is COAL


def test_nothing_listed_matches_nothing(matcher: Matcher) -> None:
    assert heard(matcher, STORY, []) is None
    assert heard(matcher, [], STORY) is None
    assert heard(matcher, STORY, [Entry("", "", "zh")]) is None
