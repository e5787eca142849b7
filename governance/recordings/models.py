"""What a recording is made of. Sealed columns hold AES-256-GCM boxes under the tenant's keys."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from governance.db import Tenanted, UtcDateTime

QUARANTINED = "quarantined"
RELEASED = "released"
ERASED = "erased"

ORIGINAL = "original"
MASTER = "master"
RENDITION = "rendition"

HOLD = "hold"
SUSPENSION = "suspension"
RESTRICTION = "restriction"

WHOLE = "recording"

WAVEFORM = "waveform"
"""The kind of derived file that holds how far the sound of a version swings, as a picture needs it."""


def _where(condition: str) -> dict[str, Any]:
    """Return what makes an index one over few rows, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


class Recording(Tenanted, table=True):
    """One interaction. `revision` counts its changes, so that two acts on the same state cannot both succeed."""

    __table_args__ = (
        UniqueConstraint("tenant", "source", "external_id"),
        # Lists are read newest first whatever they are narrowed to, and so is each index that narrows one.
        sa.Index("ix_recording_listing", "tenant", "started_at", "id"),
        sa.Index("ix_recording_agent", "tenant", "agent_id", "started_at", "id"),
        sa.Index("ix_recording_team", "tenant", "team", "started_at", "id"),
        sa.Index("ix_recording_site", "tenant", "site", "started_at", "id"),
        sa.Index("ix_recording_line", "tenant", "line_of_business", "started_at", "id"),
        sa.Index("ix_recording_external_id", "tenant", "external_id"),
        # Jobs go round the whole archive in the order of the ids.
        sa.Index("ix_recording_round", "tenant", "id"),
        # Few are in quarantine, and they are asked for often.
        sa.Index(
            "ix_recording_quarantined",
            "tenant",
            "started_at",
            "id",
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=80)
    source: str = Field(max_length=80)
    external_id: str = Field(max_length=200)
    content_sha256: str = Field(max_length=64)
    state: str = Field(index=True, max_length=20)
    revision: int = 0
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    duration_ms: int | None = None
    agent_id: str | None = Field(default=None, max_length=80)
    team: str | None = Field(default=None, max_length=80)
    site: str | None = Field(default=None, max_length=80)
    language: str | None = Field(default=None, max_length=35)
    jurisdiction: str | None = Field(default=None, max_length=20)
    line_of_business: str | None = Field(default=None, max_length=80)
    direction: str | None = Field(default=None, max_length=20)
    notice_given: bool | None = None
    notice: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    channels: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    warnings: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Media(Tenanted, table=True):
    """One stream of a recording: a voice leg, a screen, a chat."""

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    position: int
    kind: str = Field(max_length=20)
    content_type: str | None = Field(default=None, max_length=100)
    container: str | None = Field(default=None, max_length=20)
    codec: str | None = Field(default=None, max_length=20)
    rate: int | None = None
    channel_count: int | None = None
    frames: int | None = Field(default=None, sa_type=sa.BigInteger)
    duration_ms: int | None = None
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    why_absent: str | None = Field(default=None, max_length=200)


class Rendition(Tenanted, table=True):
    """One stored version of a media: `original`, `master` (without sensitive authentication data) or `rendition`."""

    __table_args__ = (UniqueConstraint("media_id", "level"),)

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    media_id: str = Field(index=True, foreign_key="media.id", max_length=80)
    level: str = Field(max_length=20)
    blob_id: str = Field(foreign_key="blob.id", max_length=80)
    sha256: str = Field(max_length=64)
    policy_digest: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Transcript(Tenanted, table=True):
    """One stored version of what was said, at the same levels as the sound."""

    __table_args__ = (UniqueConstraint("recording_id", "position", "level"),)

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    media_id: str | None = Field(default=None, foreign_key="media.id", max_length=80)
    position: int
    level: str = Field(max_length=20)
    format: str = Field(max_length=40)
    language: str | None = Field(default=None, max_length=35)
    origin: str | None = Field(default=None, max_length=80)
    blob_id: str = Field(foreign_key="blob.id", max_length=80)
    sha256: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Derived(Tenanted, table=True):
    """A file made from the recording: the report of its redaction, the source document it came in, an export."""

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    kind: str = Field(max_length=40)
    level: str = Field(max_length=20)
    content_type: str = Field(max_length=100)
    blob_id: str = Field(foreign_key="blob.id", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Party(Tenanted, table=True):
    """Somebody who takes part. Name and identifiers are in the sealed box only."""

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    position: int
    role: str = Field(max_length=20)
    channel: int | None = None
    box: bytes


class PartyIndex(Tenanted, table=True):
    """The keyed blind index: HMAC of kind and normalised identifier, so that a person is found without being named."""

    __tablename__ = "party_index"

    token: bytes = Field(primary_key=True)
    # Deleting a party looks for what refers to it: without an index through all there is.
    party_id: str = Field(primary_key=True, index=True, foreign_key="party.id", max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)


class StandingOrder(Tenanted, table=True):
    """A hold, suspension or restriction over a selection of recordings, present and future, until it is ended.

    It is in force for every match from the commit of `standing.place` to that of `standing.end`. The rows that bear
    its effect come after it: up to the recording `cursor`, and to all of them at `carried_out_at`.
    """

    __tablename__ = "standing_order"
    __table_args__ = (
        sa.Index("ix_standing_order_pending", "tenant", "kind", **_where("carried_out_at IS NULL")),
    )

    id: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=20)
    selection: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    reference: str = Field(index=True, max_length=120)
    purpose: str | None = Field(default=None, max_length=40)
    because_sealed: bytes
    placed_by: str = Field(max_length=80)
    placed_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, max_length=80)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_because_sealed: bytes | None = None
    cursor: str = Field(default="", max_length=80)
    carried_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StandingOrderKey(Tenanted, table=True):
    """Where an open order is looked for when a recording comes in: a person's token, an agent, or anywhere."""

    __tablename__ = "standing_order_key"

    tenant: str = Field(primary_key=True, max_length=40)
    key: bytes = Field(primary_key=True)
    order_id: str = Field(primary_key=True, index=True, foreign_key="standing_order.id", max_length=80)


