"""What is stored of a log: its row, its right edge, its tiles and leaves. Every SELECT that the log's own machinery makes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlmodel import col, select

from governance.audit.merkle import HASH_SIZE
from governance.audit.models import (
    OPEN,
    AuditCheckpoint,
    AuditEdge,
    AuditEntry,
    AuditEntryRes,
    AuditLog,
    AuditOutbox,
)
from governance.audit.tiles import WIDTH, Edge, TileReader
from governance.errors import IntegrityError, NotFoundError
from governance.runtime import Work

SEQUENCER, WRITERS, SIGNER = 7462, 7463, 7464
"""Classes of PostgreSQL advisory locks: who appends, who writes to the open shard, who signs."""


_NAMED = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS idx, json_extract(value, '$[1]') AS res FROM json_each(:named)",
    "postgresql": "SELECT CAST(value->>0 AS bigint) AS idx, value->>1 AS res FROM jsonb_array_elements(CAST(:named AS jsonb))",
}
_UNLISTED = {
    dialect: f"SELECT MIN(named.idx) FROM ({named}) AS named LEFT JOIN audit_entry_res AS listed "  # noqa: S608 - constants
    "ON listed.log_id = :log_id AND listed.res = named.res AND listed.idx = named.idx WHERE listed.idx IS NULL"
    for dialect, named in _NAMED.items()
}
# Written out, since a proof asks it three times: built anew each time, the question took longer than its answer.
# The edge holds a tile only if every hash before it lies in full tiles: then it has no tile of its own index.
_TILE = sa.text("""
SELECT data, 0 AS rank FROM audit_tile WHERE log_id = :log_id AND level = :level AND idx = :idx
UNION ALL
SELECT data, 1 AS rank FROM audit_edge WHERE log_id = :log_id AND level = :level AND (CAST(:idx AS bigint) = 0
  OR EXISTS (SELECT 1 FROM audit_tile WHERE log_id = :log_id AND level = :level AND idx = CAST(:idx AS bigint) - 1))
ORDER BY rank LIMIT 1
""")
# Every entry and every proof of the house asks these. Built once, past the ORM, they take a tenth of what they took.
_LOGS = AuditLog.__table__  # type: ignore[attr-defined]
_OPEN_SHARD = sa.select(_LOGS).where(_LOGS.c.tenant == sa.bindparam("own"), _LOGS.c.state == OPEN)
_SHARDS = sa.select(_LOGS).where(_LOGS.c.tenant == sa.bindparam("own")).order_by(_LOGS.c.log_id)
_SHARD = sa.select(_LOGS).where(_LOGS.c.tenant == sa.bindparam("own"), _LOGS.c.log_id == sa.bindparam("of"))
_SIGNED = AuditCheckpoint.__table__  # type: ignore[attr-defined]
_LATEST = (
    sa.select(_SIGNED)
    .where(_SIGNED.c.log_id == sa.bindparam("of"), _SIGNED.c.tenant == sa.bindparam("own"))
    .order_by(_SIGNED.c.size.desc())
    .limit(1)
)
_HOLD = sa.text("SELECT size FROM audit_log WHERE log_id = :log_id FOR UPDATE")


def open_shard(work: Work) -> AuditLog | None:
    """Return the tenant's log that takes new entries, or None before the first."""
    found = work.session.connection().execute(_OPEN_SHARD, {"own": work.tenant}).mappings().first()
    return None if found is None else AuditLog(**found)


def shards(work: Work) -> list[AuditLog]:
    """Return all logs of the tenant, oldest first."""
    found = work.session.connection().execute(_SHARDS, {"own": work.tenant}).mappings()
    return [AuditLog(**one) for one in found]


def shard(work: Work, log_id: int) -> AuditLog:
    """Return one log of the tenant. Raises `NotFoundError` if there is none, or it is another tenant's."""
    found = work.session.connection().execute(_SHARD, {"own": work.tenant, "of": log_id}).mappings().first()
    if found is None:
        raise NotFoundError("there is no such log")
    return AuditLog(**found)


def lock(work: Work, kind: int, name: str, *, shared: bool = False, wait: bool = True) -> bool:
    """Take the lock `kind` on `name` until the transaction ends; return whether it was had.

    SQLite needs none: a Work that writes holds the one write lock from its first statement.
    """
    if work.dialect == "sqlite":
        return True
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)
    call = f"pg_{'' if wait else 'try_'}advisory_xact_lock{'_shared' if shared else ''}"
    answer = work.session.connection().execute(
        sa.text(f"SELECT {call}(:kind, :key)"),
        {"kind": kind, "key": key},
    )
    return answer.scalar_one() is not False


def edge(work: Work, log: AuditLog) -> Edge:
    """Return the right edge of `log`. Raises `IntegrityError` if it does not fit the size."""
    rows = work.session.exec(select(AuditEdge.level, AuditEdge.data).where(AuditEdge.log_id == log.log_id))
    return Edge({level: bytes(data) for level, data in rows}, log.size)


def tile(work: Work, log: AuditLog, level: int, index: int) -> bytes:
    """Return the tile as far as it is filled: a full one, or the right edge's.

    One statement, so one moment: between two, the sequencer could have turned the edge into the full tile.
    """
    given = {"log_id": log.log_id, "level": level, "idx": index}
    found = work.session.connection().execute(_TILE, given).first()
    return b"" if found is None else bytes(found.data)


