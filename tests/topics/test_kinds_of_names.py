"""Kinds of names that stand for a state, and of rules that keep a text out: sentences of our own."""

from __future__ import annotations

import pytest

from config.load import load, shipped
from store.records import Lexicon
from topics.concepts import Matcher
from topics.relevance import judge


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


TAKEN = [  # language, country of the outlet, title, lead, relations
    ("ru", "RU", "Хуан полетел за чипами", "Глава Nvidia надеется вернуть H20 на прилавки Шэньчжэня.", {"CN-US"}),
    ("ru", "RU", "Медведь у Аляски", "Два Ту-95 сопровождали F-22, сообщили в НОРАД.", {"RU-US"}),
    ("ru", "RU", "Карты UnionPay молчат", "Совкомбанк не смог провести платежи в Шанхай.", {"CN-RU"}),
    ("ru", "XX", "Танкер с Ямала встал у Бэйхая", "Газ с подсанкционного завода нашёл покупателя.", {"CN-RU"}),
    ("ru", "RU", "Гости из Чжуннаньхая", "Премьер Ли Цян прилетает на заседание глав правительств.", {"CN-RU"}),
    ("zh", "CN", "卢布账户被退汇", "义乌商户说，货款卡在莫斯科三周。", {"CN-RU"}),
    ("zh", "CN", "白宫拟拉黑两家油企", "卢克石油的海外加油站正在找买主。", {"RU-US"}),
    ("zh", "TW", "海馬士交付延後", "國防部說，洛馬產線排到後年，解放軍近日又繞台。", {"CN-US"}),
    ("zh", "CN", "福建舰出海，P-8A尾随", "南部战区称全程跟踪监视。", {"CN-US"}),
    ("en", "XX", "Lavrov lands in Tianjin", "Talks with Wang will cover Ukraine and the SCO bank.", {"CN-RU"}),
    ("en", "US", "Pentagon adds drone maker to its list", "DJI says it will sue again.", {"CN-US"}),
    ("en", "US", "Spy ring broken in Seattle", "The F.B.I. says the couple reported to the S.V.R.", {"RU-US"}),
    ("ru", "RU", "ЦБ России и Народный банк Китая договорились о клиринге", "", {"CN-RU"}),
    ("zh", "CN", "美议员又窜访台北", "我发言人表示强烈谴责。", {"CN-US"}),
    ("zh", "CN", "熊猫外交再续", "一对大熊猫抵达亚特兰大。", {"CN-US"}),
]

LEFT = [
    ("ru", "RU", "Нефть дешевеет третий день", "Рынок ждёт данных о запасах в США и спросе в Китае."),
    ("ru", "RU", "Трамп обвинил судью", "Президент недоволен решением по Чикаго."),
    ("ru", "RU", "Суд в Нью-Йорке оправдал рэпера", "Прокуратура подаст апелляцию."),
    ("ru", "RU", "США и Япония договорились о пошлинах", "Токио вложит 550 миллиардов."),
    ("zh", "CN", "上海迪士尼门票涨价", "游客称周末排队两小时。"),
    ("zh", "CN", "俄罗斯总统视察工厂", "普京强调国产化。"),
    ("zh", "CN", "日本首相访问印度", "双方签署半导体合作备忘录。"),
    ("en", "US", "Texas heat wave strains the grid", "Officials urged residents to conserve power."),
    ("en", "US", "EU weighs sanctions on Russian diamonds", "Belgium wants a transition period."),
    ("ru", "RU", "Госдеп сократил двести должностей", "Увольнения начнутся в мае, обещает пресс-служба."),
    ("ru", "RU", "Зеленский прилетел в Техас", "Трамп примет его на ранчо, обсудят поставки ракет."),
    ("en", "US", "Regulator fines broker over leaky Chinese wall", ""),
    ("zh", "CN", "俄罗斯央行下调利率", "央行称通胀回落。"),
]


