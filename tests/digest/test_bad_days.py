"""Days that no editor would wish for, through the jobs themselves on a real store: sensible results, bounded work."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config import Config
from config.load import load, shipped
from digest.issue.issue import Issue
from digest.publish import PublishReport, publish
from digest.stories import thresholds as at
from digest.stories.bands import Bands
from digest.stories.similarity import ConceptSimilarity
from digest.weave import weave
from store import articles, readings, sources, stories
from store.articles import Draft
from store.db import open_store, reading, writing
from store.records import SIDES, Fetch, Source, Story

CLOSES = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # 07:00 UTC, the shipped edition's hour
OUTLETS = 21
TALKS = "Chinese and American envoys met in Geneva on Sunday to talk about tariffs on rare earths. "


LEXICON = """
[[concept]]
id = "us"
kind = "state"
country = "US"
en = ["US", "United States", "American", "Washington"]
ru = ["США", "Вашингтон~"]
zh = ["美国", "^美", "美+"]

[[concept]]
id = "cn"
kind = "state"
country = "CN"
en = ["China", "Chinese", "Beijing"]
ru = ["Кита*", "Пекин~"]
zh = ["中国", "中+"]

[[concept]]
id = "tariffs"
kind = "act"
en = ["tariff*"]
ru = ["пошлин*", "тариф*"]
zh = ["关税"]

[[concept]]
id = "xi"
kind = "person"
country = "CN"
en = ["Xi"]
ru = ["Си Цзиньпин~"]
zh = ["习近平"]
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The shipped settings, with a lexicon that is built in no time."""
    folder = tmp_path_factory.mktemp("config")
    shutil.copy(shipped() / "tripoint.toml", folder / "tripoint.toml")
    (folder / "tripoint.local.toml").write_text('[stories]\nmodel = "none"\n', encoding="utf-8")
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "few.toml").write_text(LEXICON, encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def outset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with seven outlets a side, all of them read well."""
    path = tmp_path_factory.mktemp("store") / "day.db"
    made = open_store(f"sqlite:///{path}", create=True)
    outlets = [Source(f"o{n}", f"Outlet {n}", SIDES[n % 3], "en", "private") for n in range(OUTLETS)]
    with writing(made) as tx:
        sources.sync(tx, outlets)
        for outlet in outlets:
            at = CLOSES - timedelta(hours=1)
            feed = f"https://{outlet.id}.example/rss"
            sources.log_fetch(tx, Fetch(outlet.id, feed, at, 200, "ok", entries=9, new=1, newest=at))
    made.dispose()
    return path


@pytest.fixture
def engine(outset: Path, tmp_path: Path) -> Iterator[Engine]:
    made = open_store(f"sqlite:///{shutil.copy(outset, tmp_path / 'day.db')}")
    yield made
    made.dispose()


def draft(n: int, title: str, text: str = "", language: str = "en", lead: str = "", hours: float = 0) -> Draft:
    url = f"https://o{n % OUTLETS}.example/{n}"
    return Draft(
        source_id=f"o{n % OUTLETS}",
        identity=url,
        url=url,
        title=title,
        lead=lead,
        text=text,
        language=language,
        published=CLOSES - timedelta(hours=12 - hours),
        edges=("CN-US",),
        about=("CN", "US"),
    )


def day(config: Config, engine: Engine, drafts: Sequence[Draft]) -> tuple[list[Story], PublishReport]:
    """Stored, woven and published, as a morning goes; every article is in one story, and a second run finds nothing."""
    with writing(engine) as tx:
        ids = [articles.record(tx, d, CLOSES - timedelta(hours=1))[0] for d in drafts]
    report = weave(config, engine, now=CLOSES)
    assert report.articles == len(drafts)
    assert weave(config, engine, now=CLOSES).articles == 0
    with reading(engine) as conn:
        found = stories.open_stories(conn, CLOSES - timedelta(days=7))
    assert sorted(id for story in found for id in story.members) == sorted(ids)
    return found, publish(config, engine, now=CLOSES + timedelta(minutes=1))


