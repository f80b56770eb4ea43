"""The address rule: what may be asked for, and what may be connected, in every spelling."""

from __future__ import annotations

import socket

import pytest

from config import Source
from crawler.door import Grant, blocked, connectable, host_key, refusal, target

REFUSED = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "017700000001",
    "0.0.0.0",
    "0",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "::127.0.0.1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "169.254.169.254",
    "100.100.100.200",
    "100.64.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "192.88.99.1",
    "2001:db8::1",
    "240.0.0.1",
    "ff02::1",
    "2001::1",
    "3fff::1",
    "0.1.2.3",
]
ALLOWED = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"]


def addresses(spelling: str) -> list[str]:
    """What the system makes of a spelling, without asking any name server."""
    found = socket.getaddrinfo(spelling, 80, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]


@pytest.mark.parametrize("spelling", REFUSED)
def test_no_spelling_of_an_inner_address_is_connected(spelling: str) -> None:
    assert connectable(addresses(spelling), spelling, 80) == []


@pytest.mark.parametrize("spelling", ALLOWED)
def test_public_addresses_are_connected(spelling: str) -> None:
    assert connectable(addresses(spelling), spelling, 80) == [spelling]


def test_all_forty_spellings() -> None:
    wrong = [s for s in REFUSED if not all(map(blocked, addresses(s)))] + [s for s in ALLOWED if blocked(s)]
    assert (len(REFUSED) + len(ALLOWED), wrong) == (40, [])


def test_a_name_with_a_public_and_an_inner_address_is_connected_at_the_public_one() -> None:
    assert connectable(["10.0.0.7", "8.8.8.8"], "outlet.example", 443) == ["8.8.8.8"]


def test_a_host_is_named_to_the_port() -> None:
    allowed = frozenset({("intranet", 8080)})
    assert connectable(["10.0.0.7"], "intranet", 8080, allowed) == ["10.0.0.7"]
    assert connectable(["10.0.0.7"], "intranet", 80, allowed) == []
    assert connectable(["10.0.0.7"], "other", 8080, allowed) == []


OPEN = Grant()
OWN = Grant.of([Source(id="own", name="Own", country="US", feeds=("http://intranet:8080/f",), ports=(8443,),
                       allow_private_hosts=("intranet:8080", "10.0.0.5:81"))])  # fmt: skip


@pytest.mark.parametrize(
    ("url", "grant", "via", "allowed"),
    [
        ("https://outlet.example/f", OPEN, None, True),
        ("http://outlet.example:80/f", OPEN, None, True),
        ("http://outlet.example:8080/f", OPEN, None, False),
        ("http://outlet.example:22/f", OWN, None, False),
        ("https://outlet.example:8443/f", OWN, None, True),
        ("http://intranet:8080/f", OWN, None, True),
        ("http://intranet:8080/f", OPEN, None, False),
        ("http://10.0.0.5:81/f", OWN, None, True),
        ("http://10.0.0.5/f", OWN, None, False),
        ("http://[::ffff:7f00:1]/f", OPEN, None, False),
        ("file:///etc/passwd", OPEN, None, False),
        ("gopher://127.0.0.1:25/_x", OPEN, None, False),
        ("ftp://outlet.example/f", OPEN, None, False),
        ("https://user@outlet.example/f", OPEN, None, False),
        # Grants are not inherited by redirects
        ("http://intranet:8080/g", OWN, "http://intranet:8080/f", True),
        ("http://10.0.0.5:81/g", OWN, "http://intranet:8080/f", True),
        ("http://intranet:8080/admin", OWN, "http://outlet.example/f", False),
        ("http://10.0.0.6:81/g", OWN, "http://intranet:8080/f", False),
        ("https://outlet.example:8443/g", OWN, "https://outlet.example:8443/f", True),
        ("https://elsewhere.example:8443/g", OWN, "https://outlet.example/f", False),
        ("http://outlet.example/f", OPEN, "https://outlet.example/f", False),
        ("https://outlet.example/f", OPEN, "http://outlet.example/f", True),
    ],
)
def test_what_may_be_asked_for(url: str, grant: Grant, via: str | None, allowed: bool) -> None:
    assert (refusal(url, grant, via) is None) is allowed


def test_a_private_host_that_one_source_names_is_closed_to_the_others() -> None:
    """The resolver serves all sources, and must let it through."""
    inner = OWN.private
    assert refusal("http://intranet:8080/f", OWN, private=inner) is None
    assert refusal("http://intranet:8080/f", Grant(ports=frozenset({8080})), private=inner)
    assert refusal("http://intranet:8080/f", OWN, "http://outlet.example:8080/f", inner)
    assert refusal("http://outlet.example/f", OPEN, private=inner) is None


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("/новости.xml".encode(), "https://outlet.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8.xml"),
        ("/caf\u00e9".encode("latin-1"), "https://outlet.example/caf%C3%A9"),
        (b"  ../b?c#d ", "https://outlet.example/b?c"),
        (b"//else.example/x", "https://else.example/x"),
        (b"http://[::1/", None),
        (b"javascript:alert(1)", None),
        (b"https://user@else.example/", None),
    ],
)
def test_where_a_redirect_leads(location: bytes, found: str | None) -> None:
    assert target("https://outlet.example/a/f", location) == found


def test_a_host_is_one_server_whatever_the_spelling() -> None:
    assert host_key("https://Outlet.example/a") == host_key("https://outlet.example:443/b?c=d")
    assert host_key("http://outlet.example/a") != host_key("https://outlet.example/a")
