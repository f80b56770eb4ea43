"""Which addresses may be connected: ordinary public ones, and what the operator names to the port. Pure.

Python's `ipaddress.is_global` alone is no guard: it calls 64:ff9b::7f00:1, 2002:7f00:1:: and 224.0.0.1 global. Whoever
looks a name up judges the addresses that it stands for, and connects to one of those that were judged: then no spelling
and no name that changes its mind leads inside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

_BLOCKED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def blocked(address: str) -> bool:
    """Whether an IP address is anything but an ordinary public one; addresses wrapped in IPv6 are unwrapped first."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.sixtofour is not None:
            return True  # 6to4 is gone from the net; what is left are disguises
        inner = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return blocked(str(inner))
    return (
        not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
        or any(ip.version == network.version and ip in network for network in _BLOCKED)
    )  # fmt: skip


def named(value: str) -> tuple[str, int]:
    """An `allow_private_hosts` entry "host:port" as (host, port)."""
    host, _, port = value.rpartition(":")
    return host.strip("[]").lower(), int(port)


def connectable(
    addresses: Iterable[str], host: str, port: int, allowed: frozenset[tuple[str, int]] = frozenset()
) -> list[str]:
    """Those of a name's addresses that may be connected: all of a named host and port, else the public ones."""
    if (host.strip("[]").lower(), port) in allowed:
        return list(addresses)
    return [address for address in addresses if not blocked(address)]
