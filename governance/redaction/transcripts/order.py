"""The order in which words were spoken, where several people speak on channels of their own.

Question must come before answer, and one speaker's run of digits must not be torn apart word by word where somebody
talks over it. So what is ordered is not words but *runs*: what one speaker says without a pause of half a second. A run
is cut in two only where somebody else's run comes to its end in the midst of it: whoever answers has waited for the end of the
question, and an interjection stands where it fell. Two people who talk at once thus tear one another's words once for each
time they fall silent, and never word by word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from governance.redaction.transcripts.document import BoundWord

PAUSE_MS = 500
_VOICES_AT_MOST = 16  # a conference; beyond it nobody is cut short, which keeps the work linear

Voice = tuple[int | None, str | None]


@dataclass(frozen=True, slots=True)
class _Run:
    """What one speaker says without a pause. `starts` never decrease, so that a moment can be looked up in them."""

    voice: Voice
    words: list[BoundWord]
    starts: list[int]
    end: int


def as_spoken(bound: Sequence[BoundWord]) -> list[BoundWord]:
    """Return words, given in the order of the file, in the order in which they were spoken.

    A word without a time stays behind the one its speaker said before it. Words of one speaker keep the order of the file
    unless their times go back by more than a pause, as where a file lists one channel after the other.
    """
    voices: dict[Voice, list[BoundWord]] = {}
    for one in bound:
        voices.setdefault((one.word.channel, one.word.speaker), []).append(one)
    if len(voices) == 1:
        return list(bound)
    runs = [run for voice, words in voices.items() for run in _runs(voice, words)]
    if len(voices) <= _VOICES_AT_MOST:
        runs = _cut_where_others_end(runs)
    runs.sort(key=lambda run: run.starts[0])
    return [one for run in runs for one in run.words]


def _runs(voice: Voice, words: Sequence[BoundWord]) -> list[_Run]:
    runs: list[_Run] = []
    open_words: list[BoundWord] = []
    starts: list[int] = []
    end = 0
    for one in words:
        start = one.word.start_ms
        if start is not None and starts and not starts[-1] - PAUSE_MS <= start < end + PAUSE_MS:
            runs.append(_Run(voice, open_words, starts, end))
            open_words, starts, end = [], [], start
        now = start if start is not None else (starts[-1] if starts else 0)
        starts.append(max(now, starts[-1]) if starts else now)
        end = max(end, one.word.end_ms if one.word.end_ms is not None else starts[-1])
        open_words.append(one)
    return [*runs, _Run(voice, open_words, starts, end)]


def _cut_where_others_end(runs: Sequence[_Run]) -> list[_Run]:
    ends: dict[Voice, list[int]] = {}
    for run in runs:
        ends.setdefault(run.voice, []).append(run.end)
    for moments in ends.values():
        moments.sort()
    result: list[_Run] = []
    for run in runs:
        others = [moments for voice, moments in ends.items() if voice != run.voice]
        edges = [
            0,
            *(at for at in range(1, len(run.words)) if _somebody_ends(run, at, others)),
            len(run.words),
        ]
        result += [
            _Run(run.voice, run.words[first:last], run.starts[first:last], run.end)
            for first, last in pairwise(edges)
        ]
    return result


def _somebody_ends(run: _Run, at: int, others: Sequence[Sequence[int]]) -> bool:
    """Whether a run of somebody else ends between the start of the word before this one and its own start."""
    since, until = run.starts[at - 1], run.starts[at]
    return until > since and any(
        bisect_right(moments, until) > bisect_right(moments, since) for moments in others
    )