def issue_of(report: PublishReport) -> Issue:
    assert report.issue is not None and report.page is not None
    assert report.state == "frozen"
    return report.issue


GOOD = [
    draft(n, f"China and US envoys talk tariffs in Geneva, {word}", TALKS * 3)
    for n, word in ((0, "again"), (2, "at last"))
]


def test_articles_without_a_title_are_counted_and_cost_no_other(config: Config, engine: Engine) -> None:
    bad = [draft(5, ""), draft(6, " "), draft(7, "", "战"), draft(8, "", lead="?")]
    _, report = day(config, engine, [*GOOD, *bad])
    issue = issue_of(report)
    assert issue.stories == 1 and issue.dropped == 4


def test_articles_of_one_word_are_no_event_together(config: Config, engine: Engine) -> None:
    words = ["Talks", "Xi", "Путин", "会", "战", "Tariffs", "Live", "…"]
    found, report = day(config, engine, [*GOOD, *(draft(n, word, word) for n, word in enumerate(words, 30))])
    with reading(engine) as conn:
        titles = {id: found.title for id, found in articles.by_ids(conn, range(1, 99)).items()}
    assert all(sum(titles[id] in words for id in story.members) <= 1 for story in found)
    issue_of(report)


def test_of_a_text_of_200_kb_as_much_is_kept_as_of_any(config: Config, engine: Engine) -> None:
    long = [
        "Tariffs and rare earths. " * 8_000,
        " ".join(f"word{n} слово{n}" for n in range(12_000)),  # no full stop in it
        "中国和美国在日内瓦谈判。" * 5_600,
        "x" * 200_000,
        "\n" * 200_000,
    ]
    title = "China and US envoys meet in Geneva over tariffs"
    found, report = day(config, engine, [*GOOD, *(draft(n, title, text) for n, text in enumerate(long, 5))])
    issue_of(report)
    with reading(engine) as conn:
        kept = readings.features(conn, [id for story in found for id in story.members])
    assert len(kept) == len([*GOOD, *long])
    assert max(map(len, kept.values())) < 40_000


def test_scripts_may_be_mixed_within_an_article(config: Config, engine: Engine) -> None:
    mixed = [
        draft(5, "Xi 习近平 и Путин meet", "смешанный text 混合 \u202e\u0000 " * 60),
        draft(6, "ＵＳ – Китай：关税 talks", "Тарифы 关税 tariffs 関税 관세 " * 60, "zh"),
    ]
    _, report = day(config, engine, [*GOOD, *mixed])
    assert issue_of(report).dropped == 0


def test_traditional_and_simplified_chinese_tell_one_event(config: Config, engine: Engine) -> None:
    found, report = day(
        config,
        engine,
        [
            draft(2, "美國制裁兩家中國銀行", "美國財政部週日宣佈制裁兩家中國銀行，指其為俄羅斯石油付款。", "zh-Hant"),
            draft(5, "美国制裁两家中国银行", "美国财政部周日宣布制裁两家中国银行，指其为俄罗斯石油付款。", "zh"),
        ],
    )
    assert [len(story.members) for story in found] == [2]
    assert issue_of(report).stories == 1


def test_ukrainian_and_belarusian_articles_are_told_beside_the_others(config: Config, engine: Engine) -> None:
    others = [
        draft(5, "Трамп зустрівся з Сі Цзіньпіном у Женеві", "Президент США зустрівся з лідером Китаю. " * 4, "uk"),
        draft(6, "Трамп сустрэўся з Сі Цзіньпінам у Жэневе", "Прэзідэнт ЗША сустрэўся з лідарам Кітая. " * 4, "be"),
    ]
    _, report = day(config, engine, [*GOOD, *others])
    issue = issue_of(report)
    assert issue.dropped == 0
    assert {5, 6} <= {int(report.url.rsplit("/", 1)[1]) for report in _reports(issue)}


def _reports(issue: Issue) -> Iterator[Any]:
    for item in issue.every():
        yield item.headline
        for telling in item.tellings:
            yield from (telling.report,) if telling.report else ()


