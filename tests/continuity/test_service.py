"""Backup and restore on both databases: what was there is there again, what was erased stays erased, the log says so."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.access import service as access
from governance.audit import queries as log
from governance.audit import service as audit
from governance.config import Settings
from governance.continuity import occupancy, queries, rows, service
from governance.continuity.models import Manifest
from governance.db import make_engine
from governance.errors import ConfigurationError, ConflictError, DeniedError, IntegrityError, NotFoundError
from governance.keys import LocalKeys
from governance.recordings import erasure, standing
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.selection import Selection
from governance.redaction import jobs
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.oracle import check_everything
from tests.redaction import job_houses

Keep = Callable[..., str]
DPO = Actor(kind="admin", id="cli", tenant="default", role="dpo")
ANOTHER = Actor(kind="admin", id="another", tenant="default", role="dpo")


def read(runtime: Runtime, recording_id: str, tenant: str = "default") -> bytes:
    with runtime.work(Actor.system(tenant, "svc_test")) as work:
        grant = access.house_grant(work, "recording:rendition:play", recording_id, because="A test listens.")
        (rendition,) = catalog.renditions(work, recording_id)
        with vault.open(work, grant, rendition.blob_id) as clear:
            return clear.read()


def everything(runtime: Runtime) -> dict[str, list[dict[str, object]]]:
    with queries.snapshot(runtime.engine) as connection:
        return {
            table.name: [row for part in queries.rows(connection, table) for row in part]
            for table in queries.tables()
        }


def acts(runtime: Runtime, tenant: str = "default") -> list[str]:
    audit.sequence(runtime, tenant)
    with runtime.work(Actor.system(tenant, "svc_test"), write=False) as work:
        return [entry.act for entry in log.search(work, limit=100).entries]


def test_what_was_backed_up_is_there_again(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    kept = keep(b"good morning" * 9000)
    made = service.backup(runtime, actor, out)
    lost = keep(b"said after the backup")
    runtime.close()
    shutil.rmtree(settings.blobs)
    restored = service.restore(settings, out)
    assert read(runtime, kept) == b"good morning" * 9000
    with pytest.raises(ValueError, match="not enough values"):
        read(runtime, lost)
    assert (made.blobs, restored.blobs, restored.erasures) == (1, 1, 0)
    assert restored.rows == made.rows > 10


def test_every_row_of_every_table_comes_back_as_it_was(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    keep(b"one")
    keep(b"two")
    audit.sequence(runtime, "default")
    audit.publish(runtime, "default")
    service.backup(runtime, actor, out)
    before = everything(runtime)
    runtime.close()
    manifest = Manifest.parse((out / "manifest.json").read_bytes())
    rows.replace(settings.database_url, out / "rows.sqlite", manifest.tables, lambda: None)
    after = everything(runtime)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"audit_outbox"}, "the entry of the backup itself came after its picture"
    assert sum(map(len, after.values())) == sum(manifest.tables.values())


def test_jobs_of_redaction_and_what_they_hold_are_in_no_backup(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    kept = keep(b"good morning")
    waiting, done = job_houses.take_in(runtime), job_houses.take_in(runtime)
    job_houses.work_off(runtime)
    made = service.backup(runtime, actor, out)
    written = (out / "rows.sqlite").read_bytes()
    assert (made.blobs, len(list((out / "blobs").rglob("blob_*")))) == (1, 1)
    assert b"rjb_" not in written.replace(b"redaction_job:rjb_", b"").replace(b'"id":"rjb_', b""), (
        "but for what the log says of them"
    )
    runtime.close()
    service.restore(settings, out)
    assert read(runtime, kept) == b"good morning"
    for job_id in (waiting, done):
        with pytest.raises(NotFoundError):
            jobs.look(runtime, job_houses.ASKER, job_id)
    check_everything(runtime, "default")


def test_a_backup_of_one_database_is_restored_into_the_other(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path, tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    service.backup(runtime, actor, out) if keep(b"crossing") else None
    manifest = Manifest.parse((out / "manifest.json").read_bytes())
    other = tmp_path / "other.db"
    rows.replace(f"sqlite:///{other}", out / "rows.sqlite", manifest.tables, lambda: None)
    engine = make_engine(f"sqlite:///{other}")
    with queries.snapshot(engine) as connection:
        crossed = {t.name: sum(map(len, queries.rows(connection, t))) for t in queries.tables()}
    engine.dispose()
    assert crossed == manifest.tables
    assert manifest.made_from == runtime.engine.dialect.name


def test_the_erased_stay_erased_though_an_older_backup_knows_them_and_even_holds_them(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    erased, other = keep(b"forget me"), keep(b"keep me")
    with runtime.work(DPO) as work:
        held = recordings.hold(work, erased, "matter 7")
    service.backup(runtime, actor, out)
    with runtime.work(ANOTHER) as work:
        recordings.release_hold(work, held.id)
    assert erasure.erase(runtime, DPO, erased, "subject_request").state == "complete"
    runtime.close()
    restored = service.restore(settings, out)
    assert restored.erasures == 1
    assert read(runtime, other) == b"keep me"
    with runtime.work(actor, write=False) as work:
        row = catalog.recording(work, erased)
        assert row is not None
        assert row.state == "erased"
        assert not catalog.renditions(work, erased)
    assert {"recording.erasure.reapplied", "backup.restored"} <= set(acts(runtime))
    with queries.snapshot(runtime.engine) as connection:
        assert len(queries.keyed_blobs(connection)) == 1


def test_the_log_goes_on_in_a_new_shard_that_states_what_was_lost(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    keep(b"one")
    service.backup(runtime, actor, out)
    keep(b"two")
    audit.sequence(runtime, "default")
    signed = audit.publish(runtime, "default")
    assert signed is not None
    runtime.close()
    (origin,) = service.restore(settings, out).logs
    with runtime.work(actor, write=False) as work:
        newest = log.search(work, limit=100).entries
    (first,) = [entry for entry in newest if entry.origin == origin and entry.idx == 0]
    stated = first.members["det"]
    assert (stated["old_origin"], stated["anchor_size"]) == (signed.origin, signed.size)
    assert stated["old_size"] < stated["anchor_size"]
    assert stated["anchor_root"] == signed.root.hex()
    assert first.members["why"]["code"] == "restored_backup"
    keep(b"after")
    audit.sequence(runtime, "default")
    assert audit.publish(runtime, "default") is not None, "the new shard can be signed"


def test_new_rows_of_counted_tables_can_be_added_after_a_restore(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    keep(b"one")
    with runtime.work(actor) as work:
        for _ in range(5):
            audit.heartbeat(work)  # they wait in the outbox, under numbers of the database's own
    manifest = service.backup(runtime, actor, out)
    runtime.close()
    service.restore(settings, out)
    for _ in range(3):
        keep(b"more")
    assert acts(runtime).count("recording.ingested") == 4
    assert manifest.blobs == 1


def test_every_tenant_is_in_the_backup_and_its_log_says_so(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    acme = Actor.system("acme", "svc_test")
    with runtime.work(acme) as work:
        tenancy.ensure(work, "Acme")
    theirs = keep(b"theirs", "acme")
    service.backup(runtime, actor, out)
    assert "backup.created" in acts(runtime, "acme")
    runtime.close()
    assert len(service.restore(settings, out).logs) == 1, "the other tenant had no log yet"
    assert read(runtime, theirs, "acme") == b"theirs"
    assert "backup.restored" in acts(runtime, "acme")


def test_a_backup_is_for_its_owner_only_and_holds_neither_keys_nor_clear_bytes(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    keep(b"a sentence that nobody else may read" * 50)
    service.backup(runtime, actor, out)
    secrets = [
        path.read_bytes() for path in settings.keys.rglob("*") if path.is_file() and "active" not in str(path)
    ]
    assert secrets
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        content = path.read_bytes() if path.is_file() else b""
        assert b"a sentence" not in content
        assert not any(secret in content for secret in secrets)
    assert not [path for path in out.parent.iterdir() if path != out], "nothing unfinished is left beside it"


def test_a_backup_is_never_written_over_another(runtime: Runtime, actor: Actor, out: Path) -> None:
    out.mkdir(parents=True)
    with pytest.raises(ConflictError, match="exists already"):
        service.backup(runtime, actor, out)
    assert "backup.created" not in acts(runtime)


def test_only_the_house_itself_makes_a_backup(runtime: Runtime, out: Path) -> None:
    with pytest.raises(DeniedError):
        service.backup(runtime, Actor(kind="user", id="acc_1", tenant="default", role="administrator"), out)
    assert not out.exists()


def test_a_blob_that_has_a_key_and_is_not_in_the_store_makes_no_backup(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    keep(b"lost")
    shutil.rmtree(settings.blobs)
    with pytest.raises(IntegrityError, match="not in the store"):
        service.backup(runtime, actor, out)
    assert list(out.parent.iterdir()) == []


def state(settings: Settings) -> str:
    digest = hashlib.sha256()
    for folder in (settings.blobs, settings.home, settings.anchor, settings.ledger):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith(occupancy.LOCK):
                digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def resign(settings: Settings, out: Path, change: Callable[[dict[str, object]], None]) -> None:
    manifest = json.loads((out / "manifest.json").read_bytes())
    change(manifest)
    text = json.dumps(manifest).encode()
    (out / "manifest.json").write_bytes(text)
    (out / "manifest.sig").write_bytes(
        LocalKeys(settings.keys).sign("backup", b"governance/backup/v1\n" + text)
    )


def change_rows(out: Path) -> None:
    with (out / "rows.sqlite").open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        file.write(b"x")


def change_blob(out: Path) -> None:
    path = next(path for path in (out / "blobs").rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def link_blob(out: Path) -> None:
    path = next(path for path in (out / "blobs").rglob("*") if path.is_file())
    path.rename(out / "elsewhere")
    path.symlink_to(out / "elsewhere")


def drop_blob(out: Path) -> None:
    next(path for path in (out / "blobs").rglob("*") if path.is_file()).unlink()


def change_manifest(out: Path) -> None:
    path = out / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"made_from"', b'"made_from" '))


@pytest.mark.parametrize(
    "harm", [change_rows, change_blob, link_blob, drop_blob, change_manifest, shutil.rmtree]
)
def test_a_backup_that_is_not_as_it_was_made_is_refused_and_nothing_is_touched(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path, harm: Callable[[Path], None]
) -> None:
    kept = keep(b"here")
    service.backup(runtime, actor, out)
    harm(out)
    runtime.close()
    before = state(settings)
    with pytest.raises(IntegrityError):
        service.restore(settings, out)
    assert state(settings) == before
    assert read(runtime, kept) == b"here"


def test_a_manifest_that_names_a_file_elsewhere_is_refused_though_it_is_signed(
    runtime: Runtime, settings: Settings, actor: Actor, out: Path
) -> None:
    service.backup(runtime, actor, out)
    facts = {"bytes": 0, "sha256": "0" * 64}
    resign(settings, out, lambda manifest: manifest["files"].update({"blobs/aa/../../../escape": facts}))  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError, match="files that a backup does not have"):
        service.restore(settings, out)


def test_keys_of_another_house_do_not_restore_a_backup(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    keep(b"here")
    service.backup(runtime, actor, out)
    runtime.close()
    shutil.rmtree(settings.keys)
    with pytest.raises(IntegrityError, match="GOVERNANCE_KEYS"):
        service.restore(settings, out)


def test_a_backup_that_needs_a_key_which_was_retired_is_refused_before_anything_is_touched(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    kept = keep(b"here")
    service.backup(runtime, actor, out)
    vault.rotate(runtime, actor, retire=True)
    runtime.close()
    with pytest.raises(ConfigurationError, match=r"default\.1"):
        service.restore(settings, out)
    assert read(runtime, kept) == b"here"


def test_a_ledger_older_than_the_backup_is_refused_because_the_erased_would_come_back(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    erasure.erase(runtime, DPO, keep(b"gone"), "subject_request")
    service.backup(runtime, actor, out)
    runtime.close()
    shutil.rmtree(settings.ledger)
    with pytest.raises(ConfigurationError, match="GOVERNANCE_LEDGER"):
        service.restore(settings, out)


def test_nothing_is_restored_while_somebody_has_the_data_open(
    runtime: Runtime, settings: Settings, actor: Actor, out: Path
) -> None:
    service.backup(runtime, actor, out)
    with (
        occupancy.entered(settings),
        occupancy.entered(settings),
        pytest.raises(ConflictError, match="in use"),
    ):
        service.restore(settings, out)
    with (
        occupancy.alone(settings),
        pytest.raises(ConflictError, match="under way"),
        occupancy.entered(settings),
    ):
        pass


CRASHES = ["freeze_and_reopen", "recover", "record"]


@pytest.mark.parametrize("at", CRASHES)
def test_a_restore_that_dies_keeps_everybody_out_until_it_is_repeated(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path, at: str
) -> None:
    erased, kept = keep(b"forget me"), keep(b"keep me")
    service.backup(runtime, actor, out)
    erasure.erase(runtime, DPO, erased, "subject_request")
    runtime.close()
    body = f"""
