"""Read a config folder: shipped files, the operator's `*.local.toml` over them, every fault at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import tomli
from pydantic import BaseModel, ValidationError

from config.across import across, inside
from config.faults import PLAIN, ConfigError, Fault, line_of, near, of_validation
from config.schema import Config, Edition, Form, Source, TermPair

M = TypeVar("M", bound=BaseModel)
PLACES = ("feeds", "sitemaps", "sections", "spider")  # where a source can be read: one of them is needed
TERMS = ("terms.toml", "terms.local.toml")  # of lexicon/: words that differ, with a shape of their own
FILES = ("tripoint.toml", "tripoint.local.toml", "sources.toml", "sources.local.toml")
SECTIONS = ("politeness", "database", "mail", "web", "page", "keep", "stories", "summary", "translation")


def shipped() -> Path:
    """The folder of the files that come with Tripoint."""
    return Path(str(resources.files("config")))


def load(folder: Path, *, local: str | None = None) -> Config:
    """The config in `folder`. Raises ConfigError with all faults where anything is wrong.

    A folder may leave out `sources.toml` and `lexicon/`: the sources are then only the operator's own, the lexicon the
    shipped one. `local` stands in for sources.local.toml: a text that is to be checked before it replaces that file.
    """
    folder = _usable(Path(folder).expanduser().resolve())
    faults: list[Fault] = []
    faults.extend(_misnamed(folder))
    main, origin = _merged_main(folder, faults)
    sources = _sources(folder, faults, local)
    editions = _editions(main.pop("edition", {}), origin, faults)
    sections: dict[str, Any] = {}
    for name, raw in main.items():
        if name not in SECTIONS:
            guess = near(name, (*SECTIONS, "edition"))
            faults.append(Fault(origin(name), f"[{name}]", "", "no such section", guess))
        else:
            model = Config.model_fields[name].annotation
            assert isinstance(model, type) and issubclass(model, BaseModel)
            section = _parse(model, raw, origin(name), f"[{name}]", faults)
            if section is not None:
                sections[name] = section
    lexicon = _lexicon(folder, faults)
    terms = _terms(folder, faults)
    config = Config(folder=folder, sources=sources, editions=editions, lexicon=lexicon, terms=terms, **sections)
    faults.extend(across(config, origin))
    if faults:
        raise ConfigError(faults)
    return config


def _usable(folder: Path) -> Path:
    """The folder itself. Raises ConfigError where it is none, or no config's."""
    if not folder.is_dir():
        what = "no such folder: make one with `tripoint init DIR`, or name yours with --config DIR"
        raise ConfigError([Fault(str(folder), "", "", what)])
    if not (folder / "tripoint.toml").exists() and not (folder / "tripoint.local.toml").exists():
        what = "no tripoint.toml in it: not a config folder; make one with `tripoint init DIR`"
        raise ConfigError([Fault(str(folder), "", "", what)])
    return folder


def _read(path: Path, faults: list[Fault], label: str = "", text: str | None = None) -> dict[str, Any]:
    """The TOML in `path`, or `text` in its place; empty where there is no such file. `label`: what a fault calls it."""
    try:
        if text is None:
            text = path.read_text(encoding="utf-8-sig")  # some editors put a byte-order mark before it
        return tomli.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except FileNotFoundError:
        return {}
    except tomli.TOMLDecodeError as exc:
        faults.append(Fault(label or path.name, "", "", f"not valid TOML: {exc}"))
    except UnicodeDecodeError as exc:
        line = exc.object[: exc.start].count(b"\n") + 1
        faults.append(Fault(label or path.name, "", "", f"not UTF-8 (in line {line}): save it as UTF-8"))
    except OSError as exc:
        faults.append(Fault(label or path.name, "", "", f"cannot be read: {exc.strerror}"))
    return {}


def _misnamed(folder: Path) -> Iterable[Fault]:
    """A file whose name is not known would be passed over without a word: source.local.toml, for instance."""
    for path in sorted(folder.glob("*.toml")):
        if path.name not in FILES:
            message = f"no such config file: {', '.join(FILES)} and lexicon/*.toml are read"
            yield Fault(path.name, "", "", message, near(path.name, FILES))