@pytest.mark.parametrize(("language", "home", "title", "lead", "edges"), TAKEN)
def test_a_town_a_firm_a_weapon_an_office_stand_for_their_state(
    matcher: Matcher, language: str, home: str, title: str, lead: str, edges: set[str]
) -> None:
    assert set(judge(matcher, title, lead, "", language, home=home).edges) == edges


@pytest.mark.parametrize(("language", "home", "title", "lead"), LEFT)
def test_what_a_state_does_at_home_and_what_two_others_do_is_left(
    matcher: Matcher, language: str, home: str, title: str, lead: str
) -> None:
    assert not judge(matcher, title, lead, "", language, home=home).relevant


def test_what_two_states_share_names_them_both(matcher: Matcher) -> None:
    assert judge(matcher, "Talks on extending New START", "", "", "en").edges == ("RU-US",)
    assert judge(matcher, "Цена «Силы Сибири» согласована", "", "", "ru").edges == ("CN-RU",)


def test_a_ministry_that_comments_on_two_others_brings_no_state_of_its_own(matcher: Matcher) -> None:
    lead = "В Пекине отвергли запрет Вашингтона на продажу дронов."
    assert judge(matcher, "Заявление МИД: «запугивание»", lead, "", "ru").edges == ("CN-US",)


def test_a_name_in_a_soft_letter_is_found_in_every_russian_case() -> None:
    concept = {"id": "x", "kind": "place", "country": "CN", "ru": ("Бэйхай~",)}
    matcher = Matcher(Lexicon.of([concept]))
    for form in ("Бэйхай", "Бэйхая", "Бэйхаю", "Бэйхаем", "Бэйхае"):
        assert [hit.concept_id for hit in matcher.find(f"порт {form} открыт", "ru")] == ["x"], form
    assert not matcher.find("бэйхайский", "ru")


@pytest.mark.parametrize("title", ["中美重启打击跨境电诈协作", "中俄铁路货运增长", "推动美中企业合作"])
def test_a_state_s_short_name_is_found_before_a_longer_form_of_the_other(matcher: Matcher, title: str) -> None:
    assert {hit.country for hit in matcher.find(title) if hit.country} >= {"CN"}
    assert len({hit.country for hit in matcher.find(title) if hit.country}) == 2


def test_the_middle_of_something_is_not_china(matcher: Matcher) -> None:
    for title in ("其中美国占三成", "集中美元资产", "空中俄罗斯机群"):
        assert "CN" not in {hit.country for hit in matcher.find(title)}, title


def test_other_states_are_found_in_chinese(matcher: Matcher) -> None:
    for title, country in (("法国总统出访", "FR"), ("德国外长讲话", "DE"), ("韩国总统", "KR"), ("俄亥俄州工厂", "US")):
        assert country in {hit.country for hit in matcher.find(title)}, title


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Birth rates slide in China, Russia and the United States, survey shows"),
        ("ru", "Перу, Чили, США, Китай и Россия подписали декларацию о рыболовстве"),
        ("zh", "全球人口：印度、中国、美国、俄罗斯排名公布"),
    ],
)
def test_a_row_of_states_relates_none_of_them(matcher: Matcher, language: str, title: str) -> None:
    assert not judge(matcher, title, "", "", language).relevant


def test_a_state_of_america_that_is_no_russia_is_still_america(matcher: Matcher) -> None:
    assert judge(matcher, "Idaho growers win back their contract in Tianjin", "", "", "en").edges == ("CN-US",)
    assert not judge(matcher, "Moscow council weighs a new bridge, Idaho paper says", "", "", "en", home="US").relevant


def test_a_state_s_name_alone_in_quotation_marks_is_a_brand(matcher: Matcher) -> None:
    assert not judge(matcher, "«Американка» в Туле сгорела дотла", "", "", "ru", home="RU").relevant


def test_what_is_left_unsaid_is_another_state_s_where_its_town_is_named(matcher: Matcher) -> None:
    title, lead = "Американское посольство в Ереване устроило прием", "Посол поблагодарила хозяев."
    assert not judge(matcher, title, lead, "", "ru", home="RU").relevant
