"""Bytes become the text that was meant, and markup becomes words."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crawler.text
from crawler.text import clean, decode, plain
from tests.crawler.hostile import LIVE_MARKUP

RUSSIAN = "Россия и США: переговоры в Женеве продолжились после обеда"
CHINESE = "中美俄三方会谈在日内瓦举行，双方讨论了贸易问题"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (RUSSIAN.encode("cp1251"), "text/xml; charset=windows-1251", RUSSIAN),
        (
            f'<?xml version="1.0" encoding="windows-1251"?>{RUSSIAN}'.encode("cp1251"),
            "text/xml; charset=utf-8",
            RUSSIAN,
        ),
        (RUSSIAN.encode("koi8-r"), "text/xml", RUSSIAN),
        (f'<?xml version="1.0" encoding="gb2312"?>{CHINESE}㐀'.encode("gb18030"), "", CHINESE + "㐀"),
        (f'<meta charset="gb2312"><p>{CHINESE}'.encode("gb18030"), "text/html", CHINESE),
        (
            '<?xml version="1.0" encoding="big5"?>臺北與華府'.encode("big5"),
            "text/xml; charset=iso-8859-1",
            "臺北與華府",
        ),
        (CHINESE.encode("utf-16"), "text/xml", CHINESE),
        (f"<r>{CHINESE}</r>".encode("utf-16-be"), "text/xml", CHINESE),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), 'text/xml; charset="iso-8859-1"', RUSSIAN),
        (RUSSIAN.encode(), "text/xml; charset=x-nonexistent-9", RUSSIAN),
        (RUSSIAN.encode(), "text/html; charset=windows-1251", RUSSIAN),
        ("caf\xe9 \x93quoted\x94".encode("latin-1"), "text/html; charset=iso-8859-1", "café “quoted”"),
    ],
    ids=[
        "header",
        "lying header",
        "no charset",
        "gb2312 holds gb18030",
        "meta",
        "weak latin-1",
        "utf-16",
        "utf-16 without mark",
        "byte order mark",
        "unknown charset",
        "utf-8 under a false name",
        "latin-1 is windows-1252",
    ],
)
def test_the_charset_that_was_meant_is_found(body: bytes, content_type: str, text: str) -> None:
    assert text in decode(body, content_type=content_type).text


def test_one_bad_byte_does_not_turn_a_feed_into_mojibake() -> None:
    broken = decode((CHINESE * 20).encode() + b"\xff" + (CHINESE * 20).encode())
    assert broken.text.count(CHINESE) == 40 and broken.repaired


def test_only_the_broken_part_of_declared_utf8_is_lost() -> None:
    body = b'<?xml version="1.0" encoding="utf-8"?>ok \xc0\xaf\xed\xa0\x80\xff end'
    assert decode(body, content_type="text/xml; charset=utf-8").text.endswith("end")
    assert decode(body).encoding == "utf-8"


def test_utf8_that_was_saved_as_windows_1252_is_undone() -> None:
    twice = RUSSIAN.encode().decode("latin-1").encode()
    assert decode(twice).text == RUSSIAN and decode(twice).repaired
    assert decode("Ça suffit, à demain — déjà vu".encode()).text == "Ça suffit, à demain — déjà vu"


def test_the_sources_own_charset_is_asked_before_guessing() -> None:
    assert decode("Привет".encode("koi8-r"), hint="koi8-r").text == "Привет"


def test_utf7_is_never_honoured() -> None:
    assert "<script>" not in decode(b"+ADw-script+AD4-alert(1)", content_type="text/html; charset=utf-7").text


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=gbk", "text/xml; charset=utf-16", "x; charset=hex"]),
)
def test_no_bytes_make_decoding_raise(body: bytes, content_type: str) -> None:
    text = decode(body, content_type=content_type).text
    assert text.encode("utf-8").decode("utf-8") == text  # no lone surrogate that would break the store or a mail


@pytest.mark.parametrize("markup", LIVE_MARKUP)
def test_no_markup_survives_cleaning(markup: str) -> None:
    for text in (clean(f"before {markup} after", 500), plain(f"<p>before {markup} after", 500)):
        assert text.startswith("before")
        assert "<img" not in text and "<script" not in text and "<svg" not in text and "<iframe" not in text


def test_a_title_is_one_printable_line() -> None:
    assert clean("News\r\nBcc: v@example.com\u2028x\u0085y\x0b", 300) == "News Bcc: v@example.com x y"
    assert clean("Breaking \u202etxet desrever\u202c \ud800!", 300) == "Breaking txet desrever !"
    assert clean("Q&amp;A: 2 < 3 &#8212; <b>true</b>", 300) == "Q&A: 2 < 3 — true"
    assert len(clean("З" + "\u0301" * 900, 300)) <= 4


def test_a_cut_says_so_and_keeps_words_whole() -> None:
    assert clean("one two three four five", 12) == "one two…"
    assert clean("中" * 20, 10) == "中" * 9 + "…"


def test_paragraphs_stay_apart() -> None:
    assert plain("<p>One.</p><p>Two<br>three.</p><ul><li>four</li></ul>", 500) == "One.\nTwo\nthree.\nfour"
    assert clean("<p>One.</p><p>Two.</p>", 500) == "One. Two."


@given(st.text(max_size=200), st.integers(1, 80))
def test_cleaned_text_fits_and_can_be_encoded(value: str, limit: int) -> None:
    line = clean(value, limit)
    assert len(line) <= limit and "\n" not in line
    line.encode("utf-8")


_TAGS = ["<p>", "</p>", "<br/>", "<BR>", '<a href="x">', "</a>", '<div class="q">', "</div>", "<li>", "<ul>", "<h2>"]
_TAGS += ["<script>", '<img src="a" alt="b" />', "<b>", "</b>", "<i>", ">", "<", "</", "&amp;", "\r", "<p ", "w "]


@given(st.lists(st.one_of(st.sampled_from(_TAGS), st.text(max_size=3)), max_size=14).map("".join))
def test_simple_markup_reads_as_the_sanitizer_reads_it(markup: str) -> None:
    short = plain(markup, 500), clean(markup, 500)
    with patch.object(crawler.text, "_SIMPLE", re.compile("(?!)")):
        assert short == (plain(markup, 500), clean(markup, 500))
