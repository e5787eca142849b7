"""The own witness: cosigns what extends what it saw, tells every refusal apart, and keeps evidence of forks."""

from __future__ import annotations

import http.client
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit import checkpoint, cosignature, witness
from governance.audit.witness import SIZE_TYPE, Answer, Witness
from governance.audit.witness_server import WitnessServer
from governance.errors import ConfigurationError, ConflictError, IntegrityError, InvalidError
from tests.audit.logs import ORIGIN, TRUST, MemoryLog

NAME = "witness.example/w1"
NOW = 1_795_280_000
LOG = MemoryLog()


@pytest.fixture
def own(tmp_path: Path) -> Witness:
    return witness.make(tmp_path / "witness", NAME, TRUST)


def ask(own: Witness, body: bytes) -> Answer:
    return own.add_checkpoint(body, NOW)


def test_what_extends_what_it_saw_is_cosigned_and_remembered(own: Witness, tmp_path: Path) -> None:
    for old, new in itertools.pairwise((0, 1, 2, 7, 255, 256, 300)):
        answer = ask(own, LOG.submission(old, new))
        assert (answer.status, answer.is_fork) == (200, False)
        stated, note = checkpoint.parse(LOG.checkpoint(new) + answer.body)
        assert cosignature.read(answer.body, note.text, own.key).seconds == NOW
        again = Witness(tmp_path / "witness").seen(ORIGIN)
        assert again is not None
        assert (again.size, again.root) == (new, stated.root)
    # The same checkpoint once more, as after an answer that was lost.
    assert ask(own, LOG.submission(300, 300)).status == 200
    assert own.forks() == []


def test_a_size_it_did_not_see_last_is_answered_with_the_one_it_did(own: Witness) -> None:
    ask(own, LOG.submission(0, 7))
    for old, new in ((0, 9), (3, 9), (8, 9), (0, 0)):
        answer = ask(own, LOG.submission(old, new))
        assert (answer.status, answer.body, answer.content_type) == (409, "7\n", SIZE_TYPE)
    assert own.forks() == []


@pytest.mark.parametrize("fork", [0, 5])
def test_another_history_is_refused_and_kept_with_the_one_that_was_seen(own: Witness, fork: int) -> None:
    ask(own, LOG.submission(0, 7))
    other = MemoryLog("b", fork)
    grown = ask(own, other.submission(7, 9))
    assert (grown.status, grown.is_fork) == (422, True)
    same = ask(own, other.submission(7, 7))
    assert (same.status, same.is_fork, same.content_type == SIZE_TYPE) == (409, True, False)
    texts = [path.read_text() for path in own.forks()]
    assert len(texts) == 2
    for text in texts:
        assert LOG.checkpoint(7) in text
    assert any(other.checkpoint(9) in text for text in texts)
    assert any(other.checkpoint(7) in text for text in texts)
    seen = own.seen(ORIGIN)
    assert seen is not None
    assert seen.note == LOG.checkpoint(7)
    # The same fork a thousand times is one file.
    ask(own, other.submission(7, 9))
    assert len(own.forks()) == 2


def test_no_log_can_fill_the_witness_with_its_forks(own: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "MOST_FORKS", 2)
    ask(own, LOG.submission(0, 7))
    for size in range(8, 12):
        assert ask(own, MemoryLog("b").submission(7, size)).status == 422
    assert len(own.forks()) == 2


def test_a_proof_where_none_belongs_and_a_proof_cut_short_are_refused(own: Witness) -> None:
    full = LOG.submission(3, 7)
    assert ask(own, full.replace(b"old 3", b"old 0")).status == 422
    ask(own, LOG.submission(0, 3))
    lines = full.split(b"\n")
    assert ask(own, b"\n".join([lines[0], *lines[2:]])).status == 422
    assert ask(own, full).status == 200


