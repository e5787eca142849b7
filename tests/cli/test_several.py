"""`governance serve --workers`: several processes on one port that count together, and end together."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server import Installation


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation.at(tmp_path, f"sqlite:///{tmp_path / 'house.db'}")
    installation.run("init")
    installation.run("account", "add", "bot", "--role", "integration")
    installation.start("--workers", "2")
    yield installation
    installation.stop()


def workers(house: Installation) -> set[int]:
    children = Path(f"/proc/{house.pid}/task/{house.pid}/children").read_text().split()
    return {int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


def counted(client: httpx.Client) -> int:
    told = client.get("/metrics").text
    found = re.search(r'governance_http_requests_total\{[^}]*route="/v1/redactions/text"[^}]*\} (\S+)', told)
    return int(float(found[1])) if found else 0


def wait(until: object, seconds: float = 180) -> None:
    assert callable(until)
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.slow
def test_several_processes_answer_count_together_and_end_together(house: Installation) -> None:
    key = house.run("key", "create", "bot", "--title", "x", "--scope", "redaction:use").split()[-1]
    wait(lambda: len(workers(house)) == 2)

    def ask(times: int) -> None:
        for _ in range(times):  # a connection each: whichever process takes it
            answer = httpx.post(
                f"{house.url}/v1/redactions/text", json={"text": "my PIN is 1234", "language": "en"},
                headers={"Authorization": f"Bearer {key}"}, timeout=60,
            )  # fmt: skip
            assert answer.json()["text"] == "my PIN is [PIN]"

    ask(12)
    with httpx.Client(base_url=house.url) as client:
        # Whichever process is asked, it tells of all; a request is counted once its answer has gone.
        wait(lambda: {counted(client) for _ in range(5)} == {12})
    before = workers(house)
    os.kill(min(before), signal.SIGKILL)
    wait(lambda: len(workers(house)) == 2 and workers(house) != before)
    ask(3)
    after = workers(house)
    house.stop()
    assert not any(Path(f"/proc/{one}").exists() for one in after)
    assert "Traceback" not in house.log


@pytest.mark.slow
def test_no_process_outlives_the_one_that_started_it(house: Installation) -> None:
    wait(lambda: len(workers(house)) == 2)
    left = workers(house)
    house.stop(kill=True)
    wait(lambda: not any(Path(f"/proc/{one}").exists() for one in left))
