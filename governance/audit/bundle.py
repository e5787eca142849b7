"""The bundle: a log as static files (C2SP tlog-tiles), so that an auditor needs nothing of ours to check it.

The newest shard lies at the top, the ones before it in `shards/`, numbered. Tiles and entries are written first and
the checkpoint last, so that it never names what is not there. From each size that was time-stamped a proof leads to the
checkpoint (`consistency/`). Instructions and programs lie beside it (`instruments`). The trust file is *not* in it: whoever forges a log
signs it anew and would ship his own key.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from governance.audit import (
    checkpoint,
    instruments,
    log_queries,
    proof,
    queries,
    signer,
    stamps,
    submission,
    tiles,
    witness_queries,
    witnessing,
)
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import OPEN, AuditLog
from governance.audit.policyfile import TrustPolicy
from governance.audit.submission import Submission
from governance.audit.verify import CHECKPOINT, SHARDS
from governance.errors import InvalidError, NotFoundError
from governance.runtime import Work


def write(work: Work, folder: Path, proofs: Sequence[str] = ()) -> Checkpoint:
    """Write the tenant's log into `folder` and return the newest checkpoint.

    `proofs` names entries whose proof files are wanted too. An earlier bundle in `folder` is replaced.

    Raises `NotFoundError` if nothing was ever signed, `InvalidError` if `folder` holds anything but a bundle.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / CHECKPOINT).is_file():
        raise InvalidError("the folder holds something else: name an empty one", "out")
    logs = [
        (log, signed)
        for log in log_queries.shards(work)
        if (signed := witness_queries.published(work, log)) is not None
    ]
    if not logs:
        raise NotFoundError("nothing of this log was ever signed")
    folders = {
        log.origin: folder / SHARDS / f"{number:04d}" for number, (log, _signed) in enumerate(logs[:-1], 1)
    }
    newest, signed = logs[-1]
    folders[newest.origin] = folder
    for path, data in instruments.files():
        _put(folder, path, data)
    for entry_id in proofs:
        path = f"proofs/{_plain(entry_id)}.tlog-proof"
        text = queries.inclusion_proof(work, entry_id)
        stands_under, _note = checkpoint.parse(proof.parse(text).checkpoint)
        _put(folders[stands_under.origin], path, text.encode())  # beside the log it is of
    for log, under in logs:
        _write_shard(work, log, under, folders[log.origin])
    return signed


def trust(work: Work) -> str:
    """Return the trust file of the tenant's logs (C2SP tlog-policy), to be handed over by another way than the bundle.

    It names the witnesses that the settings name, and their quorum: a bundle that they have not cosigned is refused.

    Raises `NotFoundError` if the tenant has no log yet.
    """
    # A log that was closed before it was ever signed is in no bundle, and never will be: nobody could account for it.
    logs = [
        log
        for log in log_queries.shards(work)
        if log.state == OPEN or log_queries.latest_checkpoint(work, log) is not None
    ]
    if not logs:
        raise NotFoundError("there is no log yet")
    keys = tuple(signer.verifier_key(work, log.origin) for log in logs)
    witnesses = witnessing.configured(work.runtime.settings) or TrustPolicy(())
    return str(replace(witnesses, logs=keys))


def _write_shard(work: Work, log: AuditLog, signed: Checkpoint, folder: Path) -> None:
    stored = log_queries.StoredLog(work, log)
    for level, index, width in tiles.shape(signed.size):
        _put(folder, tiles.tile_path(level, index, width), stored.tile(level, index, width))
        if level == 0:
            rows = log_queries.entries(work, log, index * tiles.WIDTH, index * tiles.WIDTH + width)
            leaves = [bytes(row.leaf) for row in rows]
            _put(folder, tiles.tile_path("entries", index, width), tiles.entry_bundle(leaves))
    for row in witness_queries.timestamps(work, log):
        if row.size <= signed.size:
            _put(folder, f"{stamps.FOLDER}/{row.size}.checkpoint", row.stamped.encode())
            _put(folder, f"{stamps.FOLDER}/{row.size}.tsr", bytes(row.token))
        if row.size < signed.size:
            steps = tuple(log_queries.reader(work, log).consistency(row.size, signed.size))
            extends = Submission(row.size, steps, signed.note)
            _put(folder, f"{submission.FOLDER}/{row.size}-{signed.size}.txt", str(extends).encode())
    _put(folder, CHECKPOINT, signed.note.encode())


def _put(folder: Path, path: str, data: bytes) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.write_bytes(data)
    partial.replace(target)


def _plain(entry_id: str) -> str:
    """Return the id as a file's name. Raises `InvalidError` for what is no id: it would be a path."""
    if not entry_id.replace("-", "").isalnum():
        raise InvalidError("not the id of an entry", "proofs")
    return entry_id
