"""Digits that are heard where words say that some are spoken: the sound as a witness of where a number begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    ears = [[Ear(facts.rate) for _ in range(facts.channels)] for _ in windows]
    for block in audio.blocks(source):
        for (first, last), mine in zip(windows, ears, strict=True):
            inside = block.samples[max(first - block.offset, 0) : max(last - block.offset, 0)]
            for channel, ear in enumerate(mine):
                ear.feed(inside[:, channel])
    return [
        run.later(round(first * 1000 / facts.rate))
        for (first, _), mine in zip(windows, ears, strict=True)
        for channel, ear in enumerate(mine)
        for run in digitruns.runs(ear.finish(), channel, apart_ms=JOINED_MS)
    ]


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
