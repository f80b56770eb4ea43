"""RFC 9309."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler import robots
from store.records import Host

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = "https://outlet.example/news/1?a=b"


@pytest.mark.parametrize(
    ("code", "allowed"),
    [(200, True), (404, True), (403, True), (410, True), (429, False), (500, False), (503, False), (None, False)],
)
def test_what_an_answer_means(code: int | None, allowed: bool) -> None:
    assert robots.read(robots.status_of(code), b"").allow(PAGE) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /\nAllow: /news/", True),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: tripoint\nDisallow: /search", True),
        (b"User-agent: Tripoint\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: *\nDisallow: /*?a=", False),
        (b"User-agent: *\nDisallow: /news/1$", True),
        (b"\xff\xfe\x00 not text at all", True),
        (b"User-agent: *\nDisallow:", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /".encode("utf-16"), False),
        (b"User-agent: TRIPOINT/1.0 # you\r\nDisallow: /", False),
        (b"User-agent: *\rDisallow: /news/\r", False),
        (b"<html><p>User-agent: *<br>Disallow: /</html>", True),
        (b"User-agent: *\nDisallow: /" + b"*a" * 500 + b"*b", True),
    ],
)
def test_rules(text: bytes, allowed: bool) -> None:
    assert robots.read("ok", text).allow(PAGE) is allowed


def test_only_500_kib_are_read() -> None:
    flood = b"User-agent: *\n" + b"# padding\n" * 60_000 + b"Disallow: /"
    assert robots.read("ok", flood).allow(PAGE)


@pytest.mark.parametrize(("line", "delay"), [(b"7", 7.0), (b"9999", 60.0), (b"soon", 0.0)])
def test_a_crawl_delay_is_honoured_to_a_minute(line: bytes, delay: float) -> None:
    assert robots.read("ok", b"User-agent: *\nCrawl-delay: " + line).delay == delay


def test_rules_are_used_for_a_day_and_an_unreachable_file_for_an_hour() -> None:
    rules = Host("https://outlet.example:443", robots=b"", robots_status="ok", robots_at=NOW - timedelta(hours=23))
    closed = Host(
        "https://outlet.example:443", robots=b"", robots_status="disallow", robots_at=NOW - timedelta(hours=2)
    )
    assert robots.fresh(rules, NOW) and not robots.fresh(rules, NOW + timedelta(hours=2))
    assert not robots.fresh(closed, NOW) and not robots.fresh(None, NOW)
    assert not robots.fresh(rules, NOW - timedelta(days=400))  # a clock had run ahead


def test_the_rules_of_a_port_are_at_that_port() -> None:
    assert robots.robots_url("http://outlet.example:8080/a/b?c") == "http://outlet.example:8080/robots.txt"
