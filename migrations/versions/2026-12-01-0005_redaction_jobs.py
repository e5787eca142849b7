"""redaction_jobs.

Revision: 5d0c7e92ab14, after b41f0c5a7d3e, 2026-12-01 00:05:12.402817.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7e92ab14"
down_revision = "b41f0c5a7d3e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    blobs = ("sound_blob_id", "transcript_blob_id", "result_blob_id", "report_blob_id")
    op.create_table(
        "redaction_job",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("trace", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("treatment", sa.String(length=10), nullable=False),
        sa.Column("only_report", sa.Boolean(), nullable=False),
        sa.Column("must_be_examined", sa.Boolean(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(length=80), nullable=True) for name in blobs),
        sa.Column("content_type", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("because", sa.String(length=1000), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.ForeignKeyConstraint([name], ["blob.id"]) for name in blobs),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("redaction_job", schema=None) as batch_op:
        batch_op.create_index("ix_redaction_job_due", ["tenant", "state", "next_at"], unique=False)
        batch_op.create_index("ix_redaction_job_end", ["tenant", "state", "expires_at"], unique=False)


def downgrade() -> None:
    """Not offered: a schema that holds evidence is only ever extended."""
    raise NotImplementedError
