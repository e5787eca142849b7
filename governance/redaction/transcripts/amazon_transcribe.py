"""Amazon Transcribe, standard output: `results.items[]`, times in seconds as strings, punctuation without times.

The same words stand again in `channel_labels.channels[].items[]`, `audio_segments[]`, `segments[]` and `transcripts[]`; those
are left to the walk, unless a file has no `results.items`, when the items of the channels are read.
"""

from __future__ import annotations

import re
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
)

NAME = "amazon-transcribe"


def recognises(tree: Any) -> bool:
    """Whether a document has the items of Amazon Transcribe."""
    results = tree.get("results") if isinstance(tree, dict) else None
    if not isinstance(results, dict) or "channels" in results:
        return False
    return isinstance(results.get("items"), list) or isinstance(results.get("channel_labels"), dict)


def read(tree: Any) -> Reading:
    """Return the spoken items in the order in which they were spoken, and the language the job names."""
    results = tree["results"]
    speakers = _speakers(results)
    rows = [
        _row(item, path, speakers)
        for path, item in _items(results)
        if item.get("type") != "punctuation" and item.get("alternatives")
    ]
    language = language_of(results.get("language_code")) or language_of(tree.get("language_code"))
    return Reading(with_turns(as_spoken(interpolated(rows))), language)


def _items(results: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(results.get("items"), list):
        for at, item in enumerate(results["items"]):
            yield ("results", "items", at), item
        return
    for number, channel in enumerate(results["channel_labels"]["channels"]):
        for at, item in enumerate(channel["items"]):
            label = {"channel_label": channel.get("channel_label"), **item}
            yield ("results", "channel_labels", "channels", number, "items", at), label


def _row(item: dict[str, Any], path: Path, speakers: dict[str, str]) -> BoundWord:
    start, end = milliseconds(item.get("start_time")), milliseconds(item.get("end_time"))
    channel = re.fullmatch(r"ch_(\d{1,4})", str(item.get("channel_label", "")))
    speaker = (
        name_of(item.get("speaker_label"))
        or speakers.get(str(item.get("start_time")))
        or name_of(item.get("channel_label"))
    )
    word = Word("", start, end, int(channel[1]) if channel else None, speaker, timing_of(start, end))
    return whole(item["alternatives"][0]["content"], (*path, "alternatives", 0, "content"), word)


def _speakers(results: dict[str, Any]) -> dict[str, str]:
    """The speaker of each start time, where speakers stand apart from the items."""
    labels = results.get("speaker_labels")
    segments = labels.get("segments", []) if isinstance(labels, dict) else []
    return {
        str(item.get("start_time")): str(item["speaker_label"])
        for segment in segments
        for item in segment.get("items", [])
        if "speaker_label" in item
    }
