"""Whoever holds the database and changes something is found out, and the entry is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.audit import merkle, models, policyfile, tiles
from governance.audit import service as audit
from governance.audit.anchor import Anchor
from governance.audit.checkpoint import Checkpoint
from governance.audit.policyfile import TrustPolicy
from governance.audit.verify import Verdict, verify_bundle
from governance.errors import RollbackError
from governance.runtime import Actor, Runtime

TENANT = "default"
COUNT = 300
VICTIM = 41


@pytest.fixture
def trusted(runtime: Runtime, actor: Actor) -> TrustPolicy:
    """The trust file, handed over before anything went wrong; the log has 301 entries and two checkpoints."""
    for part in (100, COUNT - 100):
        with runtime.work(actor) as work:
            for n in range(part):
                audit.record(work, "recording.read", res=[("recording", f"rec_{n}")])
        audit.sequence(runtime, TENANT)
        audit.publish(runtime, TENANT)
    with runtime.work(actor) as work:
        return policyfile.parse(audit.trust(work))


def attack(runtime: Runtime, *statements: str, **given: object) -> None:
    """Do what only somebody with the database in hand can: drop the triggers and write."""
    with runtime.engine.begin() as connection:
        sqlite = runtime.engine.dialect.name == "sqlite"
        for table in models.INSERT_ONLY:
            for act in ("update", "delete"):
                on = "" if sqlite else f" ON {table}"
                connection.execute(sa.text(f"DROP TRIGGER {table}_no_{act}{on}"))
        for statement in statements:
            connection.execute(sa.text(statement), given)


def bundled(runtime: Runtime, actor: Actor, folder: Path, policy: TrustPolicy | None) -> Verdict:
    audit.bundle(runtime, actor, folder)
    return verify_bundle(folder, policy)


def stored(runtime: Runtime, index: int) -> bytes:
    with runtime.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT leaf FROM audit_entry WHERE idx = :i"), {"i": index})
        return bytes(found.scalar_one())


def test_an_untouched_log_holds_everywhere(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy, tmp_path: Path
) -> None:
    result = audit.self_audit(runtime, actor)
    assert result.holds, result.because
    assert bundled(runtime, actor, tmp_path / "out", trusted).exit_code == 0
    assert verify_bundle(tmp_path / "out", None).exit_code == 3
    assert not list((tmp_path / "out").rglob("*trust*"))


@pytest.mark.parametrize("table", ["audit_entry", "audit_tile"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET idx = idx + 1", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_an_entry(
    runtime: Runtime, trusted: TrustPolicy, table: str, statement: str
) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"), runtime.engine.begin() as connection:
        connection.execute(sa.text(statement.format(table)))


def test_a_changed_entry_is_named(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy, tmp_path: Path
) -> None:
    changed = stored(runtime, VICTIM).replace(b'"success"', b'"failure"')
    attack(runtime, f"UPDATE audit_entry SET leaf = :leaf WHERE idx = {VICTIM}", leaf=changed)
    result = audit.self_audit(runtime, actor)
    assert (result.holds, result.entry) == (False, VICTIM)
    verdict = bundled(runtime, actor, tmp_path / "out", trusted)
    assert (verdict.exit_code, verdict.entry) == (1, VICTIM)
    assert f"entry {VICTIM}" in verdict.because


def test_a_deleted_entry_is_named(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy, tmp_path: Path
) -> None:
    attack(runtime, f"DELETE FROM audit_entry WHERE idx = {VICTIM}")
    assert audit.self_audit(runtime, actor).entry == VICTIM
    verdict = bundled(runtime, actor, tmp_path / "out", trusted)
    assert (verdict.exit_code, verdict.entry) == (1, VICTIM)


def test_an_entry_and_its_hash_rewritten_together_are_bounded_by_the_checkpoints(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy, tmp_path: Path
) -> None:
    changed = stored(runtime, VICTIM).replace(b'"success"', b'"failure"')
    with runtime.engine.connect() as connection:
        tile = bytes(connection.execute(sa.text("SELECT data FROM audit_tile WHERE level = 0")).scalar_one())
    hashes = tiles.hashes(tile)
    hashes[VICTIM] = merkle.leaf_hash(changed)
    attack(
        runtime,
        f"UPDATE audit_entry SET leaf = :leaf WHERE idx = {VICTIM}",
        "UPDATE audit_tile SET data = :data WHERE level = 0",
        leaf=changed,
        data=b"".join(hashes),
    )
    result = audit.self_audit(runtime, actor)
    assert not result.holds
    assert any(flaw.entry == 0 and flaw.last == 100 for flaw in result.flaws)
    verdict = bundled(runtime, actor, tmp_path / "out", trusted)
    assert verdict.exit_code == 1
    assert "entries 0 to 255" in verdict.because


def test_a_whole_rewritten_tree_is_never_signed(runtime: Runtime, actor: Actor, trusted: TrustPolicy) -> None:
    changed = stored(runtime, VICTIM).replace(b'"success"', b'"failure"')
    leaves = [changed if n == VICTIM else stored(runtime, n) for n in range(COUNT + 1)]
    edge = tiles.Edge()
    (tile,), _touched = edge.append([merkle.leaf_hash(leaf) for leaf in leaves])
    attack(
        runtime,
        f"UPDATE audit_entry SET leaf = :leaf WHERE idx = {VICTIM}",
        "UPDATE audit_tile SET data = :data WHERE level = 0",
        "UPDATE audit_edge SET data = :edge WHERE level = 1",
        "DELETE FROM audit_checkpoint",
        leaf=changed,
        data=tile.data,
        edge=edge.level(1),
    )
    with runtime.work(actor) as work:
        audit.record(work, "recording.read")
    audit.sequence(runtime, TENANT)
    with pytest.raises(RollbackError, match="not those vouched for"):
        audit.publish(runtime, TENANT)
    result = audit.self_audit(runtime, actor)
    assert "not those vouched for" in result.because


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        ("UPDATE audit_entry SET actor = 'usr_x' WHERE idx = 41", "entry 41 would not be found"),
        ("DELETE FROM audit_entry_res WHERE idx = 41", "entry 41 would not be found"),
        ("UPDATE audit_entry_res SET res = 'recording:other' WHERE idx = 41", "entry 41 would not be found"),
        (
            "INSERT INTO audit_entry_res SELECT tenant, log_id, 'recording:other', idx FROM audit_entry WHERE idx = 41",
            "entry 41 would not be found",
        ),
        ("UPDATE audit_log SET size = size - 1", "belong"),
        (
            "UPDATE audit_checkpoint SET root = hash FROM audit_outbox WHERE audit_checkpoint.size = 101",
            "signed",
        ),
        ("UPDATE audit_checkpoint SET note = replace(note, 'audit', 'tidua')", "not the one"),
        ("DELETE FROM audit_tile", "missing"),
    ],
)
def test_every_other_change_is_found(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy, statement: str, because: str
) -> None:
    with runtime.work(actor) as work:
        audit.record(work, "recording.read")  # waits in the outbox: its hash serves as a false root
    attack(runtime, statement)
    result = audit.self_audit(runtime, actor)
    assert any(because in flaw.because for flaw in result.flaws), [flaw.because for flaw in result.flaws]


def test_a_changed_entry_hides_none_that_a_search_would_miss_before_it(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy
) -> None:
    changed = stored(runtime, VICTIM).replace(b'"success"', b'"failure"')
    attack(
        runtime,
        f"UPDATE audit_entry SET leaf = :leaf WHERE idx = {VICTIM}",
        f"DELETE FROM audit_entry_res WHERE idx = {VICTIM - 1}",
        leaf=changed,
    )
    found = [flaw.because for flaw in audit.self_audit(runtime, actor).flaws]
    assert any(f"entry {VICTIM} is not what was logged" in because for because in found), found
    assert any(f"entry {VICTIM - 1} would not be found" in because for because in found), found


def test_a_changed_anchor_stops_the_signer_and_is_found(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy
) -> None:
    anchor = Anchor(runtime.settings.anchor)
    anchor.write(Checkpoint(trusted.logs[0].name, 10, bytes(32)))
    with pytest.raises(RollbackError):
        audit.publish(runtime, TENANT)
    assert "vouched for" in audit.self_audit(runtime, actor).because
    anchor.path(trusted.logs[0].name).write_text("nonsense")
    assert "damaged" in audit.self_audit(runtime, actor).because


def test_an_entry_changed_while_it_waits_is_found(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy
) -> None:
    with runtime.work(actor) as work:
        audit.record(work, "recording.read", det={"n": 1})
    with runtime.engine.begin() as connection:
        leaf = bytes(connection.execute(sa.text("SELECT leaf FROM audit_outbox")).scalar_one())
        connection.execute(
            sa.text("UPDATE audit_outbox SET leaf = :leaf"), {"leaf": leaf.replace(b'"n":1}', b'"n":2}', 1)}
        )
    assert "before it was sequenced" in audit.self_audit(runtime, actor).because


def test_an_entry_deleted_while_it_waits_leaves_a_gap_that_is_named(
    runtime: Runtime, actor: Actor, trusted: TrustPolicy, tmp_path: Path
) -> None:
    from datetime import timedelta

    with runtime.work(actor) as work:
        audit.record(work, "recording.playback")
    with runtime.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit_outbox"))
    for _minute in range(3):
        runtime.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        with runtime.work(actor) as work:
            audit.heartbeat(work)
    audit.sequence(runtime, TENANT)
    result = audit.self_audit(runtime, actor)
    assert result.entry == COUNT + 1
    assert "never reached the log" in result.because
    verdict = bundled(runtime, actor, tmp_path / "out", trusted)
    assert (verdict.exit_code, verdict.entry) == (1, COUNT + 1)
