"""The migrations and the models describe one schema, on both databases."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from governance.db import make_engine, migrate

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

TABLES = ("tenancy", "access.models", "audit.models", "recordings.models", "redaction.models", "vault.models")


def test_the_migrations_build_what_the_models_say(database_url: str) -> None:
    for name in TABLES:
        importlib.import_module(f"governance.{name}")
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    engine = make_engine(database_url)
    migrate(engine)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))
