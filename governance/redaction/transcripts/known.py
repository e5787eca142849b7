"""What is known to be a finding, and how its copies are recognised: by the same digits, or by the same moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from governance.redaction.digits import Group, groups
from governance.redaction.languages import Language
from governance.redaction.spans import Entity, Span

_TELLING = 5  # digits from which a value is recognised inside other numbers and in pieces
_NEARLY_ALONE = 4  # further digits a short value may stand among
_SLACK_MS = 30
_SECONDS = (("start_time", "end_time"), ("start", "end"), ("startTime", "endTime"), ("begin", "end"))
_MILLISECONDS = (
    ("start_ms", "end_ms"), ("BeginOffsetMillis", "EndOffsetMillis"), ("startMs", "endMs"), ("begin_ms", "end_ms"),
)  # fmt: skip
_SPOKEN_KEYS = re.compile(
    r"word|text|content|value|token|transcript|char|message|lexical|display|form", re.IGNORECASE
)
_COPY = "a copy of what was found in the words"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the words of a transcript gave away: digits and what they are, and when they were spoken."""

    values: dict[str, str]
    times: tuple[tuple[int, int, str], ...] = ()
    found_anything: bool = False
    only: frozenset[Entity] | None = None

    def wants(self, entity: Entity) -> bool:
        """Whether this kind of finding is to be masked."""
        return self.only is None or entity in self.only

    def has_times(self, item: dict[str, Any]) -> bool:
        """Whether an object says when it was spoken."""
        return _interval(item) is not None

    def covers(self, item: dict[str, Any]) -> str:
        """Return what the finding is within which an object was spoken; an empty string where there is none."""
        interval = _interval(item)
        if interval is None or interval[1] <= interval[0]:
            return ""
        start, end = interval
        inside = (
            entity
            for begun, ended, entity in self.times
            if begun - _SLACK_MS <= start and end <= ended + _SLACK_MS
        )
        return next(inside, "")

    def touches(self, item: dict[str, Any]) -> bool:
        """Whether an object overlaps a finding in time."""
        interval = _interval(item)
        return interval is not None and any(
            interval[0] < ended and begun < interval[1] for begun, ended, _ in self.times
        )

    def is_spoken(self, path: tuple[str | int, ...]) -> bool:
        """Whether the last name of a path is one under which vendors write what was said."""
        names = [step for step in path if isinstance(step, str)]
        return bool(names) and bool(_SPOKEN_KEYS.search(names[-1]))


def _interval(item: dict[str, Any]) -> tuple[int, int] | None:
    for names, unit in ((_MILLISECONDS, 1), (_SECONDS, 1000)):
        for first, last in names:
            if first in item and last in item:
                try:
                    return round(float(item[first]) * unit), round(float(item[last]) * unit)
                except (TypeError, ValueError, OverflowError):
                    continue
    return None


def spans_of_known(text: str, knowledge: Knowledge, language: Language) -> list[Span]:
    """Return where a text repeats digits that are known to be a finding."""
    if not knowledge.values:
        return []
    found: list[Span] = []
    for group in groups(text, language):
        for digits, entity in knowledge.values.items():
            found.extend(
                Span(group.chunks[first].start, group.chunks[last].end, Entity(entity), 0.9, _COPY)
                for first, last in _matches(group, digits)
            )
    return found


def _matches(group: Group, digits: str) -> Iterator[tuple[int, int]]:
    whole = group.digits
    if len(digits) >= _TELLING:
        if _TELLING <= len(whole) < len(digits) and whole in digits:
            yield 0, len(group.chunks) - 1
            return
    elif len(whole) > len(digits) + _NEARLY_ALONE:
        return
    at = whole.find(digits)
    while at >= 0:
        yield _chunk_at(group, at), _chunk_at(group, at + len(digits) - 1)
        at = whole.find(digits, at + 1)


def _chunk_at(group: Group, place: int) -> int:
    for index, chunk in enumerate(group.chunks):
        place -= len(chunk.digits)
        if place < 0:
            return index
    return len(group.chunks) - 1
