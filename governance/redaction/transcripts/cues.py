"""Subtitle cues, as WebVTT and SubRip share them: a line of two times, then lines of text, until an empty line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from governance.errors import UnsupportedFormatError
from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import words_of

# The whole line and nothing else: what stands beside the times is text, and text is examined.
TIMING = re.compile(
    r"^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
    r"(?:\s+(?:region:[A-Za-z_-]{1,30}\d{0,4}|(?:vertical|line|position|size|align|[XY][12]):[a-z0-9.,%-]{1,11}))*\s*$"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_COUNTER = re.compile(r"\s*\d{1,6}\s*")
_NAMED = re.compile(r"^\s*[-–]?\s*(?P<speaker>[^\W\d][\w .'’-]{0,30}):\s")


def read(lines: Sequence[str]) -> list[BoundWord]:
    """Return the words of all cues, each with the times of its cue: words in a cue have none of their own.

    Raises `UnsupportedFormatError` for a line of times that is more than that: nobody would examine the rest of it.
    """
    bound: list[BoundWord] = []
    turn, like = -1, None
    for number, line in enumerate(lines):
        if timing := TIMING.match(line):
            turn += 1
            start, end = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:])
            like = Word("", start, end, None, None, Timing.TURN, turn)
        elif "-->" in line:
            raise UnsupportedFormatError("A line of times in the subtitles holds something else as well.")
        elif not line.strip():
            like = None
        elif like is not None:
            speaker = _VOICE.search(line) or _NAMED.match(line)
            if speaker:
                name = speaker[1].strip().lower()
                like = Word("", like.start_ms, like.end_ms, None, name, Timing.TURN, turn)
            bound.extend(words_of(line, (number,), like))
    return bound


def silent(lines: Sequence[str]) -> frozenset[Path]:
    """Return which lines are no text: the times of a cue, and the counter right before them."""
    quiet = {number for number, line in enumerate(lines) if TIMING.match(line)}
    counters = {number - 1 for number in quiet if number and _COUNTER.fullmatch(lines[number - 1])}
    return frozenset((number,) for number in quiet | counters)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
