"""What an operator merged stays merged and what they split stays split, whatever comes in and however often it is
woven again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.load import load, shipped
from config.schema import Config
from digest import correct
from digest.stories import corrections
from digest.stories.clusters import Cluster, Gathered
from digest.stories.corrections import MERGE, SPLIT, CorrectionError, correction
from digest.weave import weave
from store import articles, sources, stories
from store import corrections as kept
from store.articles import Draft
from store.db import open_store, reading, writing
from store.records import Source, Story

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEXICON = """
[[concept]]
id = "oil"
kind = "commodity"
en = ["oil"]
ru = ["нефт*"]
[[concept]]
id = "ferry"
kind = "act"
en = ["ferry"]
ru = ["паром*"]
"""
EVENTS = {
    "en": (
        "Nine Dalian shippers lose their licences over oil",
        "Oil shippers of Dalian appeal against lost licences",
        "Ferry between Vladivostok and Sokcho sails again",
        "Ferry to Sokcho delayed by ice near Vladivostok",
    ),
    "ru": (
        "Девять судовладельцев из Даляня лишились лицензий из-за нефти",
        "Паром из Владивостока в Сокчхо снова вышел в море",
    ),
}


def story(id: int, *members: int) -> Story:
    return Story(id, NOON, NOON, members)


# -- decided


def test_of_two_corrections_that_contradict_each_other_the_later_holds() -> None:
    split = corrections.split(story(1, 10, 11, 12), {12}, (), {}, NOON)
    assert split.record == (correction(SPLIT, 10, 12, NOON),)
    merge = corrections.merge(story(1, 10, 11), story(2, 12), split.record, NOON)
    assert (merge.record, merge.undone) == ((correction(MERGE, 10, 12, NOON),), split.record)
    again = corrections.split(story(1, 10, 11, 12), {10}, merge.record, {10: 1, 12: 1}, NOON)
    assert again.undone == merge.record


def test_the_half_with_the_oldest_article_keeps_the_number() -> None:
    assert corrections.split(story(1, 10, 11, 12), {11, 12}, (), {}, NOON).leaves == (11, 12)
    assert corrections.split(story(1, 10, 11, 12), {10}, (), {}, NOON).leaves == (11, 12)


def test_what_was_split_from_a_story_is_split_from_both_its_halves() -> None:
    before = (correction(SPLIT, 10, 99, NOON),)
    plan = corrections.split(story(1, 10, 11), {11}, before, {10: 1, 99: 2}, NOON)
    assert correction(SPLIT, 11, 99, NOON) in plan.record


@pytest.mark.parametrize("chosen", [set(), {10, 11}, {10, 77}])
def test_a_split_that_leaves_nothing_or_names_a_stranger_is_refused(chosen: set[int]) -> None:
    with pytest.raises(CorrectionError):
        corrections.split(story(1, 10, 11), chosen, (), {}, NOON)
    with pytest.raises(CorrectionError):
        corrections.merge(story(1, 10), story(1, 10), (), NOON)


def test_a_split_holds_between_all_clusters_of_two_stories() -> None:
    said = [correction(SPLIT, 1, 100, NOON)]  # neither is among the articles that are compared
    standing = {2: (7, 0), 3: (7, 1), 4: (8, 0), 5: (9, 0)}
    rules = corrections.rules(said, {1: 7, 100: 8}, standing)
    assert rules.apart == {(2, 4), (3, 4)}
    assert corrections.rules(said, {1: 7}, standing).apart == frozenset()


@given(
    st.lists(st.lists(st.integers(1, 9), max_size=3, unique=True), min_size=1, max_size=6),
    st.sets(st.sets(st.integers(1, 9), min_size=2, max_size=2).map(lambda pair: (min(pair), max(pair)))),
)
def test_no_engine_can_unite_what_was_split(clusters: list[list[int]], apart: set[tuple[int, int]]) -> None:
    """Whatever stored stories a woven story unites: of two that were split none is joined, and no cluster is lost."""
    made = tuple(
        Cluster("en", [], story=min(stories, default=None), united=tuple(sorted(stories))) for stories in clusters
    )
    known = tuple(sorted({id for stories in clusters for id in stories}))
    parts = corrections.kept([Gathered(made, known)], apart)
    for part in parts:
        assert not {(a, b) for a, b in product(part.stories, repeat=2) if a < b} & apart
    assert sorted(map(id, (c for part in parts for c in part.clusters))) == sorted(map(id, made))
    assert len({id for part in parts for id in part.stories}) == sum(len(part.stories) for part in parts)


# -- on a real store


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("config")
    shutil.copy(shipped() / "tripoint.toml", folder / "tripoint.toml")
    (folder / "tripoint.local.toml").write_text('[stories]\nmodel = "none"\n', encoding="utf-8")
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "small.toml").write_text(LEXICON, encoding="utf-8")
    return load(folder)


_numbers = count(1)


class Desk:
    """A store that news come into, with an operator beside it, and what the operator last said of each two articles."""

    def __init__(self, folder: Path, config: Config) -> None:
        self.config = config
        self.engine = open_store(f"sqlite:///{folder / f'{next(_numbers)}.db'}", create=True)
        self.hour = 0
        self.ids: list[int] = []
        self.together: set[tuple[int, int]] = set()
        self.apart: set[tuple[int, int]] = set()
        with writing(self.engine) as tx:
            sources.sync(tx, [Source("wire", "Bay Wire", "US", "en", "private")])

    @property
    def now(self) -> datetime:
        return NOON + timedelta(hours=self.hour)

    def news(self, language: str, event: int, *, edit: str = "", again: int | None = None) -> int:
        self.hour += 1
        number = len(self.ids) if again is None else again
        titles = EVENTS[language]
        draft = Draft(
            source_id="wire",
            identity=f"https://wire.example/{number}",
            url=f"https://wire.example/{number}",
            title=titles[event % len(titles)] + edit,
            lead="",
            text="",
            language=language,
            published=self.now,
            edges=("RU-US",),
        )
        with writing(self.engine) as tx:
            id, status = articles.record(tx, draft, self.now)
        if status == "new":
            self.ids.append(id)
        return id

    def weave(self) -> None:
        weave(self.config, self.engine, now=self.now)

    def homes(self) -> dict[int, int]:
        with reading(self.engine) as conn:
            return kept.homes(conn, self.ids)

    def inside(self, story: int) -> set[int]:
        return {id for id, home in self.homes().items() if home == story}

    def merge(self, one: int, other: int) -> None:
        homes = self.homes()
        if one in homes and other in homes and homes[one] != homes[other]:
            pairs = {(min(p), max(p)) for p in product(self.inside(homes[one]), self.inside(homes[other]))}
            correct.merge(self.engine, homes[one], homes[other], self.now)
            self.together, self.apart = self.together | pairs, self.apart - pairs

    def split(self, one: int, chosen: set[int]) -> None:
        homes = self.homes()
        if one in homes:
            inside = self.inside(homes[one])
            picked = chosen & inside
            if picked and inside - picked:
                pairs = {(min(p), max(p)) for p in product(picked, inside - picked)}
                correct.split(self.engine, homes[one], sorted(picked), self.now)
                self.together, self.apart = self.together - pairs, self.apart | pairs

    def check(self) -> None:
        homes = self.homes()
        assert [p for p in self.together if homes[p[0]] != homes[p[1]]] == []
        assert [p for p in self.apart if homes[p[0]] == homes[p[1]]] == []
        assert set(homes) == set(self.ids), "an article has lost its story"


STEPS = st.one_of(
    st.tuples(st.just("news"), st.sampled_from(["en", "ru"]), st.integers(0, 3)),
    st.tuples(st.just("revise"), st.integers(0, 30), st.integers(0, 3)),
    st.tuples(st.just("merge"), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.just("split"), st.integers(0, 30), st.integers(1, 1 << 12)),
    st.tuples(st.just("night"), st.just(0), st.just(0)),  # then the stories of the last 72 hours are compared again
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=6, max_size=14))
def test_corrections_outlive_any_news_and_any_weaving(
    tmp_path: Path, config: Config, steps: list[tuple[str, int | str, int]]
) -> None:
    desk = Desk(tmp_path, config)
    try:
        for event in range(4):
            desk.news("en", event)
        desk.weave()
        for what, one, other in steps:
            if what == "news":
                desk.news(str(one), other)
            elif what == "night":
                desk.hour += 23
            elif what == "revise":
                n = int(one) % len(desk.ids)
                desk.news("en", other, edit=", again", again=n)
            elif what == "merge":
                desk.merge(desk.ids[int(one) % len(desk.ids)], desk.ids[other % len(desk.ids)])
            else:
                chosen = {id for n, id in enumerate(desk.ids) if other >> (n % 12) & 1}
                desk.split(desk.ids[int(one) % len(desk.ids)], chosen)
            desk.weave()
            desk.check()
    finally:
        desk.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path, config: Config) -> Iterator[Desk]:
    made = Desk(tmp_path, config)
    yield made
    made.engine.dispose()


def test_two_reports_that_were_split_stay_two_stories_though_they_say_the_same(desk: Desk) -> None:
    first, second = desk.news("en", 0), desk.news("en", 0, edit=".")
    desk.weave()
    assert len(set(desk.homes().values())) == 1
    desk.split(first, {second})
    desk.news("ru", 0)
    desk.news("en", 0, edit="!")
    desk.weave()
    desk.check()
    assert desk.homes()[first] != desk.homes()[second]


def test_a_merged_number_leads_to_the_story_that_stays(desk: Desk) -> None:
    oil, ferry = desk.news("en", 0), desk.news("en", 2)
    desk.weave()
    homes = desk.homes()
    assert homes[oil] != homes[ferry]
    said = correct.merge(desk.engine, homes[ferry], homes[oil], desk.now)
    assert said.startswith(f"story {homes[ferry]} is part of story {homes[oil]} now (2 articles)")
    with reading(desk.engine) as conn:
        assert stories.by_ids(conn, [homes[ferry]])[homes[ferry]].members == (oil, ferry)
    assert "undoes your merge of 2 March 2026" in correct.split(desk.engine, homes[oil], [ferry], desk.now)
    assert "undoes your split of 2 March 2026" in correct.merge(desk.engine, homes[oil], desk.homes()[ferry], desk.now)


def test_a_hidden_story_stays_hidden_when_another_turns_out_to_be_it(desk: Desk) -> None:
    oil, ferry = desk.news("en", 0), desk.news("en", 2)
    desk.weave()
    homes = desk.homes()
    assert "hidden" in correct.hide(desk.engine, homes[ferry])
    assert "It is hidden" in correct.merge(desk.engine, homes[oil], homes[ferry], desk.now)
    with reading(desk.engine) as conn:
        assert stories.by_ids(conn, [homes[oil]])[homes[oil]].hidden
    assert "shown again" in correct.pin(desk.engine, homes[oil])
    assert "no longer pinned" in correct.pin(desk.engine, homes[oil], off=True)
    assert "not hidden" in correct.hide(desk.engine, homes[oil], off=True)


def test_a_story_is_about_what_its_articles_are_about_after_a_split(desk: Desk) -> None:
    oil, ferry = desk.news("en", 0), desk.news("en", 2)
    desk.weave()
    homes = desk.homes()
    with writing(desk.engine) as tx:
        tx.exec_driver_sql(f"UPDATE articles SET edges = '[\"CN-US\"]' WHERE id = {ferry}")
    correct.merge(desk.engine, homes[oil], homes[ferry], desk.now)
    with reading(desk.engine) as conn:
        assert stories.by_ids(conn, [homes[oil]])[homes[oil]].edges == ("RU-US", "CN-US")
    correct.split(desk.engine, homes[oil], [ferry], desk.now)
    with reading(desk.engine) as conn:
        assert stories.by_ids(conn, [homes[oil]])[homes[oil]].edges == ("RU-US",)


@pytest.mark.parametrize("id", [0, 99, 2**70])
def test_a_story_that_is_none_is_named(desk: Desk, id: int) -> None:
    with pytest.raises(CorrectionError, match=f"no story {id}"):
        correct.pin(desk.engine, id)
