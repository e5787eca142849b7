"""Whisper: `segments[]` with `text`, `tokens`, and, if asked for, `words[]`; or, as the API answers, one list of `words`.

`tokens` decode back to the text, so the walk empties them.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    milliseconds,
    timing_of,
    whole,
)
from governance.redaction.transcripts.segments import are_segments, words_in

NAME = "whisper"
# The API answers with the name of a language where the model writes its code.
_NAMED = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "italian": "it", "portuguese": "pt", "dutch": "nl",
}  # fmt: skip


def recognises(tree: Any) -> bool:
    """Whether a document has Whisper's segments, or the API's words beside the text."""
    if not isinstance(tree, dict) or isinstance(tree.get("transcript"), (dict, list)):
        return False
    return are_segments(tree.get("segments")) or (
        isinstance(tree.get("text"), str) and _are_words(tree.get("words"))
    )


def read(tree: Any) -> Reading:
    """Return the words in order, and the language Whisper heard. Words that stand for the whole file are taken first."""
    told = language_of(tree.get("language"))
    language = _NAMED.get(told.lower(), told) if told else None
    segments = tree.get("segments") or []
    has_words = any(isinstance(segment, dict) and segment.get("words") for segment in segments)
    if _are_words(tree.get("words")) and not has_words:
        return Reading(interpolated([_word(item, at) for at, item in enumerate(tree["words"])]), language)
    return Reading(words_in(segments, ("segments",)), language)


def _are_words(rows: Any) -> bool:
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(row, dict) and isinstance(row.get("word"), str) and "start" in row for row in rows)
    )


def _word(item: dict[str, Any], at: int) -> BoundWord:
    start, end = milliseconds(item.get("start")), milliseconds(item.get("end"))
    return whole(item["word"], ("words", at, "word"), Word("", start, end, timing=timing_of(start, end)))
