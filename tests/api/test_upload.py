"""Uploads stream into the vault: bounded, never in clear on a disk, and nothing is left of one that fails."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from governance import tenancy
from governance.access import service as access
from governance.config import Settings
from governance.runtime import Actor, Runtime
from tests.api.conftest import ON_SQLITE, Door, metadata, pcm_canary, tone

ROOT = Path(__file__).resolve().parents[2]
BOUNDARY = b"----canary"
NAME = b"Zebedee Quillfeather"


def part(name: str, body: bytes, headers: str = "") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"; filename="../../x"\r\n{headers}\r\n'
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + body + b"\r\n"


def whole(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def send(door: Door, body: bytes | Iterator[bytes], who: str = "recorder", **headers: str) -> object:
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}"}
    return door.client.post("/v1/recordings", content=body, headers=door.as_(who) | kind | headers)


META = part("metadata", json.dumps(metadata()).encode())
WRONG = {
    "no end": META + part("audio", tone()),
    "no audio": whole(META),
    "no metadata": whole(part("audio", tone())),
    "an unknown part": whole(META, part("audio", tone()), part("4111111111111111", b"x")),
    "metadata twice": whole(META, META, part("audio", tone())),
    "metadata that is too large": whole(part("metadata", b" " * 300_000), part("audio", tone())),
    "metadata that is no JSON": whole(part("metadata", b"{4111111111111111"), part("audio", tone())),
    "sound that is none": whole(META, part("audio", b"RIFF4111111111111111")),
    "sound that is empty": whole(META, part("audio", b"")),
    "more sound than metadata knows": whole(
        part("metadata", json.dumps(metadata(media=[{"file": "a.wav"}])).encode()),
        part("audio", tone()),
        part("audio", tone()),
    ),
    "another hash": whole(
        part("metadata", json.dumps(metadata(media=[{"file": "a.wav", "sha256": "0" * 64}])).encode()),
        part("audio", tone()),
    ),
    "base64": whole(META, part("audio", b"UklGRg==", "Content-Transfer-Encoding: base64\r\n")),
    "no multipart at all": b"{}",
    "headers without end": b"--" + BOUNDARY + b"\r\nX: " + b"y" * 100_000,
    "card data in a team": whole(
        part("metadata", json.dumps(metadata(team="4111 1111 1111 1111")).encode()), part("audio", tone())
    ),
}


@ON_SQLITE
@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused_and_nothing_is_left(door: Door, what: str) -> None:
    answer = send(door, WRONG[what])
    assert answer.status_code in (413, 415, 422), answer.text  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert "4111" not in answer.text  # type: ignore[attr-defined]
    assert list(door.runtime.settings.blobs.rglob("*/*")) == []


@ON_SQLITE
def test_a_file_name_is_not_read(door: Door) -> None:
    assert send(door, whole(META, part("audio", tone()))).status_code == 201  # type: ignore[attr-defined]


@ON_SQLITE
def test_whoever_may_not_send_is_refused_before_a_byte_is_read(door: Door) -> None:
    read = []

    def body() -> Iterator[bytes]:
        read.append("a byte")
        yield b"--"

    assert send(door, body(), who="agent").status_code == 403  # type: ignore[attr-defined]
    assert read == []


@ON_SQLITE
def test_an_announced_length_beyond_the_limit_is_refused(door: Door) -> None:
    answer = send(door, b"--", **{"Content-Length": str(door.runtime.settings.max_upload_bytes + 1)})
    assert answer.status_code == 413  # type: ignore[attr-defined]


@ON_SQLITE
def test_a_body_of_unknown_length_ends_at_the_limit(door: Door) -> None:
    door.runtime.settings = replace(door.runtime.settings, max_upload_bytes=1_000_000)
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield META + part("audio", tone())[:-2]
        while sent < 50_000_000:
            sent += 100_000
            yield bytes(100_000)

    assert send(door, endless()).status_code == 413  # type: ignore[attr-defined]
    assert list(door.runtime.settings.blobs.rglob("*/*")) == []


CARDS = ("4111111111111111", "4111 1111 1111 1111", "4111%201111%201111%201111", "NDExMTExMTExMTExMTExMQ==",
         "four one one one one one one one one one one one one one one one")  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize("card", CARDS)
def test_a_card_in_any_dress_stands_in_no_field_that_is_kept_in_clear(door: Door, card: str) -> None:
    for field in ({"external_id": card}, {"team": card}, {"agent": {"id": card}}, {"line_of_business": card}):
        meta = part("metadata", json.dumps(metadata(**field)).encode())
        answer = send(door, whole(meta, part("audio", tone())))
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert card not in answer.text  # type: ignore[attr-defined]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path, str]]:
    """A real server process on a port of its own, with the data, temporary and working folders of a test."""
    home, database_url = tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'governance.db'}"
    for folder in ("cwd", "tmp"):
        (tmp_path / folder).mkdir()
    token = _prepared(home, database_url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        environment = os.environ | {
            "TMPDIR": str(tmp_path / "tmp"),
            "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(ROOT)]),
        }
        with (tmp_path / "server.log").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.api.serve", str(home), database_url, str(listening.fileno())],
                cwd=tmp_path / "cwd",
                env=environment,
                stdout=output,
                stderr=output,
                pass_fds=[listening.fileno()],
            )
    try:
        yield process, port, tmp_path, token
    finally:
        process.kill()
        process.wait()


def _prepared(home: Path, database_url: str) -> str:
    """Return the key of a recorder on a fresh database."""
    settings = Settings.from_env({"GOVERNANCE_HOME": str(home), "GOVERNANCE_DATABASE_URL": database_url})
    runtime = Runtime.open(settings)
    with runtime.work(Actor.system(tenancy.DEFAULT, "svc_test")) as work:
        tenancy.ensure(work, "The default tenant")
        account = access.create_account(work, "recorder", "integration")
        key = access.create_api_key(work, account.id, "recorder", ["recording:ingest"])
    runtime.close()
    return key.token


def _head(token: str, length: int) -> bytes:
    return (
        f"POST /v1/recordings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def _wait_for_ciphertext(blobs: Path, most: float = 30.0) -> int:
    """Return how many bytes lie in the store once the upload has begun to arrive there."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            stored = sum(path.stat().st_size for path in blobs.rglob("*") if path.is_file())
            if stored > 200_000:
                return stored
        time.sleep(0.05)
    return 0


