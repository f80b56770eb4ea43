"""The demo's own config folder: ordinary keys only, so that anyone may read what a config for it looks like."""

from __future__ import annotations

import json
from pathlib import Path

from config import Config, load
from config.load import shipped
from demo.newsroom import HOST, Newsroom
from demo.outlets import Outlet

MARK = "# The invented newsroom of `tripoint demo`."


class NotADemo(Exception):
    """Raised when the folder named with --out holds a config that the demo did not write, from prepare."""


def ports(out: Path) -> dict[str, int]:
    """The ports that an earlier demo in `out` gave its outlets: an article's address holds its port, so they stay.

    Raises NotADemo where the config in `out` is somebody else's, ConfigError where it was broken since.
    """
    folder = out / "config"
    if not folder.exists():
        return {}
    sources = folder / "sources.toml"
    if not sources.exists() or not sources.read_text(encoding="utf-8").startswith(MARK):
        raise NotADemo(f"{folder} is not a demo's: name another folder with --out, so that nothing of yours is touched")
    return {source.id: source.ports[0] for source in load(folder).sources if source.ports}


def prepare(out: Path, room: Newsroom, web_port: int) -> Config:
    """Write the config of this run into OUT/config and load it. Sources, once written, are left as they are."""
    folder = out / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tripoint.toml").write_bytes((shipped() / "tripoint.toml").read_bytes())
    (folder / "tripoint.local.toml").write_text(_settings(web_port), encoding="utf-8")
    sources = folder / "sources.toml"
    if not sources.exists():
        entries = [_entry(site.outlet, room.ports[id]) for id, site in room.sites.items()]
        sources.write_text("\n\n".join([_head(), *entries]) + "\n", encoding="utf-8")
    return load(folder)


def _settings(web_port: int) -> str:
    return f"""\
# What the demo changes in tripoint.toml beside it; written anew by each run.

[politeness]
spacing = 0                # the newsroom is ours and on this machine; real servers get seconds between two requests

[database]
url = "sqlite:///../tripoint.db"

[mail]
maildir = "../mail"

[web]
public_url = "http://{HOST}:{web_port}"
port = {web_port}
"""


def _head() -> str:
    return f"""\
{MARK} Every outlet is made up and served on {HOST}, each on a port
# of its own. `ports` and `allow_private_hosts` are what an operator writes for any server on a network of their own:
# Tripoint fetches nothing private that is not named here by host and port."""


def _entry(outlet: Outlet, port: int) -> str:
    key = "sitemaps" if outlet.format == "news-sitemap" else "feeds"
    lines = [
        "[[source]]",
        f'id = "{outlet.outlet_id}"',
        f"name = {json.dumps(outlet.name, ensure_ascii=False)}",
        f'country = "{outlet.country}"',
        f'language = "{outlet.language}"',
        f'ownership = "{outlet.ownership}"',
        f'{key} = ["http://{HOST}:{port}{outlet.reads}"]',
        f'timezone = "{outlet.timezone}"',
        f"ports = [{port}]",
        f'allow_private_hosts = ["{HOST}:{port}"]',
    ]
    return "\n".join(lines)
