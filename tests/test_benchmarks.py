"""What `python -m benchmarks.stories` prints: the same seven figures at the top, whatever data it is given and how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.stories import main

SEVEN = (
    "b3.f1",
    "copies.f1",
    "relevance.f1",
    "edges.macro_f1",
    "triples.en_ru.f1",
    "triples.en_zh.f1",
    "triples.ru_zh.f1",
)
TRIPLES = (
    ("Putin lands in Beijing to meet Xi", "Путин прилетел в Пекин на встречу с Си", "普京抵达北京与习近平会谈"),
    ("US sanctions Rosneft over oil sales", "США ввели санкции против Роснефти", "美国制裁俄罗斯石油公司"),
)


def article(number: int, title: str, story: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"n{number}",
        "outlet_id": f"paper-{number}",
        "outlet": f"Paper {number}",
        "country": "US",
        "language": "en",
        "url": f"https://paper-{number}.example/{number}",
        "published": f"2026-03-02T0{number}:00:00Z",
        "title": title,
        "lead": f"{title}, officials said on Monday.",
        "body": f"{title}. " + " ".join(f"The {word} was told by report {number}." for word in title.split()),
        "gold_story": story,
        "gold_copy": None,
        "gold_origin": False,
        "gold_role": "own",
        "gold_edges": ["CN-US"] if story == "chips" else [],
        **more,
    }


ARTICLES = [
    article(1, "US bars sales of chip tools to China", "chips"),
    article(2, "US bars sales of chip tools to China in new rule", "chips"),
    article(3, "Ferry runs aground in the harbour of Lisbon", "ferry"),
]
ITEMS = [
    {"id": 1, "language": "en", "title": "US and China agree on tariffs", "lead": "", "edges": ["CN-US"]},
    {"id": 2, "language": "en", "title": "Rain delays the cup final", "lead": "", "edges": []},
]


def triples(path: Path, rows: Any = TRIPLES) -> Path:
    lines = [f"{n}\tsingle\t{en}\t{ru}\t{zh}" for n, (en, ru, zh) in enumerate(rows, 1)]
    path.write_text("\n".join(["id\tfamily\ten\tru\tzh", *lines, ""]), encoding="utf-8")
    return path


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def measured(capsys: pytest.CaptureFixture[str], *paths: Path | str) -> dict[str, Any]:
    words = [word for path in paths for word in ("--data", str(path))]
    assert main([*words, "--no-model", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_all_seven_stand_at_the_top_for_a_folder_of_a_mix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines(tmp_path / "articles.jsonl", ARTICLES)
    lines(tmp_path / "relevance.jsonl", ITEMS)
    triples(tmp_path / "triples.tsv")
    (tmp_path / "outlets.json").write_text('[{"outlet_id": "paper-1"}]')
    (tmp_path / "README.md").write_text("about this set")
    found = measured(capsys, tmp_path)
    for name in SEVEN:
        nested: Any = found
        for part in name.split("."):
            nested = nested[part]
        assert found[name] == nested
        assert found[name] is not None
    assert {Path(path).name for path in found["sets"]} == {"articles.jsonl", "relevance.jsonl", "triples.tsv"}


def test_figures_are_pooled_over_files_and_over_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = [("Tax on tea", "Кот на крыше", "海边下雪"), ("Bread is dear", "Поезд ушёл", "山上有虎")]
    right, wrong = triples(tmp_path / "a.tsv"), triples(tmp_path / "b.tsv", nothing)
    folder, paths = measured(capsys, tmp_path), measured(capsys, right, wrong)
    assert folder["sets"][str(right)]["triples"]["en_ru"]["f1"] == 1.0
    assert folder["sets"][str(wrong)]["triples"]["en_ru"]["f1"] == 0.0
    assert folder["triples.en_ru.f1"] == paths["triples.en_ru.f1"] == 0.6667  # 2 of 4 found, none wrongly


@pytest.mark.parametrize("kind", ["articles", "relevance", "triples"])
def test_a_single_file_of_any_kind(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = {
        "articles": lambda: lines(tmp_path / "any.jsonl", ARTICLES),
        "relevance": lambda: lines(tmp_path / "any.jsonl", ITEMS),
        "triples": lambda: triples(tmp_path / "any.tsv"),
    }[kind]()
    found = measured(capsys, made)
    known = {
        "articles": SEVEN[:4],
        "relevance": SEVEN[2:4],
        "triples": SEVEN[4:],
    }[kind]
    assert {name for name in SEVEN if found[name] is not None} == set(known)


def test_labels_may_lie_beside_the_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = [{key: value for key, value in row.items() if not key.startswith("gold_")} for row in ARTICLES]
    labels = [{key: value for key, value in row.items() if key == "id" or key.startswith("gold_")} for row in ARTICLES]
    apart = tmp_path / "apart"
    apart.mkdir()
    news = lines(apart / "news.jsonl", bare)
    lines(apart / "labels.jsonl", labels)
    together = measured(capsys, lines(tmp_path / "together.jsonl", ARTICLES))
    for path in (apart, news):
        found = measured(capsys, path)
        assert {name: found[name] for name in SEVEN} == {name: together[name] for name in SEVEN}


def test_the_newsroom_that_ships_is_scored_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = measured(capsys, "demo")
    assert found["b3.f1"] > 0.9
    assert len(found["sets"]) == 1
    assert {run: found["silences"][run]["false"] for run in found["silences"]} == {"all_read": 0, "one_down_a_side": 0}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.jsonl", None, "there is no file or folder"),
        ("notes.txt", "nothing", "no labelled set"),
        ("empty.jsonl", "", "no labelled set"),
        ("broken.jsonl", '{"id": 1}\n{"id": ', "line 2 is not JSON"),
    ],
)
def test_data_of_no_known_kind_is_said_in_a_sentence(
    name: str, content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    assert main(["--data", str(path), "--no-model", "--json"]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert "Traceback" not in told.err
