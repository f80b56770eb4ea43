"""Pure: header values that cannot start another header, and a last look at the bytes.

The interpreter is not trusted with this: on CPython below 3.11.10 EmailMessage turns "=?utf-8?q?x=0D=0ABcc:_v?=" in a
subject into a real Bcc line (CVE-2024-6923), and U+2028 or a lone surrogate in a title raises.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Sequence

MAX_CHARS = 200  # of one value; an article's title is cut long before
WIDTH = 76  # of a line with encoded words, RFC 2047 section 2
INVISIBLE = ("Cf", "Cs", "Co")  # bidi controls and other format characters, surrogates, private use
_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")  # what a display name may hold without quotes (RFC 5322 3.2.3)


class HeaderError(Exception):
    """Raised when finished bytes hold other headers than were meant, from check. Such a mail is never sent."""


def clean(value: str, limit: int = MAX_CHARS) -> str:
    """One line of visible text: NFC, controls and breaks as spaces, no encoded words, at most `limit` characters."""
    kept = "".join(map(_kept, value[: 8 * limit]))
    # "=?" begins an encoded word; a reader's program may decode what we meant as text
    kept = unicodedata.normalize("NFC", kept).replace("=?", "= ?")
    return " ".join(kept.split())[:limit].rstrip()


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if char.isspace() or category == "Cc":
        return " "
    return "" if category in INVISIBLE else char


def text(value: str, *, used: int = 0, limit: int = MAX_CHARS) -> str:
    """`value`, cleaned, as the body of an unstructured header; `used` columns of its first line are taken already."""
    cleaned = clean(value, limit)
    if _PLAIN.fullmatch(cleaned) and used + len(cleaned) <= WIDTH:
        return cleaned
    return "\r\n ".join(_encoded_words(cleaned, used))


def _encoded_words(value: str, used: int) -> Iterable[str]:
    """RFC 2047 words in base64, each whole characters and each short enough for its line."""
    room = max(WIDTH - used, 24) - len("=?utf-8?b??=")
    word = b""
    for char in value:
        raw = char.encode("utf-8")
        if 4 * ((len(word) + len(raw) + 2) // 3) > room:
            yield f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?="
            word, room = b"", WIDTH - 1 - len("=?utf-8?b??=")
        word += raw
    if word:
        yield f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?="


def mailbox(name: str, address: str, *, used: int = 0) -> str:
    """'Name <address>' for From and To; `address` has passed digest.post.address.check."""
    cleaned = clean(name, 80)
    if not cleaned:
        return address
    if _ATOMS.fullmatch(cleaned):
        shown = cleaned
    elif _PLAIN.fullmatch(cleaned):
        shown = '"' + cleaned.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        shown = "\r\n ".join(_encoded_words(cleaned, used))
    gap = "\r\n " if len(shown.rpartition("\n")[2]) + used + len(address) > WIDTH else " "
    return f"{shown}{gap}<{address}>"


def check(message: bytes, names: Sequence[str]) -> None:
    """Raise HeaderError unless `message` has just the headers `names`, in this order, in lines that SMTP may carry."""
    head, found, body = message.partition(b"\r\n\r\n")
    if not found or not body:
        raise HeaderError("the message has no end of its headers")
    seen: list[str] = []
    for line in head.split(b"\r\n"):
        if b"\r" in line or b"\n" in line or b"\0" in line or len(line) > 998 or not line.isascii():
            raise HeaderError(f"not a line of a header: {line[:60]!r}")
        if line[:1] in (b" ", b"\t"):
            if not seen or not line.strip():
                raise HeaderError("a continued line that continues nothing")
            continue
        seen.append(line.partition(b":")[0].decode("ascii"))
    if seen != list(names):
        raise HeaderError(f"headers {seen} instead of {list(names)}")
