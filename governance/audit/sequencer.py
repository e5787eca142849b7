"""The sequencer: moves entries from the outbox to their place in the tree, in batches of one transaction each.

Any process may run it at any time. The rows move inside the database and only their hashes come out; the row lock
and a compare-and-swap on the size make a double append impossible. Order is the outbox's, among the rows visible at
that moment: a transaction that commits late is sequenced in the next batch and holds up nobody.

If we crash anywhere in a batch, nothing of it happened: the entries are still in the outbox.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from governance.audit import log_queries
from governance.audit.models import OPEN, AuditLog
from governance.audit.tiles import Tile
from governance.errors import IntegrityError
from governance.runtime import Actor, Runtime, Work

BATCH = 8192
SERVICE = "svc_sequencer"

_MOVE_POSTGRESQL = sa.text("""
WITH taken AS (DELETE FROM audit_outbox WHERE pk IN
       (SELECT pk FROM audit_outbox WHERE log_id = :log_id ORDER BY pk LIMIT :batch) RETURNING *),
  placed AS MATERIALIZED (SELECT CAST(:size AS bigint) + row_number() OVER (ORDER BY pk) - 1 AS idx, taken.* FROM taken),
  entries AS (INSERT INTO audit_entry (tenant, log_id, idx, id, at, act, actor, outcome, leaf)
       SELECT tenant, log_id, idx, id, at, act, actor, outcome, leaf FROM placed),
  resources AS (INSERT INTO audit_entry_res (tenant, log_id, res, idx)
       SELECT tenant, log_id, jsonb_array_elements_text(CAST(res AS jsonb)), idx FROM placed ON CONFLICT DO NOTHING)
SELECT hash FROM placed ORDER BY idx
""")

_TAKE_SQLITE = sa.text("SELECT pk, hash FROM audit_outbox WHERE log_id = :log_id ORDER BY pk LIMIT :batch")
_MOVE_SQLITE = sa.text("""
INSERT INTO audit_entry (tenant, log_id, idx, id, at, act, actor, outcome, leaf)
SELECT tenant, log_id, :size + row_number() OVER (ORDER BY pk) - 1, id, at, act, actor, outcome, leaf
FROM audit_outbox WHERE log_id = :log_id AND pk <= :last
""")
_MOVE_RESOURCES_SQLITE = sa.text("""
INSERT OR IGNORE INTO audit_entry_res (tenant, log_id, res, idx)
SELECT placed.tenant, placed.log_id, resource.value, placed.idx
FROM (SELECT tenant, log_id, res, :size + row_number() OVER (ORDER BY pk) - 1 AS idx
      FROM audit_outbox WHERE log_id = :log_id AND pk <= :last) AS placed, json_each(placed.res) AS resource
""")
_DROP_SQLITE = sa.text("DELETE FROM audit_outbox WHERE log_id = :log_id AND pk <= :last")

_ADD_TILE = sa.text(
    "INSERT INTO audit_tile (tenant, log_id, level, idx, data) VALUES (:tenant, :log_id, :level, :idx, :data)"
)
_SET_EDGE = sa.text(
    "INSERT INTO audit_edge (tenant, log_id, level, data) VALUES (:tenant, :log_id, :level, :data) "
    "ON CONFLICT (log_id, level) DO UPDATE SET data = excluded.data"
)
_GROW = sa.text(
    f"UPDATE audit_log SET size = :new WHERE log_id = :log_id AND size = :old AND state = '{OPEN}'"  # noqa: S608 - a constant
)


def sequence(runtime: Runtime, tenant: str, *, wait: bool = False) -> int:
    """Move the tenant's waiting entries into its log and return how many there were.

    Where another process is on it already the answer is 0 at once, or, with `wait`, what was left when it was done.
    """
    moved = 0
    while True:
        with runtime.work(Actor.system(tenant, SERVICE)) as work:
            batch = move(work, wait=wait)
        moved += batch
        if batch < BATCH:
            return moved


def move(work: Work, *, wait: bool = False) -> int:
    """Move one batch of waiting entries into the open log of the Work's tenant; return how many."""
    log = log_queries.open_shard(work)
    if log is None or not log_queries.lock(work, log_queries.SEQUENCER, log.origin, wait=wait):
        return 0
    log = log_queries.hold(
        work, log
    )  # as it is under the locks: what was seen before may be somebody else's past
    if log.state != OPEN:
        return 0
    edge = log_queries.edge(work, log)
    hashes = _take(work, log)
    if not hashes:
        return 0
    full, touched = edge.append(hashes)
    _store(work, log, full, {level: edge.level(level) for level in touched})
    grown = work.session.connection().execute(
        _GROW, {"new": edge.size, "old": edge.size - len(hashes), "log_id": log.log_id}
    )
    if grown.rowcount != 1:
        raise IntegrityError(f"{log.origin} grew while it was locked")
    return len(hashes)


def _take(work: Work, log: AuditLog) -> list[bytes]:
    """Move the waiting rows behind the end of the log; return their hashes in the order of their places."""
    connection = work.session.connection()
    given = {"log_id": log.log_id, "size": log.size, "batch": BATCH}
    if work.dialect == "postgresql":
        return [bytes(row.hash) for row in connection.execute(_MOVE_POSTGRESQL, given)]
    rows = connection.execute(_TAKE_SQLITE, {"log_id": log.log_id, "batch": BATCH}).all()
    if rows:
        place = {"log_id": log.log_id, "size": log.size, "last": rows[-1].pk}
        connection.execute(_MOVE_SQLITE, place)
        connection.execute(_MOVE_RESOURCES_SQLITE, place)
        connection.execute(_DROP_SQLITE, {"log_id": log.log_id, "last": rows[-1].pk})
    return [bytes(row.hash) for row in rows]


def _store(work: Work, log: AuditLog, full: Sequence[Tile], edge: dict[int, bytes]) -> None:
    connection = work.session.connection()
    own = {"tenant": log.tenant, "log_id": log.log_id}
    if full:
        connection.execute(
            _ADD_TILE, [own | {"level": t.level, "idx": t.index, "data": t.data} for t in full]
        )
    connection.execute(_SET_EDGE, [own | {"level": level, "data": data} for level, data in edge.items()])
