"""What witnesses and authorities have said about checkpoints: every SELECT over cosignatures and time stamps."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import col, select

from governance.audit import log_queries
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import AuditCheckpoint, AuditCosignature, AuditLog, AuditTimestamp
from governance.audit.note import Note
from governance.audit.policyfile import TrustPolicy
from governance.runtime import Work

_MOST_LOOKED_AT = 50
_COSIGNED = AuditCosignature.__table__  # type: ignore[attr-defined]
_LINES = (  # built once, as what every proof asks (see log_queries)
    sa.select(_COSIGNED.c.line)
    .where(_COSIGNED.c.log_id == sa.bindparam("of"), _COSIGNED.c.size == sa.bindparam("size"))
    .order_by(_COSIGNED.c.witness)
)


def published(work: Work, log: AuditLog) -> Checkpoint | None:
    """Return the newest signed checkpoint of `log`, with the line of every witness that has cosigned it so far."""
    row = log_queries.latest_checkpoint(work, log)
    return None if row is None else cosigned(work, log, row)


def covering(work: Work, log: AuditLog, index: int, policy: TrustPolicy | None) -> Checkpoint | None:
    """Return the checkpoint that a proof of the entry at `index` is best given under; None where none covers it.

    The newest that the quorum of `policy` has cosigned, since only such a one convinces whoever demands it; otherwise
    the newest there is.
    """
    if policy is not None and policy.witnesses:
        for row in _witnessed(work, log, index):
            found = cosigned(work, log, row)
            if policy.is_witnessed(Note.parse(found.note)):
                return found
    newest = published(work, log)
    return newest if newest is not None and newest.size > index else None


def cosigned(work: Work, log: AuditLog, row: AuditCheckpoint) -> Checkpoint:
    """Return the checkpoint of `row` with the lines of its witnesses beneath the log's own."""
    lines = work.session.connection().execute(_LINES, {"of": log.log_id, "size": row.size}).scalars()
    return Checkpoint(log.origin, row.size, row.root, row.note + "".join(lines))


def cosigned_size(work: Work, log: AuditLog, witness: str) -> int:
    """Return the size of the newest checkpoint of `log` that `witness` (its verifier key) has cosigned, or 0."""
    asked = select(sa.func.max(AuditCosignature.size)).where(
        AuditCosignature.log_id == log.log_id, AuditCosignature.witness == witness
    )
    return work.session.exec(asked).one() or 0


def cosignatures(work: Work, log: AuditLog) -> list[AuditCosignature]:
    """Return every stored cosignature of `log`, smallest size first."""
    rows = work.session.exec(
        select(AuditCosignature)
        .where(AuditCosignature.log_id == log.log_id)
        .order_by(col(AuditCosignature.size), col(AuditCosignature.witness))
    )
    return list(rows)


def latest_timestamp(work: Work, log: AuditLog) -> AuditTimestamp | None:
    """Return the newest time stamp over a checkpoint of `log`."""
    asked = select(AuditTimestamp).where(AuditTimestamp.log_id == log.log_id)
    return work.session.exec(asked.order_by(col(AuditTimestamp.size).desc()).limit(1)).first()


def timestamps(work: Work, log: AuditLog) -> list[AuditTimestamp]:
    """Return every time stamp over a checkpoint of `log`, smallest size first."""
    asked = select(AuditTimestamp).where(AuditTimestamp.log_id == log.log_id)
    return list(work.session.exec(asked.order_by(col(AuditTimestamp.size), col(AuditTimestamp.tsa))))


def _witnessed(work: Work, log: AuditLog, index: int) -> Iterator[AuditCheckpoint]:
    """Yield the checkpoints of more than `index` entries that any witness has cosigned, newest first."""
    sizes = (
        select(AuditCosignature.size)
        .where(AuditCosignature.log_id == log.log_id, AuditCosignature.size > index)
        .distinct()
        .order_by(col(AuditCosignature.size).desc())
        .limit(_MOST_LOOKED_AT)
    )
    wanted = list(work.session.exec(sizes))
    yield from work.session.exec(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.log_id == log.log_id, col(AuditCheckpoint.size).in_(wanted))
        .order_by(col(AuditCheckpoint.size).desc())
    )
