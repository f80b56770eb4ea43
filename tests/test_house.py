"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "topics", "store", "crawler", "digest", "demo", "service", "cli")
PRODUCT = [
    path
    for path in (p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
    if "versions" not in path.parts
]


def _names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", PRODUCT, ids=_names(PRODUCT))
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    read = re.findall(
        r"datetime\.(?:now|utcnow|today)\(|\btime\.time\(|date\.today\(", path.read_text(encoding="utf-8")
    )
    assert len(read) == (1 if path.name == "scheduler.py" else 0), "pass `now` down; scheduler.now() is the one clock"


@pytest.mark.parametrize("path", PRODUCT, ids=_names(PRODUCT))
def test_no_state_is_pickled_and_nothing_is_left_open(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & {"pickle", "marshal", "shelve"}
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in {"pickle", "marshal", "shelve"}
    assert not re.search(r"\b(TODO|FIXME|XXX)\b(?!-)|NotImplementedError|yaml\.load\(", text.replace('"XX"', ""))


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "setup.cfg").read_text(encoding="utf-8").splitlines()
    inside = False
    for line in lines:
        if line.startswith(("install_requires", "postgresql", "model", "test ", "test=")):
            inside = True
        elif line and not line.startswith(" "):
            inside = False
        elif inside and line.strip() and not line.strip().startswith("#") and "options.extras_require" not in line:
            if re.match(r"\s+(ruff|mypy|import-linter)", line):
                continue
            assert "#" in line, f"setup.cfg: say why: {line.strip()}"


def test_every_dependency_is_pinned() -> None:
    pins = {
        re.sub(r"[._]", "-", re.split(r"==", line)[0].lower())
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    wanted = re.findall(r"^ {4}([A-Za-z0-9_.-]+)(?:\[[a-z]+\])?[><=]=", (ROOT / "setup.cfg").read_text(), re.MULTILINE)
    assert wanted
    assert {re.sub(r"[._]", "-", name.lower()) for name in wanted} <= pins


def test_every_config_key_has_a_comment() -> None:
    """A key without its reason beside it is a key that nobody dares to change."""
    path = ROOT / "config" / "tripoint.toml"
    tomllib.loads(path.read_text(encoding="utf-8"))
    from config.schema import Config

    lines = path.read_text(encoding="utf-8").splitlines()
    for section in ("politeness", "database", "mail", "web", "keep", "stories", "summary", "translation"):
        start = lines.index(f"[{section}]")
        block = lines[
            start + 1 : next((i for i in range(start + 1, len(lines)) if lines[i].startswith("[")), len(lines))
        ]
        keys = {line.split("=")[0].strip("# ") for line in block if "=" in line}
        model = Config.model_fields[section].annotation
        assert model is not None
        assert keys >= {field.alias or name for name, field in model.model_fields.items()}, section
        assert all("#" in line.split("=", 1)[1] for line in block if "=" in line and not line.startswith("#"))


def test_the_project_names_no_machine() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in files:
        path = ROOT / name
        if name and path.is_file() and path.suffix in (".py", ".md", ".toml", ".cfg", ".txt", ".j2", ""):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"/w[o]rk/|/r[o]ot/|p[y]pi\.org/simple", text), name


def test_every_module_is_named_on_the_page_of_the_house() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    alike = {"outlets", "versions", "migrations"}  # many of one kind, told of together
    modules = [*PRODUCT, *(ROOT / "benchmarks").glob("*.py")]
    names = {p.name for p in modules if p.parent.name not in alike and not p.name.startswith("__")}
    assert not sorted(name for name in names if not re.search(rf"(?<![a-z_]){re.escape(name)}", page))
    assert not sorted(set(re.findall(r"\b[a-z0-9_]+\.py\b", page)) - names - {"scheduler.py"})
