"""What is allowed in a config and hardly meant: `tripoint check` says it, and nothing is refused for it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from config.faults import Fault
from config.schema import Config


def doubts(config: Config) -> tuple[Fault, ...]:
    """Each of them, with its place. The file is left out: a section may come from two."""
    return (*_web(config), *_mail(config), *_lexicon(config))


def _web(config: Config) -> Iterable[Fault]:
    parts = urlsplit(config.web.public_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    # Port 0 is any free one; behind a proxy, at an address of the world, the two ports differ by intent.
    if config.web.loopback and config.web.port not in (0, port):
        message = f"the web listens on {config.web.port}, and public_url leads to {port}: links will not open"
        yield Fault("", "[web]", "port", message)


def _mail(config: Config) -> Iterable[Fault]:
    mail = config.mail
    near = mail.host in ("localhost", "::1") or mail.host.startswith("127.")
    if mail.transport == "smtp" and mail.security == "none" and mail.username and not near:
        message = f"the password for {mail.username!r} travels in the open to {mail.host}: take starttls or tls"
        yield Fault("", "[mail]", "security", message)


def _lexicon(config: Config) -> Iterable[Fault]:
    known = {form.id for form in config.lexicon}
    for form in config.lexicon:
        if form.broader and (form.broader not in known or form.broader == form.id):
            message = f"no other concept is called {form.broader!r}: the entry stands for itself alone"
            yield Fault("", f"[[concept]] {form.id}", "broader", message)
