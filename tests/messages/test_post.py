"""Webhooks, posted to real receivers: signed as the standard's own library checks it, and never into the house."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import pytest
from standardwebhooks import Webhook

from governance.messages import post, reach
from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from tests.messages.conftest import HOOKS, Certificate, Names, Receiver, outside, receiving
from tests.messages.test_smtp import answering

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORMER = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = b'{"type":"finding.opened","timestamp":"2026-03-02T09:00:00Z","data":{"id":"fnd_1"}}'
HERE = Outside()  # an address is its own look-up
LATER: Final = "later"


def now() -> datetime:
    return datetime.now(UTC)  # receivers refuse what was signed more than five minutes ago


def send(url: str, world: Outside = HERE, allowed: tuple[str, ...] = ("127.0.0.1",)) -> Outcome:
    return post.send(reach.target(url, allowed), "msg_1", BODY, [SECRET], now(), world)


def test_a_receiver_can_verify_it_with_the_standards_own_library(receiver: Receiver) -> None:
    assert send(receiver.url) == Outcome("sent")
    ((path, headers, body),) = receiver.asked
    assert (path, body) == ("/hooks", BODY)
    assert Webhook(SECRET).verify(body, headers)["data"] == {"id": "fnd_1"}
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("recording-governance/")
    for wrong in (body + b" ", body.replace(b"fnd_1", b"fnd_2")):
        with pytest.raises(Exception, match="signature"):
            Webhook(SECRET).verify(wrong, headers)
    with pytest.raises(Exception, match="signature"):
        Webhook(FORMER).verify(body, headers)


def test_while_two_secrets_are_valid_either_verifies(receiver: Receiver) -> None:
    target = reach.target(receiver.url, ("127.0.0.1",))
    post.send(target, "msg_1", BODY, [SECRET, FORMER], now(), HERE)
    ((_, headers, body),) = receiver.asked
    for secret in (SECRET, FORMER):
        assert Webhook(secret).verify(body, headers)


def test_the_connection_goes_to_the_checked_address_under_the_name_of_the_receiver(
    certificate: Certificate,
) -> None:
    """One look-up: a name that means another machine the second time it is asked (DNS rebinding) is not asked again."""
    with receiving(certificate.shown()) as receiver:
        world, names = outside(certificate, ["127.0.0.1"], ["127.0.0.9"])
        assert send(f"https://{HOOKS}:{receiver.port}/in", world, (HOOKS,)) == Outcome("sent")
    assert names.asked == [HOOKS]
    ((path, headers, _),) = receiver.asked
    assert (path, headers["host"]) == ("/in", f"{HOOKS}:{receiver.port}")


def test_a_certificate_of_another_name_ends_it_before_anything_is_said(certificate: Certificate) -> None:
    with receiving(certificate.shown()) as receiver:
        world, _ = outside(certificate, ["127.0.0.1"])
        outcome = send(f"https://other.example.test:{receiver.port}/", world, ("other.example.test",))
        assert outcome == Outcome(LATER, "tls_failed", is_way=True)
        untrusted = Outside(Names([["127.0.0.1"]]))
        assert send(f"https://{HOOKS}:{receiver.port}/", untrusted, (HOOKS,)).code == "tls_failed"
    assert not receiver.asked


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["::1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["junk"],
    ],
    ids=lambda found: found[-1],
)
def test_a_name_that_leads_into_the_house_is_not_connected_to(
    found: list[str], certificate: Certificate, refused_connections: list[str]
) -> None:
    with receiving(certificate.shown()) as receiver:
        world, _ = outside(certificate, found)
        outcome = send(f"https://{HOOKS}:{receiver.port}/", world, ())
    assert outcome == Outcome("dead", "forbidden_address")
    assert not receiver.asked
    assert not refused_connections


def test_a_public_address_is_connected_to_and_no_name_is_looked_up_by_anybody_else(
    certificate: Certificate, refused_connections: list[str]
) -> None:
    """The guard of these tests stops it at the door, and says where it wanted to go."""
    world, names = outside(certificate, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(BaseExceptionGroup):
        send(f"https://{HOOKS}/", world, ())
    assert names.asked == [HOOKS]
    assert refused_connections == ["socket.connect 93.184.216.34"]
    refused_connections.clear()


def test_no_proxy_of_the_environment_sees_it(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert send(receiver.url) == Outcome("sent")
    assert not proxy.asked


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with receiving() as elsewhere:
        for status in (301, 302, 303, 307, 308):
            receiver.answers = [(status, {"Location": elsewhere.url})]
            assert send(receiver.url) == Outcome(LATER, f"answered_{status}")
    assert not elsewhere.asked


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, {}, Outcome("sent")),
        (202, {}, Outcome("sent")),
        (410, {}, Outcome("gone", "answered_410")),
        (400, {}, Outcome(LATER, "answered_400")),
        (404, {}, Outcome(LATER, "answered_404")),
        (500, {}, Outcome(LATER, "answered_500")),
        (503, {}, Outcome(LATER, "answered_503", is_way=True)),
        (429, {"Retry-After": "90"}, Outcome(LATER, "answered_429", True, timedelta(seconds=90))),
        (429, {"Retry-After": "9" * 40}, Outcome(LATER, "answered_429", True)),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, Outcome(LATER, "answered_429", True)),
    ],
)
def test_what_each_answer_means(
    receiver: Receiver, status: int, headers: dict[str, str], outcome: Outcome
) -> None:
    receiver.answers = [(status, headers)]
    assert send(receiver.url) == outcome


def _silent(client: socket.socket) -> None:
    while client.recv(65536):
        pass  # until the other side has had enough


def _dripping(client: socket.socket) -> None:
    client.recv(65536)
    try:
        for _ in range(200):
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            client.settimeout(0.05)
            try:
                if not client.recv(1):
                    return
            except TimeoutError:
                continue
    except OSError:
        return


def _closing(client: socket.socket) -> None:
    client.recv(65536)


def _endless(client: socket.socket) -> None:
    client.recv(65536)
    client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        while True:
            client.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
    except OSError:
        return


def _garbage(client: socket.socket) -> None:
    client.recv(65536)
    client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "TIMEOUT", httpx.Timeout(0.3))
    monkeypatch.setattr(post, "DEADLINE_S", 0.6)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("talk", "outcome"),
    [
        (_silent, Outcome(LATER, "timed_out", is_way=True)),
        (_dripping, Outcome(LATER, "timed_out", is_way=True)),
        (_closing, Outcome(LATER, "dropped", is_way=True)),
        (_garbage, Outcome(LATER, "dropped", is_way=True)),
        (_endless, Outcome("sent")),
    ],
)
def test_a_receiver_that_hangs_drips_or_never_ends_costs_a_moment_and_no_memory(
    talk: Callable[[socket.socket], None], outcome: Outcome
) -> None:
    with answering(talk) as port:
        assert send(f"http://127.0.0.1:{port}/") == outcome


def test_one_address_of_a_receiver_that_is_down_does_not_hide_the_next(receiver: Receiver) -> None:
    # Nothing listens there, at the same port.
    world = Outside(Names([["127.0.0.77", "127.0.0.1"]]))
    assert send(f"http://{HOOKS}:{receiver.port}/", world, (HOOKS,)) == Outcome("sent")
    nowhere = Outside(Names([["127.0.0.77"]]))
    outcome = send(f"http://{HOOKS}:{receiver.port}/", nowhere, (HOOKS,))
    assert outcome == Outcome(LATER, "connect_failed", is_way=True)


def test_a_name_that_is_not_known_is_asked_for_again_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    assert send("https://gone.example.test/", Outside(resolve=unknown), ()) == Outcome(
        LATER, "unresolvable", is_way=True
    )
    assert send("https://gone.example.test/", Outside(Names([[]])), ()).code == "unresolvable"
