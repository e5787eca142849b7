"""Receivers for the tests of sinks: a real rsyslog with TLS, a collector over HTTPS, and those that behave badly."""

from __future__ import annotations

import json
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import peers

SIEM = "siem.example.test"
OURSELVES = "governance.test"


class Authority:
    """An authority of this run, and the files of those it vouches for: `<name>.pem`, `<name>.key`, `ca.pem`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        self._write("ca", self._made(self._name, self._key, None), None)

    def vouch(self, stem: str, name: str) -> None:
        """Make certificate and key for `name` in files called `stem`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._write(stem, self._made(subject, key, name), key)

    def shown(self, stem: str) -> ssl.SSLContext:
        """Return the context of a server that shows that certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{stem}.pem", self.folder / f"{stem}.key")
        return context

    def _made(self, subject: x509.Name, key: Any, name: str | None) -> x509.Certificate:
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name is None, path_length=None), critical=True)
        )
        if name is not None:
            built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return built.sign(self._key, hashes.SHA256())

    def _write(self, stem: str, made: x509.Certificate, key: Any) -> None:
        (self.folder / f"{stem}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        if key is not None:
            plain = serialization.NoEncryption()
            pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
            (self.folder / f"{stem}.key").write_bytes(pem)


@dataclass
class Rsyslog:
    """The real daemon: what it has taken lies in a file, one JSON object a message."""

    port: int
    file: Path

    def messages(self, count: int) -> list[dict[str, str]]:
        """Return what it has written, once it is `count` messages."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
            if text.count("\n") >= count:
                break
            time.sleep(0.05)
        return [json.loads(line) for line in text.splitlines()]


_RSYSLOG = """\
global(workDirectory="{home}" maxMessageSize="64k" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{tls}/ca.pem"
  defaultNetstreamDriverCertFile="{tls}/siem.pem" defaultNetstreamDriverKeyFile="{tls}/siem.key"
  parser.escapeControlCharactersOnReceive="off")
template(name="j" type="list" option.jsonf="on") {{
  property(outname="pri" name="pri" format="jsonf") property(outname="msgid" name="msgid" format="jsonf")
  property(outname="host" name="hostname" format="jsonf") property(outname="app" name="app-name" format="jsonf")
  property(outname="sd" name="structured-data" format="jsonf") property(outname="msg" name="msg" format="jsonf") }}
ruleset(name="siem") {{ action(type="omfile" file="{home}/siem.jsonl" template="j" flushOnTXEnd="on" asyncWriting="off") }}
module(load="imtcp")
input(type="imtcp" port="{port}" address="127.0.0.1" ruleset="siem" streamDriver.name="gtls" streamDriver.mode="1"
  streamDriver.authMode="x509/name" permittedPeer=["{peer}"])
"""


@contextmanager
def rsyslog(authority: Authority) -> Iterator[Rsyslog]:
    """Run rsyslog on loopback, with TLS, and for callers that show a certificate for `OURSELVES`."""
    program = peers.require("rsyslogd")
    if not list(Path("/usr/lib").glob("*/rsyslog/lmnsd_gtls.so")):
        peers.absent("rsyslog-gnutls", "rsyslog-gnutls is not installed (make peers)")
    with tempfile.TemporaryDirectory(prefix="rsyslog-") as name:
        home, port = Path(name), peers.free_port()
        settings = _RSYSLOG.format(home=home, tls=authority.folder, port=port, peer=OURSELVES)
        (home / "rsyslog.conf").write_text(settings)
        process = peers.spawn([str(program), "-n", "-f", f"{home}/rsyslog.conf", "-i", f"{home}/pid"], home)
        try:
            peers.wait_until(lambda: _accepts(port), process, home)
            yield Rsyslog(port, home / "siem.jsonl")
        finally:
            peers.stop(process)


def _accepts(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on loopback, have `talk` speak to whoever calls, and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    caller, _ = server.accept()
                    with caller, suppress(OSError):
                        if not ended.is_set():
                            talk(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()
            with suppress(OSError), socket.create_connection(server.getsockname(), 1):
                pass
            thread.join(5)


@dataclass
class Collector:
    """A collector: what was posted to it, and what it answers."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)

    def lines(self) -> list[dict[str, Any]]:
        """Return the events of everything that was posted."""
        return [json.loads(line) for body in self.bodies for line in body.splitlines()]


@contextmanager
def collector(authority: Authority) -> Iterator[Collector]:
    """Run a collector over HTTPS on loopback, which shows the certificate of `SIEM`."""
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if made.status < 300:
                made.bodies.append(body)
            made.seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = authority.shown("siem").wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