import os, sys
from pathlib import Path
from governance.config import Settings
from governance.continuity import service
owner = service.erasure if {at!r} == "recover" else service.audit
setattr(owner, {at!r}, lambda *a, **k: os._exit(9))
service.restore(Settings.from_env(), Path(sys.argv[1]))
"""
    env = os.environ | {
        "GOVERNANCE_HOME": str(settings.home), "GOVERNANCE_DATABASE_URL": settings.database_url,
        "GOVERNANCE_KEYS": str(settings.keys), "GOVERNANCE_ANCHOR": str(settings.anchor),
        "GOVERNANCE_LEDGER": str(settings.ledger),
    }  # fmt: skip
    died = subprocess.run(
        [sys.executable, "-c", body, str(out)], env=env, check=False, cwd=Path(__file__).parents[2]
    )
    assert died.returncode == 9
    with pytest.raises(ConflictError, match="not finished"), occupancy.entered(settings):
        pass
    assert service.restore(settings, out).erasures == 1
    with occupancy.entered(settings):
        assert read(runtime, kept) == b"keep me"
        with pytest.raises((ValueError, NotFoundError)):
            read(runtime, erased)
        audit.publish(runtime, "default")


def test_a_restore_that_fails_before_it_counts_has_changed_nothing(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    service.backup(runtime, actor, out)
    kept = keep(b"newer than the backup")
    resign(settings, out, lambda manifest: manifest["tables"].update({"tenant": 99}))  # type: ignore[attr-defined]
    runtime.close()
    with pytest.raises(IntegrityError, match="rows its manifest names"):
        service.restore(settings, out)
    with occupancy.entered(settings):
        assert read(runtime, kept) == b"newer than the backup"


def test_a_database_that_cannot_be_read_any_more_is_replaced(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    kept = keep(b"here")
    service.backup(runtime, actor, out)
    if runtime.engine.dialect.name == "sqlite":
        runtime.close()
        (settings.home / "governance.db").write_bytes(b"not a database" * 500)
    else:
        with runtime.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE rendition, alembic_version"))
        runtime.close()
    service.restore(settings, out)
    assert read(runtime, kept) == b"here"


def test_no_column_holds_a_json_document_or_nothing(runtime: Runtime) -> None:
    # A row's None would come back as the document `null`: until a column needs both, there is none.
    both = [c for t in queries.tables() for c in t.columns if isinstance(c.type, sa.JSON) and c.nullable]
    assert not both


def test_what_was_held_since_the_backup_is_held_again_and_what_was_ended_is_free(
    runtime: Runtime, settings: Settings, actor: Actor, keep: Keep, out: Path
) -> None:
    one = keep(b"keep me")

    def place(kind: str, **more: Any) -> str:
        with runtime.work(DPO) as work:
            selection = Selection(everything=True)
            return standing.place(
                work, kind=kind, selection=selection, reference="mat_1", because="Doe v. Example", **more
            ).id

    ended = place("suspension")
    service.backup(runtime, actor, out)
    place("hold")
    place("restriction", purpose="quality")
    with runtime.work(DPO) as work:
        standing.end(work, ended, "answered")
    runtime.close()
    assert service.restore(settings, out).orders == 3
    with runtime.work(actor, write=False) as work:
        assert [held.matter for held in catalog.holds(work, one)] == ["mat_1"]
        assert [kept.purpose for kept in catalog.restrictions(work, one)] == ["quality"]
        assert not catalog.suspensions(work, one)
    with pytest.raises(ConflictError, match="legal hold"):
        erasure.erase(runtime, DPO, one, "subject_request")
    later = keep(b"it comes after the restore")
    with runtime.work(actor) as work:
        row = catalog.recording(work, later)
        assert row is not None
        assert len(standing.apply(work, row)) == 2
    runtime.close()
    assert service.restore(settings, out).orders == 3
