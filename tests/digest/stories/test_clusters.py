"""Stories: what is one event, what is two, whom an operator overrules, and that no input breaks or stalls it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.load import load, shipped
from digest.stories.clusters import Rules
from digest.stories.reading import Item, read
from digest.stories.similarity import engine
from digest.stories.weaving import Woven, weave
from store.records import Lexicon
from topics.concepts import Matcher

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


def item(id: int, language: str, title: str, text: str = "", hours: float = 0, url: str = "") -> Item:
    return Item(
        id,
        title,
        "",
        text,
        language,
        NOON + timedelta(hours=hours),
        f"Outlet {id}",
        f"o{id}",
        url or f"https://o{id}.example/",
    )


def together(woven: Woven) -> set[frozenset[int]]:
    return {frozenset(f.id for c in story.clusters for f in c.members) for story in woven.stories}


CALL = [
    item(
        1,
        "en",
        "Lavrov and Rubio agree in Doha to reopen consulates",
        "The Russian and American foreign ministers, Sergei Lavrov and Marco Rubio, agreed in Doha to reopen two "
        "consulates.",
    ),
    item(
        2,
        "ru",
        "Лавров и Рубио договорились в Дохе вновь открыть консульства",
        "Главы дипломатий России и США договорились в Дохе вновь открыть два консульства.",
        1,
    ),
    item(3, "zh", "拉夫罗夫与鲁比奥多哈会晤 同意重开领馆", "俄美外长在多哈会晤，同意重开两座领事馆。", 2),
]
OTHER = [
    item(
        11,
        "en",
        "Wang Yi and Lavrov discuss Arctic shipping in Moscow",
        "The Chinese and Russian foreign ministers discussed the Northern Sea Route in Moscow.",
        1,
    ),
    item(
        12,
        "ru",
        "Ван И и Лавров обсудили в Москве Севморпуть",
        "Главы дипломатий Китая и России обсудили в Москве Северный морской путь.",
        2,
    ),
    item(13, "zh", "王毅在莫斯科会见拉夫罗夫 谈北极航道", "中俄外长在莫斯科讨论北方航道。", 3),
]


def test_two_meetings_with_one_man_are_two_stories_in_three_languages(matcher: Matcher) -> None:
    assert together(weave([*CALL, *OTHER], matcher)) == {frozenset({1, 2, 3}), frozenset({11, 12, 13})}


def test_the_order_of_arrival_does_not_matter(matcher: Matcher) -> None:
    assert together(weave([*CALL, *OTHER][::-1], matcher)) == together(weave([*CALL, *OTHER], matcher))


def test_two_numbered_packages_are_two_things(matcher: Matcher) -> None:
    first = item(1, "en", "EU adopts 19th sanctions package against Russia over Chinese refiners")
    second = item(2, "en", "EU drafts 20th sanctions package against Russia over Chinese refiners")
    assert len(weave([first, second], matcher).stories) == 2


def test_gas_to_china_is_not_gas_to_turkey(matcher: Matcher) -> None:
    china = item(
        1, "ru", "Газопровод в Китай остановят на ремонт", "Поставки российского газа в Китай остановят на неделю."
    )
    turkey = item(
        2, "ru", "Газопровод в Турцию остановят на ремонт", "Поставки российского газа в Турцию остановят на неделю."
    )
    assert len(weave([china, turkey], matcher).stories) == 2


def test_where_a_press_is_at_home_its_state_goes_without_saying(matcher: Matcher) -> None:
    named = "США ввели санкции против четырех компаний из России и пяти из Китая за моторы для дронов"
    implied = "Моторы для дронов: США ввели санкции против четырех наших компаний, пяти из Китая и банка из Киргизии"
    text = "Минфин США сообщил о санкциях за поставки моторов для дронов из Китая. В списке девять компаний."
    assert len(weave([item(1, "ru", named, text), item(2, "ru", implied, text)], matcher).stories) == 1
    pair = [read(item(n, "ru", title), matcher) for n, title in ((1, named), (2, implied))]
    assert engine(pair, matcher).within(*pair).parts["parties"] == 1.0


def test_versions_of_one_page_are_one_story_and_no_copies(matcher: Matcher) -> None:
    text = "The delegations of Russia and the United States met again. " * 8
    page = "https://o1.example/live"
    woven = weave(
        [item(1, "en", "Talks begin", text, url=page), item(2, "en", "Delegates leave hall", text, 3, page)], matcher
    )
    assert together(woven) == {frozenset({1, 2})}
    assert {place.group for place in woven.places.values()} == {None}


def test_a_follow_up_a_week_later_is_a_story_of_its_own(matcher: Matcher) -> None:
    later = item(4, "en", "Lavrov and Rubio agree in Doha to reopen consulates", "The ministers agreed again.", 24 * 9)
    assert frozenset({4}) in together(weave([*CALL, later], matcher))


def test_an_operator_parts_what_was_one_and_joins_what_was_two(matcher: Matcher) -> None:
    parted = weave(CALL, matcher, rules=Rules(apart=frozenset({(1, 3), (2, 3)})))
    assert together(parted) == {frozenset({1, 2}), frozenset({3})}
    joined = weave([CALL[0], OTHER[0]], matcher, rules=Rules(together=frozenset({(11, 1)})))
    assert together(joined) == {frozenset({1, 11})}
    across = weave([CALL[0], OTHER[1]], matcher, rules=Rules(together=frozenset({(1, 12)})))
    assert together(across) == {frozenset({1, 12})}


def test_a_story_that_stands_keeps_its_number_and_takes_the_new_one(matcher: Matcher) -> None:
    woven = weave(CALL, matcher, standing={1: (7, 0), 2: (7, 1)})
    (story,) = woven.stories
    assert story.stories == (7,)


def test_two_stored_stories_that_turn_out_to_be_one_are_named_oldest_first(matcher: Matcher) -> None:
    woven = weave(CALL, matcher, standing={1: (9, 0), 2: (4, 0)})
    assert [story.stories for story in woven.stories] == [(4, 9)]


@pytest.mark.parametrize(
    "items",
    [
        [],
        [item(1, "en", "")],
        [item(1, "zh", "会"), item(2, "zh", "会")],
        [
            item(1, "uk", "Зустріч у Києві", "Президент України зустрівся з послом США."),
            item(2, "be", "Сустрэча ў Мінску"),
        ],
        [item(1, "en", "Xi 习近平 и Путин meet", "смешанный text 混合 " * 50)],
        [
            item(1, "zh", "美國制裁兩家中國銀行"),
            item(2, "zh", "美国制裁两家中国银行", "美国制裁两家中国银行，指其为俄石油付款。"),
        ],
        [item(1, "en", "\u202eevil\ud800", "\x00" * 100)],
        [item(1, "en", "Sanctions on Russia", "sanctions " * 25_000)],
    ],
)
def test_odd_input_is_woven_without_trouble(matcher: Matcher, items: list[Item]) -> None:
    woven = weave(items, matcher)
    assert sorted(id for story in together(woven) for id in story) == sorted(i.id for i in items)


def test_many_articles_of_one_event_are_one_story_and_one_text(matcher: Matcher) -> None:
    text = (
        "The United States placed nine shipping companies from Dalian under sanctions on Monday, saying that "
        "they had carried "
        "Russian crude above the price cap. Beijing called the listing illegal and promised to protect the "
        "rights of its firms."
    )
    items = [
        item(n, "en", "US sanctions nine Dalian shippers", text + f" Brokers counted {n} ships at anchor.", n / 60)
        for n in range(600)
    ]
    woven = weave(items, matcher)
    assert len(woven.stories) == 1
    assert {place.role for place in woven.places.values()} == {"original", "copy"}
