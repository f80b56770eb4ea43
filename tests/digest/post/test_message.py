from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from digest.post import message
from digest.post.message import Copy, Masthead
from store.records import LEAVE_SLOT, LISTED_SLOT, Page

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
HEAD = Masthead("Tripoint <paper@example.com>", "Tripoint", "daily", "https://paper.example", "leave@paper.example")
PAGE = Page(
    subject="Tripoint 24 Nov: Ледоколы обменялись данными о погоде",
    preheader="",
    html=f'<p lang="zh">两国恢复数据</p>\n<p>{"word " * 40}<a href="{LEAVE_SLOT}">leave</a>, {LISTED_SLOT}.</p>\n.\n',
    text=f"两国恢复气象数据\n{'word ' * 14}\n\nListed: {LISTED_SLOT}.\nLeave: {LEAVE_SLOT}\n.\n",
)
COPY = Copy("ab" * 16, "ann@example.com", "17-abcdef", "added by the operator on 3 March 2026", "Ann <Queen>")
URL = "https://paper.example/unsubscribe/17-abcdef"


def pressed(page: Page = PAGE, head: Masthead = HEAD, copy: Copy = COPY) -> tuple[bytes, EmailMessage]:
    raw = message.press(message.plate(page, head, NOW), copy)
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return raw, parsed


def parts(parsed: EmailMessage) -> tuple[str, str]:
    text, html = parsed.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def test_the_mail_has_every_header_once() -> None:
    _, parsed = pressed()
    assert parsed.keys() == list(message.HEADERS)
    assert parsed["Subject"] == PAGE.subject
    assert parsed["Date"] == "Tue, 24 Nov 2026 07:00:00 +0000"
    assert parsed["Message-ID"] == f"<{'ab' * 16}@example.com>"
    assert parsed["List-Id"] == "Tripoint <daily.example.com>"
    assert parsed["To"].addresses[0].addr_spec == "ann@example.com"
    assert parsed["To"].addresses[0].display_name == "Ann <Queen>"
    assert (parsed["Auto-Submitted"], parsed["Precedence"]) == ("auto-generated", "bulk")


def test_a_reader_can_leave_by_click_and_by_mail() -> None:
    _, parsed = pressed()
    ways = re.findall(r"<([^>]+)>", parsed["List-Unsubscribe"])
    assert ways == [URL, "mailto:leave@paper.example?subject=leave%2017-abcdef"]
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    _, without = pressed(head=replace(HEAD, leave_address=""))
    assert without["List-Unsubscribe"] == f"<{URL}>"


def test_each_reader_gets_the_page_with_their_own_link_and_listing() -> None:
    _, parsed = pressed()
    text, html = parts(parsed)
    assert text == PAGE.text.replace(LEAVE_SLOT, URL).replace(LISTED_SLOT, COPY.listed)
    assert html == PAGE.html.replace(LEAVE_SLOT, URL).replace(LISTED_SLOT, COPY.listed)


def test_the_text_is_wrapped_around_the_readers_own_words() -> None:
    page = replace(PAGE, text=f"You get this mail because your address was {LISTED_SLOT}.\nLeave: {LEAVE_SLOT}\n")
    text, _ = parts(pressed(page)[1])
    lines = text.splitlines()
    assert lines[0].startswith("You get this mail because your address was added by")
    assert lines[-1] == f"Leave: {URL}"
    assert max(map(len, lines)) <= 72
    assert COPY.listed in " ".join(lines)


def test_what_is_spliced_into_html_is_escaped() -> None:
    _, parsed = pressed(copy=replace(COPY, listed='added by <script>alert(1)</script> & "co" on 3 March 2026'))
    text, html = parts(parsed)
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert "<script>" in text


def test_nobody_is_the_sender_of_a_mail_that_stays_in_a_folder() -> None:
    _, parsed = pressed(head=Masthead("", "Tripoint", "daily", "http://127.0.0.1:8000"))
    assert parsed["From"].addresses[0].addr_spec == message.NOBODY
    assert "List-Archive" not in parsed, "no link to a page that no reader can reach"


def test_the_same_delivery_is_the_same_bytes() -> None:
    assert pressed()[0] == pressed()[0]
    other = pressed(copy=replace(COPY, id="cd" * 16))[0]
    assert other != pressed()[0]


def test_an_issue_as_large_as_it_may_be_is_encoded_once_and_copied_fast() -> None:
    page = replace(PAGE, html="<p>Слово и дело</p>\n" * 3000)
    plate = message.plate(page, HEAD, NOW)
    copies = {message.press(plate, replace(COPY, id=f"{n:032x}")) for n in range(500)}
    assert len(copies) == 500


def test_how_a_reader_came_to_be_listed_is_said_in_words() -> None:
    added = datetime(2026, 3, 3, tzinfo=UTC)
    assert message.listed("added\nby us", added) == "added by us on 3 March 2026"
    assert message.listed("added by the operator", added, "ru") == "внесён оператором рассылки 3 марта 2026 года"


ANY = st.text(st.characters(exclude_categories=()), max_size=400)
PIECES = st.sampled_from([LEAVE_SLOT, LISTED_SLOT, "\n", " ", ".", "=", "x" * 76])
SLOTTED = st.lists(st.one_of(ANY, PIECES), max_size=8)


@given(ANY, SLOTTED.map("".join), SLOTTED.map("".join), ANY)
def test_any_text_makes_one_safe_mail(subject: str, html: str, text: str, listed: str) -> None:
    listed = message.headers.clean(listed)
    raw, parsed = pressed(Page(subject, "", html, text), copy=replace(COPY, listed=listed))
    assert parsed.keys() == list(message.HEADERS)
    assert raw.isascii() and b"\0" not in raw
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 78 and b"\n" not in line and b"\r" not in line for line in lines)
    found_text, _ = parts(parsed)
    meant = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    meant = meant.replace(LEAVE_SLOT, URL).replace(LISTED_SLOT, listed)
    assert found_text.replace("\n", " ") == meant.replace("\n", " ")  # what is spliced may be wrapped


def test_a_mail_opened_again_is_what_its_reader_sees() -> None:
    page = Page(
        subject="Tripoint 24 Nov: A line",
        preheader="",
        html=f'<p>雪 <a href="{LEAVE_SLOT}">Unsubscribe</a> {LISTED_SLOT}</p>',
        text=f"雪\n{LISTED_SLOT}\n{LEAVE_SLOT}\n",
    )
    head = Masthead("Tripoint <paper@example.com>", "Tripoint", "daily", "https://paper.example.com")
    mail = message.press(
        message.plate(page, head, NOW), Copy("ab12", "ann@example.com", "token", "added by the operator")
    )
    files = message.opened(mail)
    assert files["eml"] == mail
    assert "雪" in files["html"].decode()
    assert "https://paper.example.com/unsubscribe/token" in files["html"].decode()
    assert files["txt"].decode().splitlines()[0] == "雪"
    assert "@@" not in (files["html"] + files["txt"]).decode()
