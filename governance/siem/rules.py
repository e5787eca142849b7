"""How long a sink that fails is left alone, and what is put into one delivery: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from governance.messages.rules import Patience
from governance.siem.event import Event

PATIENCE: Final = Patience(timedelta(seconds=1), 2, timedelta(minutes=5))
"""With a sink."""
MOST_BYTES: Final = 1024 * 1024
"""How much one delivery carries, unless a single entry is more: collectors refuse much larger bodies."""


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
