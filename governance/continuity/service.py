"""What is done for what must survive: backup, restore."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import governance
from governance import disk, policy
from governance.access import service as access
from governance.audit import service as audit
from governance.config import Settings
from governance.continuity import ciphertext, occupancy, queries, rows
from governance.continuity.models import (
    FORMAT,
    MANIFEST,
    ROWS,
    SIGNATURE,
    BackupMade,
    FileFacts,
    LogFacts,
    Manifest,
    Restored,
)
from governance.db import forget_deleted, newest_revision
from governance.errors import ConfigurationError, ConflictError, IntegrityError, NotFoundError
from governance.keys import KeyProvider, LocalKeys
from governance.recordings import erasure, standing
from governance.recordings.ledger import Ledger
from governance.redaction import service as redaction
from governance.retention import service as retention
from governance.runtime import Actor, Runtime
from governance.storage.local import LocalBlobs

SERVICE = "svc_backup"
_KEY = "backup"
_SIGNED = b"governance/backup/v1\n"
_TRIES = 5


def backup(runtime: Runtime, actor: Actor, out: Path) -> BackupMade:
    """Write a backup of the whole house, every tenant of it, into the new folder `out`, and return what it holds.

    Ciphertext is copied before the picture of the rows is taken and only what is new after it, so that a long copy
    neither holds up anybody nor misses what is shredded meanwhile. Its entry stands in every tenant's log before the
    folder gets its name: a crash in between leaves an entry without a backup, never a backup without an entry.

    Raises `ConflictError` where `out` exists, and `DeniedError` for anybody but the house itself.
    """
    with runtime.work(actor) as work:
        access.house_grant(work, "backup:make", "backup", because="The operator of the machine asks for it.")
    with runtime.unscoped(actor) as work:
        tenants = queries.tenants(work)
    for tenant in tenants:
        # A log that does not hold together is backed up as it is: it is evidence.
        with suppress(IntegrityError):
            audit.sequence(runtime, tenant, wait=True)
            audit.publish(runtime, tenant)
    with _beside(out) as partial:
        made = _write(runtime, partial)
        digest = hashlib.sha256((partial / MANIFEST).read_bytes()).hexdigest()
        det = {"rows": made.rows, "blobs": made.blobs, "bytes": made.bytes, "manifest": digest}
        for tenant in tenants:
            with runtime.work(replace(actor, tenant=tenant)) as work:
                audit.record(work, "backup.created", det=det)
    return made.model_copy(update={"folder": str(out)})


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Give a new folder that is called `out` once the body has ended well, and is gone if it has not."""
    if out.exists() or out.is_symlink():
        raise ConflictError(
            "the folder for the backup exists already: a backup is never written over another"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    partial.mkdir(mode=0o700)
    try:
        yield partial
        partial.rename(out)
        disk.sync(out.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _write(runtime: Runtime, folder: Path) -> BackupMade:
    files: dict[str, FileFacts] = {}
    for _ in range(_TRIES):
        with queries.snapshot(runtime.engine) as connection:
            before = queries.keyed_blobs(connection)
        # What has gone from the store since is not in the next picture either; what is left of it is dropped below.
        for blob_id in before:
            with suppress(NotFoundError):
                ciphertext.copy_out(runtime.blobs, [blob_id], folder, files)
        # Read before the rows are: an erasure that this head does not know may be in the rows, never the reverse.
        head = Ledger(runtime.settings.ledger).head()
        (folder / ROWS).unlink(missing_ok=True)
        with queries.snapshot(runtime.engine) as connection:
            queries.check_known(connection)
            tables = rows.write(connection, folder / ROWS)
            logs = queries.logs(connection)
            revision = queries.revision(connection)
            keyed = queries.keyed_blobs(connection)
        try:
            ciphertext.copy_out(runtime.blobs, keyed, folder, files)
            break
        except NotFoundError:
            continue  # shredded and swept within a moment of being stored: the next picture does not know it
    else:
        raise IntegrityError("blobs that have a key are not in the store: the backup would not be whole")
    wanted = {ciphertext.place(blob_id) for blob_id in keyed}
    ciphertext.drop(folder, files.keys() - wanted, files)
    blobs_bytes = sum(facts.bytes for facts in files.values())
    files[ROWS] = _facts(folder / ROWS)
    _seal(runtime, folder, revision, tables, logs, head, files)
    return BackupMade(
        folder=str(folder),
        rows=sum(tables.values()),
        blobs=len(wanted),
        bytes=blobs_bytes + files[ROWS].bytes,
    )


def _seal(
    runtime: Runtime,
    folder: Path,
    revision: str,
    tables: dict[str, int],
    logs: list[LogFacts],
    head: str,
    files: dict[str, FileFacts],
) -> None:
    manifest = Manifest(
        format=FORMAT,
        product=governance.__version__,
        revision=revision,
        made_at=runtime.clock.now().isoformat(),
        made_from=runtime.engine.dialect.name,
        tables=tables,
        logs=logs,
        ledger_head=head,
        files=dict(sorted(files.items())),
    )
    text = manifest.model_dump_json(indent=1).encode()
    signature = runtime.keys.sign(_KEY, _SIGNED + text)
    for name, content in ((SIGNATURE, signature), (MANIFEST, text)):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        disk.sync(folder / name)
    for inner in (*folder.rglob("*/"), folder):
        disk.sync(inner)


def _facts(path: Path) -> FileFacts:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(bytes=path.stat().st_size, sha256=digest)


def restore(settings: Settings, source: Path, *, recheck: bool = True) -> Restored:
    """Put the backup in `source` in the place of database and blobs, and return what was done.

    The whole backup is examined first; what is refused has touched nothing. What the ledger knows is carried out
    again before anybody can enter: holds, suspensions and restrictions stand as they stood, and erasures are repeated, whatever the backup knows of holds, and each log goes on in a new shard whose first
    entry states what was lost. Everything released is examined again (unless `recheck` is False: then it is up to the
    caller), since the backup does not know what went back into quarantine after it. If we crash, everybody is kept
    out until the restore has been repeated.

    Raises `IntegrityError` for a backup that is not as it was made, or not made with these keys; `ConfigurationError`
    where keys or ledger at hand are not those that go with it; `ConflictError` while somebody has the data open.
    """
    policy.load(
        settings.policies
    )  # a wrong policy would stop the start afterwards, with the door already open
    keys = LocalKeys(settings.keys)
    manifest = _examined(settings, keys, source)
    with occupancy.alone(settings):
        # Ciphertext without a key row is noise: until the rows are there nothing has changed.
        ciphertext.copy_in(LocalBlobs(settings.blobs), source, manifest.blobs)
        rows.replace(settings.database_url, source / ROWS, manifest.tables, lambda: occupancy.mark(settings))
        runtime = Runtime.open(settings)
        try:
            restored = _reconcile(runtime, manifest, recheck)
        finally:
            runtime.close()
        occupancy.unmark(settings)
    return restored


def _examined(settings: Settings, keys: KeyProvider, source: Path) -> Manifest:
    try:
        text, signature = (source / MANIFEST).read_bytes(), (source / SIGNATURE).read_bytes()
    except OSError:
        raise IntegrityError("there is no whole backup in this folder") from None
    try:
        Ed25519PublicKey.from_public_bytes(keys.public_key(_KEY)).verify(signature, _SIGNED + text)
    except InvalidSignature:
        raise IntegrityError(
            "the backup was changed, or was not made with the keys at hand (GOVERNANCE_KEYS)"
        ) from None
    manifest = Manifest.parse(text)
    for name, facts in manifest.files.items():
        ciphertext.check(source / name, facts)
    if manifest.revision != newest_revision():
        raise ConfigurationError(
            f"the backup has schema {manifest.revision}, from version {manifest.product}: restore it with that one"
        )
    for kek_id in sorted(rows.wrapping_keys(source / ROWS)):
        if kek_id not in keys.keks(kek_id.rsplit(".", 1)[0]):
            raise ConfigurationError(
                f"the backup needs the wrapping key {kek_id}, which is not among the keys at hand"
            )
    ledger = Ledger(settings.ledger)
    ledger.check()  # raises where the ledger is not whole
    if not ledger.knows(manifest.ledger_head):
        raise ConfigurationError(
            "the erasure ledger at hand (GOVERNANCE_LEDGER) is older than the backup: the erased would come back"
        )
    return manifest


def _reconcile(runtime: Runtime, manifest: Manifest, recheck: bool) -> Restored:
    """Make the restored rows true: logs that say what was lost, and no recording that was erased."""
    with runtime.unscoped(Actor.system("", SERVICE)) as work:
        tenants = queries.tenants(work)
    erasures, placed, quarantined, logs = 0, 0, 0, []
    for tenant in tenants:
        # A tenant without a log gets one with its first entry, below.
        with suppress(NotFoundError):
            logs.append(audit.freeze_and_reopen(runtime, tenant, "restored_backup"))
        orders = standing.recover(runtime, tenant)
        retention.recover_matters(runtime, tenant)
        again = erasure.recover(runtime, tenant)
        erasures += again
        placed += orders
        house = Actor.system(tenant, SERVICE)
        back = len(redaction.recheck(runtime, house)) if recheck else 0
        quarantined += back
        det: dict[str, object] = {
            "made_at": manifest.made_at,
            "erasures": again,
            "orders": orders,
            "blobs": len(manifest.blobs),
        }
        det |= {"rechecked": recheck, "quarantined": back}
        with runtime.work(house) as work:
            audit.record(work, "backup.restored", det=det)
        audit.sequence(runtime, tenant, wait=True)
        audit.publish(runtime, tenant)
    forget_deleted(runtime.engine)
    return Restored(
        made_at=manifest.made_at,
        rows=sum(manifest.tables.values()),
        blobs=len(manifest.blobs),
        erasures=erasures,
        orders=placed,
        quarantined=quarantined,
        logs=logs,
    )
