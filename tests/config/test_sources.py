"""What a source is in a config: which keys it needs, where a fault of it is told, how a local entry changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import load
from tests.config.written import one, source, write


def test_a_feed_address_and_a_country_are_enough(tmp_path: Path) -> None:
    text = '[[source]]\ncountry = "RU"\nfeeds = ["https://www.outlet.example/rss.xml"]\n'
    config = load(write(tmp_path, sources_local=text))
    assert [(s.id, s.name, s.country) for s in config.sources] == [("outlet-example", "outlet-example", "RU")]
    assert config.sources[0].enabled


def test_two_entries_without_an_id_on_one_host_get_two_ids(tmp_path: Path) -> None:
    text = "".join(f'[[source]]\ncountry = "RU"\nfeeds = ["https://outlet.example/{n}.xml"]\n' for n in (1, 2))
    assert [s.id for s in load(write(tmp_path, sources_local=text)).sources] == ["outlet-example", "outlet-example-2"]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"feeds": '["ftp://one.example/rss"]'}, "feeds.0"),
        ({"feeds": '["https://user:secret@one.example/rss"]'}, "feeds.0"),
        ({"feeds": '["https://one.example:99999/rss"]'}, "feeds.0"),
        ({"feeds": '["https://"]'}, "feeds.0"),
        ({"feeds": '["https://[::1/rss"]'}, "feeds.0"),
        ({"feeds": '["https://one.example:8080/rss"]'}, "ports"),
        ({"feeds": "[3]"}, "feeds.0"),
        ({"feeds": "3"}, "feeds"),
        ({"feeds": "[]"}, ""),
        ({"feeds": '"https://one.example/rss"'}, "feeds"),
        ({"id": '"Two Words"'}, "id"),
        ({"id": "3"}, "id"),
        ({"timezone": '"Europe/Moskow"'}, "timezone"),
        ({"encoding": '"klingon"'}, "encoding"),
        ({"interval": "0"}, "interval"),
        ({"headers": '{ Cookie = "a=b" }'}, "headers"),
        ({"headers": '{ Accept = "a\\r\\nX-Evil: 1" }'}, "headers"),
        ({"allow_private_hosts": '["10.0.0.0/8"]'}, "allow_private_hosts.0"),
        ({"ports": "[0]"}, "ports.0"),
        ({"country": '"us"'}, "country"),
    ],
)
def test_what_cannot_be_a_source_is_refused_at_its_key(tmp_path: Path, keys: dict[str, str], key: str) -> None:
    fault = one(write(tmp_path, sources=source(**keys)))
    assert (fault.file, fault.key) == ("sources.toml", key)
    assert fault.message


@pytest.mark.parametrize("feeds", ["3", '"https://one.example/rss"', "[3]", '["https://[::1/rss"]', '["one.example"]'])
def test_an_entry_without_an_id_tells_only_of_the_address_that_is_wrong(tmp_path: Path, feeds: str) -> None:
    fault = one(write(tmp_path, sources_local=f'[[source]]\ncountry = "US"\nfeeds = {feeds}\n'))
    assert (fault.entry, fault.key.split(".")[0]) == ("source number 1", "feeds")


def test_a_source_on_another_port_names_it_or_its_host(tmp_path: Path) -> None:
    feeds = '["https://one.example:8443/rss"]'
    assert load(write(tmp_path / "a", sources=source(feeds=feeds, ports="[8443]"))).sources
    assert load(write(tmp_path / "b", sources=source(feeds=feeds, allow_private_hosts='["one.example:8443"]'))).sources


def test_an_id_twice_in_one_file_is_a_fault(tmp_path: Path) -> None:
    fault = one(write(tmp_path, sources=source() + source(feeds='["https://other.example/"]')))
    assert (fault.key, "twice" in fault.message) == ("id", True)


def test_an_address_read_by_two_sources_is_a_fault(tmp_path: Path) -> None:
    fault = one(write(tmp_path, sources=source() + source(id='"two"')))
    assert "'one'" in fault.message


def test_a_disabled_source_may_share_an_address(tmp_path: Path) -> None:
    config = load(write(tmp_path, sources=source(enabled="false") + source(id='"two"')))
    assert [s.id for s in config.sources if s.enabled] == ["two"]


def test_a_local_entry_changes_only_the_keys_it_names(tmp_path: Path) -> None:
    shipped = source(name='"One"', timezone='"Europe/Moscow"', headers='{ Accept = "text/xml" }')
    local = '[[source]]\nid = "one"\nenabled = false\nheaders = { X-Reader = "paper" }\n\n' + source(id='"mine"', feeds='["https://mine.example/"]')
    config = load(write(tmp_path, sources=shipped, sources_local=local))
    changed, mine = config.sources
    assert (changed.name, changed.timezone, changed.enabled) == ("One", "Europe/Moscow", False)
    assert changed.headers == {"Accept": "text/xml", "X-Reader": "paper"}
    assert mine.id == "mine"


def test_a_fault_in_a_local_change_names_the_local_file(tmp_path: Path) -> None:
    fault = one(write(tmp_path, sources=source(), sources_local='[[source]]\nid = "one"\nenabeld = false\n'))
    assert (fault.file, fault.suggestion) == ("sources.local.toml", "enabled")


def test_a_local_change_of_an_unknown_id_says_that_it_is_unknown(tmp_path: Path) -> None:
    local = '[[source]]\nid = "evning-post"\nenabled = false\n'
    fault = one(write(tmp_path, sources=source(id='"evening-post"'), sources_local=local))
    assert (fault.file, fault.key, fault.suggestion) == ("sources.local.toml", "id", "evening-post")


@pytest.mark.parametrize("text", ["source = 3\n", "[source]\nid = 'one'\n", "[[sources]]\nid = 'one'\n"])
def test_a_source_file_of_another_shape_is_a_fault(tmp_path: Path, text: str) -> None:
    assert one(write(tmp_path, sources=text)).file == "sources.toml"
