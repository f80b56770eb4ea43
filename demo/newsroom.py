"""The invented newsroom on loopback: every outlet a small real site on its own port of 127.0.0.1, and no other network.

One thread accepts for all sites; each connection has a thread of its own. What a site shows depends on the newsroom's
moment only, so that a test can step through the day.
"""

from __future__ import annotations

import selectors
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from demo.outlets import Outlet, Piece, outlets, pieces
from demo.sites import Site

HOST = "127.0.0.1"
MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # half an hour before the issue of the 24th closes; all is printed


class PortTaken(Exception):
    """Raised when a port that an earlier run used is not free now, from Newsroom."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request that a site was asked, and how it answered."""

    outlet_id: str
    method: str
    target: str
    status: int


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a reader that keeps its connection open must not hold up the end
    request_queue_size = 64
    timeout = 0  # handle_request is called when a connection waits already

    def __init__(self, site_port: int, room: Newsroom) -> None:
        self.room = room
        self.site: Site | None = None
        super().__init__((HOST, site_port), _Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's full name, which may ask a name server."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that hangs up in the middle is its own affair; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demo", ""
    wbufsize = -1  # headers and body in one write; two would wait for each other's acknowledgement
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        room, site = self.server.room, self.server.site
        assert site is not None
        answer = site.answer(self.path, {name.lower(): value for name, value in self.headers.items()}, room.moment)
        room.log.append(Request(site.outlet.outlet_id, self.command, self.path, answer.status))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_GET

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header: the newsroom's moment, so that ages and expiries agree with the demo's clock."""
        return format_datetime(self.server.room.moment.astimezone(UTC), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal: the newsroom keeps its own log."""


class Newsroom:
    """All sites, listening from `with` on. `ports`: ports to take again, by outlet; the others are any free ones."""

    def __init__(self, moment: datetime = MORNING, ports: Mapping[str, int] | None = None) -> None:
        self.moment = moment
        self.log: list[Request] = []
        self.sites: dict[str, Site] = {}
        self._wanted = dict(ports or {})
        self._servers: list[_Server] = []
        self._closed: list[socket.socket] = []
        self._wake, self._sleep = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, name="newsroom", daemon=True)

    @property
    def ports(self) -> dict[str, int]:
        """Each outlet's port."""
        return {id: int(site.address.rpartition(":")[2]) for id, site in self.sites.items()}

    def reads(self, outlet_id: str) -> str:
        """The address of an outlet's feed or sitemap."""
        site = self.sites[outlet_id]
        return site.address + site.outlet.reads

    def turn_to(self, moment: datetime) -> None:
        """Show what was printed by `moment`."""
        self.moment = moment

    def __enter__(self) -> Newsroom:
        printed = pieces()
        try:
            for outlet in outlets():
                self._open(outlet, tuple(piece for piece in printed if piece.outlet_id == outlet.outlet_id))
        except PortTaken:
            self._close()
            raise
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wake.send(b"x")
        self._thread.join()
        self._close()

    def _open(self, outlet: Outlet, printed: tuple[Piece, ...]) -> None:
        port = self._wanted.get(outlet.outlet_id, 0)
        try:
            if outlet.state == "down":
                taken = _reserved(port)
                self._closed.append(taken)
                port = taken.getsockname()[1]
            else:
                server = _Server(port, self)
                self._servers.append(server)
                port = server.server_port
        except OSError as exc:
            reason = f"port {port} of {HOST}, which {outlet.name} had before, is in use now: {exc.strerror}"
            raise PortTaken(reason) from exc
        site = Site(outlet, f"http://{HOST}:{port}", printed)
        self.sites[outlet.outlet_id] = site
        if outlet.state != "down":
            self._servers[-1].site = site

    def _accept(self) -> None:
        """Hand each waiting connection to its server's own thread, until woken for the end."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._sleep, selectors.EVENT_READ)
            for server in self._servers:
                waiting.register(server, selectors.EVENT_READ, server)
            while True:
                for key, _events in waiting.select():
                    if key.data is None:
                        return
                    key.data.handle_request()

    def _close(self) -> None:
        for server in self._servers:
            server.server_close()
        for taken in (*self._closed, self._wake, self._sleep):
            taken.close()


def _reserved(port: int) -> socket.socket:
    """A port that is ours and refuses every connection: bound, never listening."""
    taken = socket.socket()
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
    except OSError:
        taken.close()
        raise
    return taken


@contextmanager
def serve(moment: datetime = MORNING, ports: Mapping[str, int] | None = None) -> Iterator[Newsroom]:
    """The newsroom at `moment`, for as long as the block runs."""
    with Newsroom(moment, ports) as room:
        yield room
