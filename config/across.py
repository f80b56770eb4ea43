"""Faults that no single entry shows: keys that need each other, files that must exist, addresses that lead inside."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from config.addresses import blocked, named
from config.faults import Fault
from config.schema import Config, Summary, Translation


def across(config: Config, origin: Any) -> Iterable[Fault]:
    """Every such fault; `origin` tells which file a section comes from."""
    url = config.database.url
    in_a_file = url.startswith("sqlite:///") and url != "sqlite:///" and ":memory:" not in url
    if not in_a_file and not url.startswith(("postgresql+psycopg://", "postgresql://")):
        yield Fault(
            origin("database"),
            "[database]",
            "url",
            "write sqlite:///var/tripoint.db or postgresql+psycopg://USER@HOST/NAME",
        )
    if ":" in url.split("@")[0].removeprefix("postgresql+psycopg://").removeprefix("postgresql://") and "@" in url:
        yield Fault(origin("database"), "[database]", "url", "no password in this file: use ~/.pgpass or PGPASSWORD")
    mail = config.mail
    if mail.transport == "smtp":
        for key, value, why in (
            ("from", mail.sender, "the From address of each mail"),
            ("postal_address", mail.postal_address, "bulk mail must name a postal address"),
            ("leave_address", mail.leave_address, "where a reader may write to leave the list"),
        ):
            if not value:
                yield Fault(origin("mail"), "[mail]", key, f'transport = "smtp" needs it: {why}')
        if config.web.loopback:
            yield Fault(
                origin("web"),
                "[web]",
                "public_url",
                'transport = "smtp" needs an address that readers can reach, for their unsubscribe link',
            )
    for key, address in (("from", mail.sender), ("leave_address", mail.leave_address)):
        if address and not _plain_address(address):
            yield Fault(origin("mail"), "[mail]", key, f"not one plain mail address: {address!r}")
    yield from _open_secret(config, origin, "mail", "password_file", mail.password_file)
    yield from _machine(config, origin, "summary", config.summary, config.summary.engine != "extractive")
    yield from _machine(config, origin, "translation", config.translation, config.translation.engine != "tags")


def _open_secret(config: Config, origin: Any, section: str, key: str, value: str) -> Iterable[Fault]:
    """A file with a secret must be there, and for nobody else's eyes."""
    if not value:
        return
    path = config.path(value)
    if not path.exists():
        yield Fault(origin(section), f"[{section}]", key, f"no such file: {path}")
    elif path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Fault(origin(section), f"[{section}]", key, f"others can read it: chmod 600 {path}")


def _machine(config: Config, origin: Any, name: str, machine: Summary | Translation, used: bool) -> Iterable[Fault]:
    """What a machine that words something needs, once its engine is switched on."""
    yield from _open_secret(config, origin, name, "key_file", machine.key_file)
    if not used:
        return
    file, entry = origin(name), f"[{name}]"
    if machine.engine == "openai" and not machine.model:
        yield Fault(file, entry, "model", 'engine = "openai" needs the name of a model')
    if not machine.url:
        yield Fault(file, entry, "url", f"engine = {machine.engine!r} needs the address of its API")
        return
    parts = urlsplit(machine.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if (host, port) in map(named, machine.allow_private_hosts):
        return
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if inside(host):
        message = f"{host} is not a public address: say allow_private_hosts = [{place!r}] if you mean it"
        yield Fault(file, entry, "url", message)
    elif parts.scheme != "https":
        yield Fault(file, entry, "url", "your key and the texts would travel in the open: write https")


def inside(host: str) -> bool:
    """Is it this machine, or an address inside?"""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return blocked(host)
    except ValueError:
        return False  # a name: judged when it is looked up


def _plain_address(address: str) -> bool:
    """One mail address, with or without a display name, and nothing that could start a second one or a header."""
    name_and_address = re.fullmatch(r'[^<>\r\n",;]*<([^<>\s]+)>', address)
    bare = name_and_address.group(1) if name_and_address else address
    return bool(re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", bare))
