from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.post.address import AddressError, check, split


@pytest.mark.parametrize(
    ("given_", "made"),
    [
        ("ann@example.com", "ann@example.com"),
        ("Ann.O'Neill+paper@Example.COM", "Ann.O'Neill+paper@example.com"),
        ("ann@пример.рф", "ann@xn--e1afmkfd.xn--p1ai"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),  # never strasse.example, which is somebody else
        ("ann@例子.中国", "ann@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_one_plain_address_is_taken(given_: str, made: str) -> None:
    assert check(given_) == made


@pytest.mark.parametrize(
    "address",
    [
        "", "ann", "ann@", "@example.com", "ann@localhost", "ann@example..com", "ann@-x.example", "ann@x.example-",
        "a@x.example\r\nBcc: b@x.example", "a@x.example\n", " a@x.example", "a@x.example, b@x.example",
        "a@x.example;b@y.example", "Ann <ann@example.com>", '"a b"@example.com', "a..b@example.com", ".a@example.com",
        "a@b@example.com", "иван@example.com", "a@[127.0.0.1]", "a@127.0.0.1", "a" * 65 + "@example.com",
        "a@" + ".".join(["x" * 60] * 5) + ".example", "a@x.exa\x00mple", "a\u2028b@example.com", "a@\ud800.example",
    ],
)  # fmt: skip
def test_what_could_be_two_or_none_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        check(address)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_passes_is_one_ascii_token(local: str, domain: str) -> None:
    try:
        made = check(f"{local}@{domain}")
    except AddressError:
        return
    assert made.isascii() and made.count("@") == 1
    assert not set(made) & set(' \t\r\n,;<>"()[]:\\\0')
    assert check(made) == made


def test_a_from_line_is_taken_apart() -> None:
    assert split("Tripoint <paper@example.com>") == ("Tripoint", "paper@example.com")
    assert split('"Tripoint, the paper" <paper@example.com>') == ("Tripoint, the paper", "paper@example.com")
    assert split("paper@example.com") == ("", "paper@example.com")
    with pytest.raises(AddressError):
        split("Tripoint <paper@example.com> <x@y.example>")
