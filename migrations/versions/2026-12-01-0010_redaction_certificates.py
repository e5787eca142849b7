"""redaction_certificates.

Revision: 5d0c7a91e2b4, after 5d0c7e92ab14, 2026-12-01 00:10:12.408113.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7a91e2b4"
down_revision = "5d0c7e92ab14"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "redaction_certificate",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("recording_id", sa.String(length=80), nullable=False),
        sa.Column("run_id", sa.String(length=80), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
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
    with op.batch_alter_table("redaction_certificate", schema=None) as batch_op:
        batch_op.create_index(
            "ix_redaction_certificate_of", ["tenant", "recording_id", "issued_at", "id"], unique=False
        )
        batch_op.create_index("ix_redaction_certificate_month", ["tenant", "month"], unique=False)
    # It goes with its recording, and its salt with the texts that were released; nothing else of it ever changes.
    certified = "id, tenant, recording_id, run_id, document, sha256, entry_id, issued_at, month"
    refused = f"CREATE TRIGGER redaction_certificate_no_update BEFORE UPDATE OF {certified} ON redaction_certificate "
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{refused} BEGIN SELECT RAISE(ABORT, 'redaction_certificate is insert-only'); END")
        return
    op.execute(f"{refused} FOR EACH STATEMENT EXECUTE FUNCTION audit_insert_only()")


def downgrade() -> None:
    """Not offered: a schema that holds evidence is only ever extended."""
    raise NotImplementedError
