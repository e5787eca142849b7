"""Witnesses are asked in the background: their lines are verified, kept and published, and what they say else is heard."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit import checkpoint, cosignature, policyfile, proof, queries, witness, witnessing
from governance.audit import service as audit
from governance.audit.verify import verify_bundle
from governance.audit.witness import Witness
from governance.audit.witness_server import WitnessServer
from governance.config import Settings
from governance.errors import ConfigurationError, IncompleteError, IntegrityError, InvalidError, NotFoundError
from governance.runtime import Actor, Runtime

TENANT = "default"
NAME = "witness.example/w1"


@contextmanager
def served(server: ThreadingHTTPServer) -> Iterator[str]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def grow(runtime: Runtime, actor: Actor, count: int = 3) -> str:
    with runtime.work(actor) as work:
        for _ in range(count):
            last = audit.record(work, "recording.read")
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)
    return last


def name_witnesses(runtime: Runtime, tmp_path: Path, *lines: str) -> None:
    file = tmp_path / "witnesses"
    file.write_text("\n".join(lines) + "\n")
    runtime.settings = dataclasses.replace(runtime.settings, witnesses=file)


@pytest.fixture
def own(runtime: Runtime, actor: Actor, tmp_path: Path) -> Witness:
    """A witness that knows the tenant's log, which has grown."""
    grow(runtime, actor)
    with runtime.work(actor) as work:
        return witness.make(tmp_path / "witness", NAME, audit.trust(work))


@pytest.fixture
def url(own: Witness, runtime: Runtime, tmp_path: Path) -> Iterator[str]:
    """Where `own` is served, and named in the settings."""
    with served(WitnessServer(("127.0.0.1", 0), own, lambda: 1_795_280_000)) as url:
        name_witnesses(runtime, tmp_path, f"witness w1 {own.key} {url}", "quorum w1")
        yield url


def acts(runtime: Runtime, actor: Actor, act: str) -> list[dict[str, Any]]:
    audit.sequence(runtime, TENANT)
    with runtime.work(actor) as work:
        return [entry.members["det"] for entry in queries.search(work, act=act).entries]


def test_a_checkpoint_that_a_witness_has_cosigned_says_so_everywhere(
    runtime: Runtime, actor: Actor, own: Witness, url: str, tmp_path: Path
) -> None:
    entry_id = grow(runtime, actor)
    assert audit.cosign(runtime, TENANT) == 1
    assert audit.cosign(runtime, TENANT) == 0  # there is nothing new to ask
    with runtime.work(actor) as work:
        trusted = policyfile.parse(audit.trust(work))
        latest = queries.latest_checkpoint(work)
    assert latest is not None
    trusted.accept(latest.origin, checkpoint.parse(latest.note)[1])
    grow(runtime, actor)  # the newest is not cosigned yet: the proof is given under the one that is
    with runtime.work(actor) as work:
        detail = queries.entry(work, entry_id)
        read = proof.parse(audit.prove(work, entry_id))
    assert read.verify(detail.leaf, trusted).size == latest.size
    audit.bundle(runtime, actor, tmp_path / "bundle", proofs=[entry_id])
    verdict = verify_bundle(tmp_path / "bundle", trusted)
    assert verdict.exit_code == 0, verdict.because
    assert own.forks() == []
    assert audit.self_audit(runtime, actor).holds


def test_a_witness_that_saw_more_than_we_remember_is_asked_from_there(
    runtime: Runtime, actor: Actor, own: Witness, url: str
) -> None:
    with runtime.work(actor) as work:
        body = witnessing.request(work, "w1")
    assert own.add_checkpoint(body.encode(), 1).status == 200  # and its answer was lost
    grow(runtime, actor, 300)
    assert audit.cosign(runtime, TENANT) == 1


