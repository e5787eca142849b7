"""Conversation turns as vCon analyses hold them: a list of `{"speaker", "message"}`, without word times."""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import milliseconds, words_of

NAME = "conversation-turns"
_TEXTS = ("message", "text", "content", "body", "transcript")


def recognises(tree: Any) -> bool:
    """Whether a document is a list of turns, bare or as the only list of an object."""
    rows, _ = _rows(tree)
    return bool(rows)


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the words of all turns; where a turn has times its words have the turn's."""
    rows, root = _rows(tree)
    bound: list[BoundWord] = []
    for turn, item in enumerate(rows):
        name = next((name for name in _TEXTS if isinstance(item.get(name), str)), None)
        if name is not None:
            bound.extend(words_of(item[name], (*root, turn, name), _word(item, turn)))
    language = tree.get("language") if isinstance(tree, dict) else None
    return bound, language if isinstance(language, str) else None


def _word(item: dict[str, Any], turn: int) -> Word:
    start = milliseconds(item.get("start", item.get("start_time")))
    end = milliseconds(item.get("end", item.get("end_time")))
    if start is None or end is None:
        start = end = None
    return Word(
        "", start, end, None, str(item["speaker"]), Timing.TURN if start is not None else Timing.NONE, turn
    )


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
        isinstance(row, dict) and "speaker" in row and any(isinstance(row.get(name), str) for name in _TEXTS)
        for row in rows
    )