def hold(work: Work, log: AuditLog) -> AuditLog:
    """Return `log` as it is now, and keep it so until the transaction ends: nobody appends meanwhile."""
    if work.dialect == "postgresql":
        work.session.connection().execute(_HOLD, {"log_id": log.log_id})
    return shard(work, log.log_id or 0)


def reader(work: Work, log: AuditLog) -> TileReader:
    """Return the tree of `log`, to be asked for roots and proofs."""
    return TileReader(lambda level, index: tile(work, log, level, index), log.size)


def latest_checkpoint(work: Work, log: AuditLog) -> AuditCheckpoint | None:
    """Return the newest signed checkpoint of `log`."""
    given = {"own": work.tenant, "of": log.log_id}
    found = work.session.connection().execute(_LATEST, given).mappings().first()
    return None if found is None else AuditCheckpoint(**found)


def checkpoints(work: Work, log: AuditLog) -> list[AuditCheckpoint]:
    """Return every signed checkpoint of `log`, smallest first."""
    rows = work.session.exec(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.log_id == log.log_id, AuditCheckpoint.tenant == work.tenant)
        .order_by(col(AuditCheckpoint.size))
    )
    return list(rows)


def pending(work: Work, log: AuditLog) -> tuple[int, datetime | None]:
    """Return how many entries wait to be sequenced, and since when the oldest does."""
    count, oldest = work.session.exec(
        select(sa.func.count(), sa.func.min(AuditOutbox.at)).where(AuditOutbox.log_id == log.log_id)
    ).one()
    return int(count), oldest


def waiting(work: Work, log: AuditLog) -> list[Mapping[str, Any]]:
    """Return the entries that wait to be sequenced, in order, as rows of the outbox."""
    table = AuditOutbox.__table__  # type: ignore[attr-defined]
    rows = work.session.connection().execute(
        sa.select(table).where(table.c.log_id == log.log_id).order_by(table.c.pk)
    )
    return [dict(row) for row in rows.mappings()]


def entries(work: Work, log: AuditLog, first: int, last: int) -> Sequence[sa.Row[Any]]:
    """Return the rows of the stored entries with `first <= idx < last`, in order: rows, since a whole log goes through here."""
    table = AuditEntry.__table__  # type: ignore[attr-defined]
    rows = work.session.connection().execute(
        sa.select(table)
        .where(table.c.log_id == log.log_id, table.c.idx >= first, table.c.idx < last)
        .order_by(table.c.idx)
    )
    return rows.all()


def unlisted(work: Work, log: AuditLog, named: Sequence[tuple[int, str]]) -> int | None:
    """Return the first of the entries in `named` (index, `kind:id`) that its resource would not lead to, or None.

    By the whole key: the rows of a range of entries lie all over this table, and to look for them would be to read it.
    """
    rows = work.session.connection().execute(
        sa.text(_UNLISTED[work.dialect]),
        {"log_id": log.log_id, "named": orjson.dumps([[index, key] for index, key in named]).decode()},
    )
    return rows.scalar_one_or_none()


def resource_count(work: Work, log: AuditLog) -> int:
    """Return to how many entries of `log` the resources lead, counted once for each resource."""
    counted = select(sa.func.count()).where(AuditEntryRes.log_id == log.log_id)
    return int(work.session.exec(counted).one())


def resources(work: Work, log: AuditLog) -> Iterator[tuple[int, str, bytes | None]]:
    """Yield every resource of `log` with the entry that it leads to: index, `kind:id` and leaf (None: there is no such entry)."""
    rows = work.session.connection().execute(
        sa.select(AuditEntryRes.idx, AuditEntryRes.res, AuditEntry.leaf)  # type: ignore[call-overload]
        .outerjoin(
            AuditEntry,
            sa.and_(col(AuditEntry.log_id) == AuditEntryRes.log_id, col(AuditEntry.idx) == AuditEntryRes.idx),
        )
        .where(AuditEntryRes.log_id == log.log_id)
        .execution_options(yield_per=1000)
    )
    with rows:
        for index, key, leaf in rows:
            yield index, key, None if leaf is None else bytes(leaf)


def last_index(work: Work, log: AuditLog) -> int | None:
    """Return the highest index that an entry of `log` has: more than the size admits is a finding."""
    return work.session.exec(select(sa.func.max(AuditEntry.idx)).where(AuditEntry.log_id == log.log_id)).one()


class StoredLog:
    """Tiles and leaves of one log, out of the database, for `examine`."""

    def __init__(self, work: Work, log: AuditLog, size: int | None = None) -> None:
        self._work, self._log = work, log
        self._size = log.size if size is None else size
        self.rows: Sequence[sa.Row[Any]] = ()

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return `width` hashes of a tile. Raises `IntegrityError` if the database has fewer."""
        data = tile(self._work, self._log, level, index)[: width * HASH_SIZE]
        if len(data) != width * HASH_SIZE:
            raise IntegrityError(f"tile {level}/{index} of {self._log.origin} is missing or too short")
        return data

    def leaves(self, index: int, width: int) -> list[bytes]:
        """Return the leaves under one level-0 tile, up to the first that is missing."""
        start = index * WIDTH
        self.rows = entries(self._work, self._log, start, start + width)
        leaves = []
        for offset, row in enumerate(self.rows):
            if row.idx != start + offset:
                break
            leaves.append(bytes(row.leaf))
        return leaves