def _scanned(folder: Path, *needles: bytes) -> list[str]:
    """Return the files below `folder` in which one of the needles stands."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [str(path.relative_to(folder)) for needle in needles if needle in content]
    return found


def test_a_server_killed_in_the_middle_of_an_upload_leaves_nothing_in_clear(
    server: tuple[subprocess.Popen[bytes], int, Path, str],
) -> None:
    process, port, folder, token = server
    canary = pcm_canary()
    meta = metadata(parties=[{"role": "customer", "name": NAME.decode()}])
    begun = part("metadata", json.dumps(meta).encode()) + part("audio", tone()[:44] + canary * 8000)[:-2]
    (folder / "control").write_bytes(begun)
    assert _scanned(folder, canary, NAME) == ["control", "control"], "the scan must find what is there"
    (folder / "control").unlink()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(_head(token, len(begun) * 10) + begun)
        stored = _wait_for_ciphertext(folder / "home" / "blobs")
        assert stored, (folder / "server.log").read_text()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert _scanned(folder, canary, NAME, canary[:32]) == []
    spooled = [path for path in Path(tempfile.gettempdir()).glob("tmp*") if _is_recent_with(path, canary)]
    assert spooled == []


def _is_recent_with(path: Path, canary: bytes) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime > time.time() - 120 and canary in path.read_bytes()
    except OSError:
        return False


def test_a_client_that_goes_away_leaves_nothing_in_the_store(
    server: tuple[subprocess.Popen[bytes], int, Path, str],
) -> None:
    _process, port, folder, token = server
    begun = (
        part("metadata", json.dumps(metadata()).encode()) + part("audio", tone()[:44] + bytes(1_000_000))[:-2]
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(_head(token, len(begun) * 10) + begun)
        assert _wait_for_ciphertext(folder / "home" / "blobs")
    until = time.monotonic() + 30
    left: list[Path] = [folder]
    while left and time.monotonic() < until:
        left = [path for path in (folder / "home" / "blobs").rglob("*") if path.is_file()]
        time.sleep(0.05)
    assert left == []
