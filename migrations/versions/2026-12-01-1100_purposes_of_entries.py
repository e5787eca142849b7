"""purposes_of_entries: what was logged before is listed under its purposes too.

Revision: e5b8d3f1a927, after c3a91d7f4e60, 2026-12-01 11:00:00.000000.
"""

import re

import orjson
import sqlalchemy as sa
from alembic import op

revision = "e5b8d3f1a927"
down_revision = "c3a91d7f4e60"
branch_labels = None
depends_on = None

_BATCH = 2000
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MENTIONED = {
    "sqlite": "(instr(CAST(leaf AS TEXT), '\"purpose') > 0 OR act LIKE 'break\\_glass.%' ESCAPE '\\')",
    "postgresql": "(position('\"purpose'::bytea IN leaf) > 0 OR act LIKE 'break\\_glass.%')",
}
_ENTRIES = (
    "SELECT tenant, log_id, idx, leaf FROM audit_entry WHERE log_id = :log_id AND idx > :idx AND {mentioned} "
    "ORDER BY idx LIMIT :batch"
)
_WAITING = "SELECT pk, res, leaf FROM audit_outbox WHERE pk > :pk AND {mentioned} ORDER BY pk LIMIT :batch"
_LIST = sa.text(
    "INSERT INTO audit_entry_res (tenant, log_id, res, idx) VALUES (:tenant, :log_id, :res, :idx) "
    "ON CONFLICT DO NOTHING"
)
_LIST_WAITING = sa.text("UPDATE audit_outbox SET res = :res WHERE pk = :pk")


def upgrade() -> None:
    """Bring the schema forward: no table changes, and no leaf. In batches, so that a long log needs no memory."""
    connection = op.get_bind()
    mentioned = _MENTIONED[connection.dialect.name]
    for (log_id,) in connection.execute(sa.text("SELECT log_id FROM audit_log ORDER BY log_id")).all():
        last = -1
        asked = sa.text(_ENTRIES.format(mentioned=mentioned))
        while rows := connection.execute(asked, {"log_id": log_id, "idx": last, "batch": _BATCH}).all():
            last = rows[-1].idx
            listed = [
                {"tenant": row.tenant, "log_id": log_id, "res": key, "idx": row.idx}
                for row in rows
                for key in purpose_keys(bytes(row.leaf))
            ]
            if listed:
                connection.execute(_LIST, listed)
    last = 0
    asked = sa.text(_WAITING.format(mentioned=mentioned))
    while rows := connection.execute(asked, {"pk": last, "batch": _BATCH}).all():
        last = rows[-1].pk
        for row in rows:
            keys = sorted({*orjson.loads(row.res), *purpose_keys(bytes(row.leaf))})
            connection.execute(_LIST_WAITING, {"pk": row.pk, "res": orjson.dumps(keys).decode()})


def purpose_keys(leaf: bytes) -> set[str]:
    """Return what an entry is listed under for its purposes, as `governance.audit.leaf` said when this was written."""
    entry = orjson.loads(leaf)
    det = entry.get("det", {})
    named = [det.get("purpose"), *(det["purposes"] if isinstance(det.get("purposes"), list) else ())]
    if entry["act"].startswith("break_glass.") and entry["out"] == "success":
        named.append(entry.get("why", {}).get("code"))
    return {f"purpose:{one}" for one in named if isinstance(one, str) and _PURPOSE.fullmatch(one)}


def downgrade() -> None:
    """Not offered: a schema that holds evidence is only ever extended."""
    raise NotImplementedError
