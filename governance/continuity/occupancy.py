"""Who is in the house: everything that opens its data holds a shared lock, a restore holds it alone, and leaves a marker.

The lock of a file in the data folder is released by the kernel when a process dies, however it dies. PostgreSQL is
asked as well: processes on other machines have other data folders.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from governance import disk
from governance.config import Settings
from governance.continuity import rows
from governance.db import make_engine
from governance.errors import ConflictError

LOCK = ".occupied"
MARKER = "restore-under-way"
RESTORE, LEADER = 7465, 7466
"""Classes of PostgreSQL advisory locks held by sessions: who is in the house, and who runs its jobs."""


@contextmanager
def entered(settings: Settings) -> Iterator[None]:
    """Be one of those who have the data open, for as long as this lasts.

    Raises `ConflictError` while a restore is under way, or where one was begun and never finished: what it left is
    neither the old house nor the new one.
    """
    with _held(settings, alone=False):
        if (settings.home / MARKER).exists():
            raise ConflictError(
                "a restore was begun here and not finished: repeat it with `governance restore DIR`"
            )
        # No restore is under way while we hold the lock: one that was killed before it counted has left this.
        rows.drop_half_made(settings.database_url)
        yield


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only one who has the data open. Raises `ConflictError` where somebody else has."""
    with _held(settings, alone=True):
        yield


def mark(settings: Settings) -> None:
    """Leave a marker that keeps everybody out until `unmark`, also if we crash in between: then a restore is repeated."""
    descriptor = os.open(settings.home / MARKER, os.O_WRONLY | os.O_CREAT, 0o600)
    os.fsync(descriptor)
    os.close(descriptor)
    disk.sync(settings.home)


def unmark(settings: Settings) -> None:
    """Take the marker away: the house is whole."""
    (settings.home / MARKER).unlink(missing_ok=True)
    disk.sync(settings.home)


@contextmanager
def leading(settings: Settings, engine: sa.Engine) -> Iterator[Leadership]:
    """Stand for election among the processes that could run the jobs, for as long as this lasts."""
    leadership = Leadership(settings.home / ".jobs", engine)
    try:
        yield leadership
    finally:
        leadership.resign()


class Leadership:
    """Whether this process is the one that runs the jobs; asked before every job, so that a lost lock is noticed."""

    def __init__(self, file: Path, engine: sa.Engine) -> None:
        self._file = file
        self._engine = engine
        self._descriptor: int | None = None
        self._connection: sa.Connection | None = None
        self._one_at_a_time = Lock()

    def is_held(self) -> bool:
        """Return whether this process leads, standing for election if nobody does.

        On PostgreSQL the lock belongs to a connection: if that breaks, another process may lead already.
        """
        with self._one_at_a_time:
            return self._is_held_here() if self._engine.dialect.name == "sqlite" else self._is_held_there()

    def _is_held_here(self) -> bool:
        if self._descriptor is None:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock(descriptor, fcntl.LOCK_EX):
                os.close(descriptor)
                return False
            self._descriptor = descriptor
        return True

    def _is_held_there(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(sa.text("SELECT 1"))
                return True
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            asked = sa.text("SELECT pg_try_advisory_lock(:kind, 0)")
            if connection.execute(asked, {"kind": LEADER}).scalar_one():
                self._connection = connection
            else:
                connection.close()
        except sa.exc.DBAPIError:
            self.resign()
        return self._connection is not None

    def resign(self) -> None:
        """Lead no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        if self._connection is not None:
            # Not back into the pool: the lock goes with the connection.
            self._connection.invalidate()
            self._connection.close()
        self._descriptor = self._connection = None


@contextmanager
def _held(settings: Settings, *, alone: bool) -> Iterator[None]:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        descriptor = os.open(settings.home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        stack.callback(os.close, descriptor)
        if not _lock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
            raise _occupied(alone)
        if sa.make_url(settings.database_url).get_backend_name() == "postgresql":
            engine = make_engine(settings.database_url)
            stack.callback(engine.dispose)
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            stack.callback(connection.close)
            call = sa.text(f"SELECT pg_try_advisory_lock{'' if alone else '_shared'}(:kind, 0)")
            if not connection.execute(call, {"kind": RESTORE}).scalar_one():
                raise _occupied(alone)
        yield


def _occupied(alone: bool) -> ConflictError:
    if alone:
        return ConflictError("the data is in use: stop `governance serve` and `governance work` first")
    return ConflictError("a restore is under way")


def _lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
