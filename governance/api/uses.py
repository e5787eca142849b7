"""The log of redactions without a catalog: one commit for all that wait for it, and no answer before its own commit.

A transaction of its own for each request was most of what a short text cost. Requests that end while the log is being
written share the next transaction, and those of one key one entry, which says how many it counts. Nothing is kept for
later: where this process dies, no answer has left that the log does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from governance import log
from governance.audit import service as audit
from governance.errors import IncompleteError
from governance.runtime import Actor

if TYPE_CHECKING:
    from governance.api.deps import Caller

_log = log.get("governance.api")


@dataclass
class _Use:
    caller: Caller
    kind: str
    size: int
    spans: int
    is_written: bool = False


@dataclass
class Uses:
    """What waits to be written to the log, for one application."""

    _waiting: list[_Use] = field(default_factory=list)
    _queue: Lock = field(default_factory=Lock)
    _writing: Lock = field(default_factory=Lock)

    def note(self, caller: Caller, kind: str, size: int, spans: int) -> None:
        """Return once the log counts this use. Raises `IncompleteError` where it could not be written."""
        use = _Use(caller, kind, size, spans)
        with self._queue:
            self._waiting.append(use)
        with self._writing:
            # Whoever comes first writes for all that came while the one before was writing.
            if not use.is_written:
                with self._queue:
                    taken, self._waiting = self._waiting, []
                _write(taken)
        if not use.is_written:
            raise IncompleteError("The log could not be written, so nothing is given away: try again.")


def note(caller: Caller, kind: str, size: int, spans: int) -> None:
    """Write to the log that something was redacted: how much and by which policy, and nothing of what it was.

    Raises `IncompleteError` where the log could not be written: then the answer must not leave.
    """
    caller.door.uses.note(caller, kind, size, spans)


def _write(taken: Sequence[_Use]) -> None:
    alike: dict[tuple[Actor, str], list[_Use]] = {}
    for use in taken:
        alike.setdefault((use.caller.actor, use.kind), []).append(use)
    for (_, kind), uses in alike.items():
        det = {"kind": kind, "requests": len(uses), "bytes": sum(use.size for use in uses)}
        det["spans"] = sum(use.spans for use in uses)
        try:
            with uses[0].caller.work() as work:
                audit.record(work, "redaction.used", det=det)
        except Exception as error:  # noqa: BLE001 - each of those who wait is told by its own request
            _log.error("redaction not logged", requests=len(uses), **log.nameless(error))
        else:
            for use in uses:
                use.is_written = True
