"""Amazon Transcribe, standard output: `results.items[]`, times in seconds as strings, punctuation without times."""

from __future__ import annotations

import re
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.reading import interpolated, milliseconds, whole, with_turns

NAME = "amazon-transcribe"


def recognises(tree: Any) -> bool:
    """Whether a document has the items of Amazon Transcribe."""
    results = tree.get("results") if isinstance(tree, dict) else None
    return isinstance(results, dict) and isinstance(results.get("items"), list) and "channels" not in results


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the spoken items in the order of their times, and the language the job names."""
    results = tree["results"]
    speakers = _speakers(results)
    rows: list[BoundWord] = []
    for at, item in enumerate(results["items"]):
        if item.get("type") == "punctuation" or not item.get("alternatives"):
            continue
        start, end = milliseconds(item.get("start_time")), milliseconds(item.get("end_time"))
        channel = re.fullmatch(r"ch_(\d+)", str(item.get("channel_label", "")))
        word = Word(
            text="",
            start_ms=start,
            end_ms=end,
            channel=int(channel[1]) if channel else None,
            speaker=item.get("speaker_label")
            or speakers.get(str(item.get("start_time")))
            or item.get("channel_label"),
            timing=Timing.EXACT if start is not None and end is not None else Timing.NONE,
        )
        path = ("results", "items", at, "alternatives", 0, "content")
        rows.append(whole(item["alternatives"][0]["content"], path, word))
    rows.sort(key=lambda row: row.word.start_ms if row.word.start_ms is not None else -1)
    language = results.get("language_code") or tree.get("language_code")
    return interpolated(with_turns(rows)), language if isinstance(language, str) else None


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
