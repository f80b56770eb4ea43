"""Write entries into `sources.local.toml`: the operator's comments, order and spelling stay as they are."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from config.faults import ConfigError, Fault
from config.folder import LOCAL
from config.load import load
from config.schema import Config

FILE = "sources.local.toml"
WIDE = 110  # characters; a longer list stands with one item a line


def rendered(row: Mapping[str, Any]) -> str:
    """One [[source]] entry as TOML, with a key a line."""
    table = tomlkit.table()
    for key, value in row.items():
        table.add(key, _value(key, value))
    array = tomlkit.aot()
    array.append(table)
    document = tomlkit.document()
    document.add("source", array)
    return tomlkit.dumps(document).strip() + "\n"


def line(key: str, value: Any) -> str:
    """One key as TOML: what a diagnosis tells to paste."""
    document = tomlkit.document()
    document.add(key, _value(key, value))
    return tomlkit.dumps(document).strip()


def _value(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update({name: _value(name, inner) for name, inner in value.items()})
        return table
    if isinstance(value, (list, tuple)):
        array = tomlkit.array()
        array.extend(value)
        return array.multiline(len(key) + len(array.as_string()) > WIDE)
    return tomlkit.item(value if isinstance(value, (str, bool, int, date)) else str(value))


def local_ids(config: Config) -> set[str]:
    """The sources that have an entry in the operator's own list: what is to be changed there may not be said twice."""
    try:
        rows = tomllib.loads((config.folder / FILE).read_text(encoding="utf-8-sig")).get("source", [])
    except FileNotFoundError:
        return set()
    named = {row["id"] for row in rows if "id" in row}
    nameless = [row for row in rows if "id" not in row]
    places = {url for row in nameless for key in ("feeds", "sitemaps", "sections") for url in row.get(key, ())}
    return named | {s.id for s in config.sources if places & {*s.feeds, *s.sitemaps, *s.sections}}


def add(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Config:
    """Append entries to the operator's list in `folder` and give the config that then holds.

    The whole config is checked with them before the file is replaced, in one step: a fault, old or new, leaves it
    untouched. Raises ConfigError.
    """
    path = Path(os.path.realpath(folder / FILE))  # the target of a link, which stays one
    text = _text(path)
    wanted = _appended(text, rows)
    config = load(folder, local=wanted)
    replaced(path, wanted.encode("utf-8"))
    return config


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return LOCAL[FILE]
    except UnicodeDecodeError as exc:
        raise ConfigError([Fault(FILE, "", "", "not UTF-8: save it as UTF-8")]) from exc
    try:
        tomlkit.parse(text.removeprefix("\ufeff"))
    except TOMLKitError as exc:
        raise ConfigError([Fault(FILE, "", "", f"not valid TOML: {exc}")]) from exc
    return text


def _appended(text: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A [[source]] may always follow the last one: nothing that stands in the file needs to be written anew."""
    end = "\r\n" if "\r\n" in text else "\n"
    entries = "\n".join(rendered(row) for row in rows)
    before = text.rstrip()
    return f"{before}{end * 2 if before.strip(chr(0xFEFF)) else ''}{entries.replace(chr(10), end)}"


def replaced(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, with the mode that it had."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
