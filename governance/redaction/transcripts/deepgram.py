"""Deepgram: `results.channels[].alternatives[0].words[]`, times in seconds, spelled twice (`word`, `punctuated_word`)."""

from __future__ import annotations

from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import interpolated, milliseconds, whole, with_turns

NAME = "deepgram"


def recognises(tree: Any) -> bool:
    """Whether a document has the channels of Deepgram."""
    results = tree.get("results") if isinstance(tree, dict) else None
    return isinstance(results, dict) and isinstance(results.get("channels"), list)


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the words of all channels in the order of their times, and the language if it was detected.

    One channel alone may be a mixture of all: its words belong to no channel, so that a cut is made on every one.
    """
    channels = tree["results"]["channels"]
    rows: list[BoundWord] = []
    for number, channel in enumerate(channels):
        alternatives = channel.get("alternatives") or [{}]
        for at, item in enumerate(alternatives[0].get("words") or ()):
            path: Path = ("results", "channels", number, "alternatives", 0, "words", at)
            rows.append(_row(item, path, number if len(channels) > 1 else None))
    rows.sort(key=lambda row: row.word.start_ms or 0)
    language = channels[0].get("detected_language") if channels else None
    return interpolated(with_turns(rows)), language if isinstance(language, str) else None


def _row(item: dict[str, Any], path: Path, channel: int | None) -> BoundWord:
    start, end = milliseconds(item.get("start")), milliseconds(item.get("end"))
    speaker = item.get("speaker")
    word = Word(
        text="",
        start_ms=start,
        end_ms=end,
        channel=channel,
        speaker=str(speaker)
        if speaker is not None
        else (f"channel {channel}" if channel is not None else None),
        timing=Timing.EXACT if start is not None and end is not None else Timing.NONE,
    )
    copies = ((*path, "punctuated_word"),) if isinstance(item.get("punctuated_word"), str) else ()
    return whole(item["word"], (*path, "word"), word, copies)
