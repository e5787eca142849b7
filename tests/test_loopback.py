"""The guard that keeps the tests on this machine does keep them, in this process and in those they start."""

import socket
import subprocess
import sys

import pytest

ELSEWHERE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): nobody's
NAME = "elsewhere.invalid"  # RFC 6761: resolves nowhere


def test_a_connection_that_leaves_the_machine_is_refused(refused_connections: list[str]) -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match=ELSEWHERE):
        client.connect((ELSEWHERE, 80))
    assert refused_connections == [f"socket.connect {ELSEWHERE}"]
    refused_connections.clear()


def test_a_look_up_of_a_name_is_refused(refused_connections: list[str]) -> None:
    with pytest.raises(RuntimeError, match=NAME):
        socket.getaddrinfo(NAME, 443)
    with pytest.raises(RuntimeError, match=NAME):
        socket.gethostbyname(NAME)
    refused_connections.clear()


def test_a_datagram_that_leaves_the_machine_is_refused(refused_connections: list[str]) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(RuntimeError, match=ELSEWHERE),
    ):
        sender.sendto(b"x", (ELSEWHERE, 53))
    refused_connections.clear()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        socket.create_connection(("localhost", server.getsockname()[1])).close()


def test_a_process_that_a_test_starts_is_kept_here_too() -> None:
    ask = f"import socket; socket.getaddrinfo({NAME!r}, 443)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "BeyondLoopbackError" in answer.stderr
