"""What is known of a whole database: its tables, one consistent picture of its rows, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

# Every area's tables: a table that is not known here would be missing from the backup.
import governance.access.models
import governance.findings.models
import governance.messages.models
import governance.recordings.models
import governance.redaction.models
import governance.retention.models
import governance.siem.models
import governance.subjects.models
import governance.subjects.package_models  # noqa: F401
from governance.audit.models import AuditCheckpoint, AuditLog
from governance.continuity.models import LogFacts
from governance.db import BEGIN
from governance.errors import IntegrityError
from governance.redaction.models import RedactionJob
from governance.runtime import Work
from governance.tenancy import Tenant, TenantKey
from governance.vault.models import Blob, BlobKey

BATCH = 500
_REVISION = "alembic_version"


def tables() -> list[sa.Table]:
    """Return every table, those first that others refer to."""
    return list(SQLModel.metadata.sorted_tables)


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a connection that sees one moment of the database for as long as it is open, and holds up no writer."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(**{BEGIN: "BEGIN"}) as connection:
            # SQLite fixes the moment at the first read, not at BEGIN.
            connection.execute(sa.select(sa.func.count()).select_from(Tenant)).scalar_one()
            yield connection
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def check_known(connection: sa.Connection) -> None:
    """Raise `IntegrityError` if the database has other tables than the product: nobody may think them backed up."""
    found = set(sa.inspect(connection).get_table_names()) - {_REVISION}
    if found != {table.name for table in tables()}:
        raise IntegrityError("the database has other tables than this version of the product")


def revision(connection: sa.Connection) -> str:
    """Return the revision of the schema."""
    return str(connection.execute(sa.text(f"SELECT version_num FROM {_REVISION}")).scalar_one())  # noqa: S608


# Jobs of redaction are not backed up, nor what they hold: it is gone within minutes, and no backup may bring back an
# original that nobody has redacted. Whoever asked finds no job after a restore, and asks again.
_JOBS = sa.select(col(RedactionJob.id))
_HELD_BY_JOBS = sa.select(col(Blob.id)).where(col(Blob.owner).in_(_JOBS))
_LEFT_OUT: dict[str, sa.ColumnElement[bool]] = {
    "redaction_job": sa.true(),
    "blob": col(Blob.owner).in_(_JOBS),
    "blob_key": col(BlobKey.blob_id).in_(_HELD_BY_JOBS),
}


def rows(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of `table` that belong in a backup, in the order of its key, some hundred at a time: all, but for jobs."""
    asked = sa.select(table).order_by(*table.primary_key.columns)
    if table.name in _LEFT_OUT:
        asked = asked.where(sa.not_(_LEFT_OUT[table.name]))
    streamed = connection.execution_options(stream_results=True, yield_per=BATCH).execute(asked)
    for part in streamed.mappings().partitions():
        yield [dict(row) for row in part]


def keyed_blobs(connection: sa.Connection) -> set[str]:
    """Return the ids of the blobs that can still be opened and belong in a backup."""
    asked = sa.select(col(BlobKey.blob_id)).where(sa.not_(_LEFT_OUT["blob_key"]))
    return set(connection.execute(asked).scalars())


def wrapping_keys(connection: sa.Connection) -> set[str]:
    """Return the ids of all KEKs that something in the database is wrapped by."""
    asked = sa.union(sa.select(col(BlobKey.kek_id)), sa.select(col(TenantKey.kek_id)))
    return set(connection.execute(asked).scalars())


def logs(connection: sa.Connection) -> list[LogFacts]:
    """Return every log of every tenant, with its last signed checkpoint."""
    found = []
    log, signed = AuditLog.__table__, AuditCheckpoint.__table__  # type: ignore[attr-defined]
    for row in connection.execute(sa.select(log).order_by(log.c.log_id)).mappings():
        asked = (
            sa.select(signed).where(signed.c.log_id == row["log_id"]).order_by(signed.c.size.desc()).limit(1)
        )
        last = connection.execute(asked).mappings().first()
        found.append(
            LogFacts(
                tenant=row["tenant"],
                origin=row["origin"],
                state=row["state"],
                size=row["size"],
                signed_size=last["size"] if last else None,
                signed_root=bytes(last["root"]).hex() if last else None,
                note=last["note"] if last else None,
            )
        )
    return found


def highest(connection: sa.Connection, column: sa.Column[Any]) -> int:
    """Return the highest value of a counting column, 0 where there is none."""
    return int(connection.execute(sa.select(sa.func.max(column))).scalar_one() or 0)


def tenants(work: Work) -> list[str]:
    """Return the ids of all tenants, for the house's own rounds. The Work must be an unscoped one."""
    return list(work.session.exec(select(Tenant.id).order_by(Tenant.id)))
