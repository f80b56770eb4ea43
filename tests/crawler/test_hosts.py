"""What is kept of each host does not grow with their number, and asks none of them twice or too soon."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler
from twisted.internet.task import Clock

from crawler import hosts, middlewares
from crawler.middlewares import OncePerHost


class Rules(OncePerHost[tuple[str, ...]]):
    """Rules that a store keeps, but for one host's."""

    def __init__(self) -> None:
        super().__init__(cast(Any, None))
        self.store: dict[str, tuple[str, ...]] = {}
        self.asked: list[str] = []

    def stored(self, key: str) -> tuple[str, ...] | None:
        return self.store.get(key)

    async def found(self, key: str, request: Request) -> tuple[tuple[str, ...], bool]:
        self.asked.append(key)
        await asyncio.sleep(0)
        if key.startswith("http://mute"):
            return (), False
        self.store[key] = (key,)
        return (key,), True


def test_a_host_is_asked_once_however_many_others_come_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middlewares, "AT_HAND", 2)
    rules = Rules()
    order = ["a", "a", "mute", "b", "c", "a", "d", "mute", "a", "b"]

    async def ask() -> list[tuple[str, ...]]:
        first = [rules.of_host(Request(f"http://{name}.example/{n}")) for n, name in enumerate(order)]
        at_once = await asyncio.gather(*first)
        return [*at_once, *[await rules.of_host(Request(f"http://{name}.example/again")) for name in order]]

    answers = asyncio.run(ask())
    expected = [() if name == "mute" else (f"http://{name}.example:80",) for name in order * 2]
    assert answers == expected and len(rules.asked) == len(set(rules.asked)) == 5 and len(rules._rules) == 2


class Connection:
    """An idle connection, as Twisted's pool sees it."""

    state = "QUIESCENT"

    def __init__(self) -> None:
        self.transport = self
        self.open = True

    def loseConnection(self) -> None:
        self.open = False


def test_the_connections_that_were_used_longest_ago_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts.Pool, "most", 3)
    clock = Clock()
    pool = hosts.Pool(clock)
    held = [Connection() for _ in range(7)]
    for number, connection in enumerate(held):
        pool._putConnection(number, connection)
        if number == 5:
            clock.advance(0.01)  # three came at once
    clock.advance(0.01)
    assert [connection.open for connection in held] == [False] * 4 + [True] * 3
    assert set(pool._connections) == {4, 5, 6}


def test_a_host_is_forgotten_when_its_spacing_is_over_and_nothing_is_wanted_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(hosts, "monotonic", lambda: now)
    downloader = hosts.Slots(get_crawler(settings_dict={"DOWNLOAD_DELAY": 5}))
    requests = {name: Request(f"http://{name}.example/", meta={"download_slot": name}) for name in ("busy", "done")}
    monkeypatch.setattr(downloader, "_start_slot_gc", lambda: None)
    for request in requests.values():
        _, slot = downloader._get_slot(request)
        slot.lastseen = now
    downloader.slots["busy"].active.add(requests["busy"])
    for seconds, left in ((1, {"busy", "done"}), (5, {"busy", "done"}), (6, {"busy"}), (60, {"busy"})):
        now = 1000.0 + seconds
        downloader._slot_gc()
        assert set(downloader.slots) == left, f"after {seconds} s"
