"""Pure: any text from outside -> one printable line. Titles arrive cleaned, and are treated as hostile all the same."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

TITLE = 200  # characters; facts on headers and layout: longer ones are attacks or mistakes
URL = 2048
_SPACES = re.compile(r"\s+")
_KEPT = {0x200C, 0x200D}  # joiners that emoji and several scripts need
_ENCODED_WORD = re.compile(r"=(?=\?)")  # "=?utf-8?q?x=0D=0ABcc:..?=" becomes a header on some Pythons (CVE-2024-6923)


def _printable(char: str) -> str:
    if unicodedata.category(char) in ("Cc", "Zl", "Zp"):
        return " "
    # Cf holds the bidi controls and invisible marks, Cs lone surrogates, Co and Cn what no font has.
    hidden = unicodedata.category(char) in ("Cf", "Cs", "Co", "Cn") and ord(char) not in _KEPT
    return "" if hidden else char


def _tame(text: str, stack: int = 2) -> str:
    """At most `stack` combining marks on one letter ("zalgo" text paints over its neighbours)."""
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= stack:
            kept.append(char)
    return "".join(kept)


def _harmless(text: str) -> bool:
    """As nearly every headline is: printable, composed, without marks and tricks. Looking closer is slow."""
    if not text.isprintable() or "@@" in text or "=?" in text:
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not any(map(unicodedata.combining, text)))


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a word where there is one near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if text[limit - 1 : limit] not in ("", " ") and space > limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:.-–—…（《“«") + "…"


def plain(value: str, limit: int = TITLE) -> str:
    """One line without controls, bidi marks or encoded words, in NFC, at most `limit` characters."""
    if _harmless(value):
        return shorten(_SPACES.sub(" ", value).strip(), limit)
    head = value[: limit * 20]  # a million characters cost no more than a few thousand
    text = unicodedata.normalize("NFC", "".join(map(_printable, head)))
    # "@@..@@" marks where the post writes a reader's own unsubscribe address: nothing from outside may look like it.
    text = _ENCODED_WORD.sub("= ", _tame(text)).replace("@@", "@ ")
    return shorten(_SPACES.sub(" ", text).strip(), limit)


def link(url: str) -> str | None:
    """`url` if it may be printed as a link: http(s), a host, no user, no control, quote or backslash; else None."""
    if len(url) > URL or "@@" in url or re.search(r"[\x00-\x20\x7f-\x9f\\\"'<>`\u202a-\u202e\u2066-\u2069]", url):
        return None
    try:
        url.encode("utf-8")
        parts = urlsplit(url)
        port_ok = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc or not port_ok:
        return None
    return url
