"""Our own format: `{"language": "en", "words": [{"text", "start_ms", "end_ms", "channel", "speaker"}]}`.

`"format": "governance/words@1"` may head it. Instead of words, `turns` of the same fields hold whole sentences.
"""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    channel_of,
    interpolated,
    language_of,
    name_of,
    timing_of,
    whole,
    whole_milliseconds,
    with_turns,
    words_of,
)

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


def read(tree: Any) -> Reading:
    """Return the words in the order in which they were spoken, and the language the file names."""
    rows: list[BoundWord] = []
    for at, item in enumerate(tree.get("words") or ()):
        rows.append(whole(item["text"], ("words", at, "text"), _word(item, Timing.EXACT, 0)))
    bound = with_turns(as_spoken(interpolated(rows)))
    if not bound:
        for at, item in enumerate(tree.get("turns") or ()):
            bound.extend(words_of(item["text"], ("turns", at, "text"), _word(item, Timing.TURN, at)))
        bound = as_spoken(bound)
    return Reading(bound, language_of(tree.get("language")))


def _word(item: dict[str, Any], timing: Timing, turn: int) -> Word:
    start, end = whole_milliseconds(item.get("start_ms")), whole_milliseconds(item.get("end_ms"))
    if start is None or end is None:
        start = end = None
    return Word(
        text="",
        start_ms=start,
        end_ms=end,
        channel=channel_of(item.get("channel")),
        speaker=name_of(item.get("speaker")),
        timing=timing_of(start, end, timing),
        turn=turn,
    )
