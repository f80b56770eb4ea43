"""Pure: a page becomes mail. Encoded once per issue (a plate), spliced per reader (a copy pressed off it).

Building a MIME tree for each reader costs 10 ms; joining byte pieces costs 5 us (facts in docs/measurements.md).
Every byte is ASCII and no line is longer than 76 columns, so that any relay may carry it unchanged.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

from digest.page import words
from digest.page.tongue import speak
from digest.post import headers
from digest.post.address import split
from store.records import LEAVE_SLOT, LISTED_SLOT, Page

SAFE = ":/?#[]@!$&'()*+,;=%~"  # what a URL may hold as it is (RFC 3986)
NOBODY = "tripoint@localhost"  # From where the config names none: mails in a folder go nowhere
SLOTS = re.compile(f"({re.escape(LEAVE_SLOT)}|{re.escape(LISTED_SLOT)})")
TEXT_WIDTH = 71  # columns of the text part, less a full stop that may follow; digest.page wraps at 72
WIDTH = 75  # columns of a body line, and one for the "=" of a soft break
PLAIN = re.compile(rb"[!-<>-~](?:[ -<>-~]*[!-<>-~])?|")
ESCAPED = tuple(b"=%02X" % byte for byte in range(256))
QUOTED = tuple(bytes((b,)) if b == 9 or (32 <= b <= 126 and b != 61) else ESCAPED[b] for b in range(256))
HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "List-Archive", "Auto-Submitted", "Precedence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Masthead:
    """What every mail of one edition shares: who sends it and how to leave."""

    sender: str  # 'Tripoint <paper@example.com>', or "" for nobody
    title: str
    edition: str
    public_url: str
    leave_address: str = ""
    language: str = "en"  # of the edition

    @property
    def address(self) -> str:
        """The bare address: the envelope's sender."""
        return split(self.sender)[1] if self.sender else NOBODY

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for what each reader gets: which slot, in which part, from which column of a line of the text part."""

    slot: str
    in_html: bool
    column: int = 0


@dataclass(frozen=True, slots=True)
class Plate:
    """An issue ready for the press: encoded pieces, and the gaps between them."""

    masthead: Masthead
    head: tuple[tuple[str, str], ...]  # the headers that are the same for all
    body: tuple[bytes | Gap, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """What one reader's mail has to itself."""

    id: str  # of the delivery
    address: str
    token: str  # for leaving
    listed: str  # how they came to be listed
    name: str = ""


def listed(how: str, added: datetime, language: str = "en") -> str:
    """'added by the operator on 3 March 2026', in the edition's language; the day is UTC's."""
    return words.listing(headers.clean(how), added.astimezone(UTC).date(), speak(language))


def leave_url(public_url: str, token: str) -> str:
    """Where a reader leaves: GET shows a button, POST acts."""
    return quote(f"{public_url.rstrip('/')}/unsubscribe/{token}", safe=SAFE)


def message_id(masthead: Masthead, id: str) -> str:
    """The same for both copies of one delivery, so that a second one can be folded into the first."""
    return f"<{id}@{masthead.domain}>"


def plate(page: Page, masthead: Masthead, date: datetime) -> Plate:
    """Encode `page`, dated `date`; all that does not depend on the reader happens here."""
    boundary = "=_" + sha256(f"{page.subject}\n{page.html}\n{page.text}".encode("utf-8", "replace")).hexdigest()[:32]
    head = [
        ("From", _from(masthead)),
        ("Subject", headers.text(page.subject, used=len("Subject: "))),
        ("Date", format_datetime(date)),
        ("MIME-Version", "1.0"),
        # "=_" cannot occur in quoted-printable text, so that the boundary never does
        ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
        ("List-Id", _list_id(masthead)),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
    ]
    if not _loopback(masthead.public_url):
        head.append(("List-Archive", f"<{quote(masthead.public_url, safe=SAFE)}>"))
    body = (
        _part(boundary, "text/plain"), *_pieces(page.text, in_html=False),
        _part(boundary, "text/html"), *_pieces(page.html, in_html=True),
        f"\r\n--{boundary}--\r\n".encode("ascii"),
    )  # fmt: skip
    return Plate(masthead, tuple(head), body)


