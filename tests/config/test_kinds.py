"""Keys are taken as they are written: nothing is bent into another kind, and nothing half-right is loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config import load
from tests.config.written import EDITION, faults, one, source, write


@pytest.mark.parametrize(
    ("section", "key", "value", "said"),
    [
        ("web", "port", "true", "whole number"),
        ("web", "port", '"8000"', "whole number"),
        ("web", "port", "8000.0", "whole number"),
        ("keep", "text", "false", "whole number"),
        ("politeness", "spacing", "true", "should be a number"),
        ("politeness", "spacing", '"5"', "should be a number"),
    ],
)
def test_a_setting_of_another_kind_is_a_fault_at_its_key(
    tmp_path: Path, section: str, key: str, value: str, said: str
) -> None:
    fault = one(write(tmp_path, main=f"{EDITION}[{section}]\n{key} = {value}\n"))
    assert (fault.entry, fault.key) == (f"[{section}]", key)
    assert said in fault.message


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("enabled", '"yes"', "true or false"),
        ("enabled", "1", "true or false"),
        ("full_text", "0", "true or false"),
        ("interval", "true", "whole number"),
        ("ports", "[true]", "whole number"),
        ("restriction_date", "20261124", "write a date"),
        ("restriction_date", '"24.11.2026"', "write a date"),
        ("name", "7", "text in quotes"),
        ("headers", '{ Accept = 1 }', "text in quotes"),
    ],
)
def test_a_key_of_a_source_of_another_kind_is_a_fault_at_its_key(
    tmp_path: Path, key: str, value: str, said: str
) -> None:
    fault = one(write(tmp_path, sources=source(**{key: value})))
    assert fault.key.split(".")[0] == key
    assert said in fault.message


def test_a_whole_number_is_a_number_and_a_date_is_a_date(tmp_path: Path) -> None:
    text = source(restriction_date="2026-11-24", restricted_in='["EU"]')
    config = load(write(tmp_path, main=f"{EDITION}[politeness]\nspacing = 5\n", sources=text))
    assert config.politeness.spacing == 5.0
    assert config.sources[0].restriction_date == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("http://127.0.0.1/rss", "127.0.0.1:80"),
        ("https://10.1.2.3/rss", "10.1.2.3:443"),
        ("http://localhost/rss", "localhost:80"),
        ("http://[::1]/rss", "[::1]:80"),
        ("http://169.254.169.254/latest", "169.254.169.254:80"),
    ],
)
def test_an_address_inside_is_a_fault_until_host_and_port_are_named(tmp_path: Path, address: str, place: str) -> None:
    fault = one(write(tmp_path, sources=source(feeds=f'["{address}"]')))
    assert fault.key == "feeds" and f'allow_private_hosts = ["{place}"]' in fault.message
    named = source(feeds=f'["{address}"]', allow_private_hosts=f'["{place}"]')
    assert load(write(tmp_path, sources=named)).sources[0].feeds == (address,)


def test_all_that_is_wrong_with_a_list_is_told_at_once(tmp_path: Path) -> None:
    text = (
        source(id='"one"', enabld="true")
        + source(id='"one"')
        + source(id='"two"', country='"ZZ"', feeds='["http://127.0.0.1/two"]')
        + source(id='"three"', country='"UK"', feeds='["http://192.168.0.1/three"]', full_text='"no"')
    )
    found = {(fault.entry, fault.key) for fault in faults(write(tmp_path, sources=text))}
    assert found == {
        ("source 'one'", "enabld"), ("source 'one'", "id"), ("source 'two'", "country"), ("source 'two'", "feeds"),
        ("source 'three'", "country"), ("source 'three'", "feeds"), ("source 'three'", "full_text"),
    }  # fmt: skip


def test_a_list_that_is_checked_before_it_is_written_stands_in_for_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path, sources_local=source(id='"old"'))
    assert [s.id for s in load(folder, local=source(id='"new"')).sources] == ["new"]
    assert [s.id for s in load(folder).sources] == ["old"]
