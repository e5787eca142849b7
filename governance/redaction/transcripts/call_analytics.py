"""Amazon Transcribe Call Analytics: `Transcript[].Items[]` with times in milliseconds, one turn for each `Transcript[]`.

A turn whose `Items` are missing (as streaming left them out at first) is read from its `Content`, with the times of the turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    name_of,
    timing_of,
    whole,
    whole_milliseconds,
    with_turns,
    words_of,
)

NAME = "amazon-call-analytics"


def recognises(tree: Any) -> bool:
    """Whether a document has turns of Call Analytics: each with its role and, in one at least, its items."""
    turns = tree.get("Transcript") if isinstance(tree, dict) else None
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        return False
    return "ParticipantRole" in turns[0] and ("JobName" in tree or any("Items" in turn for turn in turns))


def read(tree: Any) -> Reading:
    """Return the spoken items in the order in which they were spoken, and the language of the call."""
    turns = tree["Transcript"]
    has_items = any(turn.get("Items") for turn in turns)
    rows = [row for at, turn in enumerate(turns) for row in _row(turn, at)]
    bound = with_turns(as_spoken(interpolated(rows))) if has_items else as_spoken(rows)
    return Reading(bound, language_of(tree.get("LanguageCode")))


def _row(turn: dict[str, Any], at: int) -> Iterator[BoundWord]:
    role = name_of(turn.get("ParticipantRole"))
    if not turn.get("Items"):
        start, end = (
            whole_milliseconds(turn.get("BeginOffsetMillis")),
            whole_milliseconds(turn.get("EndOffsetMillis")),
        )
        like = Word("", start, end, None, role, timing_of(start, end, Timing.TURN), at)
        yield from words_of(turn.get("Content") or "", ("Transcript", at, "Content"), like)
        return
    for number, item in enumerate(turn["Items"]):
        if item.get("Type") != "punctuation":
            start, end = (
                whole_milliseconds(item.get("BeginOffsetMillis")),
                whole_milliseconds(item.get("EndOffsetMillis")),
            )
            word = Word("", start, end, None, role, timing_of(start, end))
            yield whole(item["Content"], ("Transcript", at, "Items", number, "Content"), word)
