"""Bytes -> str, and markup -> plain text. Pure.

Decoding happens once, here, before any parser sees the bytes: a single bad byte makes feedparser re-read a whole
Chinese feed as windows-1252, and servers lie about charsets.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from dataclasses import dataclass

import charset_normalizer
import nh3

MARKUP_CAP = 200_000  # characters given to the sanitizer: 50,000 nested elements cost it six seconds
SNIFFED = 4096  # bytes searched for a declaration
DETECTED = 65_536  # bytes shown to the detector
REPAIRABLE = 0.05  # at most one bad sequence in twenty non-ASCII characters is damage; more is another charset

# The web's labels name supersets (WHATWG Encoding Standard, section 4.2): gb2312 pages hold GB 18030 characters,
# latin-1 pages hold curly quotes.
_SUPERSET = {
    "gb2312": "gb18030", "gbk": "gb18030", "euc-cn": "gb18030", "x-gbk": "gb18030", "hz": "gb18030",
    "iso-8859-1": "windows-1252", "latin1": "windows-1252", "latin-1": "windows-1252", "us-ascii": "windows-1252",
    "ascii": "windows-1252", "iso8859-1": "windows-1252", "iso_8859-1": "windows-1252",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "utf8": "utf-8", "x-cp1251": "windows-1251",
    "win-1251": "windows-1251", "iso-8859-9": "windows-1254", "tis-620": "cp874", "iso-8859-11": "cp874",
}  # fmt: skip
# Never honoured: an ASCII disguise for markup (UTF-7), or not a charset of text at all (Python codecs such as rot13).
_REFUSED = frozenset({"utf-7", "unicode-1-1-utf-7", "utf7", "hz-gb-2312", "iso-2022-cn", "idna", "punycode"})
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:+-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
# UTF-8 that was once read as windows-1252 or latin-1 and saved again: a lead byte's letter, then a trail byte's.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
                       "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]")  # fmt: skip
_RUSSIAN = frozenset("оеаинтсрвлкмдпу")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset that was used, and whether damage was repaired or replaced (U+FFFD) on the way."""

    text: str
    encoding: str
    repaired: bool = False


def decode(body: bytes, *, content_type: str = "", declared: str = "", hint: str = "") -> Decoded:
    """Read bytes as text; never raises.

    Order: BOM > `content_type`'s charset where it decodes strictly > the document's own declaration (`declared`, else
    sniffed) > utf-8 > the source's configured charset (`hint`) > a detector > utf-8 with U+FFFD. Valid UTF-8 with
    several non-ASCII characters wins over any declared single- or double-byte charset: it is never that by accident.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return Decoded(*_strict_or_replaced(body.removeprefix(codecs.BOM_UTF8), name))
    if (wide := _wide(body)) and (text := _strictly(body, wide)) is not None:
        return Decoded(text, wide)
    as_utf8 = _strictly(body, "utf-8")
    if as_utf8 is not None and not _escaped(body):
        return Decoded(as_utf8, "utf-8") if as_utf8.isascii() else _undone(as_utf8)
    labels = [_known(name) for name in (_header_charset(content_type), declared or _sniffed(body))]
    for name in labels:
        # latin-1 decodes anything and is what servers send when nobody configured them: weak evidence
        if name and name != "utf-8" and name != "windows-1252" and (text := _strictly(body, name)) is not None:
            return Decoded(text, name)
    repaired = body.decode("utf-8", "replace")
    if "utf-8" in labels and _mostly_sound(repaired, 4 * REPAIRABLE):
        return Decoded(repaired, "utf-8", True)
    if _mostly_sound(repaired, REPAIRABLE):
        return Decoded(repaired, "utf-8", True)
    if (name := _known(hint)) and (text := _strictly(body, name)) is not None:
        return Decoded(text, name)
    return _guessed(body, labels, repaired)


def clean(value: str, limit: int) -> str:
    """One line of plain text, at most `limit` characters: no markup, controls, bidi overrides or surrogates."""
    if not value:
        return ""
    line = " ".join(_tidy(_stripped(value[: max(20_000, 40 * limit)])).split())
    return cut(line, limit)


def plain(value: str, limit: int) -> str:
    """Markup as paragraphs of plain text, one a line, at most `limit` characters."""
    if not value:
        return ""
    marked = _BLOCK.sub("\n<", value[:MARKUP_CAP]) if _LOOKS_MARKED.search(value) else value[:MARKUP_CAP]
    text = _tidy(_stripped(marked))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return cut("\n".join(line for line in lines if line), limit)


def cut(value: str, limit: int) -> str:
    """At most `limit` characters, ended at a word where the script has words; an ellipsis marks a cut."""
    if len(value) <= limit:
        return value
    head = value[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit * 0.5 else head).rstrip(" ,;:—–-") + "…"


def printable(text: str) -> str:
    """`text` without lone surrogates, control characters and bidi overrides; every kind of line end as \\n."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # nothing below is; at the speed of C
        return text
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


