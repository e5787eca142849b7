"""When something in a transcript was spoken: every vendor's way to write a start and an end, and what was found when.

A copy that is spelled differently (another hypothesis, digits for number words) is recognised by its moment alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from governance.redaction.transcripts.reading import duration_ms, milliseconds, whole_milliseconds

Interval = tuple[int, int]

EPOCH_FROM = 10**11
"""Milliseconds from which a time is one of the clock (1973) and no place in a recording."""

_SLACK_MS = 30
_SHORT_MS = 2_000


def length(value: Any) -> int | None:
    """Return a duration in milliseconds, written as a number of seconds, as ISO 8601 or as `{"milliseconds": …}`.

    Raises `ValueError` or `TypeError` for what is no duration.
    """
    if isinstance(value, dict):
        return whole_milliseconds(value.get("milliseconds"))
    if isinstance(value, str) and value.startswith("P"):
        return duration_ms(value)
    return milliseconds(value)


def _ends(first: str, last: str, read: Callable[[Any], int | None]) -> Callable[[dict[str, Any]], Any]:
    return lambda item: (read(item[first]), read(item[last]))


def _lasts(
    first: str, begin: Callable[[Any], int | None], last: str, read: Callable[[Any], int | None]
) -> Any:
    def interval(item: dict[str, Any]) -> tuple[int | None, int | None]:
        start, lasting = begin(item[first]), read(item[last])
        return start, None if start is None or lasting is None else start + lasting

    return interval


# Asked in this order: an object may have several of them, and the first are the most exact.
_NOTATIONS: tuple[tuple[str, str, Callable[[dict[str, Any]], Any]], ...] = (
    *((first, last, _ends(first, last, whole_milliseconds)) for first, last in (
        ("start_ms", "end_ms"), ("BeginOffsetMillis", "EndOffsetMillis"), ("startMs", "endMs"), ("begin_ms", "end_ms"),
    )),
    ("startTimeMs", "durationMs", _lasts("startTimeMs", whole_milliseconds, "durationMs", whole_milliseconds)),
    ("startTimeMs", "duration", _lasts("startTimeMs", whole_milliseconds, "duration", length)),
    ("offsetMs", "durationMs", _lasts("offsetMs", whole_milliseconds, "durationMs", whole_milliseconds)),
    *((first, last, _ends(first, last, milliseconds)) for first, last in (
        ("start_time", "end_time"), ("start", "end"), ("startTime", "endTime"), ("begin", "end"), ("from", "to"),
    )),
    *((first, "duration", _lasts(first, length, "duration", length)) for first in ("offset", "position", "start")),
)  # fmt: skip


class Clock:
    """Reads the times of a document's objects as milliseconds of the recording."""

    def __init__(self, origin_ms: int = 0) -> None:
        self._origin_ms = origin_ms
        # Objects of one kind have the same names: which notation they use is looked up once a kind.
        self._known: dict[tuple[str, ...], list[Callable[[dict[str, Any]], Any]]] = {}

    def interval(self, item: dict[str, Any]) -> Interval | None:
        """Return when an object was spoken; None where it does not say, or says something that is no time."""
        kind = tuple(item)
        ways = self._known.get(kind)
        if ways is None:
            ways = [read for first, last, read in _NOTATIONS if first in item and last in item]
            self._known[kind] = ways
        for read in ways:
            try:
                start, end = read(item)
            except (TypeError, ValueError, OverflowError):
                continue
            if start is not None and end is not None:
                return self._placed(start), self._placed(end)
        return None

    def interval_of_row(self, row: list[Any]) -> Interval | None:
        """Return when a row was spoken that is a word without names: start, end, text, … as faster-whisper writes it."""
        if len(row) < 3 or not isinstance(row[2], str):
            return None
        if any(isinstance(time, bool) or not isinstance(time, (int, float)) for time in row[:2]):
            return None
        try:
            start, end = milliseconds(row[0]), milliseconds(row[1])
        except (ValueError, OverflowError):
            return None
        return None if start is None or end is None else (start, end)

    def _placed(self, moment: int) -> int:
        return moment - self._origin_ms if moment >= EPOCH_FROM else moment


class Moments:
    """When findings were spoken. `words` are the single words, `stretches` reach from the first to the last of each."""

    def __init__(
        self,
        words: Iterable[tuple[int, int, str]] = (),
        stretches: Iterable[tuple[int, int, str]] = (),
    ) -> None:
        self._words = _union(words)
        self._stretches = _union(stretches)
        self._word_starts = [start for start, _, _ in self._words]
        self._stretch_starts = [start for start, _, _ in self._stretches]

    def __bool__(self) -> bool:
        return bool(self._words)

    def covering(self, interval: Interval) -> str:
        """Return what the finding is within which something was spoken; an empty string where there is none.

        What lies in a pause between two words of a finding was said by somebody else and is not covered.
        """
        start, end = interval
        if end <= start or not self.touches(interval):
            return ""
        at = bisect_right(self._stretch_starts, start + _SLACK_MS) - 1
        if at < 0 or end > self._stretches[at][1] + _SLACK_MS:
            return ""
        return self._stretches[at][2]

    def mostly(self, interval: Interval) -> str:
        """Return what the finding is that fills at least half of something short; an empty string where there is none."""
        start, end = interval
        if not start < end <= start + _SHORT_MS:
            return ""
        shared, name = 0, ""
        at = max(0, bisect_right(self._word_starts, start) - 1)
        while at < len(self._words) and self._words[at][0] < end:
            shared += max(0, min(end, self._words[at][1]) - max(start, self._words[at][0]))
            name = name or (self._words[at][2] if shared else "")
            at += 1
        return name if shared * 2 >= end - start else ""

    def touches(self, interval: Interval) -> bool:
        """Return whether something overlaps a word of a finding in time."""
        at = bisect_right(self._word_starts, interval[0]) - 1
        if at >= 0 and self._words[at][1] > interval[0]:
            return True
        return at + 1 < len(self._words) and self._words[at + 1][0] < interval[1]


def _union(moments: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    result: list[tuple[int, int, str]] = []
    for start, end, name in sorted(moments):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end), result[-1][2])
        else:
            result.append((start, end, name))
    return result
