"""Our own format: `{"language": "en", "words": [{"text", "start_ms", "end_ms", "channel", "speaker"}]}`.

`"format": "governance/words@1"` may head it. Instead of words, `turns` of the same fields hold whole sentences.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.reading import interpolated, whole, with_turns, words_of

NAME = "governance/words@1"


def recognises(tree: Any) -> bool:
    """Whether a document has our list of words or of turns."""
    if not isinstance(tree, dict) or "segments" in tree:
        return False
    if tree.get("format") == NAME:
        return True
    rows = tree.get("words") or tree.get("turns")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return False
    return all(isinstance(row.get("text"), str) for row in rows) and "transcript" not in tree


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the words, in the order of the file, and the language it names."""
    rows: list[BoundWord] = []
    for at, item in enumerate(tree.get("words") or ()):
        rows.append(whole(item["text"], ("words", at, "text"), _word(item, Timing.EXACT, 0)))
    bound = interpolated(with_turns(rows))
    if not bound:
        for at, item in enumerate(tree.get("turns") or ()):
            bound.extend(words_of(item["text"], ("turns", at, "text"), _word(item, Timing.TURN, at)))
    language = tree.get("language")
    return bound, language if isinstance(language, str) else None


def _word(item: dict[str, Any], timing: Timing, turn: int) -> Word:
    start, end = item.get("start_ms"), item.get("end_ms")
    speaker, channel = item.get("speaker"), item.get("channel")
    if start is None or end is None:
        start, end, timing = None, None, Timing.NONE
    return Word(
        text="",
        start_ms=None if start is None else round(start),
        end_ms=None if end is None else round(end),
        channel=None if channel is None else int(channel),
        speaker=None if speaker is None else str(speaker),
        timing=timing,
        turn=turn,
    )
