"""Where in the sound a finding lies, given that the times of its words may be off by half a second.

Three witnesses, and none of them may make a span smaller than what exact words say. The *pattern* of voice and pause
around a finding says by how much the words of that passage are off, if it is clear enough to say so; where it is not, every
offset up to `REACH_MS` may be true, and the span is widened by all of it. The nearest *pause* takes in the word an edge
falls into. *Digit runs* heard in the sound itself extend a span over the digits they touch, and they alone may narrow one:
one whose words had no times of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from governance.redaction.dictated import digits_in
from governance.redaction.spans import Entity, Place, TimeSpan, Timing, Word
from governance.redaction.speech import Stretch
from governance.redaction.wordtimes import WordTimes

if TYPE_CHECKING:
    from governance.redaction.digitruns import DigitRun

DETECTORS = {"placement": "1"}

REACH_MS = 500
"""By how much the times of recognisers are off at most, as far as this module goes after them."""

DIGITS_ONLY = frozenset({Entity.PAN, Entity.CVV, Entity.PIN})
"""What is spoken as digits and nothing else."""

_STEP_MS = 20
_SAID = 0.5  # of the digits heard beside a number, by which words explain them
_AROUND_MS = 8_000
_FEWEST_WORDS = 4
_BETWEEN_WORDS_MS = 80  # as `speech.syllables` bridges it
_AS_GOOD_MS, _AS_GOOD_SHARE = 160, 0.15
_CLEAR_SHARE = 0.12

Flags = NDArray[np.bool_]


def placed(
    spans: Iterable[TimeSpan],
    words: Sequence[Word],
    voice: Sequence[Stretch],
    runs: Sequence[DigitRun] = (),
) -> list[TimeSpan]:
    """Return the spans where the sound says they may be: each at least as wide as it came.

    `words` are those of the whole recording, `voice` is where `speech.syllables` heard some, `runs` are the digits a
    model heard.
    """
    heard = _Voice(words, voice)
    return [_placed(span, heard, runs) for span in spans]


def _placed(span: TimeSpan, heard: _Voice, runs: Sequence[DigitRun]) -> TimeSpan:
    least, most = heard.offsets(span)
    start = heard.pause(span.start_ms + min(least, 0), span.start_ms - REACH_MS, span.channel, -1)
    end = heard.pause(span.end_ms + max(most, 0), span.end_ms + REACH_MS, span.channel, 1)
    if span.entity in DIGITS_ONLY:
        # A run that touches what the words may mean is that number, also where it began earlier or goes on, unless the words
        # beside it say what was heard there.
        for run in _runs(runs, span.channel):
            if run.start_ms < end and run.end_ms > start:
                early = sum(word.end_ms <= span.start_ms for word in run.words)
                late = sum(word.start_ms >= span.end_ms for word in run.words)
                if heard.digits(run.start_ms - REACH_MS, span.start_ms, span.channel) <= early * _SAID:
                    start = min(start, run.start_ms)
                if heard.digits(span.end_ms, run.end_ms + REACH_MS, span.channel) <= late * _SAID:
                    end = max(end, run.end_ms)
    return replace(span, start_ms=max(start, 0), end_ms=end)


def is_vague(span: TimeSpan) -> bool:
    """Return whether the digits heard may tell where in its span a finding lies: a card number without times of its own."""
    return span.timing in (Timing.INTERPOLATED, Timing.TURN) and span.entity is Entity.PAN


def narrowed(span: TimeSpan, said: int, runs: Sequence[DigitRun]) -> TimeSpan:
    """Return a span whose words have no times of their own, from the first to the last digit heard in it.

    `said` is how many are said in that stretch, by all of its words. Only for a card number, and only if as many were heard:
    less than that, and it may go on where the model heard nothing, or what was heard is another number. Otherwise the span
    stays as it is and is silenced whole; a code always does, because three digits are soon heard somewhere else.
    """
    if not is_vague(span):
        return span
    inside = [
        run
        for run in _runs(runs, span.channel)
        if run.start_ms < span.end_ms + REACH_MS and run.end_ms > span.start_ms - REACH_MS
    ]
    if len({run.channel for run in inside}) != 1 or sum(run.count for run in inside) < said:
        return span
    start, end = min(run.start_ms for run in inside), max(run.end_ms for run in inside)
    return replace(span, start_ms=start, end_ms=end, because=f"{span.because}; narrowed to the digits heard")


def is_outside(span: Place, length_ms: int) -> bool:
    """Return whether nothing of a span lies in a sound of that length: then cutting it would cut nothing."""
    return span.start_ms >= length_ms or span.end_ms <= 0


def _runs(runs: Sequence[DigitRun], channel: int | None) -> list[DigitRun]:
    return [run for run in runs if channel in (None, run.channel)]


class _Voice:
    """Voice and words of a recording as flags, 20 ms each, for one channel or for all together."""

    def __init__(self, words: Sequence[Word], voice: Sequence[Stretch]) -> None:
        self._words = [word for word in words if word.timing is Timing.EXACT]
        self._times: WordTimes | None = None
        self._voice = voice
        self._known = {stretch.channel for stretch in voice}
        ends = [*(stretch.end_ms for stretch in voice), *(word.end_ms or 0 for word in self._words)]
        # As much again on both sides as a passage may be shifted, so that no slice runs over an edge.
        self._before = (_AROUND_MS + 2 * REACH_MS) // _STEP_MS
        self._length = max(ends, default=0) // _STEP_MS + 2 * self._before + 2
        self._made: dict[int | None, tuple[Flags, Flags, NDArray[np.int64]]] = {}

    def offsets(self, span: TimeSpan) -> tuple[int, int]:
        """Return by how much the words around a span may be off, from the least to the most, in milliseconds."""
        voiced, said, starts = self._flags(span.channel)
        first = min(max((span.start_ms - _AROUND_MS) // _STEP_MS + self._before, 0), self._length)
        last = min((span.end_ms + _AROUND_MS) // _STEP_MS + self._before, self._length)
        near = int(np.count_nonzero((starts >= first) & (starts < last)))
        here = voiced[first:last]
        count = int(np.count_nonzero(here))
        if near < _FEWEST_WORDS or not count or count == len(here):
            return -REACH_MS, REACH_MS
        shifts = range(-REACH_MS // _STEP_MS, REACH_MS // _STEP_MS + 1)
        apart = [
            int(np.count_nonzero(here != said[max(first - by, 0) : max(first - by, 0) + len(here)]))
            * _STEP_MS
            if last - by <= self._length
            else len(here) * _STEP_MS
            for by in shifts
        ]
        best = min(apart)
        if best > _CLEAR_SHARE * count * _STEP_MS:
            return -REACH_MS, REACH_MS
        good = [
            by * _STEP_MS
            for by, wrong in zip(shifts, apart, strict=True)
            if wrong <= best + max(_AS_GOOD_MS, _AS_GOOD_SHARE * best)
        ]
        # A step more on both sides: flags are whole steps, and what lies between two must not stay.
        return good[0] - _STEP_MS, good[-1] + _STEP_MS

    def digits(self, start_ms: int, end_ms: int, channel: int | None) -> int:
        """Return how many digits the words say between two moments. English is what is listened for."""
        self._times = self._times or WordTimes(self._words)
        around = self._times.around(start_ms, end_ms, channel)
        said = " ".join(word.text for word in around if word.start_ms >= start_ms and word.end_ms <= end_ms)
        return len(digits_in(said, "en"))

    def pause(self, at_ms: int, limit_ms: int, channel: int | None, step: int) -> int:
        """Return the nearest moment in a direction at which nobody speaks; where it is beyond the limit, `at_ms`."""
        voiced, _, _ = self._flags(channel)
        at = at_ms // _STEP_MS + self._before
        while 0 <= at < self._length and voiced[at]:
            at += step
            moment = (at - self._before) * _STEP_MS
            if (moment - limit_ms) * step > 0:
                return at_ms
        moment = (at - self._before) * _STEP_MS
        return min(at_ms, moment) if step < 0 else max(at_ms, moment)

    def _flags(self, channel: int | None) -> tuple[Flags, Flags, NDArray[np.int64]]:
        # A channel that nothing was heard on may be counted otherwise by the transcript: then any voice may be meant.
        channel = channel if channel in self._known else None
        if channel not in self._made:
            mine = [one for one in self._voice if channel in (None, one.channel)]
            words = [one for one in self._words if None in (channel, one.channel) or one.channel == channel]
            said = [(word.start_ms or 0, word.end_ms or 0) for word in words]
            starts = np.array([start // _STEP_MS + self._before for start, _ in said], dtype=np.int64)
            voiced = self._painted((one.start_ms, one.end_ms) for one in mine)
            self._made[channel] = (voiced, self._painted(_bridged(said)), starts)
        return self._made[channel]

    def _painted(self, pieces: Iterable[tuple[int, int]]) -> Flags:
        flags = np.zeros(self._length, dtype=np.bool_)
        for start, end in pieces:
            first, last = start // _STEP_MS + self._before, end // _STEP_MS + self._before
            flags[max(first, 0) : max(last, 0)] = True
        return flags


def _bridged(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if joined and start - joined[-1][1] <= _BETWEEN_WORDS_MS:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
