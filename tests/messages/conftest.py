"""What the tests of messages share: a real mail server, real receivers of webhooks, and a certificate they show."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from governance.config import MailServer
from governance.messages.outside import Outside
from governance.runtime import Runtime
from tests.peers import free_port

SENDER = "Recordings, Leeds <noreply@governance.example.test>"
HOOKS = "hooks.example.test"


@dataclass(frozen=True)
class Certificate:
    """A certificate for this machine's names, and contexts of those who show it and of those who trust it."""

    file: Path

    def shown(self) -> ssl.SSLContext:
        """Return the context of a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    def trusted(self) -> ssl.SSLContext:
        """Return the context of a client that trusts it and nothing else."""
        return ssl.create_default_context(cafile=str(self.file))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for `localhost` and the receivers' name, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.DNSName(HOOKS)]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return Certificate(file)


@dataclass
class MailSink:
    """A mail server of our own: what it was given, and what it answers."""

    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_data: str = "250 taken"

    async def handle_RCPT(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for one recipient."""
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, or do not."""
        if self.to_data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            read = message_from_bytes(content, policy=policy.default)
            assert isinstance(read, EmailMessage)
            self.mails.append(read)
            self.raw.append(content)
            self.recipients.append(list(envelope.rcpt_tos))
            self.over_tls.append(session.ssl is not None)
        return self.to_data

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> Any:
        """Let one user in."""
        assert isinstance(given, LoginPassword)
        self.signed_in.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"p@ss", handled=given.password == b"p@ss")

    @contextmanager
    def running(self, **options: Any) -> Iterator[MailSink]:
        """Answer on this machine for as long as this lasts."""
        options.setdefault("server_hostname", "localhost")  # or it would look its own name up
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def mail_server(port: int, host: str = "127.0.0.1", **changes: Any) -> MailServer:
    """Return settings of the mail server at `port`."""
    return replace(MailServer.read(f"smtp://{host}:{port}", SENDER), **changes)


@pytest.fixture
def sink(runtime: Runtime) -> Iterator[MailSink]:
    """A mail server that takes everything, and that the runtime's settings name."""
    with MailSink().running() as running:
        runtime.settings = replace(runtime.settings, mail=mail_server(running.port))
        yield running


@dataclass
class Receiver:
    """A receiver of webhooks: what it was sent, and what it answers."""

    port: int
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is, by plain http and by address."""
        return f"http://127.0.0.1:{self.port}/hooks"


def _served(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Served(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Served


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Receive webhooks on this machine for as long as this lasts."""
    receiver = Receiver(0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _served(receiver))
    receiver.port = server.server_address[1]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver by plain http, which takes everything."""
    with receiving() as running:
        yield running


@pytest.fixture
def allow(runtime: Runtime) -> Callable[..., None]:
    """Name hosts in the settings that webhooks may reach though they are on this machine."""

    def named(*hosts: str) -> None:
        runtime.settings = replace(runtime.settings, webhook_hosts=frozenset(hosts))

    return named


@dataclass
class Names:
    """A resolver of the test's own: what each look-up answers in turn (the last for ever), and what was asked."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> list[str]:
        """Answer a look-up."""
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def outside(certificate: Certificate, *answers: list[str]) -> tuple[Outside, Names]:
    """Return a world in which names have these addresses and the tests' certificate is trusted."""
    names = Names(list(answers))
    return Outside(names, certificate.trusted), names