def press(plate: Plate, copy: Copy) -> bytes:
    """One reader's mail. Raises HeaderError where it would hold a header that is not meant."""
    masthead = plate.masthead
    url = leave_url(masthead.public_url, copy.token)
    ways = [f"<{url}>"]
    if masthead.leave_address:
        address = quote(split(masthead.leave_address)[1], safe="@")
        ways.append(f"<mailto:{address}?subject=leave%20{copy.token}>")
    own = dict(plate.head) | {
        "To": headers.mailbox(copy.name, copy.address, used=len("To: ")),
        "Message-ID": message_id(masthead, copy.id),
        "List-Unsubscribe": ",\r\n ".join(ways),
    }
    names = [name for name in HEADERS if name in own]
    head = "".join(f"{name}: {own[name]}\r\n" for name in names) + "\r\n"
    values = {LEAVE_SLOT: url, LISTED_SLOT: copy.listed}
    done = head.encode("ascii", "replace") + _filled(plate, values)
    headers.check(done, names)
    return done


def _filled(plate: Plate, values: Mapping[str, str]) -> bytes:
    return b"".join(
        piece if isinstance(piece, bytes) else _spliced(_fitted(values[piece.slot], piece)) for piece in plate.body
    )


def _fitted(value: str, gap: Gap) -> str:
    """`value` as its part wants it: escaped in HTML, wrapped in the text, where a reader's own words may be long."""
    if gap.in_html:
        return html.escape(value)
    words, column, fitted = value.split(" "), gap.column, ""
    for number, word in enumerate(words):
        if number and column + 1 + len(word) > TEXT_WIDTH:
            fitted, column = f"{fitted}\n{word}", len(word)
        else:
            fitted, column = fitted + " " * (number > 0) + word, column + (number > 0) + len(word)
    return fitted


def _from(masthead: Masthead) -> str:
    name, address = split(masthead.sender) if masthead.sender else ("", NOBODY)
    return headers.mailbox(name or masthead.title, address, used=len("From: "))


def _list_id(masthead: Masthead) -> str:
    # RFC 2919: the identifier names the list, never a reader; generic, since membership is itself sensitive
    return headers.mailbox(masthead.title, f"{masthead.edition}.{masthead.domain}", used=len("List-Id: "))


def opened(message: bytes) -> dict[str, bytes]:
    """What a reader of this mail sees, as files by suffix: its HTML, its text, and the mail itself."""
    mail = message_from_bytes(message, policy=policy.default)
    files = {"eml": message}
    for part in mail.walk():
        suffix = {"text/html": "html", "text/plain": "txt"}.get(part.get_content_type())
        if suffix:
            files[suffix] = str(part.get_content()).replace("\r\n", "\n").encode()
    return {suffix: files[suffix] for suffix in ("html", "txt", "eml")}


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _part(boundary: str, kind: str) -> bytes:
    lines = [f"--{boundary}", f'Content-Type: {kind}; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable"]
    return "\r\n".join(["", *lines, "", ""]).encode("ascii")


def _pieces(text: str, *, in_html: bool) -> tuple[bytes | Gap, ...]:
    """Quoted-printable pieces with the slots between them. Each piece ends so that the next begins in column 0."""
    parts = SLOTS.split(text)
    found: list[bytes | Gap] = []
    for number, part in enumerate(parts):
        if number % 2:
            line = parts[number - 1].rpartition("\n")[2]
            found.append(Gap(part, in_html, len(line)))
        elif part:
            found.append(_spliced(part) if number < len(parts) - 1 else _encoded(part))
    return tuple(found)


def _encoded(text: str) -> bytes:
    """Quoted-printable (RFC 2045 6.7) with CRLF; no line has more than 76 columns, nor its last more than 75.

    Written out because binascii.b2a_qp makes lines of 77 where a space must be escaped, and mixes newlines.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").split(b"\n")
    return b"\r\n".join(map(_line, lines))


def _line(raw: bytes) -> bytes:
    if len(raw) <= WIDTH and PLAIN.fullmatch(raw):
        return raw
    last = len(raw) - 1
    rows, row = [], b""
    for place, byte in enumerate(raw):
        # A space at a line's end would be lost on the way
        token = ESCAPED[byte] if place == last and byte in b" \t" else QUOTED[byte]
        if len(row) + len(token) > WIDTH:
            rows.append(row)
            row = b""
        row += token
    return b"=\r\n".join((*rows, row))


def _spliced(text: str) -> bytes:
    """Quoted-printable that another piece follows: it ends with its own line, or in a soft break."""
    encoded = _encoded(text)
    return encoded if encoded.endswith(b"\n") else encoded + b"=\r\n"
