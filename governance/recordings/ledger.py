"""The erasure ledger: outside the database and its backups, so that the erased stay erased when one is restored.

Two JSON lines per erasure: `decided`, written and fsynced before the keys are deleted, and `done`, once their deletion
has committed. They hold opaque ids only. Each line names the SHA-256 of the one before, so that a damaged ledger is
noticed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from governance.errors import IntegrityError

_FILE = "erasures.jsonl"
_START = "0" * 64
_TAIL = 4096  # several lines: enough to find the last whole one


@dataclass(frozen=True)
class LedgerLine:
    """One erasure: that it was decided, and whether it was carried out."""

    tenant: str
    recording_id: str
    erasure_id: str
    at: str
    done: bool = False


class Ledger:
    """The ledger in `folder`, shared by every tenant and process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / _FILE

    def decided(self, tenant: str, recording_id: str, erasure_id: str, at: datetime) -> None:
        """Note that an erasure was decided; durable once this returns.

        If we crash after this and before the keys' deletion commits, `recover` finishes the erasure.
        """
        self._append("decided", tenant, recording_id, erasure_id, at)

    def done(self, tenant: str, recording_id: str, erasure_id: str, at: datetime) -> None:
        """Note that the keys are gone: from now on no restored backup, whatever it says of holds, brings them back."""
        self._append("done", tenant, recording_id, erasure_id, at)

    def _append(self, what: str, tenant: str, recording_id: str, erasure_id: str, at: datetime) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            start = max(0, os.fstat(file.fileno()).st_size - _TAIL)
            file.seek(start)
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]  # a line cut short by a crash was never acted upon
            last = whole.splitlines()[-1:]
            previous = hashlib.sha256(last[0]).hexdigest() if last else _START
            line = {
                "v": 1,
                "what": what,
                "tenant": tenant,
                "recording": recording_id,
                "erasure": erasure_id,
                "at": at.isoformat(),
                "previous": previous,
            }
            file.seek(start + len(whole))
            file.truncate()
            file.write(orjson.dumps(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def heads(self) -> list[str]:
        """Return what the ledger could be known by after each of its lines, newest last, and before the first.

        A backup remembers the newest; a ledger that does not know it is not the one that goes with that backup.
        """
        return [_START, *(hashlib.sha256(raw).hexdigest() for raw in self._whole_lines())]

    def _whole_lines(self) -> list[bytes]:
        if not self._path.exists():
            return []
        content = self._path.read_bytes()
        return content[: content.rfind(b"\n") + 1].splitlines()

    def lines(self) -> list[LedgerLine]:
        """Return every erasure, oldest first. Raises `IntegrityError` where a line was changed or is missing."""
        previous = _START
        found: dict[str, LedgerLine] = {}
        for raw in self._whole_lines():
            try:
                line: dict[str, Any] = orjson.loads(raw)
            except orjson.JSONDecodeError:
                line = {}
            if line.get("previous") != previous:
                raise IntegrityError("the erasure ledger was changed or is not whole")
            previous = hashlib.sha256(raw).hexdigest()
            done = line["what"] == "done"
            found[line["recording"]] = LedgerLine(
                line["tenant"], line["recording"], line["erasure"], line["at"], done
            )
        return list(found.values())
