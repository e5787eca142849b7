"""What is written to a person and what is handed to them: letters, packages, and the visits of who fetches one.

Texts are sealed (`sealing`). A package is rows and sealed bytes: one part a recording, owned by that recording, so that
its erasure reaches the copy in the package too; and a last part of its own, without which the others are no archive.
"""

from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime

LetterState = Literal["prepared", "sent", "posted", "discarded"]
PackageState = Literal["making", "ready", "gone"]
PartState = Literal["waiting", "included", "left_out"]

PREPARED: Final[LetterState] = "prepared"
SENT: Final[LetterState] = "sent"
POSTED: Final[LetterState] = "posted"
DISCARDED: Final[LetterState] = "discarded"
MAKING: Final[PackageState] = "making"
READY: Final[PackageState] = "ready"
GONE: Final[PackageState] = "gone"
WAITING: Final[PartState] = "waiting"
INCLUDED: Final[PartState] = "included"
LEFT_OUT: Final[PartState] = "left_out"


class Letter(Tenanted, table=True):
    """A letter, shown before it goes. `revision` counts edits: what is sent is what somebody has read."""

    __tablename__ = "subject_letter"

    id: str = Field(primary_key=True, max_length=80)
    request_id: str = Field(index=True, foreign_key="subject_request.id", max_length=80)
    package_id: str | None = Field(default=None, foreign_key="subject_package.id", max_length=80)
    kind: str = Field(max_length=40)
    language: str = Field(max_length=10)
    state: str = Field(max_length=20)
    revision: int = 0
    policy_digest: str = Field(max_length=64)
    subject_sealed: bytes
    body_sealed: bytes
    prepared_by: str = Field(max_length=80)
    prepared_at: datetime = Field(sa_type=UtcDateTime)
    edited_by: str | None = Field(default=None, max_length=80)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, max_length=80)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    message_id: str | None = Field(default=None, max_length=80)


class Package(Tenanted, table=True):
    """What answers one request for access. `code_hash` is keyed; `covered` says which bytes were fetched so far."""

    __tablename__ = "subject_package"

    id: str = Field(primary_key=True, max_length=80)
    request_id: str = Field(index=True, foreign_key="subject_request.id", max_length=80)
    state: str = Field(index=True, max_length=20)
    language: str = Field(max_length=10)
    policy_digest: str = Field(max_length=64)
    ordered_by: str = Field(max_length=80)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    size: int = Field(default=0, sa_type=sa.BigInteger)
    blob_id: str | None = Field(default=None, foreign_key="blob.id", max_length=80)
    manifest_sha256: str | None = Field(default=None, max_length=64)
    code_hash: bytes | None = None
    code_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    fetches: int = 0
    covered: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    gone_because: str | None = Field(default=None, max_length=40)


class PackagePart(Tenanted, table=True):
    """One recording's place in a package: its stretch of the archive, or the reason why it is not in it.

    `facts_sealed` lists its files and what was withheld from them. They go when the package goes; the counts stay.
    """

    __tablename__ = "subject_package_part"
    __table_args__ = (sa.UniqueConstraint("package_id", "position", name="uq_subject_package_part_position"),)

    id: str = Field(primary_key=True, max_length=80)
    package_id: str = Field(foreign_key="subject_package.id", max_length=80)
    recording_id: str = Field(index=True, foreign_key="recording.id", max_length=80)
    party_id: str | None = Field(default=None, max_length=80)
    position: int
    state: str = Field(max_length=20)
    code: str | None = Field(default=None, max_length=40)
    blob_id: str | None = Field(default=None, foreign_key="blob.id", max_length=80)
    size: int = Field(default=0, sa_type=sa.BigInteger)
    withheld: int = 0
    facts_sealed: bytes = b""


class PackageVisit(Tenanted, table=True):
    """Somebody for whom the page has opened: a token, kept as its hash, that lets them download for a while."""

    __tablename__ = "subject_package_visit"

    id: str = Field(primary_key=True, max_length=80)
    package_id: str = Field(index=True, foreign_key="subject_package.id", max_length=80)
    token_hash: str = Field(max_length=64)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