_LOOKS_MARKED = re.compile(r"<[a-zA-Z/!?]")
_TAG = re.compile(r"<(?:/?[a-zA-Z]|!|\?)[^<>]*>")
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|section|article|header|footer|blockquote|pre|figure"
    r"|figcaption|aside|nav|form|option|title|text:p)\b)", re.IGNORECASE)  # fmt: skip
# Markup that no parser reads in two ways: whole tags of running text, no entity, nothing that HTML would replace
_SIMPLE_TAG = re.compile(
    r"</?(?i:p|br|b|i|em|strong|a|div|span|ul|ol|li|h[1-6]|blockquote|img)"
    "(?:\\s+[a-zA-Z-]+=\"[^\"<>&\0\r\ud800-\udfff]*+\")*+\\s*+/?>"
)
_SIMPLE = re.compile(f"(?:[^<&\0\r\ud800-\udfff]++|{_SIMPLE_TAG.pattern})*+")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\u0085\x0b\x0c\x1c-\x1e]")
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_STACKED = re.compile("([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+")


def _tidy(text: str) -> str:
    if text.isascii():
        return printable(text)
    return _STACKED.sub(r"\1", unicodedata.normalize("NFC", printable(text)))


def _stripped(value: str) -> str:
    """`value` without tags and entities; feeds escape twice, so what unescaping brings to light is looked at again."""
    pattern = _LOOKS_MARKED
    for _ in range(3):
        if pattern.search(value):
            marked = _BLOCK.sub(" <", value)
            if _SIMPLE.fullmatch(marked):
                value = _SIMPLE_TAG.sub("", marked)
            else:
                value = html.unescape(nh3.clean(_scalar(marked), tags=set()))
        elif "&" in value and (bare := html.unescape(value)) != value:
            value = bare
        else:
            break
        pattern = _TAG  # "P<Q" is words by now; only a whole tag is still markup
    return value


