"""A log that cannot be continued is closed, and the next one says so: new years, restored backups, lost databases."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.audit import log_queries, policyfile, queries
from governance.audit import service as audit
from governance.audit.verify import verify_bundle
from governance.db import make_engine
from governance.errors import IntegrityError, NotFoundError, RollbackError
from governance.runtime import Actor, Runtime
from tests import peers

TENANT = "default"


def written(runtime: Runtime, actor: Actor, count: int, act: str = "recording.read") -> None:
    with runtime.work(actor) as work:
        for _ in range(count):
            audit.record(work, act)


def settle(runtime: Runtime) -> None:
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)


@contextlib.contextmanager
def on(runtime: Runtime, url: str) -> Iterator[Runtime]:
    """A new process on another database with the same keys and the same anchor."""
    settings = dataclasses.replace(runtime.settings, database_url=url)
    other = Runtime(settings, make_engine(url), runtime.keys, runtime.blobs, runtime.policies, runtime.clock)
    yield other
    other.close()


@contextlib.contextmanager
def backup(runtime: Runtime, tmp_path: Path) -> Iterator[str]:
    """A copy of the database as it is now."""
    url = runtime.engine.url
    runtime.engine.dispose()
    if url.get_backend_name() == "sqlite":
        assert url.database is not None
        shutil.copyfile(url.database, tmp_path / "backup.db")
        yield f"sqlite:///{tmp_path / 'backup.db'}"
        return
    server = url.set(drivername="postgresql").render_as_string(hide_password=False)
    assert url.database is not None
    with peers.database(server, url.database) as copied:
        yield copied


def test_a_restored_backup_is_never_signed_and_the_new_shard_states_the_loss(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    written(runtime, actor, 5)
    settle(runtime)
    with backup(runtime, tmp_path) as url:
        written(runtime, actor, 4)
        settle(runtime)
        with runtime.work(actor) as work:
            seen = queries.latest_checkpoint(work)
        assert seen is not None
        with on(runtime, url) as restored:
            written(restored, actor, 1)
            audit.sequence(restored, TENANT)
            with pytest.raises(RollbackError, match="vouched for"):
                audit.publish(restored, TENANT)
            assert not audit.self_audit(restored, actor).holds
            written(restored, actor, 1, "recording.erased")  # waits, and must not be lost
            origin = audit.freeze_and_reopen(restored, TENANT, "restored_backup")
            settle(restored)
            _the_loss_is_stated(restored, actor, origin, tmp_path)
            with restored.work(actor) as work:
                (first,) = queries.search(work, act="audit.log.created", limit=1).entries
                stated = first.members["det"]
            assert stated["old_origin"] == seen.origin
            assert (stated["anchor_size"], stated["anchor_root"]) == (seen.size, seen.root.hex())
            assert stated["old_size"] == 7


def _the_loss_is_stated(restored: Runtime, actor: Actor, origin: str, tmp_path: Path) -> None:
    result = audit.self_audit(restored, actor)
    assert result.holds, result.because
    assert any("past was lost" in note for note in result.notes)
    with restored.work(actor) as work:
        assert origin.endswith("/2026-2")
        assert len(queries.search(work, act="recording.erased").entries) == 1
        trusted = policyfile.parse(audit.trust(work))
    assert [key.name.rsplit("/", 1)[1] for key in trusted.logs] == ["2026", "2026-2"]
    audit.bundle(restored, actor, tmp_path / "out")
    verdict = verify_bundle(tmp_path / "out", trusted)
    assert verdict.exit_code == 0, verdict.because
    assert verdict.origin == origin
    assert verdict.losses[0].startswith("entries 6 to 9 of ")
    assert verdict.losses[0].endswith("/2026 were lost: restored_backup")


def test_a_backup_that_was_continued_differently_is_not_signed_either(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    written(runtime, actor, 5)
    settle(runtime)
    with backup(runtime, tmp_path) as url:
        written(runtime, actor, 1)
        settle(runtime)
        with on(runtime, url) as fork:
            written(fork, actor, 9)
            audit.sequence(fork, TENANT)
            with pytest.raises(RollbackError, match="not those vouched for"):
                audit.publish(fork, TENANT)


def test_a_new_year_gets_a_shard_that_continues_the_old(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    written(runtime, actor, 3)
    settle(runtime)
    runtime.clock.advance(timedelta(days=365))  # type: ignore[attr-defined]
    origin = audit.freeze_and_reopen(runtime, TENANT, "new_year")
    written(runtime, actor, 3)
    settle(runtime)
    assert origin.endswith("/audit/default/2027")
    with runtime.work(actor) as work:
        assert [entry.origin[-4:] for entry in queries.search(work).entries] == ["2027"] * 4 + ["2026"] * 4
        page = queries.search(work, limit=6)
        assert [entry.idx for entry in queries.search(work, before=page.next).entries] == [1, 0]
        old = queries.search(work, act="recording.read").entries[-1]
        assert queries.entry(work, old.id).proof is not None
    assert selfaudit_holds(runtime, actor)
    audit.bundle(runtime, actor, tmp_path / "out", proofs=[old.id])
    assert (tmp_path / f"out/shards/0001/proofs/{old.id}.tlog-proof").is_file()  # with the log it is of
    assert verify_bundle(tmp_path / "out", None).exit_code == 3
    leaf = tmp_path / "out/shards/0001/tile/entries/000.p/4"
    leaf.write_bytes(leaf.read_bytes().replace(b'"success"', b'"failure"'))
    assert verify_bundle(tmp_path / "out", None).entry == 0


def selfaudit_holds(runtime: Runtime, actor: Actor) -> bool:
    result = audit.self_audit(runtime, actor)
    assert result.holds, result.because
    return True


def test_an_entry_that_waits_while_its_log_is_closed_moves_to_the_next(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(actor) as work:
        entry_id = audit.record(work, "recording.read", personal={"query": audit.Personal("x", "par_1")})
    origin = audit.freeze_and_reopen(runtime, TENANT, "new_year")
    settle(runtime)
    with runtime.work(actor) as work:
        detail = queries.entry(work, entry_id)
    assert (detail.entry.origin, detail.personal) == (origin, {"query": "x"})
    assert selfaudit_holds(runtime, actor)


def test_a_database_that_lost_its_log_opens_one_that_says_what_the_anchor_remembers(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    with backup(runtime, tmp_path) as url:
        written(runtime, actor, 3)
        settle(runtime)
        with on(runtime, url) as emptied:
            written(emptied, actor, 1)
            settle(emptied)
            with emptied.work(actor) as work:
                first = queries.search(work, act="audit.log.created").entries[0]
    assert first.origin.endswith("/2026-2")
    assert first.members["why"]["code"] == "restored_backup"
    assert first.members["det"]["anchor_size"] == 4


def test_a_clone_that_shares_the_anchor_cannot_sign_beside_it(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    written(runtime, actor, 3)
    settle(runtime)
    with backup(runtime, tmp_path) as url, on(runtime, url) as clone:
        for side in (runtime, clone):
            written(side, actor, 1)
            audit.sequence(side, TENANT)
        audit.publish(runtime, TENANT)
        with pytest.raises(RollbackError):
            audit.publish(clone, TENANT)


def test_a_log_that_was_closed_before_it_was_signed_is_declared_and_in_no_trust_file(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    written(runtime, actor, 3)
    settle(runtime)
    for count in (2, 0):
        audit.freeze_and_reopen(runtime, TENANT, "new_year")
        written(runtime, actor, count)
        audit.sequence(runtime, TENANT)
    audit.bundle(runtime, actor, tmp_path / "out")
    with runtime.work(actor) as work:
        trusted = policyfile.parse(audit.trust(work))
    assert [key.name.rsplit("/", 1)[1] for key in trusted.logs] == ["2026", "2026-3"]
    verdict = verify_bundle(tmp_path / "out", trusted)
    assert verdict.exit_code == 0, verdict.because
    assert [loss.split(",")[0].rsplit("/", 1) for loss in verdict.losses] == [
        ["entries 0 to 2 of " + trusted.logs[0].name.rsplit("/", 1)[0], "2026-2"]
    ]


def test_there_must_be_a_log_to_close(runtime: Runtime) -> None:
    with pytest.raises(NotFoundError):
        audit.freeze_and_reopen(runtime, TENANT, "new_year")


def test_a_crash_between_anchor_and_signature_harms_nothing(
    runtime: Runtime, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(runtime, actor, 3)
    audit.sequence(runtime, TENANT)

    def crash(name: str, message: bytes) -> bytes:
        raise OSError("the machine stopped")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="stopped"):
        patched.setattr(runtime.keys, "sign", crash)
        audit.publish(runtime, TENANT)
    written(runtime, actor, 2)
    settle(runtime)
    assert selfaudit_holds(runtime, actor)


def test_two_tenants_have_two_logs_and_two_keys(runtime: Runtime, actor: Actor) -> None:
    other = dataclasses.replace(actor, tenant="other")
    with runtime.work(other) as work:
        tenancy.ensure(work, "Another")
        audit.open_log(work)
        theirs = policyfile.parse(audit.trust(work)).logs[0]
    with runtime.work(actor) as work:
        audit.open_log(work)
        ours = policyfile.parse(audit.trust(work)).logs[0]
        assert len(log_queries.shards(work)) == 1
    assert theirs.name != ours.name
    assert theirs.public != ours.public


def test_an_edge_that_was_cut_is_noticed_before_anything_is_appended(runtime: Runtime, actor: Actor) -> None:
    written(runtime, actor, 3)
    settle(runtime)
    with runtime.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit_edge"))
    written(runtime, actor, 1)
    with pytest.raises(IntegrityError):
        audit.sequence(runtime, TENANT)
