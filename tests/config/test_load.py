"""A config is read as a whole: every fault at once, with its place and a way out; local files lie over shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Config, load
from tests.config.written import EDITION, SMTP, faults, one, source, write


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        main=EDITION + 'stories = 900\n\n[politness]\nspacing = 5\n\n[web]\nprot = 80\n',
        sources=source(feds='["https://x.example/"]')
        + source(id='"two"', country='"ZZ"')
        + source(id='"three"', ownership='"privat"'),
    )
    found = faults(folder)
    places = {(fault.file, fault.entry, fault.key): fault for fault in found}
    assert len(found) == len(places)
    assert set(places) >= {
        ("tripoint.toml", "[edition.daily]", "stories"),
        ("tripoint.toml", "[politness]", ""),
        ("tripoint.toml", "[web]", "prot"),
        ("sources.toml", "source 'one'", "feds"),
        ("sources.toml", "source 'two'", "country"),
        ("sources.toml", "source 'three'", "ownership"),
    }
    assert places["tripoint.toml", "[politness]", ""].suggestion == "politeness"
    assert places["tripoint.toml", "[web]", "prot"].suggestion == "port"
    assert places["sources.toml", "source 'one'", "feds"].suggestion == "feeds"
    assert places["sources.toml", "source 'three'", "ownership"].suggestion == "private"


def test_a_fault_reads_as_one_line_with_a_suggestion(tmp_path: Path) -> None:
    fault = one(write(tmp_path, sources=source(langauge='"en"')))
    assert str(fault) == "sources.toml: source 'one': langauge: no such key (did you mean 'language'?)"


def test_local_settings_lie_over_the_shipped_ones_key_by_key(tmp_path: Path) -> None:
    main = EDITION + '[politeness]\nspacing = 5\ntimeout = 30\n'
    local = (
        "[politeness]\nspacing = 1\n\n[edition.daily]\nstories = 3\n\n"
        '[edition.weekly]\nfrequency = "weekly"\nweekday = "sunday"\n'
    )
    config = load(write(tmp_path, main=main, local=local))
    assert (config.politeness.spacing, config.politeness.timeout) == (1, 30)
    assert [(e.name, e.title, e.stories) for e in config.editions] == [
        ("daily", "Paper", 3), ("weekly", "Tripoint", 12),
    ]


def test_a_fault_in_local_settings_names_the_local_file(tmp_path: Path) -> None:
    fault = one(write(tmp_path, main=EDITION + "[web]\nport = 8000\n", local='[web]\nport = "many"\n'))
    assert (fault.file, fault.entry, fault.key) == ("tripoint.local.toml", "[web]", "port")


def test_relative_paths_count_from_the_folder_never_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "etc")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first = load(folder)
    monkeypatch.chdir(elsewhere)
    second = load(folder)
    assert first.database_url == second.database_url == f"sqlite:///{folder / 'var/tripoint.db'}"
    assert second.path("var/mail") == folder / "var/mail"
    assert second.path("/srv/mail") == Path("/srv/mail")


def test_a_folder_named_relatively_is_made_absolute_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "etc")
    monkeypatch.chdir(tmp_path)
    config = load(Path("etc"))
    monkeypatch.chdir("/")
    assert config.path("var") == tmp_path / "etc" / "var"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:////srv/tripoint.db", "sqlite:////srv/tripoint.db"),
        ("postgresql+psycopg://tripoint@db/tripoint", "postgresql+psycopg://tripoint@db/tripoint"),
    ],
)
def test_an_absolute_database_stays_as_written(tmp_path: Path, url: str, expected: str) -> None:
    assert load(write(tmp_path, main=EDITION + f'[database]\nurl = "{url}"\n')).database_url == expected


@pytest.mark.parametrize(
    "url", ["mysql://db/tripoint", "postgresql+psycopg://tripoint:secret@db/tripoint", "sqlite:///:memory:"]
)
def test_a_database_of_another_kind_or_with_a_password_is_refused(tmp_path: Path, url: str) -> None:
    fault = one(write(tmp_path, main=EDITION + f'[database]\nurl = "{url}"\n'))
    assert (fault.entry, fault.key) == ("[database]", "url")
    assert "secret" not in str(fault)


def test_smtp_with_all_it_needs_is_accepted(tmp_path: Path) -> None:
    config = load(write(tmp_path, main=EDITION + SMTP))
    assert config.mail.sender == "Paper <paper@paper.example>"


def test_smtp_needs_a_sender_a_postal_address_a_leave_address_and_a_public_web_address(tmp_path: Path) -> None:
    found = faults(write(tmp_path, main=EDITION + '[mail]\ntransport = "smtp"\n'))
    assert [(f.entry, f.key) for f in found] == [
        ("[mail]", "from"), ("[mail]", "postal_address"), ("[mail]", "leave_address"), ("[web]", "public_url"),
    ]


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.2", "http://[::1]/", "http://0.0.0.0:8000"])
def test_smtp_is_refused_while_readers_cannot_reach_the_web(tmp_path: Path, url: str) -> None:
    fault = one(write(tmp_path, main=EDITION + SMTP.replace("https://paper.example", url)))
    assert (fault.entry, fault.key) == ("[web]", "public_url")


@pytest.mark.parametrize("sender", ["nobody", "a@x.example, b@x.example", "A <a@x.example> <b@x.example>", "a@"])
def test_a_sender_that_is_not_one_address_is_refused(tmp_path: Path, sender: str) -> None:
    fault = one(write(tmp_path, main=EDITION + SMTP.replace("Paper <paper@paper.example>", sender)))
    assert fault.key == "from"


def test_a_line_break_in_the_sender_is_refused(tmp_path: Path) -> None:
    fault = one(write(tmp_path, main=EDITION + SMTP.replace("Paper <", "Paper\\r\\nBcc: x@x.example <")))
    assert fault.key == "from"


def test_a_password_file_must_be_the_operator_s_alone(tmp_path: Path) -> None:
    folder = write(tmp_path, main=EDITION + SMTP + "\n", local='[mail]\npassword_file = "secret"\n')
    assert "no such file" in one(folder).message
    (folder / "secret").write_text("hush")
    (folder / "secret").chmod(0o644)
    assert "chmod 600" in one(folder).message
    (folder / "secret").chmod(0o600)
    assert isinstance(load(folder), Config)


def test_a_password_in_the_file_is_no_key(tmp_path: Path) -> None:
    fault = one(write(tmp_path, main=EDITION + SMTP, local='[mail]\npassword = "hush"\n'))
    assert fault.message == "no such key"
    assert "hush" not in str(fault)


def test_a_file_under_a_name_that_is_not_read_is_a_fault(tmp_path: Path) -> None:
    fault = one(write(tmp_path, source_local=source()))
    assert (fault.file, fault.suggestion) == ("source.local.toml", "sources.local.toml")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    folder = write(tmp_path, sources=source())
    (folder / "tripoint.local.toml").write_bytes(b"\xef\xbb\xbf[web]\nport = 81\n")
    assert load(folder).web.port == 81


def test_broken_toml_names_its_file_and_does_not_hide_other_faults(tmp_path: Path) -> None:
    found = faults(write(tmp_path, main=EDITION + "[web]\nprot = 1\n", sources='[[source]]\nid = "one\n'))
    assert {fault.file for fault in found} == {"sources.toml", "tripoint.toml"}
    assert "line 2" in next(fault for fault in found if fault.file == "sources.toml").message


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "sources.toml").write_bytes(source(name='"Газета"').encode("cp1251"))
    assert one(folder).file == "sources.toml"


@pytest.mark.parametrize("text", ["[web]\n", "", "edition = 3\n", "[edition]\ndaily = 3\n"])
def test_a_config_without_an_edition_says_so(tmp_path: Path, text: str) -> None:
    assert any("edition" in fault.entry for fault in faults(write(tmp_path, main=text)))


def test_a_weekly_edition_needs_a_day_and_a_daily_one_takes_none(tmp_path: Path) -> None:
    assert "weekday" in one(write(tmp_path / "a", main='[edition.w]\nfrequency = "weekly"\n')).message
    assert "weekday" in one(write(tmp_path / "b", main='[edition.d]\nweekday = "sunday"\n')).message


def test_a_wrong_key_inside_a_slot_is_found(tmp_path: Path) -> None:
    fault = one(write(tmp_path, main='[edition.daily]\ndefault_slot = { time = "07:00", timezon = "UTC" }\n'))
    assert (fault.key, fault.suggestion) == ("default_slot.timezon", "timezone")


def test_a_folder_that_is_none_is_explained(tmp_path: Path) -> None:
    assert "tripoint init" in str(one(tmp_path / "absent"))
    (tmp_path / "empty").mkdir()
    assert "tripoint init" in str(one(tmp_path / "empty"))


OPENAI = '[summary]\nengine = "openai"\nmodel = "m"\n'


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (OPENAI, "url", "needs the address"),
        ('[summary]\nengine = "openai"\nurl = "https://api.example/v1"\n', "model", "needs the name of a model"),
        (OPENAI + 'url = "http://127.0.0.1:11434/v1"\n', "url", "allow_private_hosts = ['127.0.0.1:11434']"),
        (OPENAI + 'url = "http://localhost:11434/v1"\n', "url", "not a public address"),
        (OPENAI + 'url = "https://10.1.2.3/v1"\n', "url", "10.1.2.3:443"),
        (OPENAI + 'url = "http://[::1]:80/v1"\nallow_private_hosts = ["[::1]:81"]\n', "url", "not a public address"),
        (OPENAI + 'url = "http://api.example/v1"\n', "url", "write https"),
        (OPENAI + 'url = "https://api.example/v1"\nkey_file = "nokey"\n', "key_file", "no such file"),
        (OPENAI + 'url = "ftp://api.example/v1"\n', "url", "not an http"),
        ('[translation]\nengine = "libretranslate"\n', "url", "needs the address"),
        ('[translation]\nengine = "deepl"\n', "engine", ""),
        ("[summary]\nbudget = 0\n", "budget", ""),
    ],
)
def test_a_machine_that_cannot_be_asked_is_a_fault(tmp_path: Path, text: str, key: str, said: str) -> None:
    fault = one(write(tmp_path, local=text))
    assert fault.key == key
    assert said in fault.message


def test_a_machine_on_this_computer_is_named_to_the_port(tmp_path: Path) -> None:
    url = 'url = "http://[::1]:8080/v1"\nallow_private_hosts = ["[::1]:8080"]\n'
    assert load(write(tmp_path, local=OPENAI + url)).summary.model == "m"


def test_a_config_cannot_be_changed(tmp_path: Path) -> None:
    config = load(write(tmp_path, sources=source()))
    with pytest.raises(ValueError, match="frozen"):
        config.sources[0].name = "Other"
