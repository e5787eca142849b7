"""audit_witnesses.

Revision: 4c7d2e9b51a6, after 8e1f3b6c20d9, 2026-12-01 05:20:00.
"""

import sqlalchemy as sa
from alembic import op

revision = "4c7d2e9b51a6"
down_revision = "8e1f3b6c20d9"
branch_labels = None
depends_on = None

TABLES = ("audit_cosignature", "audit_timestamp")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "audit_cosignature",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("log_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=400), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", "witness"),
    )
    op.create_table(
        "audit_timestamp",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("log_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tsa", sa.String(length=400), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", "tsa"),
    )
    # What a witness or an authority has said is evidence: added to, and never changed or taken away.
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
                )
        return
    for table in TABLES:
        for act in ("UPDATE", "DELETE", "TRUNCATE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION audit_insert_only()"
            )


def downgrade() -> None:
    """Not offered: a schema that holds evidence is only ever extended."""
    raise NotImplementedError
