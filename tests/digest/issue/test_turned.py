"""A sentence that was turned round is refused; one that says the same in the order of its source is not."""

from __future__ import annotations

import pytest

from config.load import load, shipped
from digest.issue.turned import turned_round
from store.records import Lexicon
from topics.concepts import Matcher

ENGLISH = (
    "The United States on Monday imposed sanctions on China over engine parts. Beijing said it would sue Washington. "
    "Marco Rubio met Sergei Lavrov in Doha. Russia warned Japan about the drill."
)
RUSSIAN = "США ввели санкции против Китая. Россия предупредила Японию об учениях."
CHINESE = "美国对中国实施制裁。俄罗斯警告日本不要演习。"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("China imposed sanctions on the United States over engine parts.", ENGLISH),
        ("Japan warned Russia about the drill.", ENGLISH),
        ("Russia was warned by Japan about the drill.", ENGLISH),
        ("Китай ввёл санкции против США.", RUSSIAN),
        ("Япония предупредила Россию об учениях.", RUSSIAN),
        ("中国对美国实施制裁。", CHINESE),
        ("日本警告俄罗斯不要演习。", CHINESE),
    ],
)
def test_one_sides_deed_is_not_put_on_the_other(text: str, source: str, matcher: Matcher) -> None:
    assert turned_round(text, ["Weather: it rained.", source], matcher)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The US imposed sanctions on China on Monday; Russia has warned Japan.", ENGLISH),
        ("Japan was warned by Russia about the drill.", ENGLISH),  # the same, in another voice
        ("Sergei Lavrov met Marco Rubio in Doha.", ENGLISH),  # what both do is no deed of one
        ("China and the United States are at odds over engine parts.", ENGLISH),
        ("Санкции ввели США против Китая.", RUSSIAN),
        ("俄罗斯警告日本。", CHINESE),
        ("", ENGLISH),
    ],
)
def test_what_the_source_says_in_its_order_stands(text: str, source: str, matcher: Matcher) -> None:
    assert not turned_round(text, [source], matcher)


def test_one_source_that_has_the_order_is_enough(matcher: Matcher) -> None:
    other = "Japan warned Russia in turn."
    assert not turned_round("Japan warned Russia about the drill.", [ENGLISH, other], matcher)
