"""The command line as its users meet it: a real process for the exit codes, Click's runner for the rest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cli import main
from store import db
from store.tables import members, metadata, stories
from tests.digest.paper import Day
from tests.digest.stored import store_day

ROOT = Path(__file__).resolve().parent.parent
BUILT = {
    "demo",
    "init",
    "check",
    "crawl",
    "publish",
    "deliver",
    "digest",
    "run",
    "preview",
    "sources list",
    "sources add",
    "sources check",
    "sources doctor",
    "sources health",
    "sources import",
    "sources export",
    "subscribers list",
    "subscribers add",
    "subscribers remove",
    "stories list",
    "stories show",
    "stories explain",
    "stories merge",
    "stories split",
    "stories pin",
    "stories hide",
    "issues list",
    "issues show",
    "outbox list",
    "outbox show",
    "status",
    "db upgrade",
    "db backup",
}


def commands(group: click.Group = main, prefix: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix}{name} ")
        else:
            found[prefix + name] = command
    return found


def run(*words: str, folder: Path | None = None) -> Result:
    given = ["--config", str(folder)] if folder else []
    return CliRunner().invoke(main, [*given, *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("init", str(tmp_path / "conf")).exit_code == 0
    return tmp_path / "conf"


def test_the_table_of_contents_is_what_is_built() -> None:
    assert set(commands()) == BUILT


@pytest.mark.parametrize("name", sorted(BUILT))
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    assert re.search(rf"Examples?: +tripoint {name}", result.output)


def test_every_command_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, command in commands().items():
        assert f"tripoint {name}" in text, name
        for option in command.params:
            for flag in option.opts:
                if flag.startswith("--") and flag not in ("--config", "--help", "--json"):
                    assert flag in text, f"{name} {flag}"


def test_init_makes_a_folder_that_check_accepts_and_never_touches_local_files(folder: Path) -> None:
    assert (folder / "var" / "tripoint.db").exists()
    assert run("check", folder=folder).exit_code == 0
    (folder / "sources.local.toml").write_text(
        '[[source]]\ncountry = "US"\nfeeds = ["https://outlet.example/rss.xml"]\n'
    )
    (folder / "tripoint.toml").write_text((folder / "tripoint.toml").read_text() + "# edited in place\n")
    again = run("init", str(folder))
    assert again.exit_code == 0
    assert "outlet.example" in (folder / "sources.local.toml").read_text()
    assert "edited in place" in (folder / "tripoint.toml.old").read_text()
    listed = json.loads(run("sources", "list", "--json", folder=folder).output)
    assert "outlet-example" in {row["id"] for row in listed}


def test_a_new_folder_tells_in_a_few_lines_what_comes_next(tmp_path: Path) -> None:
    told = run("init", str(tmp_path / "conf")).output
    assert "lexicon (" in told and len(told.splitlines()) < 15
    commands_ = re.findall(r"^  tripoint (.*) --config (.*)$", told, re.MULTILINE)
    assert [words for words, _ in commands_] == ["sources list", "subscribers add you@example.com", "digest --now"]
    state = json.loads(run("status", "--json", folder=Path(commands_[0][1])).output)
    assert (state["silences"], state["next_read"]) == ("nothing was read yet", "now")


def test_check_names_every_fault_and_exits_2(folder: Path) -> None:
    (folder / "tripoint.local.toml").write_text("[politeness]\nspacng = 3\n[mial]\n")
    (folder / "sources.local.toml").write_text('[[source]]\nid = "x"\ncountry = "USA"\nfeeds = ["ftp://x"]\n')
    result = run("check", folder=folder)
    assert result.exit_code == 2
    for part in (
        "tripoint.local.toml: [politeness]: spacng",
        "'spacing'",
        "[mial]",
        "'mail'",
        "source 'x': country",
        "source 'x': feeds",
        "4 faults",
    ):
        assert part in result.output
    assert len(json.loads(run("check", "--json", folder=folder).output)) == 4
    assert run("status", folder=folder).exit_code == 2


def test_a_missing_folder_is_said_with_what_to_do(tmp_path: Path) -> None:
    result = run("check", folder=tmp_path / "none")
    assert result.exit_code == 2
    assert "tripoint init" in result.output


def test_a_missing_database_is_not_made_by_a_question(folder: Path) -> None:
    (folder / "var" / "tripoint.db").unlink()
    result = run("outbox", "list", folder=folder)
    assert result.exit_code == 1
    assert "tripoint db upgrade" in result.output
    assert not (folder / "var" / "tripoint.db").exists()


def test_relative_paths_count_from_the_config_folder(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "status", "--config", str(folder)],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 3), done.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_reader_is_told_when_their_first_issue_comes(folder: Path) -> None:
    added = run("subscribers", "add", "ann@example.com", folder=folder)
    assert added.exit_code == 0
    assert re.search(r"first issue: \d{4}-\d\d-\d\d 07:00 UTC$", added.output.strip())
    rows = json.loads(run("subscribers", "list", "--json", folder=folder).output)
    assert [(row["address"], row["state"], row["how"]) for row in rows] == [
        ("ann@example.com", "active", "added by the operator")
    ]
    assert run("subscribers", "remove", "ann@example.com", folder=folder).exit_code == 0
    assert run("subscribers", "remove", "ann@example.com", folder=folder).exit_code == 2


@pytest.mark.parametrize(
    "address", ["a@x.example\r\nBcc: b@x.example", "a@x.example, b@x.example", "nobody", "a b@x.example"]
)
def test_an_address_that_could_be_two_is_refused(folder: Path, address: str) -> None:
    assert run("subscribers", "add", address, folder=folder).exit_code == 2


def test_backup_makes_a_whole_copy_and_never_overwrites(folder: Path, tmp_path: Path) -> None:
    run("subscribers", "add", "ann@example.com", folder=folder)
    target = tmp_path / "copy.db"
    assert run("db", "backup", str(target), folder=folder).exit_code == 0
    import sqlite3

    conn = sqlite3.connect(target)
    assert conn.execute("SELECT address FROM subscribers").fetchall() == [("ann@example.com",)]
    conn.close()
    assert run("db", "backup", str(target), folder=folder).exit_code == 1


@pytest.mark.parametrize("value", ["yesterday", "2d2", "99999999999d", "2026-13-01"])
def test_a_time_that_is_none_is_wrong_use(folder: Path, value: str) -> None:
    assert run("stories", "list", "--since", value, folder=folder).exit_code == 2


def test_digest_before_the_hour_does_not_use_up_the_day(folder: Path) -> None:
    result = run("publish", folder=folder)
    assert result.exit_code == 0
    assert json.loads(run("issues", "list", "--json", folder=folder).output) == []


def test_an_outbox_state_that_is_none_is_wrong_use(folder: Path) -> None:
    assert run("outbox", "list", "--state", "sent", folder=folder).exit_code == 0
    result = run("outbox", "list", "--state", "sennt", folder=folder)
    assert result.exit_code == 2
    assert "deferred" in result.output


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    result = run("preview", "--out", str(tmp_path / "taken" / "below"), folder=folder)
    assert result.exit_code == 1
    assert "taken" in result.output and "Traceback" not in result.output


def test_a_span_that_ends_before_it_begins_is_wrong_use(folder: Path) -> None:
    assert run("crawl", "--since", "2026-11-24", "--until", "2026-11-23", folder=folder).exit_code == 2


@pytest.mark.parametrize("option", ["--name", "--how"])
def test_a_reader_s_name_is_one_line(folder: Path, option: str) -> None:
    words = ["subscribers", "add", "ann@x.example", option, "Ann\r\nBcc: bob@x.example"]
    assert run(*words, folder=folder).exit_code == 2


def test_a_spider_that_is_none_is_a_fault(folder: Path) -> None:
    source = '[[source]]\nid = "mine"\ncountry = "US"\nspider = "nosuch"\n'
    (folder / "sources.local.toml").write_text(source, encoding="utf-8")
    for name in ("check", "crawl"):
        result = run(name, folder=folder)
        assert result.exit_code == 2 and "nosuch" in result.output


def test_a_port_that_links_miss_is_a_warning_and_no_fault(folder: Path) -> None:
    (folder / "tripoint.local.toml").write_text("[web]\nport = 8080\n")
    result = run("check", folder=folder)
    assert result.exit_code == 0
    assert "warning: [web]: port: the web listens on 8080, and public_url leads to 8000" in result.output
    (row,) = json.loads(run("check", "--json", folder=folder).output)
    assert (row["severity"], row["key"]) == ("warning", "port")
    for settings in (
        'port = 8080\npublic_url = "http://127.0.0.1:8080"',
        'port = 8080\npublic_url = "https://paper.example"',
        "port = 0",
    ):
        (folder / "tripoint.local.toml").write_text(f"[web]\n{settings}\n")
        assert "warning" not in run("check", folder=folder).output, settings


def test_a_dry_run_and_a_preview_leave_the_store_as_it_was(folder: Path, tmp_path: Path) -> None:
    import scheduler

    url = f"sqlite:///{folder / 'var' / 'tripoint.db'}"
    engine = db.open_store(url)
    day = Day(closes=scheduler.now())
    day.tell(1, "Harbor Wire", "China waives a canal toll for American ships", edges=("CN-US",))
    store_day(engine, day)
    with db.writing(engine) as tx:
        tx.execute(members.delete())
        tx.execute(stories.delete())

    def everything() -> list[object]:
        with db.reading(engine) as conn:
            return [conn.execute(select(table)).all() for table in metadata.sorted_tables]

    before = everything()
    for words in (
        ["publish", "--now", "--dry-run"],
        ["publish", "--dry-run"],
        ["preview", "--out", str(tmp_path / "p")],
    ):
        result = run(*words, folder=folder)
        assert result.exit_code == 0, result.output
        assert "not woven" in result.output
    assert everything() == before
    assert "1 articles woven" in run("publish", folder=folder).output
    engine.dispose()


def test_a_broken_template_is_a_warning_and_shown_by_status(folder: Path) -> None:
    (folder / "tripoint.local.toml").write_text('[page]\ntemplates = "templates"\n')
    (folder / "templates").mkdir()
    (folder / "templates" / "item.html.j2").write_text("{% if %}")
    checked = run("check", folder=folder)
    assert checked.exit_code == 0
    assert "warning: item.html.j2: [page]: templates: not used:" in checked.output
    shown = run("status", folder=folder)
    assert shown.exit_code == 3 and "template item.html.j2 is not used" in shown.output
    (folder / "templates" / "item.html.j2").unlink()
    assert run("status", folder=folder).exit_code == 0
