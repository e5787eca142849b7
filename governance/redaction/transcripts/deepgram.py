"""Deepgram: `results.channels[].alternatives[0].words[]`, times in seconds, spelled twice (`word`, `punctuated_word`).

A channel without words is read from its `transcript`. Utterances, paragraphs, entities, summaries, topics and search hits are
copies and left to the walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from governance.redaction.spans import Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    milliseconds,
    name_of,
    timing_of,
    whole,
    with_turns,
    words_of,
)

NAME = "deepgram"


def recognises(tree: Any) -> bool:
    """Whether a document has the channels of Deepgram."""
    results = tree.get("results") if isinstance(tree, dict) else None
    return isinstance(results, dict) and isinstance(results.get("channels"), list)


def read(tree: Any) -> Reading:
    """Return the words of all channels in the order in which they were spoken, and the language if it was detected.

    One channel alone may be a mixture of all: its words belong to no channel, so that a cut is made on every one.
    """
    channels = tree["results"]["channels"]
    rows = [
        row
        for number, channel in enumerate(channels)
        for row in _rows(channel, number, number if len(channels) > 1 else None)
    ]
    languages = [language_of(channel.get("detected_language")) for channel in channels]
    return Reading(
        with_turns(as_spoken(interpolated(rows))), next((one for one in languages if one is not None), None)
    )


def _rows(channel: dict[str, Any], number: int, told: int | None) -> Iterator[BoundWord]:
    alternatives = channel.get("alternatives") or [{}]
    path: Path = ("results", "channels", number, "alternatives", 0)
    words = alternatives[0].get("words")
    if words:
        yield from (_row(item, (*path, "words", at), told) for at, item in enumerate(words))
    else:
        like = Word("", channel=told, speaker=None if told is None else f"channel {told}")
        yield from words_of(alternatives[0].get("transcript") or "", (*path, "transcript"), like)


def _row(item: dict[str, Any], path: Path, channel: int | None) -> BoundWord:
    start, end = milliseconds(item.get("start")), milliseconds(item.get("end"))
    # Speakers are counted for each channel by itself.
    parts = [f"channel {channel}" if channel is not None else None, name_of(item.get("speaker"))]
    speaker = " ".join(part for part in parts if part is not None) or None
    copies = ((*path, "punctuated_word"),) if isinstance(item.get("punctuated_word"), str) else ()
    word = Word("", start, end, channel, speaker, timing_of(start, end))
    return whole(item["word"], (*path, "word"), word, copies)
