"""One request to an API: guarded, and bounded whatever the other end does."""

from __future__ import annotations

import gzip
import time

import pytest

from digest.issue.wording import WordingError
from digest.wording.endpoint import ANSWER, Endpoint
from tests.digest.wording.machine import Answer, Machine, hung, machine, raw


def endpoint(made: Machine, timeout: float = 20, key: str = "") -> Endpoint:
    host, _, port = made.place.rpartition(":")
    return Endpoint(made.url, key, timeout, frozenset({(host, int(port))}))


def ask(made: Machine, timeout: float = 20) -> object:
    return endpoint(made, timeout).post("/x", {"q": "съезд"}, time.monotonic() + 30)


def test_the_json_comes_back_and_what_was_asked_arrived() -> None:
    with machine(raw('{"a": "да"}'.encode())) as made:
        assert ask(made) == {"a": "да"}
        (asked,) = made.asked
    assert (asked.path, asked.body) == ("/v1/x", {"q": "съезд"})
    assert asked.headers["host"] == made.place


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (raw(b"{}", 500), "HTTP 500"),
        (raw(b"{}", 429, Retry_After="3600"), "HTTP 429"),
        (raw(b"", 302, Location="http://127.0.0.1:1/"), "HTTP 302"),
        (raw(b"<html>busy</html>"), "no JSON"),
        (raw(b'{"a": '), "no JSON"),
        (raw(b"\xff\xfe\x00"), "no JSON"),
        (raw(b"[" * 100_000), "no JSON"),
        (raw(b"", Content_Length="0"), "no JSON"),
        (raw(b'"' + b"x" * (ANSWER + 1) + b'"'), "too long an answer"),
        (raw(gzip.compress(b"{}"), Content_Encoding="gzip"), "a compressed answer"),
        (raw(b"{}", Content_Length="99"), "no answer"),
    ],
)
def test_anything_but_json_is_no_answer(answer: Answer, said: str) -> None:
    with machine(answer) as made, pytest.raises(WordingError, match=said):
        ask(made)


@pytest.mark.parametrize("after", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
def test_one_that_hangs_is_left(after: bytes) -> None:
    with hung(after) as made, pytest.raises(WordingError, match="no answer"):
        ask(made, timeout=0.3)


def test_a_machine_that_is_not_there_is_no_answer() -> None:
    with machine() as made:
        pass
    with pytest.raises(WordingError, match="no answer"):
        ask(made)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.0.0.1", "169.254.169.254"])
def test_no_private_address_is_asked_unless_it_is_named_to_the_port(host: str) -> None:
    with machine() as made:
        port = int(made.place.rpartition(":")[2])
        for private in (frozenset[tuple[str, int]](), frozenset({(host.strip("[]"), port + 1)})):
            with pytest.raises(WordingError, match="not a public address"):
                Endpoint(f"http://{host}:{port}/v1", "", 5, private).post("/x", {}, time.monotonic() + 5)
        assert made.asked == []


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 300, "x..y"])
def test_a_name_that_is_none_is_no_answer(host: str) -> None:
    with pytest.raises(WordingError):
        Endpoint(f"https://{host}/v1", "", 5).post("/x", {}, time.monotonic() + 5)


def test_after_the_deadline_nobody_is_asked() -> None:
    with machine() as made:
        with pytest.raises(WordingError, match="no time left"):
            endpoint(made).post("/x", {}, time.monotonic() - 1)
        assert made.asked == []


def test_the_key_is_not_shown() -> None:
    assert "s3cret" not in repr(Endpoint("https://api.example/v1", "s3cret"))
