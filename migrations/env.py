"""Alembic's environment: runs the migrations in the connection it is handed, or prints them."""

from alembic import context
from sqlmodel import SQLModel

import governance.access.models
import governance.audit.models
import governance.findings.models
import governance.messages.models
import governance.recordings.models
import governance.redaction.models
import governance.retention.models
import governance.siem.models
import governance.subjects.models
import governance.subjects.package_models
import governance.tenancy
import governance.vault.models  # noqa: F401


def render_item(kind, item, _autogen):
    """Write types as the database knows them, so that a migration never depends on code that moves."""
    if kind == "type" and type(item).__name__ == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("migrations are run by governance.db.migrate")
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A migration that waits for a lock stops everybody behind it: better it fails and is tried again.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    context.run_migrations()
