"""What a request is made of. What names the person stands in sealed boxes; identifiers are found by blind tokens only."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime


class SubjectRequest(Tenanted, table=True):
    """What one person asks. `box` holds name, contact, identifiers and free text (`person.of` opens it).

    `due_at` is the first moment after the last day, in UTC; `due_on` is that day where the person is. Both are what
    the law gives now: pauses and an extension are in them. `revision` counts changes: two people who decide on the same
    state cannot both succeed.
    """

    __tablename__ = "subject_request"
    __table_args__ = (
        sa.UniqueConstraint("tenant", "year", "serial", name="uq_subject_request_number"),
        sa.Index("ix_subject_request_clock", "tenant", "state", "due_at"),
    )

    id: str = Field(primary_key=True, max_length=80)
    year: int
    serial: int
    regime: str = Field(max_length=40)
    kind: str = Field(max_length=40)
    channel: str = Field(max_length=20)
    requester: str = Field(max_length=20)
    place: str = Field(max_length=20)
    language: str = Field(max_length=35)
    box: bytes
    state: str = Field(max_length=20)
    revision: int = 0
    opened_by: str = Field(max_length=80)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date
    due_at: datetime = Field(sa_type=UtcDateTime)
    acknowledge_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    warned_days: int | None = None
    identity: str = Field(max_length=20)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_for: str | None = Field(default=None, max_length=20)
    paused_days: int = 0
    extended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extension_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """An extension counts once the person has been told, and only if that was within the first period."""
    searched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    purposes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    grounds: str | None = Field(default=None, max_length=20)
    outcome: str | None = Field(default=None, max_length=20)
    refusal: str | None = Field(default=None, max_length=40)
    reasons_sealed: bytes | None = None
    decided_by: str | None = Field(default=None, max_length=80)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    earlier_id: str | None = Field(default=None, max_length=80)
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def number(self) -> str:
        """The number people call it by: `2026-0007`."""
        return f"{self.year}-{self.serial:04d}"


class RequestIdentifier(Tenanted, table=True):
    """One identifier the request names, as the blind index of the catalog knows it (`recordings.people.token`)."""

    __tablename__ = "subject_request_identifier"

    request_id: str = Field(primary_key=True, foreign_key="subject_request.id", max_length=80)
    token: bytes = Field(primary_key=True, index=True)
    kind: str = Field(max_length=20)


class StandingFor(Tenanted, table=True):
    """A standing order of the catalog that a request placed: its suspension of erasure, or a purpose that it stops.

    One for each identifier, so that an identifier that turns out to be somebody else's can be let go alone; or for one
    recording, `candidate_id`, that no identifier leads to any more.
    """

    __tablename__ = "subject_request_order"

    order_id: str = Field(primary_key=True, max_length=80)
    request_id: str = Field(index=True, foreign_key="subject_request.id", max_length=80)
    kind: str = Field(max_length=20)
    purpose: str | None = Field(default=None, max_length=40)
    token: bytes | None = None
    candidate_id: str | None = Field(default=None, max_length=80)
    placed_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Candidate(Tenanted, table=True):
    """A recording that may be the requester's. Nothing of it is disclosed before a person has confirmed it.

    `party_ids` are those whose identifiers match, `party_id` the one who the requester is, once confirmed. They are no
    foreign keys: when the recording is erased, its parties go, and the decision stays.
    """

    __tablename__ = "subject_candidate"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "recording_id", name="uq_subject_candidate_recording"),
        sa.Index("ix_subject_candidate_decision", "request_id", "decision", "id"),
    )

    id: str = Field(primary_key=True, max_length=80)
    request_id: str = Field(foreign_key="subject_request.id", max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    party_ids: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    matched: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Tokens that match, in hexadecimal."""
    found_at: datetime = Field(sa_type=UtcDateTime)
    has_arrived: bool = False
    """Whether it came after the first search."""
    decision: str = Field(max_length=20)
    party_id: str | None = Field(default=None, max_length=80)
    because_sealed: bytes | None = None
    decided_by: str | None = Field(default=None, max_length=80)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IdentityCheck(Tenanted, table=True):
    """One proof of identity that was asked for: a one-time code (its keyed hash alone is kept), or evidence a person saw."""

    __tablename__ = "subject_identity_check"

    id: str = Field(primary_key=True, max_length=80)
    request_id: str = Field(index=True, foreign_key="subject_request.id", max_length=80)
    way: str = Field(max_length=20)
    token: bytes | None = None
    """Of a code: the blind index of the address it went to."""
    code_hash: bytes | None = None
    tries: int = 0
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    has_passed: bool | None = None
    note_sealed: bytes | None = None
    by: str = Field(max_length=80)


class RequestEvent(Tenanted, table=True):
    """One line of a request's history. What a person wrote is sealed; `code` and `det` hold words of vocabularies only."""

    __tablename__ = "subject_request_event"

    id: str = Field(primary_key=True, max_length=80)
    request_id: str = Field(index=True, foreign_key="subject_request.id", max_length=80)
    at: datetime = Field(sa_type=UtcDateTime)
    act: str = Field(max_length=60)
    by: str = Field(max_length=80)
    code: str | None = Field(default=None, max_length=60)
    det: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    note_sealed: bytes | None = None
