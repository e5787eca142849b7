"""A worker's hold on its job: renewed as the sound is read and written, so that only a worker that gets on keeps it.

The decoder asks for bytes from within C, where an exception would be swallowed and the file be taken for a broken one.
So nothing is raised there: reading ends, and what was in the way is kept in `failure`, which counts more than whatever
the decoder made of it.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from governance.redaction import job_queries
from governance.redaction.job_rules import LEASE
from governance.redaction.models import WORKING
from governance.runtime import Actor, Runtime
from governance.vault.cipher import Reader
from governance.vault.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import ReadableBuffer, WriteableBuffer


class LostError(Exception):
    """The job is somebody else's by now, or its time is over: what was made of it counts for nothing."""


class Lease:
    """The hold on one job: `beat` at every byte, it writes only now and then."""

    def __init__(self, runtime: Runtime, house: Actor, job_id: str, claim: str) -> None:
        self._runtime, self._house, self._job_id, self._claim = runtime, house, job_id, claim
        self._due: datetime = runtime.clock.now() + LEASE / 3
        self.failure: Exception | None = None

    def beat(self) -> None:
        """Renew the hold where a third of it is over. Never raises: what is in the way is the `failure`."""
        if self.failure is not None or self._runtime.clock.now() < self._due:
            return
        try:
            with self._runtime.work(self._house) as work:
                row = job_queries.claimed(work, self._job_id, self._claim, WORKING)
                if row is None:
                    raise LostError("the job is somebody else's by now")
                row.next_at = work.now + LEASE
                work.session.add(row)
                self._due = work.now + LEASE / 3
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be swallowed by the decoder
            self.failure = error

    def source(self, reader: Reader) -> io.BufferedReader:
        """Return what the reader reads, as a file that holds the lease while it is read."""
        return io.BufferedReader(_Source(reader, self), 1 << 16)

    def sink(self) -> io.BufferedRandom:
        """Return a spool that holds the lease while it is written and read: clear bytes touch no disk. To be closed."""
        return io.BufferedRandom(_Sink(self._runtime.settings.home, self), 1 << 16)


class _Source(io.RawIOBase):
    def __init__(self, reader: Reader, lease: Lease) -> None:
        super().__init__()
        self._reader, self._lease = reader, lease

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._reader.seek(offset, whence)

    def tell(self) -> int:
        return self._reader.tell()

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._lease.beat()
        if self._lease.failure is not None:
            return 0
        try:
            return self._reader.readinto(buffer)
        except Exception as error:  # noqa: BLE001 - as in `beat`
            self._lease.failure = error
            return 0


class _Sink(Spool):
    def __init__(self, folder: Path, lease: Lease) -> None:
        super().__init__(folder)
        self._lease = lease

    def write(self, portion: ReadableBuffer, /) -> int:
        self._lease.beat()
        return super().write(portion)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._lease.beat()
        return super().readinto(buffer)
