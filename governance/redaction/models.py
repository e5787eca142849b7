"""What is remembered of redaction: each run with what it found, what people decided, and jobs. Never the data itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime


class RedactionRun(Tenanted, table=True):
    """One run over one recording: what was found where (times and kinds, no content), and what the second look said.

    `asked_by` is who asked for it; None where a service of the house made it by itself.
    """

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
    asked_by: str | None = Field(default=None, max_length=80)
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


WAITING, WORKING, DONE = "waiting", "working", "done"
FAILED, FETCHED, EXPIRED = "failed", "fetched", "expired"
HELD = (WAITING, WORKING, DONE)
"""The states of a job of which bytes lie in the vault."""


class RedactionJob(Tenanted, table=True):
    """Sound without a catalog that is redacted later: taken in sealed, worked off, fetched once, gone in time.

    States: waiting, working, done, failed, fetched, expired. `claim` is whoever works on it, or hands it out, at the
    moment; `next_at` is from when on it may be claimed (again): a lease, so that what died is taken over. The columns
    of blobs are empty once these are shredded.
    """

    __tablename__ = "redaction_job"
    __table_args__ = (
        sa.Index("ix_redaction_job_due", "tenant", "state", "next_at"),
        sa.Index("ix_redaction_job_end", "tenant", "state", "expires_at"),
    )

    id: str = Field(primary_key=True, max_length=40)
    account_id: str = Field(max_length=80)
    state: str = Field(max_length=10)
    trace: str = Field(max_length=36)
    language: str | None = Field(default=None, max_length=35)
    treatment: str = Field(max_length=10)
    only_report: bool = False
    must_be_examined: bool = False
    bytes: int = Field(sa_type=sa.BigInteger)
    sound_blob_id: str | None = Field(default=None, foreign_key="blob.id", max_length=80)
    transcript_blob_id: str | None = Field(default=None, foreign_key="blob.id", max_length=80)
    result_blob_id: str | None = Field(default=None, foreign_key="blob.id", max_length=80)
    report_blob_id: str | None = Field(default=None, foreign_key="blob.id", max_length=80)
    content_type: str | None = Field(default=None, max_length=80)
    attempts: int = 0
    fetches: int = 0
    claim: str | None = Field(default=None, max_length=32)
    next_at: datetime = Field(sa_type=UtcDateTime)
    problem: str | None = Field(default=None, max_length=40)
    because: str | None = Field(default=None, max_length=1000)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class RedactionCertificate(Tenanted, table=True):
    """What was certified of one release, as the exact bytes whose SHA-256 stands in the log's entry `entry_id`.

    A trigger refuses every change of it on both databases; it goes with its recording. `salt` is that of the digests of
    texts, and goes with these: None once another release has taken their place.
    """

    __tablename__ = "redaction_certificate"
    __table_args__ = (
        sa.Index("ix_redaction_certificate_of", "tenant", "recording_id", "issued_at", "id"),
        sa.Index("ix_redaction_certificate_month", "tenant", "month"),
    )

    id: str = Field(primary_key=True, max_length=40)
    recording_id: str = Field(foreign_key="recording.id", max_length=80)
    run_id: str = Field(max_length=80)
    document: bytes
    sha256: str = Field(max_length=64)
    salt: bytes | None = None
    entry_id: str = Field(max_length=36)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    month: str = Field(max_length=7)


JUDGED, LAPSED = "judged", "lapsed"
"""What becomes of one of the sample that is WAITING."""


class ReleaseSample(Tenanted, table=True):
    """A release that was drawn for people to examine whole, and what came of it.

    `run_id` is the run whose draw it was; `seen_run_id` the one that made what its examiner opened. Of what is erased only
    what the rate is counted from stays, under another id; what was erased before anybody judged it is `lapsed`.
    """

    __tablename__ = "release_sample"
    __table_args__ = (
        sa.Index("ix_release_sample_listing", "tenant", "state", "drawn_at", "id"),
        sa.Index("ix_release_sample_of", "tenant", "recording_id"),
        sa.Index("ix_release_sample_month", "tenant", "month"),
    )

    id: str = Field(primary_key=True, max_length=40)
    recording_id: str | None = Field(default=None, foreign_key="recording.id", max_length=80)
    run_id: str | None = Field(default=None, max_length=80)
    state: str = Field(max_length=10)
    drawn_by: str = Field(max_length=10)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    month: str = Field(max_length=7)
    language: str = Field(max_length=35)
    channels: int
    codec: str = Field(max_length=20)
    product: str = Field(max_length=40)
    taken_by: str | None = Field(default=None, max_length=80)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_run_id: str | None = Field(default=None, max_length=80)
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    judged_by: str | None = Field(default=None, max_length=80)
    judged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    missed: int = 0


class SampleMiss(Tenanted, table=True):
    """One place that an examiner marked: what it is and where. Never the data, and no free text.

    In the sound by `stream`, `channel` and milliseconds, in a transcript by the words of its stored rendition. Every later
    run takes it away, whatever its detectors say. It goes with its recording.
    """

    __tablename__ = "sample_miss"

    id: str = Field(primary_key=True, max_length=40)
    sample_id: str = Field(index=True, foreign_key="release_sample.id", max_length=40)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    entity: str = Field(max_length=20)
    stream: int | None = None
    channel: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    position: int | None = None
    first_word: int | None = None
    last_word: int | None = None
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
