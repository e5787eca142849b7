"""The ledger: outside the database and its backups, so that what was decided since outlives the restore of one.

JSON lines. An erasure has two: `decided`, written and fsynced before the keys are deleted, and `done`, once their
deletion has committed. A standing order has `order_placed` and `order_ended`, written once its transaction has
committed. They hold opaque ids, keyed tokens and what a selection is narrowed to; names and reasons stay in the
database. Each line names the SHA-256 of the one before, so that a damaged ledger is noticed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from governance.errors import IntegrityError
from governance.recordings.models import WHOLE, StandingOrder

_FILE = "erasures.jsonl"
_START = "0" * 64
_TAIL = 4096  # several lines: mostly enough to find the last whole one


class Named(NamedTuple):
    """One erasure as a line names it: of which recording, under which id, and why, as a code and a rule of the policy."""

    recording_id: str
    erasure_id: str
    reason: str = "ledger"
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One erasure: of which recording, of all of it or of its master, that it was decided, why, and whether it was done."""

    tenant: str
    recording_id: str
    erasure_id: str
    at: str
    done: bool = False
    scope: str = WHOLE
    reason: str = "ledger"
    rule: str | None = None


@dataclass(frozen=True)
class OrderLine:
    """One standing order: all that it takes to place it again, and when it ended, if it has."""

    tenant: str
    order_id: str
    kind: str
    purpose: str | None
    reference: str
    selection: dict[str, Any]
    placed_by: str
    at: str
    ended_at: str | None = None


class Ledger:
    """The ledger in `folder`, shared by every tenant and process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / _FILE

    def decided(self, tenant: str, erasures: Sequence[Named], at: datetime, *, scope: str = WHOLE) -> None:
        """Note that erasures were decided; durable once this returns.

        If we crash after this and before the keys' deletion commits, `recover` finishes what somebody asked for; what
        a rule let fall due is decided anew.
        """
        self._append(_erasures("decided", tenant, erasures, at, scope))

    def done(self, tenant: str, erasures: Sequence[Named], at: datetime, *, scope: str = WHOLE) -> None:
        """Note that the keys are gone: from now on no restored backup, whatever it says of holds, brings them back."""
        self._append(_erasures("done", tenant, erasures, at, scope))

    def order_placed(self, order: StandingOrder) -> None:
        """Note that a standing order is in force: a restored backup that does not know it gets it again."""
        self._append(
            {
                "what": "order_placed",
                "tenant": order.tenant,
                "order": order.id,
                "kind": order.kind,
                "purpose": order.purpose,
                "reference": order.reference,
                "selection": order.selection,
                "by": order.placed_by,
                "at": order.placed_at.isoformat(),
            }
        )

    def order_ended(self, order: StandingOrder) -> None:
        """Note that a standing order has ended: a restored backup in which it stands ends it again."""
        at = order.ended_at.isoformat() if order.ended_at else None
        self._append({"what": "order_ended", "tenant": order.tenant, "order": order.id, "at": at})

    def _append(self, line: dict[str, Any]) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end, last = _last_whole(file)
            file.seek(end)
            file.truncate()  # a line cut short by a crash was never acted upon
            file.write(orjson.dumps({"v": 2, **line, "previous": _digest(last)}) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def head(self) -> str:
        """Return what the ledger can be known by after its last line. A backup remembers it."""
        if not self._path.exists():
            return _START
        with self._path.open("rb") as file:
            return _digest(_last_whole(file)[1])

    def knows(self, head: str) -> bool:
        """Return whether this ledger once ended with `head`: one that never did does not go with that backup."""
        return head == _START or any(_digest(raw) == head for raw in self._whole_lines())

    def _whole_lines(self) -> Iterator[bytes]:
        """Yield the lines that are there now; what is written meanwhile is another reading's."""
        if self._path.exists():
            with self._path.open("rb") as file:
                left = os.fstat(file.fileno()).st_size
                while left > 0 and (raw := file.readline(left)).endswith(b"\n"):
                    left -= len(raw)
                    yield raw[:-1]

    def _read(self, *needles: bytes) -> Iterator[dict[str, Any]]:
        """Yield the lines that hold all `needles`, oldest first; only those are parsed, but every one is checked.

        Raises `IntegrityError` where a line was changed or is missing.
        """
        previous = _START
        for raw in self._whole_lines():
            # What was written last in a line names the line before it.
            if not raw.endswith(f'"previous":"{previous}"}}'.encode()):
                raise IntegrityError("the erasure ledger was changed or is not whole")
            previous = _digest(raw)
            if all(needle in raw for needle in needles):
                line: dict[str, Any] = orjson.loads(raw)
                yield line

    def check(self) -> None:
        """Raise `IntegrityError` unless the ledger is whole."""
        for _ in self._read(b"\n"):  # no line is parsed
            pass

    def lines(self, tenant: str) -> Iterator[LedgerLine]:
        """Yield every erasure of the tenant as it was done, then those that were decided and never done.

        Raises `IntegrityError` where a line was changed or is missing.
        """
        waiting: dict[tuple[str, str], LedgerLine] = {}
        for line in self._read(_of(tenant)):
            if line["tenant"] != tenant or line["what"] not in ("decided", "done"):
                continue
            scope = line.get("scope", WHOLE)
            # Lines of the first version named one erasure each.
            for named in line.get("erasures") or [(line["recording"], line["erasure"])]:
                known = Named(*named)
                one = LedgerLine(
                    line["tenant"], *known[:2], line["at"], line["what"] == "done", scope, *known[2:]
                )
                if one.done:
                    waiting.pop((one.recording_id, scope), None)
                    yield one
                else:
                    waiting[one.recording_id, scope] = one
        yield from waiting.values()

    def orders(self, tenant: str) -> list[OrderLine]:
        """Return every standing order of the tenant, oldest first. Raises `IntegrityError` as `lines` does."""
        placed: dict[str, dict[str, Any]] = {}
        ended: dict[str, str] = {}
        for line in self._read(b'"what":"order_', _of(tenant)):
            if line["tenant"] != tenant:
                continue
            if line["what"] == "order_placed":
                placed.setdefault(line["order"], line)
            elif line["what"] == "order_ended":
                ended.setdefault(line["order"], line["at"])
        return [
            OrderLine(
                line["tenant"], order_id, line["kind"], line["purpose"], line["reference"], line["selection"],
                line["by"], line["at"], ended.get(order_id),
            )
            for order_id, line in placed.items()
        ]  # fmt: skip


def _erasures(what: str, tenant: str, erasures: Sequence[Named], at: datetime, scope: str) -> dict[str, Any]:
    return {
        "what": what,
        "tenant": tenant,
        "scope": scope,
        "erasures": [list(one) for one in erasures],
        "at": at.isoformat(),
    }


def _of(tenant: str) -> bytes:
    return b'"tenant":' + orjson.dumps(tenant)


def _digest(line: bytes | None) -> str:
    return _START if line is None else hashlib.sha256(line).hexdigest()


def _last_whole(file: BinaryIO) -> tuple[int, bytes | None]:
    """Return where the last whole line ends, and that line, if there is one."""
    size, span = os.fstat(file.fileno()).st_size, _TAIL
    while True:
        start = max(0, size - span)
        file.seek(start)
        tail = file.read()
        end = tail.rfind(b"\n") + 1
        begin = tail.rfind(b"\n", 0, max(end - 1, 0)) + 1
        if start == 0 or (end and begin):
            return start + end, tail[begin : end - 1] if end else None
        span *= 16
