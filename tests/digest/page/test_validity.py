"""html-validate, with its rules on accessibility, where Node and it are there (CI installs the pinned version)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from digest.page.render import render
from store.records import LEAVE_SLOT
from tests.digest.page.golden import GOLDEN

ROOT = Path(__file__).resolve().parents[3]
VERSION = "9.5.0"  # the last one for Node 18, which Debian has; .ci/run installs it
# What mail clients ask for and browsers frown on: styles in tags, sizes as attributes, Word's comments.
MAIL = ("no-inline-style", "no-deprecated-attr", "prefer-tbody", "no-conditional-comment", "doctype-style")
RULES = {
    "root": True,
    "extends": ["html-validate:recommended", "html-validate:a11y"],
    "rules": dict.fromkeys(MAIL, "off"),
}


def validator() -> str:
    own = ROOT / ".venv" / "html-validate" / "node_modules" / ".bin" / "html-validate"
    found = str(own) if own.exists() else shutil.which("html-validate")
    if not found or not shutil.which("node"):
        pytest.skip(f"no html-validate here (npm install --prefix .venv/html-validate html-validate@{VERSION})")
    return found


def checked(folder: Path, *pages: Path) -> subprocess.CompletedProcess[str]:
    (folder / ".htmlvalidate.json").write_text(json.dumps(RULES), encoding="utf-8")
    command = [validator(), "--formatter=text", *map(str, pages)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder, env=os.environ, check=False)


def test_golden_issues_are_valid_and_accessible(tmp_path: Path) -> None:
    pages = []
    for name, make in GOLDEN.items():
        html = render(make(), public_url="https://tripoint.example", postal_address="1 Example Street").html
        pages.append(tmp_path / f"{name.replace(' ', '-')}.html")
        pages[-1].write_text(html.replace(LEAVE_SLOT, "https://tripoint.example/unsubscribe/x"), encoding="utf-8")
    done = checked(tmp_path, *pages)
    assert done.returncode == 0, done.stdout[:3000] + done.stderr[:1000]


def test_the_validator_sees_a_page_without_language(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><html><head><title>x</title></head><body><img src='x'></body></html>", encoding="utf-8"
    )
    assert checked(tmp_path, page).returncode != 0


def test_the_checks_install_this_version() -> None:
    assert f"html-validate@{VERSION}" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
