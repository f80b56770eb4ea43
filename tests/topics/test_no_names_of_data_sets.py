"""Rules are general: no code and no lexicon names an outlet, a place or a firm of the invented newsroom."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "topics", "crawler", "digest", "store", "benchmarks")


def rows(name: str) -> list[dict[str, str]]:
    file = resources.files("demo").joinpath(name)
    if not file.is_file():
        pytest.skip(f"the demo ships no {name}")
    text = file.read_text(encoding="utf-8")
    return (
        json.loads(text) if name.endswith(".json") else [json.loads(line) for line in text.splitlines() if line.strip()]
    )


def shipped_text() -> str:
    files = [
        path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".toml", ".txt", ".j2")
    ]
    files = [path for path in files if path.name != "sources.toml"]  # real outlets, by name
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_no_outlet_of_the_newsroom_is_named() -> None:
    text = shipped_text()
    for row in rows("outlets.json"):
        assert row["name"] not in text, row["name"]


@pytest.mark.parametrize(
    "name",
    ["Northfloe", "Linjiangbao", "Линьцзянбао", "临江堡", "Zimovka", "Зимовк", "济莫夫卡", "Jixing",
     "极星远洋", "Lingyan", "Krasny Zaton", "Красном Затоне", "云湾", "讯江", "Усть-Каменк",
     "Восточный коридор", "东方走廊", "Тынгэк"],
)  # fmt: skip
def test_no_invented_place_firm_or_ship_is_named(name: str) -> None:
    texts = " ".join(f"{row['title']} {row['lead']} {row['body']}" for row in rows("newsroom.jsonl"))
    assert name in texts  # it is theirs
    assert name not in shipped_text()
