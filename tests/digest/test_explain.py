"""`tripoint stories explain` and the corrections by hand, on a store as crawl and weave leave it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

import scheduler
from cli import main
from config.load import load, shipped
from config.schema import Config
from digest.explain import explained
from digest.publish import publish, upcoming
from store import sources
from store.db import open_store, reading, writing
from store.records import Listed
from tests.digest.paper import CLOSES, normal
from tests.digest.stored import store_day

NOW = CLOSES + timedelta(minutes=1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "tripoint.toml").write_bytes((shipped() / "tripoint.toml").read_bytes())
    (tmp_path / "sources.toml").write_text("")
    (tmp_path / "lexicon").mkdir()
    arctic = '[[concept]]\nid = "arctic"\nkind = "place"\nlabel = "Arctic"\nen = ["Arctic"]\n'
    (tmp_path / "lexicon" / "small.toml").write_text(arctic)
    return load(tmp_path)


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    made = open_store(config.database_url, create=True)
    store_day(made, normal())
    yield made
    made.dispose()


def run(config: Config, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config.folder), "stories", *words])


@pytest.fixture(autouse=True)
def _at_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "now", lambda: NOW)


def next_issue(config: Config, engine: Engine, id: int) -> str:
    with reading(engine) as conn:
        found = explained(config, conn, id, NOW)
    assert found is not None
    return found.next_issue


def test_each_member_is_explained_with_its_role_and_what_it_shares(config: Config, engine: Engine) -> None:
    with reading(engine) as conn:
        found = explained(config, conn, 1, NOW)
    assert found is not None
    assert len(found.members) == 12
    by_outlet = {member.outlet: member for member in found.members}
    assert by_outlet["Harbor Wire"].role.startswith("original")
    assert by_outlet["Lakeside Post"].role.endswith("crediting Harbor Wire")
    assert "Arctic" in by_outlet["长河日报"].common
    assert (by_outlet["Вольный берег"].side, by_outlet["Вольный берег"].ownership) == ("elsewhere", "exiled")
    assert found.rank is not None
    assert found.rank_words.startswith(f"{found.rank.score:g}: ")


def test_the_next_issue_is_explained_for_every_story_that_it_has_and_has_not(config: Config, engine: Engine) -> None:
    assert next_issue(config, engine, 1).startswith('yes: in "Told by all three", number 1 of 2')
    assert run(config, "hide", "1").exit_code == 0
    assert next_issue(config, engine, 1).startswith("no: it is hidden")
    assert run(config, "pin", "2").exit_code == 0
    assert "; pinned" in next_issue(config, engine, 2)
    publish(config, engine, now=NOW)
    assert next_issue(config, engine, 2) == "no: this slot has told all of it already, last on 24 November"
    with reading(engine) as conn:
        found = explained(config, conn, 2, NOW)
        old = explained(config, conn, 3, NOW + timedelta(days=9))
    assert found is not None and found.told == ("2026-11-24 (daily 07:00 UTC): 4 new articles",)
    assert old is not None and old.next_issue == "no: its newest report is older than 72 hours"


def test_an_edition_of_other_edges_says_so(config: Config, engine: Engine) -> None:
    (config.folder / "tripoint.local.toml").write_text('[edition.daily]\nedges = ["CN-RU"]\n')
    assert "it is about China – United States, and the edition is not" in next_issue(load(config.folder), engine, 4)


def test_what_is_known_of_the_sides_that_did_not_tell_it_is_said(config: Config, engine: Engine) -> None:
    with reading(engine) as conn:
        found = [explained(config, conn, id, NOW) for id in (1, 4)]
    assert [explanation.quiet for explanation in found if explanation] == [
        (),
        ("Moscow: No report found; all 7 outlets we watch there were read.",),
    ]


def test_an_item_that_may_tell_it_is_named(config: Config, engine: Engine) -> None:
    with writing(engine) as tx:
        material = upcoming(config, tx, now=NOW).material
        told = next(material.articles[id] for id in material.stories[3].members if material.articles[id].lead)
        outlet = next(source for source in material.sources.values() if source.name == "Polar Courier")
        item = Listed(
            outlet.id, "1", "https://polar.example/1", told.title, told.lead, told.language, NOW, NOW, NOW, "off topic"
        )
        sources.save_entries(tx, [item])
        found = explained(config, tx, material.stories[3].id, NOW)
    assert found is not None and "Polar Courier" not in {member.outlet for member in found.members}
    assert f"It is “{told.title}” (Polar Courier)." in found.quiet[0]


def test_the_commands_say_what_they_did_and_refuse_what_makes_no_sense(config: Config, engine: Engine) -> None:
    assert run(config, "merge", "3", "4").output.startswith(
        "story 4 is part of story 3 now (5 articles); 4 leads there."
    )
    said = run(config, "explain", "4").output
    assert "3 (asked for as 4, which was merged into it)" in said
    assert "Second Zeyan rail bridge passes its load test" in said
    rows = json.loads(run(config, "explain", "3", "--json").output)
    assert len(rows["members"]) == 5
    articles = [str(row["article"]) for row in rows["members"] if row["outlet"] == "Capital Courant"]
    assert "put together by hand on 24 November 2026" in run(config, "explain", "3").output
    assert "1 article moved to story" in run(config, "split", "3", *articles).output
    assert "by hand since 24 November 2026" in run(config, "explain", "3").output
    for words in (("merge", "3", "3"), ("split", "3", "999"), ("explain", "999"), ("pin", "999"), ("hide", "0")):
        result = run(config, *words)
        assert result.exit_code == 2, words
        assert "Error: " in result.output
    assert run(config, "explain", "1", "--edition", "weekly").exit_code == 2


def test_a_merged_story_was_told_where_either_of_the_two_was(config: Config, engine: Engine) -> None:
    publish(config, engine, now=NOW)
    run(config, "merge", "3", "4")
    with reading(engine) as conn:
        found = explained(config, conn, 3, NOW)
    assert found is not None and found.told == ("2026-11-24 (daily 07:00 UTC): 5 new articles",)
