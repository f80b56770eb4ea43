"""A config folder as an operator writes it, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigError, Fault, load

EDITION = '[edition.daily]\ntitle = "Paper"\n'
SMTP = """
[mail]
transport = "smtp"
from = "Paper <paper@paper.example>"
postal_address = "Paper, 1 Street, Town"
leave_address = "leave@paper.example"

[web]
public_url = "https://paper.example"
"""


def write(folder: Path, **files: str) -> Path:
    """Files by name, with "_" for ".": main -> tripoint.toml, local -> tripoint.local.toml, sources, sources_local."""
    names = {"main": "tripoint.toml", "local": "tripoint.local.toml"}
    folder.mkdir(parents=True, exist_ok=True)
    if "main" not in files:
        files["main"] = EDITION
    for name, text in files.items():
        (folder / names.get(name, f"{name.replace('_', '.')}.toml")).write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return list(caught.value.faults)


def one(folder: Path) -> Fault:
    found = faults(folder)
    assert len(found) == 1, found
    return found[0]


def source(**keys: str) -> str:
    lines = {"id": '"one"', "country": '"US"', "feeds": '["https://one.example/rss"]', **keys}
    return "[[source]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items()) + "\n"
