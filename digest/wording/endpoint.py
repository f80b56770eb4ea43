"""One JSON request to an API that the operator named: guarded, bounded in size and time, never redirected."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from config.addresses import connectable
from digest.issue.wording import WordingError

ANSWER = 256 * 1024  # bytes; forty translated headlines are twenty thousand
PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an API is asked, and with which key. `private` holds the (host, port) pairs that may be private.

    The key is kept out of `repr`: it must not reach a log.
    """

    url: str
    key: str = field(default="", repr=False)
    timeout: float = 15.0  # seconds for one answer
    private: frozenset[tuple[str, int]] = frozenset()

    def post(
        self, path: str, payload: Mapping[str, Any], until: float, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON that the API answers with. Raises WordingError for anything else, after `until` at the latest.

        The address that was judged is the one that is connected; the certificate is checked against the name.
        """
        parts = urlsplit(self.url.rstrip("/") + path)
        seconds = min(self.timeout, until - time.monotonic())
        if seconds <= 0:
            raise WordingError("no time left")
        deadline = time.monotonic() + seconds
        body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {
            "Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity",
            "Host": parts.netloc.rpartition("@")[2], "User-Agent": "Tripoint", **(headers or {}),
        }  # fmt: skip
        try:
            with self._pool(parts.scheme, parts.hostname or "", parts.port) as pool:
                response = pool.urlopen(
                    "POST", target, body=body, headers=sent, redirect=False, retries=False, preload_content=False,
                    timeout=Timeout(total=seconds), decode_content=False,
                )  # fmt: skip
                return _answer(response, deadline)
        except (HTTPError, HTTPException, OSError, UnicodeError) as exc:
            raise WordingError(f"no answer: {type(exc).__name__}") from exc

    def _pool(self, scheme: str, host: str, port: int | None) -> HTTPConnectionPool:
        number = port or (443 if scheme == "https" else 80)
        found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        addresses = connectable((str(entry[4][0]) for entry in found), host, number, self.private)
        if not addresses:
            raise WordingError(f"{host} is not a public address")
        if scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnectionPool(
                addresses[0], number, maxsize=1, ssl_context=context, server_hostname=host, assert_hostname=host
            )
        return HTTPConnectionPool(addresses[0], number, maxsize=1)


def _answer(response: BaseHTTPResponse, deadline: float) -> Any:
    """The answer's JSON, of at most `ANSWER` bytes, read before `deadline`."""
    try:
        if response.status != 200:
            raise WordingError(f"HTTP {response.status}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise WordingError("a compressed answer, which was not asked for")
        body = bytearray()
        while piece := response.read1(PIECE):
            body += piece
            if len(body) > ANSWER:
                raise WordingError("too long an answer")
            if time.monotonic() > deadline:
                raise WordingError("no answer in time")
    finally:
        response.close()
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise WordingError("no JSON") from exc