def test_a_day_without_an_article_is_an_empty_issue(config: Config, engine: Engine) -> None:
    found, report = day(config, engine, [])
    assert (found, report.state) == ([], "empty")
    assert report.issue is not None and report.issue.articles == 0


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("ru", "Переговоры США и Китая о пошлинах, день {n}", "Делегации США и Китая обсудили пошлины. " * 3),
        ("zh", "中美日内瓦关税谈判第{n}天", "中美代表团在日内瓦讨论关税和稀土出口。" * 3),
    ],
)
def test_a_day_in_one_language_has_no_mark_for_what_was_not_told(
    config: Config, engine: Engine, language: str, title: str, text: str
) -> None:
    found, report = day(config, engine, [draft(n, title.format(n=n), text, language) for n in range(9)])
    issue = issue_of(report)
    assert found and issue.stories
    assert {telling.state for item in issue.every() for telling in item.tellings} <= {"told", "silent", "unknown"}


# -- one event told by everybody --------------------------------------------------------------------------------------


class Counted:
    """How often the expensive steps were taken."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        self.rows = 0
        for name in ("within", "across"):
            self._count(patch, ConceptSimilarity, name)
        like = Bands.like

        def counted(bands: Bands, signature: Any) -> Any:
            rows, shares = like(bands, signature)
            self.rows += len(rows)
            return rows, shares

        patch.setattr(Bands, "like", counted)

    def _count(self, patch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        real = getattr(owner, name)

        def counted(own: Any, *given: Any) -> Any:
            self.calls[name] += 1
            return real(own, *given)

        patch.setattr(owner, name, counted)


TOLD = (
    "The talks in Geneva went on past midnight and no paper was signed",
    "China wants American tariffs on batteries lifted before it sells rare earths freely",
    "American envoys asked for licences to be granted within thirty days",
    "Beijing called the talks candid, Washington called them useful",
    "Makers of magnets in Ohio said stocks of rare earths would last three months",
    "The next round of talks on tariffs is planned for April in Beijing",
    "Chinese and American envoys had last met over tariffs in November",
    "Officials from both delegations left the hall without a word to the press",
)


def wordings(count: int) -> list[Draft]:
    """As many reports of one event, each with its own choice and order of what was said, every fourth word its own."""
    dice = random.Random(4)
    words = " ".join(TOLD).split()
    found = []
    for n in range(count):
        said = " ".join(dice.sample(TOLD, 6)).split()
        text = " ".join(dice.choice(words) if k % 4 == n % 4 else word for k, word in enumerate(said))
        head = f"China and US envoys talk tariffs and rare earths in Geneva, {dice.choice(words)}"
        found.append(draft(n, head, f"{text}.", hours=9 * n / count))
    return found


def copies(count: int) -> list[Draft]:
    text = TALKS * 2 + "Neither side gave a date for the next round, and no paper was signed. " * 2
    return [draft(n, "China and US envoys talk tariffs in Geneva", text, hours=9 * n / count) for n in range(count)]


def test_each_of_many_wordings_costs_no_more_than_one_of_few(
    config: Config, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    found, report = day(config, engine, wordings(240))
    assert max(len(story.members) for story in found) >= 200
    whole = at.REPRESENTATIVES * (2 * at.CANDIDATES + 4)
    assert counted.calls["within"] <= 240 * whole
    assert counted.rows <= 240 * at.CHAIN
    with reading(engine) as conn:
        places = stories.copies(conn, [id for story in found for id in story.members])
    assert Counter(place.role for place in places.values())["own"] >= 200  # no copies, in spite of all they share
    issue = issue_of(report)
    assert issue.articles >= 200 and len(report.page.html if report.page else "") < 90_000


def test_copies_by_everybody_are_one_text(config: Config, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    found, report = day(config, engine, copies(240))
    assert [len(story.members) for story in found] == [240]
    assert counted.rows <= 240 * at.CHAIN
    assert counted.calls["within"] <= 240
    (item,) = issue_of(report).every()
    assert item.texts == 1
