"""The lexicon's forms: what each way of writing one finds, and what it leaves alone."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.load import load, shipped
from config.schema import Form
from store.records import Lexicon
from topics.concepts import Matcher


def small(**forms: dict[str, object]) -> Matcher:
    return Matcher(Lexicon.of([{"id": id, "kind": "state", **row} for id, row in forms.items()]))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


def ids(matcher: Matcher, text: str) -> list[str]:
    return [hit.concept_id for hit in matcher.find(text)]


def test_a_capital_in_the_form_wants_that_capital_in_the_text() -> None:
    matcher = small(us={"en": ["US"]})
    assert ids(matcher, "The US told us so") == ["us"]
    assert ids(matcher, "USED CARS FOR US") == ["us"]


def test_a_star_takes_any_ending_a_tilde_only_a_case() -> None:
    matcher = small(sanction={"ru": ["санкци*"]}, trump={"ru": ["Трамп~"]})
    assert ids(matcher, "Санкционный список Трампа") == ["sanction", "trump"]
    assert ids(matcher, "Трамплин и трампу") == []


def test_marks_work_inside_a_phrase() -> None:
    assert ids(small(dom={"ru": ["Бел* дом~"]}), "Из Белого дома, о Белом доме; белая домна") == ["dom", "dom"]


def test_chinese_abbreviations_want_a_neighbour_and_a_clause_mark_its_beginning() -> None:
    matcher = small(cn={"zh": ["中+", "中国"]}, us={"zh": ["美+", "美国", "^美"]})
    assert ids(matcher, "中美会谈") == ["cn", "us"]
    assert ids(matcher, "其中美国居多") == ["us"]
    assert ids(matcher, "完美，美拟加税") == ["us"]


def test_traditional_characters_find_simplified_forms() -> None:
    assert ids(small(sanction={"zh": ["制裁", "关税"]}), "關稅戰") == ["sanction"]


def test_the_longest_form_wins_and_a_lookalike_hides_what_it_covers(matcher: Matcher) -> None:
    assert "ru" not in ids(matcher, "A bottle of Russian dressing")
    assert "us" not in ids(matcher, "Американские горки закрыли на ремонт")
    assert "ru" not in ids(matcher, "俄罗斯方块世界纪录")
    assert "us" not in ids(matcher, "拉美国家 亚美尼亚") or "us" in ids(matcher, "拉美国家")


def test_a_ministry_belongs_to_the_state_named_beside_it(matcher: Matcher) -> None:
    def owners(text: str) -> list[str | None]:
        return [hit.country for hit in matcher.find(text) if hit.kind in ("ministry", "agency", "body")]

    assert owners("МИД выразил протест") == ["RU"]
    assert owners("МИД Турции выразил протест") == ["TR"]
    assert owners("外交部回应") == ["CN"]
    assert owners("日本外交部回应") == ["JP"]


def test_offsets_are_those_of_the_text_itself(matcher: Matcher) -> None:
    text = "İstanbul’da: «Ёлки» — the U.S. and Си Цзиньпину"
    found = {hit.concept_id: text[hit.start : hit.end] for hit in matcher.find(text)}
    assert found["us"] == "U.S."
    assert found["xi"] == "Си Цзиньпину"


def test_three_names_of_one_man_are_one_concept(matcher: Matcher) -> None:
    for text in ("Xi Jinping arrives", "Приезд Си Цзиньпина", "习近平抵达", "習近平抵達"):
        assert ids(matcher, text)[0] == "xi"


def test_an_empty_lexicon_and_an_empty_text_find_nothing(matcher: Matcher) -> None:
    assert Matcher(Lexicon.of([])).find("China") == ()
    assert matcher.find("") == ()


def test_the_shipped_lexicon_is_broad_and_even(matcher: Matcher) -> None:
    rows = load(shipped()).lexicon_rows()
    assert len(rows) >= 480
    for language in ("en", "ru", "zh"):
        assert sum(len(row[language]) for row in rows) >= 1500


def test_a_narrow_concept_also_stands_for_the_wider_one_but_is_not_said_to_name_it() -> None:
    matcher = small(fish={"en": ["fish"], "ru": ["рыб*"]}, pollock={"en": ["pollock"], "broader": "fish"})
    assert ids(matcher, "Pollock for all") == ["pollock"]
    assert [hit.concept_id for hit in matcher.about("Pollock for all")] == ["pollock", "fish"]
    assert [hit.concept_id for hit in matcher.about("Рыба для всех")] == ["fish"]


def test_a_wider_concept_that_is_not_there_is_passed_over() -> None:
    matcher = small(pollock={"en": ["pollock"], "broader": "fish"})
    assert [hit.concept_id for hit in matcher.about("Pollock for all")] == ["pollock"]


def test_every_wider_concept_of_the_shipped_lexicon_is_there(matcher: Matcher) -> None:
    assert {c.broader for c in matcher.concepts.values() if c.broader} <= matcher.concepts.keys()


@pytest.mark.parametrize(
    ("english", "russian", "chinese", "shared"),
    [
        ("Pollock quota cut", "Квоту на минтай сократили", "狭鳕配额削减", {"pollock", "fishing", "quota"}),
        (
            "Insulin line opens in Kazan",
            "В Казани открыли линию инсулина",
            "喀山胰岛素生产线启用",
            {"insulin", "kazan"},
        ),
        (
            "Icebreaker stranded near Pevek",
            "Ледокол застрял у Певека",
            "破冰船在佩韦克附近受困",
            {"icebreakers", "pevek"},
        ),
        ("Consulate in Wuhan reopens", "Консульство в Ухане вновь открыто", "武汉总领馆复馆", {"wuhan", "reopen"}),
    ],
)
def test_one_thing_is_one_concept_in_three_languages(
    matcher: Matcher, english: str, russian: str, chinese: str, shared: set[str]
) -> None:
    for text in (english, russian, chinese):
        found = {hit.concept_id for hit in matcher.about(text)}
        assert shared <= found, text


def test_general_words_are_found_only_where_they_are_asked_for() -> None:
    matcher = small(
        fish={"en": ["fish"]}, repair={"en": ["repair"], "ru": ["ремонт*"], "kind": "word", "broader": "fish"}
    )
    assert ids(matcher, "Fish await repair") == ["fish"]
    assert [hit.concept_id for hit in matcher.find("Ремонт", words=True)] == ["repair"]
    assert [hit.concept_id for hit in matcher.about("Ремонт", words=True)] == ["repair", "fish"]


def test_the_shipped_vocabulary_is_no_evidence(matcher: Matcher) -> None:
    words = {concept.id for concept in matcher.concepts.values() if concept.kind == "word"}
    assert len(words) > 300
    text = "Repairs of the cable delayed: Ремонт кабеля задержан, 维修推迟"
    assert not words & set(ids(matcher, text))
    assert words & {hit.concept_id for hit in matcher.find(text, words=True)}


def test_what_stands_outside_brackets_is_left_to_others() -> None:
    matcher = small(us={"zh": ["[美]大豆", "访[美]"]}, soy={"zh": ["大豆"]})
    found = matcher.find("进口美大豆")
    assert [(hit.concept_id, hit.start, hit.end) for hit in found] == [("us", 2, 3), ("soy", 3, 5)]
    assert [(hit.concept_id, hit.start) for hit in matcher.find("外长访美")] == [("us", 3)]
    assert ids(matcher, "美术") == []


@pytest.mark.parametrize("form", ["[美大豆", "美]大豆", "[]大豆", "[美][大豆]"])
def test_brackets_that_do_not_pair_are_a_fault(form: str) -> None:
    with pytest.raises(ValidationError, match="one pair of brackets"):
        Form(id="x", kind="state", zh=(form,))
