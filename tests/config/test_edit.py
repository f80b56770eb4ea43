"""Entries are added to the operator's own list without disturbing what stands in it."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import ConfigError, load
from config.edit import FILE, add, rendered
from tests.config.small import small_folder

ROW: dict[str, Any] = {"id": "wire", "name": 'Wire "of" the \\ sea', "country": "US", "feeds": ["https://wire.example/rss"]}
MINE = '''# mine, and I like it so
[[source]]
id   =  "a"   # odd spacing
country="US"
feeds = ["https://a.example/"]
# the end'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_folder(tmp_path)


def test_what_stands_in_the_file_stays_to_the_byte(folder: Path) -> None:
    (folder / FILE).write_text(MINE, encoding="utf-8")
    config = add(folder, [ROW])
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.startswith(MINE)
    assert [source.id for source in load(folder).sources][-2:] == ["a", "wire"] == [s.id for s in config.sources][-2:]
    assert config.source("wire") is not None and load(folder).source("wire") == config.source("wire")


def test_a_missing_file_is_made_with_its_explanation(folder: Path) -> None:
    (folder / FILE).unlink()
    add(folder, [ROW])
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.startswith("# Your own sources") and '[[source]]\nid = "wire"' in text


@pytest.mark.parametrize(
    ("before", "row"),
    [
        (MINE, {**ROW, "country": "ZZ"}),
        (MINE, {**ROW, "id": "a"}),
        ("[[source]\n", ROW),
        (MINE, {**ROW, "nonsense": 1}),
    ],
)
def test_what_would_break_the_config_leaves_the_file_alone(folder: Path, before: str, row: dict[str, Any]) -> None:
    (folder / FILE).write_text(before, encoding="utf-8")
    with pytest.raises(ConfigError):
        add(folder, [row])
    assert (folder / FILE).read_text(encoding="utf-8") == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_an_old_fault_elsewhere_is_said_and_nothing_is_written(folder: Path) -> None:
    (folder / "tripoint.local.toml").write_text("[web]\nport = true\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="whole number"):
        add(folder, [ROW])


def test_line_ends_mode_and_a_link_are_kept(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.txt"
    real.write_bytes(MINE.replace("\n", "\r\n").encode())
    real.chmod(0o640)
    (folder / FILE).unlink()
    (folder / FILE).symlink_to(real)
    add(folder, [ROW])
    assert (folder / FILE).is_symlink()
    assert stat.S_IMODE(os.stat(real).st_mode) == 0o640
    assert b"\n" not in real.read_bytes().replace(b"\r\n", b"")


plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "note", "encoding"]), plain), st.lists(plain, max_size=4))
def test_any_text_survives_being_written(texts: dict[str, str], feeds: list[str]) -> None:
    row = {**texts, "feeds": feeds, "headers": {"Accept": "a/b"}, "ports": [8080], "enabled": False}
    assert tomllib.loads(rendered(row))["source"] == [row]
