"""Templates of the operator's own: used where they are whole, passed over where they are not."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from digest.page import overrides
from digest.page.overrides import Fault, faults, fit
from digest.page.render import render
from tests.digest.page.golden import GOLDEN

BUILT_IN = Path(overrides.__file__).parent / "templates"
PUBLIC = "https://tripoint.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "templates"
    made.mkdir()
    return made


def changed(folder: Path, name: str, old: str = "", new: str = "", *, more: str = "") -> None:
    text = (BUILT_IN / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text((text.replace(old, new) if old else text) + more, encoding="utf-8")


def reason(folder: Path) -> str:
    found = faults(folder)
    assert len(found) == 1, found
    return found[0].reason


def test_without_a_folder_the_page_is_the_built_in_one(folder: Path) -> None:
    issue = GOLDEN["one story"]()
    built_in = render(issue, public_url=PUBLIC)
    assert fit(issue, public_url=PUBLIC)[1] == built_in
    assert fit(issue, public_url=PUBLIC, folder=folder)[1] == built_in
    assert faults(folder) == ()


def test_copies_of_the_built_in_templates_give_the_same_page(folder: Path) -> None:
    for path in BUILT_IN.glob("*.j2"):
        shutil.copy(path, folder)
    issue = GOLDEN["chinese"]()
    assert fit(issue, public_url=PUBLIC, folder=folder)[1] == render(issue, public_url=PUBLIC)
    assert faults(folder) == ()


def test_a_single_template_is_replaced_and_speaks_every_language(folder: Path) -> None:
    changed(folder, "issue.html.j2", "{{ w.how }}", "{{ w.how }} (house style)")
    changed(folder, "page.css.j2", "bold 44px/52px", "bold 40px/52px")
    assert faults(folder) == ()
    page = fit(GOLDEN["russian"](), public_url=PUBLIC, folder=folder)[1]
    assert "Как сделан этот номер (house style)" in page.html
    assert "bold 40px/52px" in page.html


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("item.html.j2", {"more": "{% if %}"}, "TemplateSyntaxError"),
        ("item.html.j2", {"more": "{{ nobody_knows_this }}"}, "UndefinedError"),
        ("item.html.j2", {"old": "{{ v.about }}", "new": "{{ v.abuot }}"}, ""),
        ("issue.html.j2", {"more": "{{ 1 // 0 }}"}, "ZeroDivisionError"),
        ("mail.html.j2", {"old": "{{ leave }}", "new": "https://elsewhere.example/"}, "the way to leave"),
        ("mail.txt.j2", {"old": "|fill(listed=listed)", "new": ""}, "the way to leave"),
        ("mail.html.j2", {"old": "{{ body }}", "new": '{{ body }}<img src="https://t.example/p.gif">'}, "a <img>"),
        ("mail.html.j2", {"old": "{{ body }}", "new": "{{ body }}<script>1</script>"}, "a <script>"),
        ("dark.css.j2", {"more": "@import 'https://t.example/x.css';"}, "a style that loads something"),
        ("page.css.j2", {"old": "padding:40px 40px 28px", "new": "background:url(https://t.example/x)"}, "loads"),
        ("mail.html.j2", {"old": "{{ body }}", "new": "{{ body }}{{ 'x' * 99999999 }}"}, "SecurityError"),
        ("mail.html.j2", {"old": "{{ body }}", "new": "{{ body }}{{ ().__class__.__mro__ }}"}, "SecurityError"),
        ("item.html.j2", {"more": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"}, "RecursionError"),
        ("phone.css.j2", {"more": "/*" + "x" * 70_000 + "*/"}, "bytes, over"),
        (
            "mail.html.j2",
            {"old": "{{ body }}", "new": "{{ body }}{% for n in range(99000) %}x{% endfor %}"},
            "over 89000",
        ),
    ],
)
def test_a_broken_template_falls_back_and_is_named(
    folder: Path, caplog: pytest.LogCaptureFixture, name: str, change: dict[str, str], said: str
) -> None:
    changed(folder, name, **change)
    assert said in reason(folder)
    issue = GOLDEN["one story"]()
    with caplog.at_level(logging.WARNING):
        page = fit(issue, public_url=PUBLIC, folder=folder)[1]
    assert page == render(issue, public_url=PUBLIC)
    assert name in caplog.text


def test_a_template_that_never_ends_is_stopped_although_it_prints_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overrides, "SECONDS", 1.0)
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    changed(folder, "mail.txt.j2", more=endless)
    assert "Overlong" in reason(folder)


def test_a_good_template_is_used_beside_a_broken_one(folder: Path) -> None:
    changed(folder, "issue.html.j2", "{{ w.how }}", "{{ w.how }} (house style)")
    changed(folder, "mail.txt.j2", more="{% endif %}")
    page = fit(GOLDEN["one story"](), public_url=PUBLIC, folder=folder)[1]
    assert "(house style)" in page.html
    assert [fault.name for fault in faults(folder)] == ["mail.txt.j2"]


def test_a_template_that_fails_only_on_the_day_falls_back_for_that_issue(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changed(folder, "item.html.j2", "{{ v.about }}", "{{ v.about if v.story < 20 else v.nothing }}")
    assert faults(folder) == ()
    issue = GOLDEN["normal"]()
    with caplog.at_level(logging.WARNING):
        fitted, page = fit(issue, public_url=PUBLIC, folder=folder)
    assert (fitted.dropped, page) == (0, render(issue, public_url=PUBLIC))
    assert "not used for this issue" in caplog.text


def test_a_corrected_template_is_used_without_a_restart(folder: Path) -> None:
    changed(folder, "issue.html.j2", more="{% if %}")
    assert faults(folder)
    changed(folder, "issue.html.j2", "{{ w.how }}", "{{ w.how }} (house style)")
    assert faults(folder) == ()


def test_names_that_are_no_template_and_a_folder_that_is_none_are_said(folder: Path) -> None:
    (folder / "isue.html.j2").write_text("x", encoding="utf-8")
    assert "issue.html.j2" in reason(folder)
    assert faults(folder / "gone") == (Fault(str(folder / "gone"), "is no folder"),)
