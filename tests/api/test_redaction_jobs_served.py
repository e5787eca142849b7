"""The whole life of a job through a real server: its webhook, a line that breaks, a client that hangs up, and a restart."""

from __future__ import annotations

import io
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from standardwebhooks import Webhook

from tests.messages.conftest import Receiver, receiving
from tests.redaction.job_houses import SAID, SOUND, is_silenced
from tests.server import Installation

ASYNC = {"Prefer": "respond-async"}
WITHIN_S = 60.0


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("jobs")
    house = Installation.at(folder, f"sqlite:///{folder / 'house.db'}")
    house.environment["GOVERNANCE_WEBHOOK_HOSTS"] = "127.0.0.1"
    house.run("init")
    house.run("account", "add", "bot", "--role", "integration")
    for name in ("KEY", "OTHER_KEY"):
        made = house.run("key", "create", "bot", "--title", name.lower(), "--scope", "redaction:use")
        house.environment[name] = made.split()[-1]
    added = house.run("webhook", "add", receiver.url, "--title", "Desk", "--event", "redaction.job.done")
    house.environment["SECRET"] = next(word for word in added.split() if word.startswith("whsec_"))
    house.start()
    yield house
    house.stop()
    assert "Traceback" not in house.log


def client(house: Installation, name: str = "KEY") -> httpx.Client:
    return house.client(house.environment[name])


def eventually(asked: Callable[[], Any]) -> Any:
    """Return what is asked for as soon as it is there."""
    end = time.monotonic() + WITHIN_S
    while not (found := asked()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)
    return found


def sent(house: Installation, sound: bytes, said: bytes | None = None) -> str:
    """Return where the job is, once it is done."""
    files: dict[str, Any] = {"audio": ("a.wav", sound)} | ({"transcript": ("t.json", said)} if said else {})
    with client(house) as asking:
        taken = asking.post("/v1/redactions/audio", files=files, headers=ASYNC)
        assert taken.status_code == 202, taken.text
        where = taken.headers["location"]
        eventually(lambda: asking.get(where).json()["state"] == "done")
    return str(where)


def large() -> bytes:
    """Silence that fits into no buffer on its way: 24 MiB in 16 seconds."""
    body = io.BytesIO()
    soundfile.write(body, np.zeros((48_000 * 32, 2)), 48_000, subtype="DOUBLE", format="WAV")
    return body.getvalue()


def test_a_job_is_told_by_a_signed_webhook_and_fetched_by_any_key_of_its_account(
    house: Installation, receiver: Receiver
) -> None:
    where = sent(house, SOUND, SAID)
    _, headers, body = eventually(lambda: receiver.asked)[0]
    told = Webhook(house.environment["SECRET"]).verify(body, headers)
    assert told["type"] == "redaction.job.done"
    assert told["data"]["job_id"] == where.rsplit("/", 1)[1]
    assert (told["data"]["state"], told["data"]["problem"]) == ("done", None)
    with client(house, "OTHER_KEY") as other:
        report = other.get(where).json()["report"]
        assert is_silenced(other.get(f"{where}/result").content, report)
        assert other.get(f"{where}/result").status_code == 410


def test_a_line_that_breaks_loses_nothing_and_is_noticed_at_once(house: Installation) -> None:
    sound = large()
    where = sent(house, sound)
    for _ in range(2):
        _break_off(house, f"{where}/result", after=300_000)
    with client(house) as asking:
        eventually(lambda: asking.get(where).json()["state"] == "done")
        answer = eventually(lambda: _if_whole(asking.get(f"{where}/result")))
        # The samples of both; what stands before them is another head.
        assert answer.content.partition(b"data")[2] == sound.partition(b"data")[2]
        assert asking.get(f"{where}/result").status_code == 410


def _if_whole(answer: httpx.Response) -> httpx.Response | None:
    assert answer.status_code in (200, 409), answer.text
    return answer if answer.status_code == 200 else None


def _break_off(house: Installation, path: str, after: int) -> None:
    """Begin to fetch, and reset the connection after some bytes, as a line does that breaks."""
    eventually(lambda: _is_begun_and_broken(house, path, after))


def _is_begun_and_broken(house: Installation, path: str, after: int) -> bool:
    with socket.create_connection(("127.0.0.1", house.port), timeout=WITHIN_S) as line:
        key = house.environment["KEY"]
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        got = line.recv(65536)
        if b" 200 " not in got.splitlines()[0]:
            return False
        taken = len(got)
        while taken < after:
            taken += len(line.recv(65536))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return True


def test_a_client_that_hangs_up_with_the_last_byte_has_fetched(house: Installation) -> None:
    where = sent(house, SOUND)
    with socket.create_connection(("127.0.0.1", house.port), timeout=WITHIN_S) as line:
        key = house.environment["KEY"]
        line.sendall(
            f"GET {where}/result HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
        )
        got = b""
        while b"\r\n\r\n" not in got:
            got += line.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < size:
            body += line.recv(65536)
    assert len(body) == size == len(SOUND)
    with client(house) as asking:
        eventually(lambda: asking.get(where).json()["state"] == "fetched")


def test_a_job_outlives_the_process_that_took_it_in(house: Installation) -> None:
    house.stop()
    house.start("--no-jobs")
    with client(house) as asking:
        taken = asking.post(
            "/v1/redactions/audio",
            files={"audio": ("a.wav", SOUND), "transcript": ("t.json", SAID)},
            headers=ASYNC,
        )
        where = taken.headers["location"]
        assert asking.get(where).json()["state"] == "waiting"
    house.stop(kill=True)
    house.start()
    with client(house) as asking:
        eventually(lambda: asking.get(where).json()["state"] == "done")
        report = asking.get(where).json()["report"]
        assert is_silenced(asking.get(f"{where}/result").content, report)
    assert json.dumps(report).count("PIN")
