"""Whisper, faster-whisper and WhisperX: `segments[]` with `text`, `tokens`, and, if asked for, `words[]`.

WhisperX leaves out the times of words made of digits; they are filled from the words around them. `tokens` decode back
to the text, so the walk empties them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import interpolated, milliseconds, whole, words_of

NAME = "whisper"


def recognises(tree: Any) -> bool:
    """Whether a document has Whisper's segments: as an object, or as faster-whisper's bare list."""
    segments = tree.get("segments") if isinstance(tree, dict) else tree
    if not isinstance(segments, list) or not segments or (isinstance(tree, dict) and "transcript" in tree):
        return False
    return all(
        isinstance(segment, dict)
        and isinstance(segment.get("text"), str)
        and "start" in segment
        and "end" in segment
        for segment in segments
    )


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the words in order, one turn a segment, and the language Whisper heard."""
    segments = tree["segments"] if isinstance(tree, dict) else tree
    root: Path = ("segments",) if isinstance(tree, dict) else ()
    rows: list[BoundWord] = []
    for at, segment in enumerate(segments):
        rows.extend(_words(segment, (*root, at), at))
    language = tree.get("language") if isinstance(tree, dict) else None
    return _with_segment_times(interpolated(rows), segments, len(root)), language if isinstance(
        language, str
    ) else None


def _with_segment_times(rows: list[BoundWord], segments: list[dict[str, Any]], at: int) -> list[BoundWord]:
    """Give words that no neighbour could time the times of their whole segment."""
    result = []
    for row in rows:
        word = row.word
        if word.timing is Timing.NONE:
            segment = segments[int(row.path[at])]
            start, end = milliseconds(segment["start"]), milliseconds(segment["end"])
            word = replace(word, start_ms=start, end_ms=end, timing=Timing.TURN)
        result.append(replace(row, word=word))
    return result


def _words(segment: dict[str, Any], path: Path, turn: int) -> Iterator[BoundWord]:
    speaker = segment.get("speaker")
    name = str(speaker) if speaker is not None else None
    if not segment.get("words"):
        start, end = milliseconds(segment["start"]), milliseconds(segment["end"])
        yield from words_of(
            segment["text"], (*path, "text"), Word("", start, end, None, name, Timing.TURN, turn)
        )
        return
    for at, item in enumerate(segment["words"]):
        start, end = milliseconds(item.get("start")), milliseconds(item.get("end"))
        timing = Timing.EXACT if start is not None and end is not None else Timing.NONE
        said_by = str(item["speaker"]) if item.get("speaker") is not None else name
        word = Word("", start, end, None, said_by, timing, turn)
        yield whole(item["word"], (*path, "words", at, "word"), word)
