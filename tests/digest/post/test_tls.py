"""The way to the relay: encrypted, with its certificate checked, and logged in. The server is by other people."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from config import Config
from digest.deliver import DeliveryError, deliver, send_test
from store.records import Page
from tests.digest.post.mailing import Clock, freeze, states

USER, PASSWORD = "paper", "pässwort with spaces"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Authority:
    """A certificate authority of our own in a folder; `file` is what trusts it."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, host: str, *, days: int = 1) -> Path:
        """A certificate for `host` with its key in one file; `days` may be negative: it has run out."""
        mine = ec.generate_private_key(ec.SECP256R1())
        ca_key = serialization.load_pem_private_key((self.folder / "ca.key").read_bytes(), None)
        alt = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        made = _certificate(host, mine.public_key(), ca_key, "An authority", days, ca=False, alt=alt)
        file = self.folder / f"{host}.{days}.pem"
        file.write_bytes(_pem(mine) + made.public_bytes(serialization.Encoding.PEM))
        return file


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _certificate(name: str, key: Any, signer: Any, by: str, days: int, *, ca: bool, alt: Any = None) -> Any:
    # The interpreter's own clock judges a certificate, so that these dates cannot be invented ones
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name)).issuer_name(_name(by)).public_key(key).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )  # fmt: skip
    if alt is not None:
        made = made.add_extension(x509.SubjectAlternativeName([alt]), critical=False)
    return made.sign(signer, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    (folder / "ca.key").write_bytes(_pem(key))
    made = _certificate("An authority", key.public_key(), key, "An authority", 2, ca=True)
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return Authority(folder)


@dataclass
class Relay:
    """aiosmtpd, and what it took. `logins`: (user, was it encrypted)."""

    port: int = 0
    kept: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:
        self.kept.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 kept"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=right)  # "handled" means that we have answered ourselves


class AnyPort(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def relay(certificate: Path | None, *, wrapped: bool = False, **options: Any) -> Iterator[Relay]:
    """A relay that offers STARTTLS where it has a certificate, or is encrypted from the first byte (`wrapped`)."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    seen = Relay()
    ways = {"ssl_context": context} if wrapped else {"tls_context": context}
    controller = AnyPort(seen, hostname="127.0.0.1", port=0, authenticator=seen.authenticate, **ways, **options)
    controller.start()
    try:
        seen.port = controller.port
        yield seen
    finally:
        controller.stop()


@pytest.fixture
def through(config: Config, monkeypatch: pytest.MonkeyPatch, authority: Authority) -> Callable[..., Config]:
    """A config whose mail goes to a relay; the machine trusts our authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    def made(relay: Relay, security: str, *, user: str = "", password: str = "") -> Config:
        monkeypatch.setenv("TRIPOINT_SMTP_PASSWORD", password)
        given = {"transport": "smtp", "host": "127.0.0.1", "port": relay.port, "security": security, "username": user}
        return config.model_copy(update={"mail": config.mail.model_copy(update={**given, "timeout": 10})})

    return made


@pytest.mark.parametrize(("security", "wrapped"), [("starttls", False), ("tls", True)])
def test_mails_leave_encrypted_and_logged_in(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock, security: str, wrapped: bool
) -> None:
    freeze(engine, ["ann@x.example", "bob@x.example"])
    # aiosmtpd does not count a connection that was encrypted from the first byte as one where AUTH is safe
    with relay(authority.issue("127.0.0.1"), wrapped=wrapped, auth_require_tls=not wrapped) as seen:
        config = through(seen, security, user=USER, password=PASSWORD)
        assert deliver(config, engine, clock=clock).lines == ("2 sent",)
    assert [envelope.rcpt_tos for envelope in seen.kept] == [["ann@x.example"], ["bob@x.example"]]
    assert seen.logins == [USER], "one login for a connection that is used again"
    assert wrapped or seen.encrypted == [True, True]


def test_a_relay_that_knows_login_alone_is_served_too(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock
) -> None:
    freeze(engine, ["ann@x.example"])
    with relay(authority.issue("127.0.0.1"), auth_exclude_mechanism=["PLAIN"]) as seen:
        assert deliver(through(seen, "starttls", user=USER, password=PASSWORD), engine, clock=clock).sent == 1


@pytest.mark.parametrize(
    ("host", "days", "why"), [("relay.example", 1, "IP address mismatch"), ("127.0.0.1", -1, "expired")]
)
@pytest.mark.parametrize(("security", "wrapped"), [("starttls", False), ("tls", True)])
def test_a_relay_with_another_s_or_an_old_certificate_gets_nothing(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock,
    host: str, days: int, why: str, security: str, wrapped: bool,
) -> None:  # fmt: skip
    freeze(engine, ["ann@x.example"])
    with relay(authority.issue(host, days=days), wrapped=wrapped) as seen:
        report = deliver(through(seen, security, user=USER, password=PASSWORD), engine, clock=clock)
    assert (report.sent, report.failed, report.left, report.exit_code) == (0, 0, 1, 3)
    assert why in report.stopped and "127.0.0.1" in report.stopped
    assert seen.kept == [] and seen.logins == [], "not even the password"


def test_a_relay_that_nobody_vouches_for_gets_nothing(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    freeze(engine, ["ann@x.example"])
    with relay(authority.issue("127.0.0.1")) as seen:
        config = through(seen, "starttls")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        report = deliver(config, engine, clock=clock)
    assert "certificate verify failed" in report.stopped and seen.kept == []


def test_a_relay_that_no_longer_offers_encryption_gets_nothing(
    through: Callable[..., Config], engine: Engine, clock: Clock
) -> None:
    freeze(engine, ["ann@x.example"])
    with relay(None) as seen:  # or somebody between us and it, who took the offer out
        report = deliver(through(seen, "starttls", user=USER, password=PASSWORD), engine, clock=clock)
    assert "STARTTLS" in report.stopped and seen.kept == [] and seen.logins == []


def test_a_wrong_password_costs_no_reader_their_mail(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock
) -> None:
    freeze(engine, ["ann@x.example", "bob@x.example"])
    with relay(authority.issue("127.0.0.1")) as seen:
        wrong = through(seen, "starttls", user=USER, password="wrong")
        report = deliver(wrong, engine, clock=clock)
        assert "535 5.7.8" in report.stopped and "password" in report.stopped
        assert (report.failed, report.left, report.exit_code) == (0, 2, 3)
        assert set(states(engine).values()) == {"queued"}
        assert seen.logins == [USER], "tried once: a few wrong passwords lock an account"
        with pytest.raises(DeliveryError, match=r"535 5\.7\.8"):
            send_test(wrong, "me@x.example", Page("Words", "", "<p>.</p>", ".\n"), now=clock())
        assert deliver(through(seen, "starttls", user=USER, password=PASSWORD), engine, clock=clock).sent == 2


def test_a_relay_that_knows_no_login_is_said(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock
) -> None:
    freeze(engine, ["ann@x.example"])
    with relay(authority.issue("127.0.0.1"), auth_exclude_mechanism=["LOGIN", "PLAIN"]) as seen:
        report = deliver(through(seen, "starttls", user=USER, password=PASSWORD), engine, clock=clock)
    assert "AUTH" in report.stopped and "username" in report.stopped
    assert (report.left, seen.kept) == (1, [])


def test_a_relay_that_wants_a_login_and_gets_none_is_our_fault_not_a_reader_s(
    through: Callable[..., Config], authority: Authority, engine: Engine, clock: Clock
) -> None:
    freeze(engine, [f"r{n}@x.example" for n in range(12)])
    with relay(authority.issue("127.0.0.1"), auth_required=True) as seen:
        report = deliver(through(seen, "starttls"), engine, clock=clock)
    assert (report.sent, report.failed, report.left) == (0, 0, 12)
    assert "530 5.7.0" in report.stopped and seen.kept == []
