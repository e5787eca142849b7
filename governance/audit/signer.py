"""The signer: vouches for a tree, once it has proved to itself that the tree extends what it vouched for before.

Its memory is the anchor, outside the database. The anchor is written and synced first and the signature made second.
If we crash between the two, nothing is lost: the tree was committed before, so the anchor reproduces next time.
"""

import sqlalchemy as sa

from governance.audit import log_queries, note
from governance.audit.anchor import Anchor
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import AuditCheckpoint, AuditLog
from governance.audit.note import ED25519, Note, VerifierKey
from governance.errors import IntegrityError, RollbackError
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_signer"


def publish(runtime: Runtime, tenant: str) -> Checkpoint | None:
    """Sign and store what the tenant's open log is now; return the checkpoint, or None where there is no log yet.

    An unchanged log keeps its checkpoint.

    Raises `RollbackError` if the tree does not extend what was signed before: a backup was restored, or the past was
    rewritten. Nothing is signed then, until an operator opens a new shard that states the loss.
    """
    with runtime.work(Actor.system(tenant, SERVICE)) as work:
        log = log_queries.open_shard(work)
        return None if log is None else sign(work, log)


def sign(work: Work, log: AuditLog) -> Checkpoint | None:
    """Sign and store what `log` is now, unless nothing is in it. See `publish`."""
    log_queries.lock(work, log_queries.SIGNER, log.origin)
    log = log_queries.hold(work, log)
    anchor = Anchor(work.runtime.settings.anchor)
    with anchor.held():
        root = _confirmed_root(work, log, anchor)
        latest = log_queries.latest_checkpoint(work, log)
        if latest is not None and latest.size == log.size:
            return Checkpoint(log.origin, latest.size, latest.root, latest.note)
        if log.size == 0:
            return None
        body = Checkpoint(log.origin, log.size, root)
        anchor.write(body)
        # Crash here: the anchor names a tree that is committed, and the next call signs it.
        signed = _signed(work, body)
    row = AuditCheckpoint(
        tenant=work.tenant,
        log_id=log.log_id or 0,
        size=log.size,
        root=root,
        note=signed.note,
        signed_at=work.now,
    )
    work.session.connection().execute(sa.insert(AuditCheckpoint), row.model_dump())
    return signed


def verifier_key(work: Work, origin: str) -> VerifierKey:
    """Return the key that checkpoints of the log `origin` are verified with."""
    return VerifierKey(origin, ED25519, work.keys.public_key(origin))


def _confirmed_root(work: Work, log: AuditLog, anchor: Anchor) -> bytes:
    """Return the root of `log`. Raises `RollbackError` or `IntegrityError` unless it extends the anchor."""
    tree = log_queries.reader(work, log)
    root = log_queries.edge(work, log).root()
    if tree.root() != root:
        raise IntegrityError(f"the tiles of {log.origin} and its right edge lead to different roots")
    anchored = anchor.read(log.origin)
    if anchored is None:
        if log_queries.latest_checkpoint(work, log) is not None:
            raise RollbackError(f"the anchor of {log.origin} is gone, though it was signed before")
        return root
    if anchored.size > log.size:
        raise RollbackError(
            f"{log.origin} has {log.size} entries, but {anchored.size} were vouched for: a backup was restored"
        )
    if tree.root(anchored.size) != anchored.root:
        raise RollbackError(f"the first {anchored.size} entries of {log.origin} are not those vouched for")
    return root


def _signed(work: Work, body: Checkpoint) -> Checkpoint:
    key = verifier_key(work, body.origin)
    line = note.signature(key, work.keys.sign(body.origin, body.body.encode()))
    signed = Note(body.body, (line,))
    if key not in signed.signed_by(
        [key]
    ):  # a provider that signs with another key than it shows is no signer
        raise IntegrityError("the signing key does not verify its own signature")
    return Checkpoint(body.origin, body.size, body.root, str(signed))
