"""What is known of a blob: its size and owner, and, as a row of its own, the wrapped key without which it is noise."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from governance.db import Tenanted, UtcDateTime


class Blob(Tenanted, table=True):
    """Encrypted bytes in the blob store. The row outlives the key, so that the sweep knows what to delete."""

    __table_args__ = (
        sa.Index(
            "ix_blob_unswept",
            "tenant",
            "shredded_at",
            sqlite_where=sa.text("shredded_at IS NOT NULL AND swept_at IS NULL"),
            postgresql_where=sa.text("shredded_at IS NOT NULL AND swept_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True, max_length=80)
    owner: str = Field(index=True, max_length=80)
    bytes: int
    sha256: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    shredded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    swept_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BlobKey(Tenanted, table=True):
    """The blob's data key, wrapped by a KEK whose id stands beside it so that it can rotate without touching blobs."""

    __tablename__ = "blob_key"

    blob_id: str = Field(primary_key=True, foreign_key="blob.id", max_length=80)
    kek_id: str = Field(index=True, max_length=80)
    wrapped: bytes
