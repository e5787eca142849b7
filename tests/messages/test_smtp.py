"""Mail, handed to real servers: what arrives, what each answer means, and that nothing goes in clear."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from governance.messages import smtp
from governance.messages.envelope import Letter
from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from tests.messages.conftest import Certificate, MailSink, mail_server
from tests.peers import free_port

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LETTER = Letter(
    "jane.roe@example.test", "Ihre Anfrage – Rückfrage", "Guten Tag,\n\nüber Sie …\n" + "x" * 2000
)


def send(port: int, letter: Letter = LETTER, **changes: Any) -> Outcome:
    return smtp.send(mail_server(port, **changes), letter, "msg_1", NOW, Outside())


def test_a_mail_arrives_as_it_was_written() -> None:
    pdf = ("answer.pdf", "application/pdf", bytes(range(256)))
    letter = Letter(LETTER.to, LETTER.subject, LETTER.body, (pdf,))
    with MailSink().running() as sink:
        assert send(sink.port, letter) == Outcome("sent")
    (mail,), (raw,) = sink.mails, sink.raw
    assert sink.recipients == [["jane.roe@example.test"]]
    assert mail["Subject"] == LETTER.subject
    assert str(mail["From"]) == '"Recordings, Leeds" <noreply@governance.example.test>'
    assert mail["To"] == "jane.roe@example.test"
    assert mail["Message-ID"] == "<msg_1@governance.example.test>"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    body, attached = mail.get_body(("plain",)), next(mail.iter_attachments())
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip() == LETTER.body.rstrip()
    assert (attached.get_filename(), attached.get_content()) == ("answer.pdf", pdf[2])
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("450 greylisted", "later"),
        ("451 try again", "later"),
        ("550 no such user", "dead"),
        ("554 refused", "dead"),
    ],
)
@pytest.mark.parametrize("at", ["to_recipient", "to_data"])
def test_a_recipient_who_is_refused_for_good_is_dead_at_once_and_others_are_tried_again(
    at: str, answer: str, end: str
) -> None:
    sink = MailSink()
    setattr(sink, at, answer)
    with sink.running():
        outcome = send(sink.port)
    assert outcome == Outcome(end, f"refused_{answer[:3]}")  # type: ignore[arg-type]
    assert not sink.mails


def test_without_tls_nothing_is_said_to_a_server_elsewhere() -> None:
    with MailSink().running(auth_require_tls=False) as sink:
        outcome = send(sink.port, needs_starttls=True, user="governance", password="p@ss")
    assert outcome == Outcome("later", "no_starttls", is_way=True)
    assert (sink.mails, sink.signed_in) == ([], [])


def test_mail_and_password_go_by_starttls_where_the_server_is_elsewhere(certificate: Certificate) -> None:
    sink = MailSink()
    server = mail_server(sink.port, "localhost", needs_starttls=True, user="governance", password="p@ss")
    world = Outside(tls=certificate.trusted)
    with sink.running(tls_context=certificate.shown(), authenticator=sink.authenticate, auth_required=True):
        assert smtp.send(server, LETTER, "msg_1", NOW, world) == Outcome("sent")
        wrong = mail_server(sink.port, "localhost", needs_starttls=True, user="governance", password="other")
        assert smtp.send(wrong, LETTER, "msg_1", NOW, world).code == "sign_in_refused"
    assert sink.over_tls == [True]
    assert sink.signed_in[0] == ("governance", "p@ss")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_that_does_not_hold_gets_nothing(certificate: Certificate, host: str) -> None:
    """By address the certificate names another host; by name nobody has said to trust it."""
    trusted = certificate.trusted if host == "127.0.0.1" else Outside().tls
    with MailSink().running(tls_context=certificate.shown()) as sink:
        server = mail_server(sink.port, host, needs_starttls=True)
        outcome = smtp.send(server, LETTER, "msg_1", NOW, Outside(tls=trusted))
    assert outcome == Outcome("later", "tls_failed", is_way=True)
    assert not sink.mails


def test_mail_goes_by_tls_from_the_first_byte(certificate: Certificate) -> None:
    with MailSink().running(ssl_context=certificate.shown()) as sink:
        server = mail_server(sink.port, "localhost", is_tls=True)
        assert smtp.send(server, LETTER, "msg_1", NOW, Outside(tls=certificate.trusted)) == Outcome("sent")
    assert sink.mails


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server that says whatever the test has it say, to one client after the other."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                try:
                    client, _ = listening.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(5)
                    talk(client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _hang(client: socket.socket) -> None:
    client.recv(1)  # until the other side has had enough


def _drop(client: socket.socket) -> None:
    client.sendall(b"220 here\r\n")
    client.recv(100)


def _unready(client: socket.socket) -> None:
    client.sendall(b"421 too busy\r\n")


def _nonsense(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize(
    ("talk", "code"),
    [
        (_hang, "timed_out"),
        (_drop, "dropped"),
        (_unready, "server_refused_421"),
        (_nonsense, "server_refused"),
    ],
)
def test_a_server_that_does_not_do_its_work_is_tried_again(
    talk: Callable[[socket.socket], None], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_S", 0.3)
    with answering(talk) as port:
        assert send(port) == Outcome("later", code, is_way=True)


def test_a_server_that_is_not_there_is_tried_again() -> None:
    assert send(free_port()) == Outcome("later", "connect_failed", is_way=True)


def test_a_mail_that_was_taken_is_not_sent_again_because_of_a_farewell_that_fails() -> None:
    taken = []

    def talk(client: socket.socket) -> None:
        with client.makefile("rb") as lines:
            client.sendall(b"220 here\r\n")
            for line in lines:
                if line.upper().startswith(b"QUIT"):
                    return
                if line.upper().startswith(b"DATA"):
                    client.sendall(b"354 go on\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                    taken.append(True)
                client.sendall(b"250 OK\r\n")

    with answering(talk) as port:
        assert send(port) == Outcome("sent")
    assert taken == [True]
