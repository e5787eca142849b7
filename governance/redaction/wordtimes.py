"""Words found by when they were spoken: whoever asks about a moment looks at the words around it, and not at ten hours of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from governance.redaction.spans import Word


class Told(NamedTuple):
    """A word that says when it was spoken, and which of the words it is."""

    number: int
    start_ms: int
    end_ms: int
    text: str


class WordTimes:
    """The words that say when they were spoken, found by that."""

    def __init__(self, words: Sequence[Word]) -> None:
        """Take the words in; they need not be in the order of their times."""
        told = [
            (word.start_ms, word.end_ms, number, word)
            for number, word in enumerate(words)
            if word.start_ms is not None and word.end_ms is not None
        ]
        self._by_start = sorted(told, key=_start)
        self._longest = max((end - start for start, end, _, _ in told), default=0)

    def around(self, start_ms: int, end_ms: int, channel: int | None) -> list[Told]:
        """Return the words on a channel (None: on any) that touch a stretch of time, in their own order."""
        first = bisect_left(self._by_start, start_ms - self._longest, key=_start)
        last = bisect_right(self._by_start, end_ms, key=_start)
        near = [
            Told(number, start, end, word.text)
            for start, end, number, word in self._by_start[first:last]
            if end >= start_ms and (channel is None or word.channel in (None, channel))
        ]
        return sorted(near)


def _start(told: tuple[int, int, int, Word]) -> int:
    return told[0]
