"""Conversation turns as vCon analyses hold them: a list of `{"speaker", "message"}`, without word times.

Who speaks may be named otherwise (`role`, `parties`), and so may what is said. Times that are no seconds are not the recording's.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import (
    Reading,
    language_of,
    milliseconds,
    name_of,
    timing_of,
    words_of,
)

NAME = "conversation-turns"
_SPEAKERS = ("speaker", "role", "party", "parties", "participant")
_TEXTS = ("message", "text", "content", "body", "transcript")


def recognises(tree: Any) -> bool:
    """Whether a document is a list of turns, bare or as the only list of an object."""
    rows, _ = _rows(tree)
    return bool(rows)


def read(tree: Any) -> Reading:
    """Return the words of all turns; where a turn has times its words have the turn's."""
    rows, root = _rows(tree)
    bound: list[BoundWord] = []
    for turn, item in enumerate(rows):
        name = next((name for name in _TEXTS if isinstance(item.get(name), str)), None)
        if name is not None:
            bound.extend(words_of(item[name], (*root, turn, name), _word(item, turn)))
    return Reading(bound, language_of(tree.get("language")) if isinstance(tree, dict) else None)


def _word(item: dict[str, Any], turn: int) -> Word:
    start, end = _moment(item, "start", "start_time"), _moment(item, "end", "end_time")
    if start is None or end is None:
        start = end = None
    speaker = name_of(next(item[name] for name in _SPEAKERS if name in item))
    return Word("", start, end, None, speaker, timing_of(start, end, Timing.TURN), turn)


def _moment(item: dict[str, Any], *names: str) -> int | None:
    try:
        return milliseconds(next((item[name] for name in names if name in item), None))
    except (TypeError, ValueError, OverflowError):
        return None


def _rows(tree: Any) -> tuple[list[dict[str, Any]], Path]:
    if isinstance(tree, list) and _are_turns(tree):
        return tree, ()
    if isinstance(tree, dict):
        for name in ("conversation", "body", "transcript", "messages", "dialog"):
            if isinstance(tree.get(name), list) and _are_turns(tree[name]):
                return tree[name], (name,)
    return [], ()


def _are_turns(rows: list[Any]) -> bool:
    return bool(rows) and all(
        isinstance(row, dict)
        and any(name in row for name in _SPEAKERS)
        and any(isinstance(row.get(name), str) for name in _TEXTS)
        for row in rows
    )
