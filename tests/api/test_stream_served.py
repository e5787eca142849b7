"""Live text through a real server and a real client: what a lost, a slow and a hostile one get."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.server import Installation

PAN = "4111 1111 1111 1111"
PATH = "/v1/redactions/stream"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("stream")
    house = Installation.at(folder, f"sqlite:///{folder / 'house.db'}")
    house.run("init")
    house.run("account", "add", "bot", "--role", "integration")
    house.environment["KEY"] = house.run(
        "key", "create", "bot", "--title", "x", "--scope", "redaction:use"
    ).split()[-1]
    house.start()
    yield house
    house.stop()
    assert "four one" not in house.log
    assert "4111" not in house.log
    assert "Traceback" not in house.log


@contextmanager
def opened(house: Installation, **more: Any) -> Iterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {house.environment['KEY']}"}
    with connect(house.url.replace("http", "ws") + PATH, additional_headers=headers, **more) as wire:
        wire.send(json.dumps({"format": "governance/words@1", "language": "en"}))
        assert heard(wire)["type"] == "ready"
        yield wire


def said(line: str, speaker: str = "C") -> str:
    return json.dumps(
        {"type": "words", "final": True, "words": [{"text": one, "speaker": speaker} for one in line.split()]}
    )


def heard(wire: ClientConnection) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(wire.recv(timeout=20))
    return told


def open_streams(house: Installation) -> float:
    client = house.client(house.environment["KEY"])
    lines = client.get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith("governance_streams ")).split()[1])


def until(house: Installation, count: float) -> None:
    end = time.monotonic() + 30
    while open_streams(house) != count:
        assert time.monotonic() < end, "the stream did not end"
        time.sleep(0.1)


def test_a_call_of_two_voices_comes_back_without_the_card(house: Installation) -> None:
    with opened(house) as wire:
        wire.send(said("what is your card number please", "A"))
        wire.send(said(f"yes {PAN}"))
        wire.send(said("thank you very much", "A"))
        wire.send(json.dumps({"type": "end"}))
        told = []
        while (one := heard(wire))["type"] == "words":
            told.append(one["text"])
    assert " ".join(told) == "what is your card number please yes [PAN] thank you very much"
    assert one == {"type": "end", "words": 15, "masked": 4}


def test_a_connection_that_is_lost_in_the_middle_of_a_number_releases_nothing(house: Installation) -> None:
    with opened(house) as wire:
        wire.send(said("it is four one one"))
        assert heard(wire)["text"] == "it is"
        wire.socket.shutdown(socket.SHUT_WR)  # the client is gone, and whoever reads the wire still does
        with pytest.raises(ConnectionClosedError):
            heard(wire)
    until(house, 0)


def test_who_does_not_read_holds_nobody_up(house: Installation) -> None:
    with opened(house, max_queue=1) as slow, opened(house) as quick:
        slow.send(said("so " * 2_000))
        quick.send(said("and what else can I do"))
        assert heard(quick)["text"] == "and what else can I do"
        slow.socket.close()
    until(house, 0)


def test_a_text_that_is_no_utf_8_ends_the_connection(house: Installation) -> None:
    with opened(house) as wire:
        wire.send(b'{"type": "words", "final": true, "words": [{"text": "\xff"}]}', text=True)
        with pytest.raises(ConnectionClosedError) as closed:
            heard(wire)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007


def test_ten_megabytes_are_a_problem_and_not_repeated(house: Installation) -> None:
    with opened(house) as wire:
        wire.send(json.dumps({"type": "words", "final": True, "words": [{"text": "4" * 10_000_000}]}))
        told = heard(wire)
        assert told["problem"]["status"] == 413
        assert "4444" not in json.dumps(told)
        with pytest.raises(ConnectionClosedError) as closed:
            heard(wire)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_nobody_we_know_gets_an_answer_and_no_connection(house: Installation) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(house.url.replace("http", "ws") + PATH):
        pass
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body or b"")["type"].endswith(":unauthenticated")
