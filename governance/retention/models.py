"""What retention remembers: when each recording falls due, what starts a period, what people decided, matters and proofs.

What people wrote is sealed, since free text can name anybody (`access.sealing`).
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime

OPEN = "open"
RELEASE_REQUESTED = "release_requested"
RELEASED = "released"

KEEP_UNTIL = "keep_until"
ERASE = "erase"


class RetentionSchedule(Tenanted, table=True):
    """When one recording falls due, and for what. Reckoned, never decided: erasing decides anew (`sweep`).

    A row is outdated once the recording's revision or the policy's digest is another one.
    """

    __tablename__ = "retention_schedule"
    __table_args__ = (
        sa.Index("ix_retention_schedule_due", "tenant", "due_at", "recording_id"),
        sa.Index("ix_retention_schedule_month", "tenant", "due_month", "rule", "action"),
        # Few wait for a person, and they are asked for often: listed as they fell due, counted by rule.
        sa.Index(
            "ix_retention_schedule_review",
            "tenant",
            "due_at",
            "recording_id",
            sqlite_where=sa.text("review_asked_at IS NOT NULL"),
            postgresql_where=sa.text("review_asked_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_retention_schedule_asked",
            "tenant",
            "rule",
            "review_asked_at",
            sqlite_where=sa.text("review_asked_at IS NOT NULL"),
            postgresql_where=sa.text("review_asked_at IS NOT NULL"),
        ),
    )

    recording_id: str = Field(primary_key=True, foreign_key="recording.id", max_length=80)
    rule: str = Field(max_length=60)
    action: str = Field(max_length=20)
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """None while the event is still waited for; `due_at` then reckons with the longest wait."""
    due_at: datetime = Field(sa_type=UtcDateTime)
    due_month: str = Field(max_length=7)
    """`2027-03`, in UTC: what a year's plot counts by."""
    waits_for: str | None = Field(default=None, max_length=20)
    policy_digest: str = Field(max_length=32)
    revision: int
    review_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when a person is asked to decide; None where nobody is."""


class RetentionEvent(Tenanted, table=True):
    """Something that starts a period: the case was closed, the contract ended. A later note replaces an earlier one."""

    __tablename__ = "retention_event"

    recording_id: str = Field(primary_key=True, foreign_key="recording.id", max_length=80)
    event: str = Field(primary_key=True, max_length=20)
    at: datetime = Field(sa_type=UtcDateTime)
    noted_by: str = Field(max_length=80)
    noted_at: datetime = Field(sa_type=UtcDateTime)


class RetentionReview(Tenanted, table=True):
    """What a person decided when a recording's period ended in a review: `keep_until` a moment, or `erase`."""

    __tablename__ = "retention_review"

    id: str = Field(primary_key=True, max_length=40)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    decision: str = Field(max_length=20)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    because_sealed: bytes
    decided_by: str = Field(max_length=80)
    decided_at: datetime = Field(sa_type=UtcDateTime)


class Matter(Tenanted, table=True):
    """A legal hold over a selection of recordings, present and future. States: open, release_requested, released."""

    id: str = Field(primary_key=True, max_length=40)
    title_sealed: bytes
    because_sealed: bytes
    selection: dict[str, Any] = Field(sa_type=sa.JSON)
    order_id: str = Field(max_length=80)
    state: str = Field(index=True, max_length=20)
    opened_by: str = Field(max_length=80)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    review_by: date
    """The day by which somebody confirms that the hold is still needed."""
    reviewed_by: str | None = Field(default=None, max_length=80)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    review_sealed: bytes | None = None
    requested_by: str | None = Field(default=None, max_length=80)
    requested_person: str | None = Field(default=None, max_length=40)
    requested_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    request_sealed: bytes | None = None
    released_by: str | None = Field(default=None, max_length=80)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RetentionProof(Tenanted, table=True):
    """One check that nothing overdue is left (PCI DSS 3.2.1): what was counted, under which policy, and its log entry."""

    __tablename__ = "retention_proof"

    id: str = Field(primary_key=True, max_length=40)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    holds: bool
    counts: dict[str, Any] = Field(sa_type=sa.JSON)
    samples: dict[str, Any] = Field(sa_type=sa.JSON)
    policy_digest: str = Field(max_length=32)
    by: str = Field(max_length=80)
    entry_id: str = Field(max_length=40)


class RetentionAdoption(Tenanted, table=True):
    """That a person put a retention policy into force: from then on, what it lets fall due is erased by the jobs."""

    __tablename__ = "retention_adoption"

    id: str = Field(primary_key=True, max_length=40)
    policy_digest: str = Field(max_length=32)
    policy_version: str = Field(max_length=40)
    adopted_by: str = Field(max_length=80)
    adopted_at: datetime = Field(sa_type=UtcDateTime, index=True)
    entry_id: str = Field(max_length=40)