def _scalar(value: str) -> str:
    """nh3 takes UTF-8 only: a lone surrogate would raise."""
    return value.encode("utf-8", "ignore").decode("utf-8")


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _strict_or_replaced(body: bytes, name: str) -> tuple[str, str, bool]:
    text = _strictly(body, name)
    return (text, name, False) if text is not None else (body.decode(name, "replace"), name, True)


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark, by where the zeros of the first "<" lie (XML 1.0, appendix F)."""
    patterns = ((b"\0\0\0<", "utf-32-be"), (b"<\0\0\0", "utf-32-le"), (b"\0<", "utf-16-be"), (b"<\0", "utf-16-le"))
    return next((name for start, name in patterns if body.startswith(start)), "")


def _escaped(body: bytes) -> bool:
    """True for pure-ASCII bytes that switch charsets by escape sequence (ISO-2022)."""
    return b"\x1b$" in body[:DETECTED] or b"\x1b(" in body[:DETECTED]


def _header_charset(content_type: str) -> str:
    found = _HEADER.search(content_type)
    return found[1] if found else ""


def _sniffed(body: bytes) -> str:
    head = body[:SNIFFED]
    found = _XML_DECLARATION.search(head) or _META.search(head) or _META.search(body[SNIFFED : 16 * SNIFFED])
    return found[1].decode("ascii", "ignore") if found else ""


def _known(name: str) -> str:
    """The Python codec for a label, widened to its superset, or "" for one that is unknown or refused."""
    lowered = name.strip().lower()
    if not lowered or lowered in _REFUSED:
        return ""
    lowered = _SUPERSET.get(lowered, lowered)
    try:
        info = codecs.lookup(lowered)
        "".encode(lowered)  # refuses bytes-to-bytes codecs such as "hex", which lookup knows
    except (LookupError, UnicodeError, TypeError, ValueError):
        return ""
    return lowered if getattr(info, "_is_text_encoding", True) else ""


def _mostly_sound(text: str, share: float) -> bool:
    """True if U+FFFD are so few beside the other non-ASCII characters that this is damage, not another charset."""
    bad = text.count("\ufffd")
    other = _non_ascii(text) - bad
    return (bad <= 3 and len(text) > 2000 * bad) or bad <= share * other


def _non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _undone(text: str) -> Decoded:
    """Undo one round of "UTF-8 read as windows-1252": only if the whole text survives the way back without an error."""
    foreign = _non_ascii(text)
    if 2 * len(_MOJIBAKE.findall(text)) < 0.6 * foreign:
        return Decoded(text, "utf-8")
    try:
        bare = b"".join(_as_1252(char) for char in text)
        return Decoded(bare.decode("utf-8"), "utf-8", True)
    except UnicodeError:
        return Decoded(text, "utf-8")


def _as_1252(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")  # the five bytes that windows-1252 leaves undefined pass through as C1


def _guessed(body: bytes, labels: list[str], replaced: str) -> Decoded:
    """The last resort: Russian by its letters, Chinese by its lead bytes, then the general detector."""
    sample = body[:DETECTED]
    if (name := _cyrillic(sample) or _chinese(sample)) and (text := _strictly(body, name)) is not None:
        return Decoded(text, name, True)
    if "utf-8" in labels:  # every declaration says so: what is broken is the text, not the label
        return Decoded(replaced, "utf-8", True)
    if "windows-1252" in labels and (text := _strictly(body, "windows-1252")) is not None:
        return Decoded(text, "windows-1252")
    best = charset_normalizer.from_bytes(sample).best()
    if best is not None and _known(best.encoding) and (text := _strictly(body, best.encoding)) is not None:
        return Decoded(text, best.encoding, True)
    return Decoded(replaced, "utf-8", True)


def _cyrillic(sample: bytes) -> str:
    """A Cyrillic charset if the non-ASCII bytes read as Russian in it (by its fifteen commonest small letters)."""
    foreign = bytes(byte for byte in sample if byte > 0x7F)
    best, name = 0.0, ""
    for candidate in ("windows-1251", "koi8-r", "cp866", "iso-8859-5"):
        text = foreign.decode(candidate, "replace")
        share = sum(char in _RUSSIAN for char in text) / max(1, len(text))
        if share > best:
            best, name = share, candidate
    return name if best > 0.55 and len(foreign) >= 8 else ""


def _chinese(sample: bytes) -> str:
    """gb18030 or big5hkscs by where the lead bytes of common characters lie (GB 2312 level 1: B0-D7; Big5: A4-C6)."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
    if len(pairs) < 4:
        return ""
    gb = sum(0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1 for pair in pairs) / len(pairs)
    big5 = sum(0xA4 <= pair[0] <= 0xC6 for pair in pairs) / len(pairs)
    if gb > 0.7 and gb >= big5:
        return "gb18030"
    return "big5hkscs" if big5 > 0.7 else ""