def test_files_are_exchanged_with_a_witness_that_has_no_network(
    runtime: Runtime, actor: Actor, own: Witness, tmp_path: Path
) -> None:
    name_witnesses(runtime, tmp_path, f"witness w1 {own.key}", "quorum w1")
    assert audit.cosign(runtime, TENANT) == 0  # it is nobody to call
    with runtime.work(actor) as work:
        asked = witnessing.request(work, "w1")
    answer = own.add_checkpoint(asked.encode(), 7)
    grow(runtime, actor)
    with runtime.work(actor) as work:
        assert witnessing.take(work, "w1", answer.body) == 4
        assert witnessing.take(work, "w1", answer.body) == 4
        assert "old 4\n" in witnessing.request(work, "w1")
        assert "old 2\n" in witnessing.request(work, "w1", 2)
        with pytest.raises(InvalidError):
            witnessing.request(work, "w1", 900)
        with pytest.raises(NotFoundError):
            witnessing.request(work, "w2")
        with pytest.raises(IntegrityError):
            witnessing.take(work, "w1", answer.body.replace("A", "B"))


def test_another_history_is_an_alarm_and_one_entry(
    runtime: Runtime, actor: Actor, own: Witness, url: str, tmp_path: Path
) -> None:
    audit.cosign(runtime, TENANT)
    seen = next((tmp_path / "witness" / "seen").iterdir())
    stated, _ = checkpoint.parse(seen.read_text())
    # The witness saw this size with another root: as if the past had been rewritten, key in hand.
    other = dataclasses.replace(stated, root=bytes(32))
    seen.write_text(other.body + "\n" + seen.read_text().split("\n\n")[1])
    grow(runtime, actor)
    for _ in range(3):
        with pytest.raises(IntegrityError):
            audit.cosign(runtime, TENANT)
    (told,) = acts(runtime, actor, "audit.witness.refused")
    assert told == {"witness": NAME, "log": stated.origin, "reason": "fork"}
    assert len(own.forks()) == 1


def test_a_witness_that_saw_more_than_was_ever_signed_is_an_alarm(
    runtime: Runtime, actor: Actor, own: Witness, url: str, tmp_path: Path
) -> None:
    audit.cosign(runtime, TENANT)
    seen = next((tmp_path / "witness" / "seen").iterdir())
    stated, _ = checkpoint.parse(seen.read_text())
    seen.write_text(dataclasses.replace(stated, size=900).body + "\n" + seen.read_text().split("\n\n")[1])
    grow(runtime, actor)
    with pytest.raises(IntegrityError):
        audit.cosign(runtime, TENANT)
    (told,) = acts(runtime, actor, "audit.witness.refused")
    assert told["reason"] == "ahead"


Reply = tuple[int, str, bytes]


