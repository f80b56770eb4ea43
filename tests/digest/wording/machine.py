"""A machine on loopback that answers as the test wants: well, late, at length, or with nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Asked:
    """One request as the machine saw it."""

    path: str
    headers: dict[str, str]
    body: Any


Answer = Callable[["Asked", BaseHTTPRequestHandler], None]


@dataclass
class Machine:
    """Its address, its host:port, and what it was asked; `held` is set when a hanging one may go."""

    url: str
    place: str
    asked: list[Asked] = field(default_factory=list)
    held: Event = field(default_factory=Event)


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def chat(say: Callable[[Asked], str]) -> Answer:
    """An OpenAI-compatible answer with what `say` makes of the question."""

    def answer(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": say(asked)}}]}
        send(handler, json.dumps(body).encode())

    return answer


def material(asked: Asked) -> Any:
    """What the question is about: the JSON in the user's message."""
    return json.loads(asked.body["messages"][1]["content"])


def raw(body: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda asked, handler: send(handler, body, status, **headers)


def hanging(machine: Machine, *, after: bytes = b"") -> Answer:
    """Says `after`, if anything, and then nothing until the test lets it go."""

    def answer(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        if after:
            handler.wfile.write(after)
            handler.wfile.flush()
        machine.held.wait(60)

    return answer


@contextmanager
def machine(answer: Answer | Callable[[Machine], Answer] | None = None) -> Iterator[Machine]:
    """A machine that gives `answer`; with none it says "{}"."""
    given: list[Answer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body))
            made.asked.append(asked)
            try:
                given[0](asked, self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that gave up is what some tests want."""

    server = Server(("127.0.0.1", 0), Handler)
    host, port = server.server_address[:2]
    made = Machine(f"http://127.0.0.1:{port}/v1", f"{host!s}:{port}")
    given.append(answer if answer else raw(b"{}"))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.held.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def hung(after: bytes = b"") -> Iterator[Machine]:
    """A machine that takes every question and answers none."""
    box: list[Machine] = []
    with machine(lambda asked, handler: hanging(box[0], after=after)(asked, handler)) as made:
        box.append(made)
        yield made
