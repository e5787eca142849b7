"""Shards: a tenant's log is a chain of trees, one a year, and one more wherever a tree could not be continued.

A shard's first entry states what came before it: origin, size and root, and why it ended. After a restored backup
this is how the loss enters the log instead of vanishing from it.
"""

import re
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlmodel import col

from governance.audit import leaf, log_queries, merkle, outbox, seal, signer
from governance.audit.anchor import Anchor
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import FROZEN, OPEN, AuditLog, AuditOutbox
from governance.errors import ConfigurationError, IntegrityError, NotFoundError
from governance.runtime import Actor, Runtime, Work

CREATED = "audit.log.created"
SERVICE = "svc_sequencer"
MOST_SHARDS_A_YEAR = 1000

_ORIGIN = re.compile(r"[^\s+]{1,200}")


@dataclass(frozen=True)
class Predecessor:
    """The log that a new shard continues: as the database has it, as the anchor remembers it, and as last signed.

    `signed` is the newest checkpoint that the database holds, of this log or of one before it: what a bundle has of
    the past is at least that. It is None where nothing was ever signed.
    """

    log: Checkpoint
    anchored: Checkpoint | None
    signed: Checkpoint | None

    @property
    def members(self) -> dict[str, Any]:
        """What entry 0 states of it: an auditor can compare the two, and so can the next self-audit."""
        stated: dict[str, Any] = {
            "old_origin": self.log.origin,
            "old_size": self.log.size,
            "old_root": self.log.root.hex(),
        }
        if self.anchored is not None:
            stated |= {"anchor_size": self.anchored.size, "anchor_root": self.anchored.root.hex()}
        signed = self.signed or Checkpoint(self.log.origin, 0, merkle.EMPTY_ROOT)
        return stated | {
            "signed_origin": signed.origin,
            "signed_size": signed.size,
            "signed_root": signed.root.hex(),
        }


def open_log(work: Work) -> AuditLog:
    """Return the log that takes the tenant's entries, making it at first use; its first entry names its key.

    Until the Work ends, no other can close that shard: an entry's leaf names its log and must be sequenced there.
    """
    log = log_queries.open_shard(work)
    if log is None:
        log_queries.lock(work, log_queries.WRITERS, work.tenant)
        log = log_queries.open_shard(work)
        return _begin(work, None, "") if log is None else log
    if work.dialect == "sqlite":
        return log  # it has one writer, and that is this Work
    log_queries.lock(work, log_queries.WRITERS, work.tenant, shared=True)
    log = log_queries.open_shard(work)  # it may have been frozen while we waited for the lock
    if log is None:
        raise IntegrityError("the log was closed and none was opened in its place")
    return log


def freeze_and_reopen(runtime: Runtime, tenant: str, reason: str) -> str:
    """Close the tenant's log where it is, open the next shard, and return the new origin.

    Entry 0 of the new shard states the old origin, size and root, what the anchor remembers where that differs, and
    the reason (a code: `restored_backup`, `new_year`, `key_compromised`). Entries that waited move to the new shard:
    in the old one they would take places that somebody may have seen filled otherwise.

    Raises `NotFoundError` if the tenant has no log yet.
    """
    with runtime.work(Actor.system(tenant, SERVICE)) as work:
        log_queries.lock(work, log_queries.WRITERS, tenant)
        log = log_queries.open_shard(work)
        if log is None:
            raise NotFoundError("there is no log to close")
        log_queries.lock(work, log_queries.SEQUENCER, log.origin)
        log_queries.lock(work, log_queries.SIGNER, log.origin)
        log = log_queries.hold(work, log)
        root = log_queries.edge(work, log).root()
        anchored = Anchor(runtime.settings.anchor).read(log.origin)
        before = Predecessor(Checkpoint(log.origin, log.size, root), anchored, _last_signed(work))
        rows = log_queries.waiting(work, log)
        connection = work.session.connection()
        own = sa.and_(col(AuditOutbox.tenant) == tenant, col(AuditOutbox.log_id) == log.log_id)
        connection.execute(sa.delete(AuditOutbox).where(own))
        connection.execute(
            sa.update(AuditLog)
            .where(col(AuditLog.log_id) == log.log_id, col(AuditLog.state) == OPEN)
            .values(state=FROZEN)
        )
        new = _begin(work, before, reason)
        for row in rows:
            _move(work, row, new)
        return new.origin


def _begin(work: Work, before: Predecessor | None, reason: str) -> AuditLog:
    """Make the next shard and write its entry 0. The caller holds the writers' lock."""
    seal.prepare(work)
    origin, lost = _free_origin(work)
    if before is None and lost is not None:
        # The database knows no log, but the anchor does: it was lost with a backup, and the new one must say so.
        before, reason = (
            Predecessor(Checkpoint(lost.origin, 0, merkle.EMPTY_ROOT), lost, None),
            "restored_backup",
        )
    log = AuditLog(tenant=work.tenant, origin=origin, created_at=work.now)
    work.session.add(log)
    work.session.flush()
    details: dict[str, Any] = {"vkey": str(signer.verifier_key(work, origin))}
    if before is not None:
        details |= before.members
    outbox.write(
        work,
        outbox.Draft(act=CREATED, det=details, why={"code": reason} if reason else {}),
        log,
        Actor.system(work.tenant, SERVICE),
    )
    return log


def _last_signed(work: Work) -> Checkpoint | None:
    for log in reversed(log_queries.shards(work)):
        row = log_queries.latest_checkpoint(work, log)
        if row is not None:
            return Checkpoint(log.origin, row.size, row.root)
    return None


def _free_origin(work: Work) -> tuple[str, Checkpoint | None]:
    """Return the first origin of this year that nobody has used, and the last one that only the anchor remembers."""
    settings = work.runtime.settings
    first = f"{settings.origin_host}/audit/{work.tenant}/{work.now.year}"
    if not _ORIGIN.fullmatch(first):
        raise ConfigurationError("GOVERNANCE_ORIGIN_HOST makes an origin with spaces or a plus sign")
    known = {log.origin for log in log_queries.shards(work)}
    anchor = Anchor(settings.anchor)
    lost = None
    for number in range(1, MOST_SHARDS_A_YEAR):
        origin = first if number == 1 else f"{first}-{number}"
        anchored = anchor.read(origin)
        if origin not in known and anchored is None:
            return origin, lost
        if origin not in known:
            lost = anchored
    raise IntegrityError("more shards were opened this year than a log can sensibly have")


def _move(work: Work, row: Any, log: AuditLog) -> None:
    """Put a waiting entry into the shard `log`: the same entry, naming its new log."""
    members = orjson.loads(row["leaf"])
    text = leaf.compose(members | {"log": log.origin})
    kept = {name: value for name, value in row.items() if name != "pk"}
    work.session.connection().execute(
        sa.insert(AuditOutbox),
        kept | {"log_id": log.log_id, "leaf": text, "hash": merkle.leaf_hash(text)},
    )
