"""Rows on their way: out of either database into a portable SQLite file, and back into either.

They pass through the models' own types, so that a moment, a JSON document or a byte string means the same on both.
The file has bare tables, without indexes or triggers: it is read once, in order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from governance import disk
from governance.continuity import queries
from governance.db import make_engine, migrate, upgrade
from governance.errors import IntegrityError

_SET_SEQUENCE = sa.text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
_FUNCTIONS = sa.text("""
SELECT CAST(CAST(oid AS regprocedure) AS text) FROM pg_proc
WHERE pronamespace = CAST(current_schema() AS regnamespace)
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
""")
_RESTORING = ".restoring"


def write(source: sa.Connection, path: Path) -> dict[str, int]:
    """Write every row that `source` sees into a new file at `path`; return how many each table has."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = sa.create_engine(f"sqlite:///{path}")
    counts = {}
    try:
        with engine.begin() as target:
            for table in queries.tables():
                target.execute(sa.schema.CreateTable(table))
                counts[table.name] = _copy(source, target, table)
    finally:
        engine.dispose()
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return counts


def wrapping_keys(path: Path) -> set[str]:
    """Return the ids of all KEKs that the rows at `path` need."""
    engine = _reading(path)
    try:
        with engine.connect() as connection:
            return queries.wrapping_keys(connection)
    finally:
        engine.dispose()


def replace(url: str, path: Path, counts: dict[str, int], before_it_counts: Callable[[], None]) -> None:
    """Make the database at `url` hold the rows at `path` at the newest schema, and nothing else: wholly or not at all.

    It need not be readable: a SQLite file is made anew beside and renamed into place, a PostgreSQL schema is emptied
    and filled in one transaction. `before_it_counts` is called when all is ready and nothing has changed yet.

    Raises `IntegrityError` if there are not as many rows as `counts` says.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _replace_file(Path(parsed.database), path, counts, before_it_counts)
        return
    engine = make_engine(url)
    try:
        with engine.begin() as target:
            target.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            _empty(target)
            upgrade(target)
            _fill(target, path, counts)
            before_it_counts()
    finally:
        engine.dispose()


def drop_half_made(url: str) -> None:
    """Remove the database that a restore had begun to make before it was killed: it holds keys of what was erased since."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        fresh = Path(parsed.database + _RESTORING)
        for left_behind in (fresh, *_companions(fresh)):
            left_behind.unlink(missing_ok=True)


def _empty(target: sa.Connection) -> None:
    """Drop every table and every function of ours; those of extensions stay."""
    old = sa.MetaData()
    old.reflect(target)
    old.drop_all(target)
    for function in target.execute(_FUNCTIONS).scalars().all():
        target.execute(sa.text(f"DROP FUNCTION {function}"))


def _replace_file(
    database: Path, path: Path, counts: dict[str, int], before_it_counts: Callable[[], None]
) -> None:
    fresh = database.with_name(database.name + _RESTORING)
    drop_half_made(f"sqlite:///{database}")
    engine = make_engine(f"sqlite:///{fresh}")
    try:
        migrate(engine)
        with engine.begin() as target:
            _fill(target, path, counts)
    finally:
        engine.dispose()  # the last connection folds the write-ahead log into the file
    fresh.chmod(0o600)
    before_it_counts()
    # If we crash between these lines the old database lacks its last transactions: the marker keeps it shut.
    for companion in _companions(database):
        companion.unlink(missing_ok=True)
    fresh.rename(database)
    disk.sync(database.parent)


def _companions(database: Path) -> list[Path]:
    return [database.with_name(database.name + ending) for ending in ("-wal", "-shm", "-journal")]


def _fill(target: sa.Connection, path: Path, counts: dict[str, int]) -> None:
    engine = _reading(path)
    counting = [(t, t.autoincrement_column) for t in queries.tables() if t.autoincrement_column is not None]
    always = [(t, c) for t, c in counting if c.identity is not None and c.identity.always]
    on_postgresql = target.dialect.name == "postgresql"
    try:
        with engine.connect() as source:
            queries.check_known(source)
            for table, column in always if on_postgresql else []:
                target.execute(
                    sa.text(f"ALTER TABLE {table.name} ALTER COLUMN {column.name} SET GENERATED BY DEFAULT")
                )
            for table in queries.tables():
                if _copy(source, target, table) != counts.get(table.name):
                    raise IntegrityError("the backup does not hold the rows its manifest names")
            for table, column in always if on_postgresql else []:
                target.execute(
                    sa.text(f"ALTER TABLE {table.name} ALTER COLUMN {column.name} SET GENERATED ALWAYS")
                )
            for table, column in counting if on_postgresql else []:
                last = queries.highest(target, column)
                if last:
                    target.execute(_SET_SEQUENCE, {"table": table.name, "column": column.name, "last": last})
    finally:
        engine.dispose()


def _copy(source: sa.Connection, target: sa.Connection, table: sa.Table) -> int:
    count = 0
    for batch in queries.rows(source, table):
        target.execute(sa.insert(table), batch)
        count += len(batch)
    return count


def _reading(path: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///file:{path}?mode=ro&immutable=1&uri=true")
