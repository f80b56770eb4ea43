"""The files that ship in config/ load, are in order, and explain themselves."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from config import Config, Source, load
from config.load import SECTIONS, shipped
from config.schema import Edition
from store.records import SIDES, side_of


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """What a fresh install reads: the shipped files and no local ones."""
    folder = tmp_path_factory.mktemp("config")
    for name in ("tripoint.toml", "sources.toml"):
        (folder / name).write_bytes((shipped() / name).read_bytes())
    return load(folder)


def side(source: Source) -> str:
    return side_of(source.country, source.ownership) or "elsewhere"


def addresses(source: Source) -> tuple[str, ...]:
    return (*source.feeds, *source.sitemaps, *source.sections)


def test_outlets_are_sorted_by_country_and_name(config: Config) -> None:
    keys = [(source.country, source.name.casefold()) for source in config.sources]
    assert keys == sorted(keys)


def test_each_side_has_its_outlets_and_a_silence_can_be_measured(config: Config) -> None:
    known = Counter(map(side, config.sources))
    enabled = Counter(side(source) for source in config.sources if source.enabled)
    for name in SIDES:
        assert known[name] >= 15, known
        assert enabled[name] >= 5, enabled
    assert enabled["elsewhere"] >= 5


def test_no_outlet_and_no_address_is_listed_twice(config: Config) -> None:
    seen = Counter(address.rstrip("/") for source in config.sources for address in addresses(source))
    assert [address for address, times in seen.items() if times > 1] == []
    assert [name for name, times in Counter(source.name for source in config.sources).items() if times > 1] == []


def test_no_address_is_a_search_engine_s(config: Config) -> None:
    hosts = {urlsplit(address).hostname for source in config.sources for address in addresses(source)}
    assert not any("google" in str(host) for host in hosts)


def test_every_outlet_names_its_evidence_with_a_date_in_one_line(config: Config) -> None:
    for source in config.sources:
        assert re.match(r"2026-\d\d-\d\d: ", source.note), source.id
        assert len(source.note) < 140, source.id
        assert source.domains, source.id


def test_articles_live_on_the_outlet_s_own_hosts(config: Config) -> None:
    for source in config.sources:
        assert not any("/" in domain or domain.startswith("www.") for domain in source.domains), source.id


def test_restricted_outlets_ship_disabled_and_say_why(config: Config) -> None:
    restricted = [source for source in config.sources if source.restricted_in]
    assert {"rt", "rt-ru", "sputnik", "ria", "iz", "rg"} <= {source.id for source in restricted}
    for source in restricted:
        assert not source.enabled, source.id
        assert source.restriction_source, source.id
        assert source.restriction_date is not None, source.id


def test_cnn_is_read_through_its_news_sitemap(config: Config) -> None:
    cnn = config.source("cnn")
    assert cnn is not None
    assert cnn.sitemaps
    assert not cnn.feeds


def _missing_comments(model: type[BaseModel], text: str) -> list[str]:
    names = [field.alias or name for name, field in model.model_fields.items()]
    # A comment stands behind the key, on a line of its own or in the header.
    return [name for name in names if not re.search(rf"^#?\s*{re.escape(name)} = .*\s# \S", text, re.MULTILINE)]


def test_every_key_of_a_source_has_a_comment() -> None:
    assert _missing_comments(Source, (shipped() / "sources.toml").read_text(encoding="utf-8")) == []


def test_every_key_of_the_settings_has_a_comment() -> None:
    text = (shipped() / "tripoint.toml").read_text(encoding="utf-8")
    assert [name for name in _missing_comments(Edition, text) if name != "name"] == []  # the name is in [edition.NAME]
    for section in SECTIONS:
        model = Config.model_fields[section].annotation
        assert isinstance(model, type) and issubclass(model, BaseModel)
        body = re.search(rf"^\[{section}\]$(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
        assert body, section
        assert _missing_comments(model, body.group(1)) == [], section


def test_the_header_s_defaults_are_the_schema_s() -> None:
    text = (shipped() / "sources.toml").read_text(encoding="utf-8")
    for name, written in re.findall(r"^#   (\w+) = (\S.*?)\s+# ", text, re.MULTILINE):
        field = Source.model_fields[name]
        if field.is_required() or name in ("interval", "restriction_date"):
            continue
        default = field.get_default()
        shown = tomllib.loads(f"x = {written.replace('{}', '{ }')}")["x"]
        assert (list(default) if isinstance(default, tuple) else default) == shown, name


def test_the_repository_s_own_folder_loads() -> None:
    """`tripoint` run in a clone without --config reads ./config."""
    root = Path(__file__).resolve().parents[2] / "config"
    assert len(load(root).sources) > 80
