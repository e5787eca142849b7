"""release_samples.

Revision: 8e1f3b6c20d9, after 5d0c7a91e2b4, 2026-12-01 00:15:44.117306.
"""

import sqlalchemy as sa
from alembic import op

revision = "8e1f3b6c20d9"
down_revision = "5d0c7a91e2b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "release_sample",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("recording_id", sa.String(length=80), nullable=True),
        sa.Column("run_id", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drawn_by", sa.String(length=10), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("codec", sa.String(length=20), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_run_id", sa.String(length=80), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", sa.String(length=80), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("release_sample", schema=None) as batch_op:
        batch_op.create_index(
            "ix_release_sample_listing", ["tenant", "state", "drawn_at", "id"], unique=False
        )
        batch_op.create_index("ix_release_sample_of", ["tenant", "recording_id"], unique=False)
        batch_op.create_index("ix_release_sample_month", ["tenant", "month"], unique=False)
    op.create_table(
        "sample_miss",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("sample_id", sa.String(length=40), nullable=False),
        sa.Column("recording_id", sa.String(length=80), nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("stream", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Integer(), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("end_ms", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("first_word", sa.Integer(), nullable=True),
        sa.Column("last_word", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["release_sample.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sample_miss", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sample_miss_recording_id"), ["recording_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sample_miss_sample_id"), ["sample_id"], unique=False)
    op.add_column("redaction_run", sa.Column("asked_by", sa.String(length=80), nullable=True))


def downgrade() -> None:
    """Not offered: a schema that holds evidence is only ever extended."""
    raise NotImplementedError
