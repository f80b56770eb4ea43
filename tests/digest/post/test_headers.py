from __future__ import annotations

import unicodedata
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.post import headers

ANY = st.text(st.characters(exclude_categories=()), max_size=300)  # lone surrogates included
HOSTILE = [
    "=?utf-8?q?x=0D=0ABcc:_v@example.com?=",  # CVE-2024-6923
    "a\r\nBcc: v@example.com", "a\u2028b", "a\u2029b", "a\x85b", "a\x0bb\x0cc\x1cd", "\ud800 half a pair",
    "\u202egnp.exe", "=?=?utf-8?b?QmNj?=?=", "=\u200d?utf-8?q?x?=", "\t \r\n ", "", "Слово " * 60, "中" * 250,
    "e\u0301" * 150, "👩\u200d👩\u200d👧", '"\\<>,;:@',
]  # fmt: skip


def hostile(function: object) -> object:
    for value in HOSTILE:
        function = example(value)(function)  # type: ignore[arg-type]
    return function


def unfolded(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n ", " "))))


@hostile
@given(ANY)
def test_a_subject_is_one_header_that_reads_back_as_the_cleaned_text(value: str) -> None:
    made = headers.text(value, used=len("Subject: "))
    cleaned = headers.clean(value)
    assert unfolded(made) == cleaned
    lines = f"Subject: {made}".split("\r\n")
    assert all(len(line) <= 78 and line.isascii() and line.isprintable() for line in lines)
    assert all(line.startswith(" ") and line.strip() for line in lines[1:])
    headers.check(f"Subject: {made}\r\n\r\nbody".encode(), ["Subject"])


@hostile
@given(ANY)
def test_cleaned_text_is_one_visible_line(value: str) -> None:
    cleaned = headers.clean(value)
    assert len(cleaned) <= headers.MAX_CHARS
    assert cleaned == cleaned.strip()
    assert cleaned.splitlines() in ([], [cleaned])
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "=?" not in cleaned
    assert headers.clean(cleaned) == cleaned


@hostile
@given(ANY)
def test_a_name_never_adds_an_address(name: str) -> None:
    made = headers.mailbox(name, "ann@example.com", used=4)
    headers.check(f"To: {made}\r\n\r\nbody".encode(), ["To"])
    from email.utils import getaddresses

    assert [address for _, address in getaddresses([made.replace("\r\n", "")])] == ["ann@example.com"]


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: a\r\nBcc: v@example.com\r\n\r\nbody", b"Subject: a\nBcc: v\r\n\r\nbody",
        b"Subject: a\rBcc: v\r\n\r\nbody", b"Subject: a\r\n \r\n\r\nbody", b" Subject: a\r\n\r\nbody",
        b"Subject: a\r\n", b"\r\n\r\nbody", b"Subject: a\0\r\n\r\nbody", b"Subject: \xff\r\n\r\nbody",
        b"Subject: " + b"a" * 1000 + b"\r\n\r\nbody", b"Subject: a\r\n\r\n", b"subject: a\r\n\r\nbody",
    ],
)  # fmt: skip
def test_bytes_with_any_other_header_are_not_sent(message: bytes) -> None:
    with pytest.raises(headers.HeaderError):
        headers.check(message, ["Subject"])
