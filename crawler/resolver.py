"""The half of the door that judges the address which is connected: names are looked up, and guarded, here."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any, ClassVar

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import succeed
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer  # type: ignore[import-untyped]

from config.addresses import connectable
from crawler.door import literal


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """The answer of a thread cannot be called back; the request's own time-out ends the wait."""


@implementer(IHostnameResolver)
class GuardResolver:
    """Resolves names, and IP literals, and gives only addresses that may be connected.

    Set as the *process* setting TWISTED_DNS_RESOLVER: Scrapy silently ignores it in a spider's own settings.
    `allowed` holds the (host, port) pairs that some source of this crawl names; `refusal` has already checked whose.
    """

    allowed: ClassVar[frozenset[tuple[str, int]]] = frozenset()
    refused: ClassVar[dict[tuple[str, int], str]] = {}  # (host, port) -> the address that was refused, for the report

    def __init__(self, reactor: Any) -> None:
        self.reactor = reactor

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardResolver:
        return cls(reactor)

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(
        self, resolutionReceiver: Any, hostName: str, portNumber: int = 0,
        addressTypes: Sequence[type] | None = None, transportSemantics: str = "TCP",
    ) -> Any:  # fmt: skip
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        if literal(hostName):
            found = succeed([hostName])  # nothing to look up; other spellings of a number are names to a resolver
        else:
            pool = self.reactor.getThreadPool()
            found = deferToThreadPool(self.reactor, pool, _look_up, hostName, portNumber)

        def tell(addresses: list[str]) -> None:
            for address in connectable(addresses, hostName, portNumber, self.allowed):
                family = IPv6Address if ":" in address else IPv4Address
                resolutionReceiver.addressResolved(family("TCP", address, portNumber))
            if addresses and not connectable(addresses, hostName, portNumber, self.allowed):
                self.refused[hostName.lower(), portNumber] = addresses[0]
            resolutionReceiver.resolutionComplete()

        found.addErrback(lambda failure: [])  # no such name: no address, which Twisted reports as a failed look-up
        found.addCallback(tell)
        return resolution


def _look_up(host: str, port: int) -> list[str]:
    """Every address of a name, in the order the system prefers. Runs in a thread."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
