"""What can be said about entries that are *not* there, from the numbers their producers gave them.

The tree proves that nothing changed since an entry was sequenced. Before that, an entry waits in the outbox for a
moment, and somebody with the database in hand could delete it there. So each process numbers its entries 1, 2, 3 …
and names the numbers that rolled-back transactions consumed: a number that is missing and not named is a gap. A
process that was killed may leave numbers open at the very end of its life; a process that lived on and never
explained the number may not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

GRACE = timedelta(seconds=60)
"""How long a number may stay open: longer than any transaction lives."""


@dataclass(frozen=True)
class Gap:
    """Numbers `first` to `last` of the process `instance` are missing before the entry at `index`."""

    instance: str
    first: int
    last: int
    index: int
    is_explained: bool

    @property
    def because(self) -> str:
        """A sentence for a report."""
        count = self.last - self.first + 1
        what = f"{count} {'entry' if count == 1 else 'entries'} of {self.instance} (number {self.first}"
        what += f" to {self.last})" if count > 1 else ")"
        if self.is_explained:
            return f"{what} stayed open when the process ended"
        return f"{what} never reached the log, and no rolled-back transaction accounts for them"


@dataclass
class _Producer:
    seen: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    void: set[int] = field(default_factory=set)
    last_at: datetime | None = None


class Completeness:
    """Takes entries in order and says afterwards which numbers are missing."""

    def __init__(self, *, is_first_shard: bool = True) -> None:
        """Start counting. In a log's first shard every producer begins at 1; later shards take over running counts."""
        self._producers: dict[str, _Producer] = {}
        self._is_first = is_first_shard
        self.repeated: list[int] = []

    def take(self, index: int, entry: Mapping[str, Any]) -> None:
        """Take the entry at `index`; one whose number another entry had before is remembered in `repeated`."""
        number = entry["pn"]
        producer = self._producers.setdefault(number["inst"], _Producer())
        at = datetime.fromisoformat(entry["at"])
        if number["n"] in producer.seen:
            self.repeated.append(index)
        producer.seen[number["n"]] = (index, at)
        producer.void.update(number.get("void", ()))
        producer.last_at = at if producer.last_at is None else max(producer.last_at, at)

    def gaps(self) -> list[Gap]:
        """Return the missing numbers, in the order of the entries they are missing before."""
        found = [gap for name, producer in self._producers.items() for gap in self._of(name, producer)]
        return sorted(found, key=lambda gap: gap.index)

    def _of(self, name: str, producer: _Producer) -> list[Gap]:
        gaps: list[Gap] = []
        numbers = sorted(producer.seen.keys() | producer.void)
        expected = 1 if self._is_first else numbers[0]
        for number in numbers:
            if number > expected:
                index, at = self._next_seen(producer, number)
                lived_on = producer.last_at is not None and producer.last_at - at > GRACE
                gaps.append(Gap(name, expected, number - 1, index, is_explained=not lived_on))
            expected = number + 1
        return gaps

    @staticmethod
    def _next_seen(producer: _Producer, number: int) -> tuple[int, datetime]:
        """Return where the first entry after a gap stands: a void number has no place of its own."""
        later = [n for n in producer.seen if n >= number]
        return producer.seen[min(later)] if later else max(producer.seen.values())
