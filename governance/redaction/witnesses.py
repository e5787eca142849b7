"""Digits that are heard where words say that some are spoken: the sound as a witness of where a number begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from governance.redaction import audio, digitruns, unwritten
from governance.redaction.digitmodel import Ear
from governance.redaction.digitruns import JOINED_MS, DigitRun
from governance.redaction.placement import DIGITS_ONLY
from governance.redaction.spans import TimeSpan

if TYPE_CHECKING:
    from governance.policy.redaction import SpokenDigits

_AROUND_MS = 8_000  # more than half a number, and what the model wants to know around it


def hear(
    sound: BinaryIO, located: Sequence[TimeSpan], language: str | None, policy: SpokenDigits
) -> list[DigitRun]:
    """Return the digits that are heard in and near what the words say are some, in groups: what no pause parts is one.

    None where the policy wants nothing listened for, or in a language the model does not know. Raises as `audio.probe`.
    """
    numbers = [span for span in located if span.entity in DIGITS_ONLY]
    if policy.listen == "never" or not numbers or not unwritten.knows(language):
        return []
    return groups_around(sound, numbers)


def groups_around(source: BinaryIO, places: Iterable[TimeSpan]) -> list[DigitRun]:
    """Return the groups of digits that are spoken in and near some places of a recording: what no pause parts is one.

    Only what lies around the places is listened to, so that it costs next to nothing. Raises as `audio.probe` does.
    """
    facts = audio.describe(source)
    windows = _windows(places, facts.rate)
    found: list[DigitRun] = []
    ears: list[Ear] = []  # of the window that is open: no two are at once
    at = 0
    for block in audio.blocks(source):
        end = block.offset + len(block.samples)
        while at < len(windows) and windows[at][0] < end:
            first, last = windows[at]
            ears = ears or [Ear(facts.rate) for _ in range(facts.channels)]
            inside = block.samples[max(first - block.offset, 0) : max(last - block.offset, 0)]
            for channel, ear in enumerate(ears):
                ear.feed(inside[:, channel])
            if last > end:
                break
            found += _heard(ears, first, facts.rate)
            ears, at = [], at + 1
    if ears:
        found += _heard(ears, windows[at][0], facts.rate)
    return found


def _heard(ears: Sequence[Ear], first: int, rate: int) -> Iterator[DigitRun]:
    """Yield what was heard in a window that begins at a sample, as it stands in the recording."""
    for channel, ear in enumerate(ears):
        for run in digitruns.runs(ear.finish(), channel, apart_ms=JOINED_MS):
            yield run.later(round(first * 1000 / rate))


def _windows(places: Iterable[TimeSpan], rate: int) -> list[tuple[int, int]]:
    """Return from which sample to which to listen, those that touch made one."""
    windows: list[tuple[int, int]] = []
    for start, end in sorted((place.start_ms - _AROUND_MS, place.end_ms + _AROUND_MS) for place in places):
        first, last = max(start, 0) * rate // 1000, max(end, 0) * rate // 1000
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], last))
        else:
            windows.append((first, last))
    return windows
