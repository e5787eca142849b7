"""stored_forms.

Revision: b41f0c5a7d3e, after 67c36806449a, 2026-11-30 18:12:40.120394.
"""

import sqlalchemy as sa
from alembic import op

revision = "b41f0c5a7d3e"
down_revision = "67c36806449a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "stored_form",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("recording_id", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tenant"],
            ["tenant.id"],
        ),
        sa.PrimaryKeyConstraint("recording_id"),
    )
    with op.batch_alter_table("stored_form", schema=None) as batch_op:
        batch_op.create_index("ix_stored_form_form", ["tenant", "form"], unique=False)


def downgrade() -> None:
    """Not offered: a schema that holds evidence is only ever extended."""
    raise NotImplementedError
