"""The bundle: a log as static files (C2SP tlog-tiles), so that an auditor needs nothing of ours to check it.

The newest shard lies at the top, the ones before it in `shards/`, numbered. Tiles and entries are written first and
the checkpoint last, so that it never names what is not there. The trust file is *not* in it: whoever forges a log
signs it anew and would ship his own key.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from governance.audit import log_queries, queries, signer, stamps, tiles, witness_queries, witnessing
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import OPEN, AuditLog
from governance.audit.policyfile import TrustPolicy
from governance.audit.verify import CHECKPOINT, SHARDS
from governance.errors import InvalidError, NotFoundError
from governance.runtime import Work

VERIFY = """# How to check this bundle

You need the trust file, handed to you by another way than this bundle (a contract's annex, DNS, paper). Whoever
forged this log could have signed it with a key of his own, so no key in here proves anything.

    governance audit verify DIR --policy TRUSTFILE

ends with 0 when all holds, with 1 naming the first thing that does not, with 2 when it could not verify at all (the
folder, the checkpoint or the trust file is missing or cannot be read), and, without `--policy`, with 3: consistent in
itself, origin unproven. It prints every log of the chain with its size, and what the log itself declares lost.

A new year and a restored backup begin a new log, with a key of its own. A trust file printed before does not know it,
and the bundle is refused: ask for a new one, by the same way as the first, and find out what the new log is for. A
bundle that is older than its trust file is refused too, for what it lacks: keep each with the other.

## Without our program

Everything here follows public norms: C2SP signed-note, tlog-checkpoint, tlog-tiles and tlog-proof, RFC 6962, RFC 8785.
Go's `golang.org/x/mod/sumdb` (`note`, `tlog`), Sigstore's Python and JavaScript clients, and any other reader of them
will do. By hand, with openssl and coreutils:

1. The signed text is the first three lines of `checkpoint`. The signature is on the line that begins with a long dash:
   base64; its first 4 bytes name the key, the other 64 are Ed25519. The key is in the trust file, behind `log`: after
   the last plus sign, base64; the first byte is 1, the other 32 are the key. `openssl pkeyutl -verify -rawin` checks it.
2. `tile/entries/…` holds the entries: two bytes of length, big-endian, then the entry. Its hash is the SHA-256 of a
   zero byte and the entry, and stands, 32 bytes each, in `tile/0/…` in the same order.
3. The hash over two hashes is the SHA-256 of a one byte and both. 256 hashes of `tile/0` make one of `tile/1`. At the
   end stands the third line of the checkpoint, in base64.

Where the trust file names witnesses, their lines are in `checkpoint` beneath the log's own: 4 bytes of key, 8 bytes of
time, 64 of Ed25519 over `cosignature/v1`, `time` with the seconds, and the text (C2SP tlog-cosignature).

`timestamps/SIZE.tsr` is an authority's token (RFC 3161) over the bytes of `timestamps/SIZE.checkpoint`: the first SIZE
entries existed at that moment. With the authority's certificates, had from the authority:

    governance audit verify DIR --policy TRUSTFILE --tsa CERTIFICATES
    openssl ts -verify -in timestamps/SIZE.tsr -data timestamps/SIZE.checkpoint -CAfile CERTIFICATES

An entry names people by salted commitments only (`pd`, RFC 9901 section 4.2.1). Clear text that still exists is given
out separately; where a person was erased it is gone, and everything in here still verifies.

What this proves: no entry was changed, removed or put in since it was signed for. What it cannot prove: that the
programs wrote down everything that happened. The producers' counters (`pn`) support that; the verifier reports gaps.
"""


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
    for number, (log, signed) in enumerate(logs[:-1], 1):
        _write_shard(work, log, signed, folder / SHARDS / f"{number:04d}")
    newest, signed = logs[-1]
    _put(folder, "VERIFY.md", VERIFY.encode())
    for entry_id in proofs:
        _put(
            folder, f"proofs/{_plain(entry_id)}.tlog-proof", queries.inclusion_proof(work, entry_id).encode()
        )
    _write_shard(work, newest, signed, folder)
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