@contextmanager
def answering(reply: Callable[[bytes], Reply]) -> Iterator[str]:
    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, kind, body = reply(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
            pass

    with served(ThreadingHTTPServer(("127.0.0.1", 0), Talk)) as url:
        yield url


SIZE = "text/x.tlog.size"
WRONG_LINE = "— witness.example/w1 AAAAAAAAAAAA\n".encode()


@pytest.mark.parametrize(
    ("reply", "act", "reason"),
    [
        ((422, "text/plain", b""), "audit.witness.refused", "fork"),
        ((409, "text/plain", b"4\n"), "audit.witness.refused", "fork"),
        ((409, SIZE, b"900\n"), "audit.witness.refused", "ahead"),
        ((409, SIZE, b"0\n"), "audit.witness.failed", "contradicts_itself"),
        ((409, SIZE, b"4\n"), "audit.witness.refused", "fork"),
        ((409, SIZE, b"four\n"), "audit.witness.failed", "answered_409"),
        ((403, "text/plain", b""), "audit.witness.failed", "unknown_key"),
        ((404, "text/plain", b""), "audit.witness.failed", "unknown_log"),
        ((200, "text/plain", b"\xff"), "audit.witness.failed", "unverified"),
        ((200, "text/plain", WRONG_LINE), "audit.witness.failed", "unverified"),
        ((200, "text/plain", b"A" * 70_000), "audit.witness.failed", "unreachable"),
        ((302, "text/plain", b""), "audit.witness.failed", "answered_302"),
        ((500, "text/plain", b""), "audit.witness.failed", "answered_500"),
    ],
)
def test_every_refusal_is_told_apart_and_nothing_of_it_is_kept(
    runtime: Runtime, actor: Actor, own: Witness, tmp_path: Path, reply: Reply, act: str, reason: str
) -> None:
    calls: list[bytes] = []

    def answer(body: bytes) -> Reply:
        calls.append(body)
        return reply

    with answering(answer) as url:
        name_witnesses(runtime, tmp_path, f"witness w1 {own.key} {url}", "quorum w1")
        with pytest.raises((IntegrityError, IncompleteError)):
            audit.cosign(runtime, TENANT)
    assert len(calls) <= 2
    assert [told["reason"] for told in acts(runtime, actor, act)] == [reason]
    with runtime.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM audit_cosignature")) == 0


def test_a_witness_that_is_gone_stops_neither_the_log_nor_another_witness(
    runtime: Runtime, actor: Actor, own: Witness, url: str, tmp_path: Path
) -> None:
    lost = witness.make(
        tmp_path / "lost",
        "witness.example/w2",
        f"log {own.key}\nquorum none\n".replace(str(own.key), _log(runtime, actor)),
    )
    name_witnesses(
        runtime,
        tmp_path,
        f"witness w2 {lost.key} http://127.0.0.1:1",
        f"witness w1 {own.key} {url}",
        "group g any w1 w2",
        "quorum g",
    )
    with pytest.raises(IncompleteError):
        audit.cosign(runtime, TENANT)
    audit.bundle(runtime, actor, tmp_path / "bundle")
    with runtime.work(actor) as work:
        trusted = policyfile.parse(audit.trust(work))
    assert verify_bundle(tmp_path / "bundle", trusted).exit_code == 0
    strict = dataclasses.replace(trusted, quorum="w2")
    verdict = verify_bundle(tmp_path / "bundle", strict)
    assert (verdict.exit_code, "fewer witnesses" in verdict.because) == (1, True)
    assert len(acts(runtime, actor, "audit.witness.failed")) == 1


def _log(runtime: Runtime, actor: Actor) -> str:
    with runtime.work(actor) as work:
        return str(policyfile.parse(audit.trust(work)).logs[0])


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_cosignature SET line = 'x'", "DELETE FROM audit_cosignature"]
)
def test_the_database_itself_keeps_what_a_witness_said(
    runtime: Runtime, actor: Actor, url: str, statement: str
) -> None:
    audit.cosign(runtime, TENANT)
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"), runtime.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_a_cosignature_that_nobody_gave_is_found(
    runtime: Runtime, actor: Actor, own: Witness, url: str
) -> None:
    with runtime.work(actor) as work:
        latest = queries.latest_checkpoint(work)
    assert latest is not None
    made = cosignature.cosign(latest.body, own.key, lambda _message: bytes(64), 7)
    with runtime.engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO audit_cosignature VALUES ('default', 1, :size, :witness, :line)"),
            {"size": latest.size, "witness": str(own.key), "line": made.line},
        )
    result = audit.self_audit(runtime, actor)
    assert not result.holds
    assert "cosignature" in result.because


@pytest.mark.parametrize(
    "text",
    [
        "quorum none\n",
        "witness w1 nonsense\nquorum w1\n",
        "log {log}\nwitness w1 {key}\nquorum w1\n",
        "witness w1 {key} https://user:secret@witness.example\nquorum w1\n",
        "witness w1 {key} ftp://witness.example\nquorum w1\n",
        "witness w1 {key}\n",
    ],
)
def test_a_file_of_witnesses_that_cannot_be_obeyed_stops_the_start(
    settings: Settings, tmp_path: Path, text: str
) -> None:
    key = "witness.example/w1+63a1011b+BJfc/06SkrxgeLGNREzxUD6qdmXdPXP3udZne1wiNXUg"
    log = "recgov.example/audit/acme/2026+f2d290da+AUTKnPjDr1JUOPHkJTR6xhvxq4ZI1ulfYvZfuraipMEh"
    file = tmp_path / "witnesses"
    named = dataclasses.replace(settings, witnesses=file)
    with pytest.raises(ConfigurationError):
        audit.witnesses(named)
    file.write_text(text.format(key=key, log=log))
    with pytest.raises(ConfigurationError) as told:
        audit.witnesses(named)
    assert "secret" not in str(told.value)
