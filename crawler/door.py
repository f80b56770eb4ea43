"""The one guarded way out: which addresses may be asked for, and which may be connected.

`refusal` judges an address as written, on every hop; crawler.resolver the address that is connected, so that no
spelling of an internal address and no name that points inside gets through, and there is no moment between check and
connection in which a name could change its mind. Python's `ipaddress.is_global` alone is no guard: it calls
64:ff9b::7f00:1, 2002:7f00:1:: and 224.0.0.1 global.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.addresses import blocked as blocked
from config.addresses import connectable as connectable
from config.addresses import named as named
from crawler.canonical import safe_link

if TYPE_CHECKING:
    from config import Source

REDIRECTS = 5
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a source may reach beyond ports 80 and 443 of the public net: its own ports, and hosts named to the port."""

    ports: frozenset[int] = frozenset()
    private: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Grant:
        """What these sources may reach together."""
        ports: set[int] = set()
        private: set[tuple[str, int]] = set()
        for source in sources:
            ports.update(source.ports)
            private.update(named(value) for value in source.allow_private_hosts)
        return cls(frozenset(ports), frozenset(private))


def where(url: str) -> tuple[str, int]:
    """(host, port) of an address that `safe_link` let through."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or PORTS[parts.scheme]


def host_key(url: str) -> str:
    """ "scheme://host:port": what Retry-After and robots.txt hold for."""
    host, port = where(url)
    return f"{urlsplit(url).scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def refusal(
    url: str, grant: Grant, via: str | None = None, private: Container[tuple[str, int]] = frozenset()
) -> str | None:
    """Why `url` may not be asked for, or None. `via` is the address whose answer sent us here.

    Grants are not inherited: a redirect may use another port only on the same host, and may enter a named private host
    only from one that is named too. Nor are they shared: the `private` hosts that any source of a crawl names are
    closed to the others, since the resolver, which serves all of them, lets these through.
    """
    if safe_link(url) is None:
        return "not a plain http or https address"
    host, port = where(url)
    own = (host, port) in grant.private
    if via is not None:
        came_from = where(via)
        if urlsplit(via).scheme == "https" and urlsplit(url).scheme == "http":
            return "a redirect from https to http"
        own = own and (came_from in grant.private)
        ports = grant.ports if came_from[0] == host else frozenset[int]()
    else:
        ports = grant.ports
    if not own and port not in (80, 443) and port not in ports:
        return f"port {port} is not one of this source's ports"
    if not own and literal(host) and blocked(host):
        return f"{host} is not a public address"
    if not own and (host, port) in private:
        return f"{host} is a private host, which this source may not reach"
    return None


def target(url: str, location: bytes) -> str | None:
    """Where the answer of `url` sends us with this Location, or None for what is no http or https address.

    Servers write it in UTF-8, whatever RFC 9110 says: a Russian or Chinese path, as a browser reads it.
    """
    try:
        text = location.decode("utf-8")
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    return safe_link(text, url)


def literal(host: str) -> bool:
    """Whether this is an address in its usual spelling, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