def _parse(model: type[M], raw: Any, file: str, entry: str, faults: list[Fault]) -> M | None:
    if not isinstance(raw, Mapping):
        faults.append(Fault(file, entry, "", f"should be a table of keys, not {raw!r}"))
        return None
    try:
        return model.model_validate(raw)
    except ValidationError as exc:
        for error in exc.errors():
            faults.append(of_validation(model, error, file, entry))
        return None


def _overlaid(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `over` put on top, table by table."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = _overlaid(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged


def _merged_main(folder: Path, faults: list[Fault]) -> tuple[dict[str, Any], Any]:
    base, local = _read(folder / "tripoint.toml", faults), _read(folder / "tripoint.local.toml", faults)

    def origin(section: str) -> str:
        return "tripoint.local.toml" if section in local else "tripoint.toml"

    return _overlaid(base, local), origin


def _editions(raw: Any, origin: Any, faults: list[Fault]) -> tuple[Edition, ...]:
    if not isinstance(raw, Mapping):
        faults.append(Fault(origin("edition"), "edition", "", "write [edition.NAME] tables"))
        return ()
    if not raw:
        faults.append(
            Fault("tripoint.toml", "[edition.NAME]", "", "no edition: define at least one, e.g. [edition.daily]")
        )
    found = []
    for name, body in raw.items():
        value = {"name": name, **body} if isinstance(body, Mapping) else body
        edition = _parse(Edition, value, origin("edition"), f"[edition.{name}]", faults)
        if edition is not None:
            found.append(edition)
    return tuple(found)


def _source_rows(path: Path, faults: list[Fault], text: str | None = None) -> list[dict[str, Any]]:
    data = _read(path, faults, text=text)
    for key in data:
        if key != "source":
            faults.append(Fault(path.name, "", key, "only [[source]] entries belong here", near(key, ["source"])))
    rows = data.get("source", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(Fault(path.name, "source", "", "write [[source]] with two brackets"))
        return []
    return rows


def _entry(row: Mapping[str, Any], number: int) -> str:
    return f"source {row['id']!r}" if isinstance(row.get("id"), str) else f"source number {number}"


def _sources(folder: Path, faults: list[Fault], local: str | None = None) -> tuple[Source, ...]:
    """The shipped sources with the operator's on top: a known id takes only the keys that differ, a new id is added."""
    rows: dict[str, tuple[dict[str, Any], str, str]] = {}
    for name in ("sources.toml", "sources.local.toml"):
        mine: set[str] = set()
        text = local if name == "sources.local.toml" else None
        for number, row in enumerate(_source_rows(folder / name, faults, text), 1):
            entry = _entry(row, number)
            id = row.get("id")
            if id is None:
                id = proposed_id(row, rows)
                row = {**row, "id": id}
            if not isinstance(id, str):
                faults.append(Fault(name, entry, "id", f"{PLAIN['string_type']}, not {id!r}"))
                continue
            if id in mine:
                faults.append(Fault(name, entry, "id", f"the id {id!r} is used twice"))
                continue
            mine.add(id)
            if name == "sources.local.toml" and id not in rows and not any(row.get(key) for key in PLACES):
                message = "no shipped source has this id, and the entry names nothing to read"
                faults.append(Fault(name, entry, "id", message, near(id, rows)))
                continue
            base = rows.get(id, ({}, "", ""))[0]
            rows[id] = (_overlaid(base, row), name, entry)
    found: list[Source] = []
    seen: dict[str, str] = {}
    for row, name, entry in rows.values():
        source = _parse(Source, {"name": row.get("id", ""), **row}, name, entry, faults)
        faults.extend(Fault(name, entry, key, message) for key, message in _private_addresses(row))
        if source is None:
            continue
        faults.extend(Fault(name, entry, "ports", message) for message in _unreachable_ports(source))
        for url in (*source.feeds, *source.sitemaps):
            if url in seen and source.enabled:
                faults.append(Fault(name, entry, "feeds", f"{url} is read by {seen[url]!r} already"))
            if source.enabled:
                seen.setdefault(url, source.id)
        found.append(source)
    return tuple(found)


def _unreachable_ports(source: Source) -> Iterable[str]:
    """The crawler asks only ports that are named, 80 and 443 aside: a source on another one could never be read."""
    for url in (*source.feeds, *source.sitemaps, *source.sections):
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if port not in (80, 443, *source.ports) and f"{parts.hostname}:{port}" not in source.allow_private_hosts:
            yield f"{url} is on port {port}: say ports = [{port}]"


def _private_addresses(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The crawler connects to public addresses only, unless host and port are named: better said before it tries."""
    allowed = {str(place).lower() for place in _items(row.get("allow_private_hosts"))}
    for key in ("feeds", "sitemaps", "sections"):
        for url in filter(_host, _items(row.get(key))):
            parts = urlsplit(url)
            try:
                host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
            except ValueError:
                continue  # no port at all: a fault of its own
            place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            if inside(host) and place not in allowed:
                keys = f'allow_private_hosts = ["{place}"]'
                yield key, f"{host} is not a public address: say {keys} if it is your own server"


def proposed_id(row: Mapping[str, Any], taken: Mapping[str, Any]) -> str:
    """An id for an entry that gives none ("a feed address and a country are enough"): its first host, made an id.

    Where no address has a host, a word that stands in for one: the addresses are then the fault to tell.
    """
    host = next(filter(None, (_host(value) for key in PLACES for value in _items(row.get(key)))), "source")
    id = re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.").removeprefix("feeds.")).strip("-")[:60]
    number = 1
    candidate = id
    while candidate in taken:
        number += 1
        candidate = f"{id}-{number}"
    return candidate


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _host(address: Any) -> str:
    try:
        return urlsplit(address).hostname or "" if isinstance(address, str) else ""
    except ValueError:
        return ""


def _words(folder: Path) -> Path:
    """Where the lexicon lies: the folder's own in place of the shipped one."""
    return folder / "lexicon" if (folder / "lexicon").is_dir() else shipped() / "lexicon"


def _lexicon(folder: Path, faults: list[Fault]) -> tuple[Form, ...]:
    forms: dict[str, Form] = {}
    found = [path for path in _words(folder).glob("*.toml") if path.name not in TERMS]
    files = sorted(found, key=lambda path: (path.name.endswith(".local.toml"), path.name))
    for path in files:
        label = f"lexicon/{path.name}"
        data = _read(path, faults, label)
        mine: set[str] = set()
        for key in data:
            if key != "concept":
                faults.append(Fault(label, "", key, "only [[concept]] entries belong here", near(key, ["concept"])))
        rows = data.get("concept", [])
        if not isinstance(rows, list):
            faults.append(Fault(label, "concept", "", "write [[concept]] with two brackets"))
            continue
        for number, row in enumerate(rows, 1):
            entry = (
                f"concept {row.get('id')!r}" if isinstance(row, dict) and row.get("id") else f"concept number {number}"
            )
            told = len(faults)
            form = _parse(Form, row, label, entry, faults)
            if form is not None:
                if form.id in mine or (form.id in forms and not path.name.endswith(".local.toml")):
                    faults.append(Fault(label, entry, "id", f"the id {form.id!r} is used twice"))
                mine.add(form.id)
                forms[form.id] = form
            if len(faults) > told:
                line = line_of(path.read_text(encoding="utf-8-sig"), "concept", number)
                faults[told:] = [replace(fault, line=line) for fault in faults[told:]]
    return tuple(forms.values())


def _terms(folder: Path, faults: list[Fault]) -> tuple[TermPair, ...]:
    """The pairs of words that differ, the operator's on top: a known id takes only the keys that differ."""
    rows: dict[str, tuple[dict[str, Any], str]] = {}
    for name in TERMS:
        label = f"lexicon/{name}"
        data = _read(_words(folder) / name, faults, label)
        for key in data:
            if key != "pair":
                faults.append(Fault(label, "", key, "only [[pair]] entries belong here", near(key, ["pair"])))
        found = data.get("pair", [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            faults.append(Fault(label, "pair", "", "write [[pair]] with two brackets"))
            continue
        mine: set[str] = set()
        for number, row in enumerate(found, 1):
            id = str(row.get("id", f"number {number}"))
            if id in mine:
                faults.append(Fault(label, f"pair {id!r}", "id", f"the id {id!r} is used twice"))
            mine.add(id)
            rows[id] = ({**rows.get(id, ({}, ""))[0], **row}, label)
    pairs = (_parse(TermPair, row, label, f"pair {id!r}", faults) for id, (row, label) in rows.items())
    return tuple(pair for pair in pairs if pair is not None)
