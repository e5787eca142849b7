"""Segments as Whisper and all that was built on it write them: `text`, `start`, `end`, `tokens` and, if asked for, `words[]`.

Each of `whisper`, `faster_whisper` and `whisperx` recognises its own files and reads them with this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    interpolated,
    milliseconds,
    name_of,
    timing_of,
    whole,
    words_of,
)

# Where the fields of a segment, and of a word, stand in rows without names: as tuples are written to JSON.
_SEGMENT = {"start": 2, "end": 3, "text": 4}
_WORD = {"start": 0, "end": 1, "word": 2}
_ROW_OF_SEGMENT = 5
Segment = Any
"""An object, or a row of its values in the order in which faster-whisper declares them."""


def are_segments(rows: Any) -> bool:
    """Return whether a value is a list of segments, as objects or as rows."""
    return isinstance(rows, list) and bool(rows) and all(map(_is_segment, rows))


def words_in(segments: Sequence[Segment], root: Path) -> list[BoundWord]:
    """Return the words of segments, in the order in which they were spoken.

    A turn is a change of speaker; where nobody is named, each segment is a turn of its own, since somebody else may speak in it.
    A word without times lies between its neighbours in its segment, and never beyond the ends of that.
    """
    rows = [
        row
        for at, segment in enumerate(segments)
        for row in _placed(list(_words(segment, (*root, at), at)), segment)
    ]
    ordered = as_spoken(interpolated(rows))
    if any(row.word.timing is Timing.TURN for row in ordered) or all(
        row.word.speaker is None for row in ordered
    ):
        return ordered
    return _with_turns(ordered)


def field(item: Segment, name: str, places: dict[str, int]) -> tuple[Any, str | int]:
    """Return a field of an object or a row, and the step of a path that leads to it. Raises `ValueError` for neither."""
    if isinstance(item, dict):
        return item.get(name), name
    if not isinstance(item, list):
        raise ValueError("neither an object nor a row")
    return item[places[name]], places[name]


def _is_segment(row: Any) -> bool:
    if isinstance(row, dict):
        return isinstance(row.get("text"), str) and "start" in row and "end" in row
    return (
        isinstance(row, list)
        and len(row) >= _ROW_OF_SEGMENT
        and isinstance(row[_SEGMENT["text"]], str)
        and all(isinstance(row[_SEGMENT[name]], (int, float)) for name in ("start", "end"))
    )


def _words(segment: Segment, path: Path, turn: int) -> Iterator[BoundWord]:
    name = name_of(segment.get("speaker")) if isinstance(segment, dict) else None
    words, step = _word_list(segment)
    if not words:
        said, key = field(segment, "text", _SEGMENT)
        start, end = _times(segment, _SEGMENT)
        like = Word("", start, end, None, name, timing_of(start, end, Timing.TURN), turn)
        yield from words_of(said, (*path, key), like)
        return
    for at, item in enumerate(words):
        start, end = _times(item, _WORD)
        said_by = name_of(item.get("speaker")) if isinstance(item, dict) else None
        said, key = field(item, "word", _WORD)
        word = Word("", start, end, None, said_by or name, timing_of(start, end), turn)
        yield whole(said, (*path, step, at, key), word)


def _word_list(segment: Segment) -> tuple[list[Any], str | int]:
    if isinstance(segment, dict):
        return segment.get("words") or [], "words"
    for at in range(_ROW_OF_SEGMENT, len(segment)):
        value = segment[at]
        if isinstance(value, list) and value and all(isinstance(word, (list, dict)) for word in value):
            return value, at
    return [], 0


def _times(item: Segment, places: dict[str, int]) -> tuple[int | None, int | None]:
    return milliseconds(field(item, "start", places)[0]), milliseconds(field(item, "end", places)[0])


def _placed(rows: Sequence[BoundWord], segment: Segment) -> list[BoundWord]:
    """Give words without times those between their neighbours, or the segment's where one of those has none."""
    begin, end = _times(segment, _SEGMENT)
    is_timed = [_is_timed(row.word) for row in rows]
    if begin is None or end is None or all(is_timed):
        return list(rows)
    since, until = [begin] * len(rows), [end] * len(rows)
    for at, row in enumerate(rows):
        begin = row.word.end_ms if is_timed[at] and row.word.end_ms is not None else begin
        since[at] = begin
    for at in range(len(rows) - 1, -1, -1):
        start = rows[at].word.start_ms
        end = start if is_timed[at] and start is not None else end
        until[at] = end
    timing = Timing.INTERPOLATED if any(is_timed) else Timing.TURN
    result = []
    for at, row in enumerate(rows):
        if not is_timed[at]:
            start, stop = sorted((since[at], until[at]))
            row = replace(row, word=replace(row.word, start_ms=start, end_ms=stop, timing=timing))
        result.append(row)
    return result


def _is_timed(word: Word) -> bool:
    return word.start_ms is not None and word.end_ms is not None and word.end_ms > word.start_ms


def _with_turns(rows: Sequence[BoundWord]) -> list[BoundWord]:
    """Count turns by change of speaker, and by segment where a segment names nobody."""
    result: list[BoundWord] = []
    turn, last = -1, None
    for row in rows:
        who = (row.word.speaker, None if row.word.speaker is not None else row.word.turn)
        if who != last:
            turn, last = turn + 1, who
        result.append(replace(row, word=replace(row.word, turn=turn)))
    return result
