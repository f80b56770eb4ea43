"""A real server on loopback and a client that follows nothing by itself."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Client:
    """Speaks to one port. Redirects are answers like others."""

    port: int

    def request(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            sent |= headers or {}
            conn.request(method, path, body or None, sent)
            response = conn.getresponse()
            given = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, given, response.read().decode())
        finally:
            conn.close()

    def get(self, path: str, **headers: str) -> Answer:
        """`if_none_match="…"` and the like are sent as headers."""
        return self.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def head(self, path: str) -> Answer:
        return self.request("HEAD", path)

    def post(self, path: str, body: str = "") -> Answer:
        return self.request("POST", path, body)


@contextmanager
def served(app: ASGIApp) -> Iterator[Client]:
    """Serve `app` on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        try:
            yield Client(sock.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(30)
