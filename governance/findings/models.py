"""The tables of findings: what is wrong, what was done about it, and how the last run of each check ended."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime

OPEN = "open"
CLOSED = "closed"

OPENED = "opened"
ASSIGNED = "assigned"
NOTED = "noted"
ESCALATED = "escalated"
CHECKED = "checked"
REOPENED = "reopened"
# CLOSED is the last act of a history as well as a state.


class Finding(Tenanted, table=True):
    """One thing that is wrong with one subject. It is one row for good: closed when its check passes, reopened when not.

    `because` says what the check saw and holds no personal data; `opened_at` is the latest opening, from which the
    deadline runs. `escalate_at` is when it is escalated next, `told_at` when its owners were told of this opening.
    """

    __table_args__ = (
        sa.UniqueConstraint("tenant", "kind", "subject_kind", "subject_id", name="uq_finding_subject"),
        sa.Index("ix_finding_listing", "tenant", "state", "due_at", "id"),
        sa.Index("ix_finding_kind", "tenant", "state", "kind", "id"),
        sa.Index("ix_finding_escalation", "tenant", "state", "escalate_at"),
        sa.Index("ix_finding_untold", "tenant", "state", "told_at"),
        sa.Index("ix_finding_of_subject", "tenant", "subject_kind", "subject_id"),
    )

    id: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=40)
    subject_kind: str = Field(max_length=20)
    subject_id: str = Field(max_length=80)
    state: str = Field(max_length=10)
    severity: str = Field(max_length=10)
    owner: str = Field(max_length=20)
    assignee: str | None = Field(default=None, foreign_key="account.id", index=True, max_length=40)
    because: str
    first_opened_at: datetime = Field(sa_type=UtcDateTime)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    escalation_level: int = 0
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalate_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    times_reopened: int = 0


class FindingEvent(Tenanted, table=True):
    """One step in the history of a finding. What a person wrote is sealed, and forgotten with the recording it is about."""

    __tablename__ = "finding_event"
    __table_args__ = (sa.Index("ix_finding_event_of", "finding_id", "at", "id"),)

    id: str = Field(primary_key=True, max_length=40)
    finding_id: str = Field(foreign_key="finding.id", max_length=40)
    act: str = Field(index=True, max_length=12)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(max_length=80)
    because: str | None = None
    det: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    text_sealed: bytes | None = None


class CheckRun(Tenanted, table=True):
    """How the last run of a check ended: `error` is the type of what stopped it, and None where it came to its end."""

    __tablename__ = "check_run"

    tenant: str = Field(primary_key=True, foreign_key="tenant.id", max_length=40)
    kind: str = Field(primary_key=True, max_length=40)
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    failing: int = 0
    error: str | None = Field(default=None, max_length=80)


class JobRun(Tenanted, table=True):
    """Since when a job of the house fails for the tenant, and with which error; both None once it works again.

    Its name is an index of the job's own, `sweep_shredded_bytes`: it stands in the log and in webhooks.
    """

    __tablename__ = "job_run"

    tenant: str = Field(primary_key=True, foreign_key="tenant.id", max_length=40)
    name: str = Field(primary_key=True, max_length=60)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = Field(default=None, max_length=80)
