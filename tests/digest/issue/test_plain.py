"""Hostile text becomes one plain line; hostile links become none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.issue.plain import link, plain, shorten


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("One\r\nBcc: v@example.com", "One Bcc: v@example.com"),
        ("a\u2028b\u2029c\x0bd\x85e", "a b c d e"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("=?utf-8?q?x=0D=0ABcc:_v?=", "= ?utf-8?q?x=0D=0ABcc:_v?="),
        ("z" + "\u0301" * 40, "ź\u0301\u0301"),
        ("  many   spaces ", "many spaces"),
        ("\ufeffword\u200b", "word"),
        ("@@TRIPOINT-LEAVE-URL@@", "@ TRIPOINT-LEAVE-URL@"),
    ],
)
def test_tricks_are_taken_out(raw: str, line: str) -> None:
    assert plain(raw) == line


@given(st.text())
def test_plain_is_one_printable_line_and_stays_as_it_is(raw: str) -> None:
    line = plain(raw)
    assert len(line) <= 200
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
    line.encode("utf-8")
    assert "=?" not in line
    assert plain(line) == line


def test_a_million_characters_are_cut() -> None:
    assert len(plain("word " * 200_000)) <= 200


@given(st.text(min_size=1), st.integers(5, 60))
def test_shorten_never_exceeds(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_shorten_cuts_at_a_word() -> None:
    assert shorten("the quick brown fox jumps over", 22) == "the quick brown fox…"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "java\tscript:alert(1)",
        "https://user@evil.example/",
        "https:///x",
        "https://a.example\\@evil.example/",
        "//evil.example/",
        "https://a.example/\u202egnp",
        "https://a.example/ b",
        'https://a.example/"onmouseover="x',
        "https://[::1/",
        "https://a.example:0/",
        "ftp://a.example/",
        "https://a.example/" + "x" * 3000,
        "https://a.example/\ud800",
        "file:///etc/passwd",
        "https://evil.example/?take=@@TRIPOINT-LEAVE-URL@@",
        "",
    ],
)
def test_no_link_is_made_of(url: str) -> None:
    assert link(url) is None


@pytest.mark.parametrize(
    "url", ["http://a.example/?q=1&b=2#c", "https://пример.example/статья", "https://a.example:8443/x"]
)
def test_a_link_is_kept_as_it_is(url: str) -> None:
    assert link(url) == url
