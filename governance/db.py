"""The database: engines for SQLite and PostgreSQL, the base of tenants' tables, moments in UTC, migrations."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import ORMExecuteState, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Session, SQLModel

from governance.errors import ConfigurationError, IntegrityError

if TYPE_CHECKING:
    from alembic.config import Config

BEGIN = "governance_begin"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware out, UTC on both databases. SQLite has no zone, so it stores the UTC wall clock."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database stores it; a naive one is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Texts(FunctionElement[str]):
    """The texts of a JSON array, as rows: one parameter, however many there are."""

    name = "texts"
    type = sa.Text()
    inherit_cache = True


@compiles(_Texts, "sqlite")
def _texts_on_sqlite(element: _Texts, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({given}))"  # noqa: S608 - a bound parameter


@compiles(_Texts, "postgresql")
def _texts_on_postgresql(element: _Texts, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    return f"(SELECT json_array_elements_text(CAST({given} AS json)))"


def is_one_of(column: Any, values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that `column` has one of `values`: without the limit that databases set to parameters."""
    texts = _Texts(sa.literal(json.dumps(list(values)), sa.Text()))
    condition: sa.ColumnElement[bool] = column.op("IN", is_comparison=True, return_type=sa.Boolean())(texts)
    return condition


class Tenanted(SQLModel):
    """Base of every table that belongs to a tenant: a Work sees and writes its own tenant's rows only.

    There is no index on the tenant alone: every statement names it, and SQLite, which keeps no statistics, would take it
    instead of the one that finds the row, and read all the tenant has.
    """

    tenant: str = Field(foreign_key="tenant.id", max_length=40)


class GovernedSession(Session):
    """A session that belongs to one tenant (`info["tenant"]`), or to none where the house itself looks."""


@event.listens_for(GovernedSession, "do_orm_execute")
def _own_rows_only(state: ORMExecuteState) -> None:
    tenant = state.session.info.get("tenant")
    if tenant is None or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = state.statement.options(*_criteria(tenant, _tables(len(SQLModel.metadata.tables))))


@lru_cache(maxsize=256)
def _criteria(tenant: str, tables: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what narrows a statement to the rows of `tenant`. Kept: building it took as long as asking the database."""
    # One criterion a table: SQLAlchemy cannot ask a base that is no table itself for its column.
    return tuple(
        with_loader_criteria(table, table.tenant == tenant, include_aliases=True) for table in tables
    )


@lru_cache(maxsize=4)
def _tables(_known: int) -> tuple[Any, ...]:
    """Return every table of tenants, looked for anew whenever there are more tables than before."""
    return tuple(_tables_of(Tenanted))


def _tables_of(base: type[Tenanted]) -> Iterator[Any]:
    for cls in base.__subclasses__():
        if hasattr(cls, "__table__"):
            yield cls
        yield from _tables_of(cls)


@event.listens_for(GovernedSession, "before_flush")
def _own_writes_only(session: GovernedSession, _context: UOWTransaction, _instances: Any) -> None:
    tenant = session.info.get("tenant")
    if tenant is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Tenanted) and row.tenant != tenant:
            raise IntegrityError("a row of another tenant was about to be written")


def make_engine(url: str) -> sa.Engine:
    """Return an engine for `url`: SQLite in WAL mode, or PostgreSQL through psycopg.

    On SQLite a transaction begins IMMEDIATE unless the connection says otherwise, so that it cannot fail half-way
    for want of the write lock; `secure_delete` overwrites what is deleted, since a wrapped key that can be read from
    a free page has not been destroyed.

    Raises `ConfigurationError` for any other database.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        # The jobs and the requests of one process, each with a transaction of its own, and none waits for a connection.
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10, max_overflow=20
        )
    raise ConfigurationError("GOVERNANCE_DATABASE_URL must name SQLite or PostgreSQL")


def _sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("SQLite needs a file: memory is lost with the process")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN IMMEDIATE"))

    return engine


def forget_deleted(engine: sa.Engine) -> bool:
    """Return whether what was deleted has left the write-ahead log too (SQLite; PostgreSQL has its own vacuum).

    `secure_delete` clears pages, but older frames of the WAL still hold them until the log is truncated. A reader can
    hold the truncation back: then the answer is False and the caller asks again later.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect().execution_options(**{BEGIN: "BEGIN"}) as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA busy_timeout=2000")
        busy, _frames, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        raw.execute("PRAGMA busy_timeout=30000")
        return not busy


def migrations_folder() -> Path:
    """Return where the migrations are: beside the package in a checkout, inside it in an installed wheel."""
    inside = Path(__file__).parent / "_data" / "migrations"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "migrations"


def migrate(engine: sa.Engine) -> None:
    """Bring the database to the newest schema. Does nothing where it is already there."""
    with engine.begin() as connection:
        upgrade(connection)


def upgrade(connection: sa.Connection) -> None:
    """Bring the database to the newest schema in the transaction of `connection`: with all else in it, or not at all."""
    from alembic import command

    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest_revision() -> str:
    """Return the revision that `migrate` brings a database to."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_migrations()).get_current_head() or ""


def _migrations() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    return config
