"""Subtitle cues, as WebVTT and SubRip share them: a line of two times, then lines of text, until an empty line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from governance.errors import UnsupportedFormatError
from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import FEWEST_DIGITS_OF_A_CARD, words_of

# The whole line and nothing else: what stands beside the times is text, and text is examined.
TIMING = re.compile(
    r"^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
    r"(?:\s+(?:region:[A-Za-z_-]{1,30}\d{0,4}|(?:vertical|line|position|size|align|[XY][12]):[a-z0-9.,%-]{1,11}))*\s*$"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_COUNTER = re.compile(r"\s*\d{1,6}\s*")
_ENDS = (".", "?", "!", "…")
_PAUSE_MS = 350  # within a breath people hesitate for less, and whoever answers seldom comes sooner
_DASHED = re.compile(r"\s*[-–—]\s*[^\W\d]")
_NAMED = re.compile(r"^\s*[-–]?\s*(?P<speaker>[^\W\d][\w .'’-]{0,30}):\s")


def read(lines: Sequence[str]) -> list[BoundWord]:
    """Return the words of all cues, each with the times of its cue: words in a cue have none of their own.

    Where a cue ends a line is full, and that is no turn: a number goes on in the next. A turn begins where another name is
    told, with the dash of a dialogue, and, where no name is told, where a sentence ended or nothing was said for a moment. Raises `UnsupportedFormatError` for a line of times that is more than that:
    nobody would examine the rest of it.
    """
    bound: list[BoundWord] = []
    names = Counter(match[1].strip().lower() for line in lines if (match := _NAMED.match(line)))
    turn, name, times = 0, None, None
    for number, line in enumerate(lines):
        if timing := TIMING.match(line):
            times = (_milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:]))
        elif "-->" in line:
            raise UnsupportedFormatError("A line of times in the subtitles holds something else as well.")
        elif not line.strip():
            times = None
        elif times is not None:
            label = _NAMED.match(line)
            told = _VOICE.search(line) or label
            speaker = told[1].strip().lower() if told else (None if _DASHED.match(line) else name)
            if bound and (
                speaker != name
                or _DASHED.match(line)
                or (speaker is None and _is_over(bound[-1].word, *times))
            ):
                turn += 1
            name = speaker
            words = words_of(line, (number,), Word("", *times, None, name, Timing.TURN, turn))
            # A name that heads several lines is nobody's word; what heads one may be the field of a form.
            is_name = label is not None and names[label[1].strip().lower()] > 1 and _has_few_digits(label[0])
            bound.extend(word for word in words if not is_name or label is None or word.start >= label.end())
    return bound


def _is_over(last: Word, start_ms: int, end_ms: int) -> bool:
    """Whether somebody may have fallen silent after a word, where nobody says who speaks: a sentence ends, or there is a pause."""
    if (last.start_ms, last.end_ms) == (start_ms, end_ms):
        return False  # the second line of a cue
    return last.text.rstrip("\"'»”)").endswith(_ENDS) or start_ms - (last.end_ms or 0) >= _PAUSE_MS


def _has_few_digits(label: str) -> bool:
    return sum(map(str.isdigit, label)) < FEWEST_DIGITS_OF_A_CARD


def silent(lines: Sequence[str]) -> frozenset[Path]:
    """Return which lines are no text: the times of a cue, and the counter right before them."""
    quiet = {number for number, line in enumerate(lines) if TIMING.match(line)}
    counters = {number - 1 for number in quiet if number and _COUNTER.fullmatch(lines[number - 1])}
    return frozenset((number,) for number in quiet | counters)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
