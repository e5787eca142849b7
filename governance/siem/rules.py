"""How long a sink that fails is left alone, and what is put into one delivery: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from governance.siem.event import Event

_FIRST, _LONGEST = timedelta(seconds=1), timedelta(minutes=5)
MOST_BYTES: Final = 1024 * 1024
"""How much one delivery carries, unless a single entry is more: collectors refuse much larger bodies."""


def pause(attempts: int, jitter: float, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many failed tries: twice as long each time, five minutes at most.

    Up to half is taken off by `jitter`, which lies in [0, 1). What the receiver asked for counts if it is longer, up
    to the same limit: a sink must not be able to have itself forgotten.
    """
    whole = min(_FIRST * int(2 ** min(max(attempts - 1, 0), 20)), _LONGEST)
    return max(whole * (1 - jitter / 2), min(asked or timedelta(0), _LONGEST))


def portions(
    events: Sequence[Event], pieces: Sequence[bytes]
) -> Iterator[tuple[Sequence[Event], Sequence[bytes]]]:
    """Yield events with their rendered pieces, in order, as much at a time as one delivery carries."""
    start, size = 0, 0
    for number, piece in enumerate(pieces):
        if number > start and size + len(piece) > MOST_BYTES:
            yield events[start:number], pieces[start:number]
            start, size = number, 0
        size += len(piece)
    if start < len(pieces):
        yield events[start:], pieces[start:]
