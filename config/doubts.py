"""What is allowed in a config and hardly meant: `tripoint check` says it, and nothing is refused for it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from config.faults import Fault
from config.schema import Config


def doubts(config: Config) -> tuple[Fault, ...]:
    """Each of them, with its place. The file is left out: a section may come from two."""
    return tuple(_web(config))


def _web(config: Config) -> Iterable[Fault]:
    parts = urlsplit(config.web.public_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    # Port 0 is any free one; behind a proxy, at an address of the world, the two ports differ by intent.
    if config.web.loopback and config.web.port not in (0, port):
        message = f"the web listens on {config.web.port}, and public_url leads to {port}: links will not open"
        yield Fault("", "[web]", "port", message)
