"""What the catalog remembers of redaction: each run with what it found, and what people decided. Never the data itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime


class RedactionRun(Tenanted, table=True):
    """One run over one recording: what was found where (times and kinds, no content), and what the second look said."""

    __tablename__ = "redaction_run"

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    kind: str = Field(max_length=20)
    outcome: str = Field(max_length=20)
    because: str
    policy_digest: str = Field(max_length=64)
    policy_version: str = Field(max_length=40)
    detectors: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    spans: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    second_look: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class Verdict(Tenanted, table=True):
    """What a person decided about suspected sensitive authentication data."""

    id: str = Field(primary_key=True, max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    verdict: str = Field(max_length=20)
    decided_by: str = Field(max_length=80)
    decided_at: datetime = Field(sa_type=UtcDateTime)


class StoredForm(Tenanted, table=True):
    """What the masks in the stored rendition of a recording say of card numbers: `token` or `part`. No row: nothing."""

    __tablename__ = "stored_form"
    __table_args__ = (sa.Index("ix_stored_form_form", "tenant", "form"),)

    recording_id: str = Field(primary_key=True, foreign_key="recording.id", max_length=80)
    form: str = Field(max_length=10)


OPEN, DECIDED = "open", "decided"


class ReviewItem(Tenanted, table=True):
    """A finding that redaction was not sure of, for a person to look at, and what they decided. It holds no word of it.

    The words are counted in the stored transcript of the rendition; `master_first` and `master_last` say where the same
    words stand in the master, where that is known. `read_by` and `read_level` are who read the passage last, and in
    which version. Of what is erased only entity, score, language, format and the decision stay, under another id.
    """

    __tablename__ = "review_item"
    __table_args__ = (
        sa.Index("ix_review_item_listing", "tenant", "state", "created_at", "id"),
        sa.Index("ix_review_item_of", "tenant", "recording_id", "created_at", "id"),
        sa.Index("ix_review_item_all", "tenant", "created_at", "id"),
        # Evidence is counted from the index alone.
        sa.Index(
            "ix_review_item_evidence",
            "tenant",
            "state",
            "entity",
            "language",
            "score",
            "decision",
            "read_level",
        ),
    )

    id: str = Field(primary_key=True, max_length=40)
    recording_id: str | None = Field(default=None, foreign_key="recording.id", max_length=80)
    run_id: str | None = Field(default=None, max_length=80)
    position: int | None = None
    words: int = 0
    first_word: int | None = None
    last_word: int | None = None
    master_first: int | None = None
    master_last: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    channel: int | None = None
    entity: str = Field(max_length=20)
    score: float
    because: str
    detectors: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    language: str = Field(max_length=35)
    format: str = Field(max_length=40)
    state: str = Field(max_length=10)
    created_at: datetime = Field(sa_type=UtcDateTime)
    read_by: str | None = Field(default=None, max_length=80)
    read_level: str | None = Field(default=None, max_length=20)
    decision: str | None = Field(default=None, max_length=10)
    decided_entity: str | None = Field(default=None, max_length=20)
    decided_first: int | None = None
    decided_last: int | None = None
    decided_by: str | None = Field(default=None, max_length=80)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