class Hold(Tenanted, table=True):
    """A legal hold: nothing of the recording may be erased while one stands."""

    __table_args__ = (sa.Index("ix_hold_order", "order_id", "recording_id", unique=True),)

    id: str = Field(primary_key=True, max_length=80)
    order_id: str | None = Field(
        default=None,
        sa_column=sa.Column(sa.String(80), sa.ForeignKey("standing_order.id", name="fk_hold_order")),
    )
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    matter: str = Field(max_length=120)
    placed_by: str = Field(max_length=80)
    placed_at: datetime = Field(sa_type=UtcDateTime)
    released_by: str | None = Field(default=None, max_length=80)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Suspension(Tenanted, table=True):
    """An open request of a person that covers the recording: nothing of it may be erased before it is answered."""

    __table_args__ = (sa.Index("ix_suspension_order", "order_id", "recording_id", unique=True),)

    id: str = Field(primary_key=True, max_length=80)
    order_id: str = Field(foreign_key="standing_order.id", max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    reference: str = Field(max_length=120)
    placed_by: str = Field(max_length=80)
    placed_at: datetime = Field(sa_type=UtcDateTime)
    lifted_by: str | None = Field(default=None, max_length=80)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Restriction(Tenanted, table=True):
    """A purpose the recording may not be used for (GDPR Art. 18, 21)."""

    __table_args__ = (sa.Index("ix_restriction_order", "order_id", "recording_id", unique=True),)

    id: str = Field(primary_key=True, max_length=80)
    order_id: str | None = Field(
        default=None,
        sa_column=sa.Column(sa.String(80), sa.ForeignKey("standing_order.id", name="fk_restriction_order")),
    )
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    purpose: str = Field(max_length=40)
    reason: str = Field(max_length=40)
    placed_by: str = Field(max_length=80)
    placed_at: datetime = Field(sa_type=UtcDateTime)
    lifted_by: str | None = Field(default=None, max_length=80)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Quarantine(Tenanted, table=True):
    """Why nobody may play the recording. It is playable only when none of its quarantines is open."""

    # Every recording was once in quarantine; jobs look every second for the few that still are.
    __table_args__ = (
        sa.Index("ix_quarantine_open", "tenant", "reason", "since", **_where("ended_at IS NULL")),
    )

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    reason: str = Field(index=True, max_length=40)
    because: str
    since: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    ended_because: str | None = None


class Erasure(Tenanted, table=True):
    """The erasure of a recording or of its master: why, under which policy, which copies, which of them have answered."""

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    scope: str = Field(default=WHOLE, max_length=20, sa_column_kwargs={"server_default": WHOLE})
    reason: str = Field(max_length=40)
    because: str = Field(default="", sa_column_kwargs={"server_default": ""})
    rule: str | None = Field(default=None, max_length=120)
    policy_digest: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    entry_id: str = Field(default="", max_length=36, sa_column_kwargs={"server_default": ""})
    completed_entry_id: str | None = Field(default=None, max_length=36)
    state: str = Field(index=True, max_length=20)
    copies: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    asked_by: str = Field(max_length=80)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Idempotency(Tenanted, table=True):
    """An `Idempotency-Key` an account has used, what it asked with it, and what it got."""

    key_sha256: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(primary_key=True, max_length=80)
    request_sha256: str = Field(max_length=64)
    recording_id: str = Field(foreign_key="recording.id", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
