"""What the catalog remembers of redaction: each run with what it found, and what a person decided. Never the data itself."""

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