def test_an_unknown_log_an_unknown_key_and_nonsense_are_told_apart(own: Witness) -> None:
    stranger = MemoryLog(private=Ed25519PrivateKey.generate())
    assert ask(own, LOG.submission(0, 3, "example/other")).status == 404
    assert ask(own, stranger.submission(0, 3)).status == 403
    assert ask(own, LOG.submission(0, 3).replace(b"old 0", b"old 4")).status == 400
    cut = LOG.checkpoint(3).split("\n\n")[0].encode() + b"\n"
    for body in (b"", b"\xff", b"old 0\n\n" + cut, LOG.submission(0, 3)[:-1], b"old 0\n" + b"A" * 70_000):
        assert ask(own, body).status == 400
    # A signature under the log's own name and id that does not hold.
    signed = LOG.checkpoint(3)
    assert ask(own, b"old 0\n\n" + signed.replace("\n3\n", "\n4\n").encode()).status == 403
    assert own.seen(ORIGIN) is None


def test_it_refuses_to_guess_where_what_it_saw_is_damaged(own: Witness, tmp_path: Path) -> None:
    ask(own, LOG.submission(0, 7))
    (path,) = (tmp_path / "witness" / "seen").iterdir()
    path.write_text("nothing")
    with pytest.raises(IntegrityError):
        ask(own, LOG.submission(7, 9))
    path.write_text(LOG.checkpoint(7, "example/other"))
    with pytest.raises(IntegrityError):
        ask(own, LOG.submission(7, 9))


def test_of_two_histories_submitted_at_once_it_cosigns_one(own: Witness) -> None:
    ask(own, LOG.submission(0, 7))
    bodies = [MemoryLog(name, 7).submission(7, 7 + n) for n in range(1, 5) for name in "abcd"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: ask(own, body), bodies))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 15


def test_key_and_folder_are_the_owners_and_the_name_never_changes(own: Witness, tmp_path: Path) -> None:
    folder = tmp_path / "witness"
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    assert witness.make(folder, NAME, TRUST).key == own.key
    with pytest.raises(ConflictError):
        witness.make(folder, "witness.example/w2", TRUST)
    with pytest.raises(InvalidError):
        witness.make(tmp_path / "w2", "has spaces", TRUST)
    with pytest.raises(InvalidError):
        witness.make(tmp_path / "w2", NAME, "quorum none\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("…")
    with pytest.raises(ConflictError):
        witness.make(tmp_path / "full", NAME, TRUST)
    with pytest.raises(ConfigurationError):
        Witness(tmp_path / "full")
    (folder / "trust").write_text("nonsense")
    with pytest.raises(ConfigurationError):
        Witness(folder)


@pytest.fixture
def server(own: Witness) -> Iterator[WitnessServer]:
    with WitnessServer(("127.0.0.1", 0), own, lambda: NOW) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def test_the_server_answers_as_the_norm_says_on_one_connection(server: WitnessServer) -> None:
    talk = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)

    def post(body: bytes, path: str = "/add-checkpoint") -> tuple[int, str | None, bytes]:
        talk.request("POST", path, body)
        answer = talk.getresponse()
        return answer.status, answer.getheader("content-type"), answer.read()

    status, _, line = post(LOG.submission(0, 7))
    assert status == 200
    text = LOG.checkpoint(7).split("\n\n")[0] + "\n"
    assert cosignature.read(line.decode(), text, server.witness.key).seconds == NOW
    assert post(LOG.submission(0, 9)) == (409, SIZE_TYPE, b"7\n")
    assert post(MemoryLog("b").submission(7, 9))[0] == 422
    assert post(b"nonsense")[0] == 400
    assert post(b"", "/elsewhere")[0] == 404
    talk.request("GET", "/")
    assert talk.getresponse().read() == f"{server.witness.key}\n".encode()
    assert post(b"A" * 65_537)[0] == 413
    talk.close()


def test_a_damaged_witness_says_that_it_cannot_answer_and_nothing_else(
    server: WitnessServer, tmp_path: Path
) -> None:
    (tmp_path / "witness" / "seen" / ORIGIN.replace("/", "%2F")).write_text("nothing")
    talk = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    talk.request("POST", "/add-checkpoint", LOG.submission(0, 7))
    answer = talk.getresponse()
    assert (answer.status, b"nothing" in answer.read()) == (500, False)
    talk.close()


def test_the_witness_needs_no_database_and_no_key_of_the_house() -> None:
    heavy = ("sqlalchemy", "sqlmodel", "fastapi", "pydantic", "governance.runtime", "governance.keys")
    script = f"import sys, governance.audit.witness_server; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip() == "[]"
