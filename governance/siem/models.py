"""The tables of sinks: how each stands, and up to where it has been told each log.

What a sink is (kind, address, form) stands in its policy alone. A row outlives its sink: who had the log until when is
evidence, and a sink that comes back goes on where it ended.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime


class AuditSink(Tenanted, table=True):
    """One sink: who delivers to it at the moment, and how it has answered."""

    __tablename__ = "audit_sink"

    tenant: str = Field(primary_key=True, foreign_key="tenant.id", max_length=40)
    name: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=10)
    enabled_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claim: str | None = Field(default=None, max_length=32)
    claim_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    next_at: datetime = Field(sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = Field(default=None, max_length=40)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditSinkCursor(Tenanted, table=True):
    """The next entry of a log that a sink is to be told: everything before it was taken."""

    __tablename__ = "audit_sink_cursor"

    tenant: str = Field(primary_key=True, foreign_key="tenant.id", max_length=40)
    name: str = Field(primary_key=True, max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    next_idx: int = Field(sa_type=sa.BigInteger)
