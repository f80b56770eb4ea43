"""What an editor would take and what not: sentences of our own, in three languages."""

from __future__ import annotations

import pytest

from config.load import load, shipped
from store.records import Lexicon
from topics.concepts import Matcher
from topics.relevance import headline, judge, sentences, worth_fetching


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


TAKEN = [
    ("en", "Washington and Moscow reopen consular talks", "", {"RU-US"}),
    ("en", "Treasury sanctions Tianjin trader over Rosneft cargoes", "", {"CN-RU", "RU-US", "CN-US"}),
    ("en", "Beijing curbs graphite exports to American battery makers", "", {"CN-US"}),
    ("en", "Zhongnanhai guest delays Kremlin talks", "", {"CN-RU"}),
    ("en", "US carrier sails through Taiwan Strait", "The transit drew a protest.", {"CN-US"}),
    ("ru", "Песков: звонка из Белого дома пока не было", "", {"RU-US"}),
    ("ru", "Пошлины на китайскую сталь: Вашингтон назвал срок", "", {"CN-US"}),
    ("ru", "Хабаровск и Харбин договорились о паромах", "Рейсы на китайский берег начнутся в мае.", {"CN-RU"}),
    ("zh", "中俄元首通电话", "", {"CN-RU"}),
    ("zh", "美拟限制对华出口光刻设备", "", {"CN-US"}),
    ("zh", "俄美就互设领馆举行磋商", "", {"RU-US"}),
    ("zh", "白宮考慮對華加徵關稅", "", {"CN-US"}),
]

LEFT = [
    ("en", "China beats United States in volleyball final", "The match in Macau went to five sets."),
    ("en", "Russian roulette scene cut from Chicago production", "The theatre said the play needed less blood."),
    ("en", "Moscow, Idaho, votes on a new library", ""),
    ("en", "Grandma's bone china sells for thousands in Ohio", ""),
    ("en", "They told US to leave, say tenants in Leeds", ""),
    ("en", "Bakery in Seattle tries Russian teacakes", "The recipe came from a Chinese cook."),
    ("ru", "Россиянки обыграли китаянок в финале турнира по теннису", "Матч длился три часа."),
    ("ru", "Американские горки в парке Сочи проверят", ""),
    ("ru", "В Туле открылась выставка китайских кукол", "Её привёз музей из Чикаго."),
    ("ru", "Жители прозвали новостройку «Пентагоном»", ""),
    ("zh", "中国女排3比0胜美国队", "比赛在香港举行。"),
    ("zh", "俄罗斯蓝猫怎么养", "美国宠物医生的三条建议"),
    ("zh", "北京时间今晚八点开赛", "美网决赛"),
]


@pytest.mark.parametrize(("language", "title", "lead", "edges"), TAKEN)
def test_what_two_states_do_with_each_other_is_taken(
    matcher: Matcher, language: str, title: str, lead: str, edges: set[str]
) -> None:
    judged = judge(matcher, title, lead, "", language)
    assert judged.relevant
    assert edges <= set(judged.edges)
    assert worth_fetching(matcher, title, lead, language)


@pytest.mark.parametrize(("language", "title", "lead"), LEFT)
def test_sport_stage_kitchen_and_lookalikes_are_left(matcher: Matcher, language: str, title: str, lead: str) -> None:
    assert not judge(matcher, title, lead, "", language).relevant


def test_a_political_act_brings_a_match_back(matcher: Matcher) -> None:
    title = "United States announces diplomatic boycott of Beijing Winter Olympics"
    assert "CN-US" in judge(matcher, title, "Athletes will still compete in China.", "", "en").edges


def test_named_side_by_side_is_not_yet_a_relation(matcher: Matcher) -> None:
    assert not judge(matcher, "Rain from Chicago to Chengdu", "", "", "en").relevant


def test_a_body_bears_out_a_headline_that_names_one_state(matcher: Matcher) -> None:
    body = (
        "The pipeline carries Russian gas to China. Moscow and Beijing signed the supply agreement in 2014. "
        "Chinese buyers asked Gazprom for a discount. The Russian ministry said talks with China go on."
    )
    assert judge(matcher, "Why the price of gas is secret", "", "", "en").edges == ()
    assert judge(matcher, "Why the Russian price of gas is secret", "", body, "en").edges == ("CN-RU",)


def test_two_rivals_of_a_third_are_not_related_by_that(matcher: Matcher) -> None:
    judged = judge(matcher, "Pentagon calls China and Russia the main threats", "", "", "en")
    assert set(judged.edges) == {"RU-US", "CN-US"}


def test_the_gate_before_the_fetch_is_wider_than_the_judgement(matcher: Matcher) -> None:
    assert worth_fetching(matcher, "Moscow weighs new export duty", "", "en")
    assert not judge(matcher, "Moscow weighs new export duty", "", "", "en").relevant
    assert not worth_fetching(matcher, "A choir sings in the rain", "", "en")


def test_an_outlets_name_is_no_evidence(matcher: Matcher) -> None:
    assert headline("Rail strike ends | China Evening Post", "China Evening Post") == "Rail strike ends"
    assert headline("铁路罢工结束_新华网") == "铁路罢工结束"
    assert headline("Talks – what we know") == "Talks – what we know"


@pytest.mark.parametrize("text", ["", " ", "!", "я", "中", "\u202e\ud800x", "Слово"])
def test_scraps_are_judged_without_trouble(matcher: Matcher, text: str) -> None:
    assert not judge(matcher, text, text, text, "ru").relevant


def test_a_huge_text_is_judged_in_bounded_work(matcher: Matcher) -> None:
    judged = judge(matcher, "Annual report", "", "Sanctions on Russia. " * 10_000, "en")
    assert judged.edges == ()


def test_sentences_are_cut_in_three_scripts() -> None:
    assert sentences("It ended. Nobody won.") == ["It ended.", "Nobody won."]
    assert sentences("Всё. Конец!") == ["Всё.", "Конец!"]
    assert sentences("完了。没有。") == ["完了。", "没有。"]


def test_a_punishment_is_also_about_the_state_it_is_for_though_only_the_text_names_it(matcher: Matcher) -> None:
    title, lead = "US blacklists Ningbo toolmaker", "The Treasury froze the Chinese firm's dollar accounts."
    cause = (
        "It shipped lathes to Russian arms plants. The owner denies it. Shares fell. A hearing is set. He will appeal."
    )
    assert set(judge(matcher, title, lead, cause, "en").edges) == {"CN-RU", "RU-US", "CN-US"}
    aside = "It shipped lathes to Iran. The owner denies it. Shares fell. A hearing is set. He once lived in Russia."
    assert judge(matcher, title, lead, aside, "en").edges == ("CN-US",)


def test_a_navy_without_a_state_is_the_outlets_own(matcher: Matcher) -> None:
    title = "Navy protests close pass by Russian jets"
    assert judge(matcher, title, "", "", "en", home="US").edges == ("RU-US",)
    assert judge(matcher, title, "", "", "en", home="SE").edges == ()
    assert judge(matcher, "Japanese navy protests close pass by Russian jets", "", "", "en", home="US").edges == ()


def test_a_strait_is_the_business_of_the_state_at_home_there_when_the_other_acts(matcher: Matcher) -> None:
    assert judge(matcher, "US destroyer transits Taiwan Strait", "", "", "en").edges == ("CN-US",)
    assert judge(matcher, "China opens fishing season in South China Sea", "", "", "en").edges == ()
