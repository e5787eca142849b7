"""What stands under a span once its sound is gone: silence, or a tone that says nothing about what was there.

`plan` turns spans into stretches of samples, `paint` puts the treatment there, and `Check` recognises it again in
what was decoded from the written file. A recording is only called redacted after the check.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.redaction.spans import Place

TONE_HZ = 1000.0  # between the two groups of keypad tones, so that it never passes for a key
TONE_PEAK = 0.1
_LOUDEST_SILENCE = 16 / 32768  # A-law knows no zero: its smallest step is 8
_LOUDEST_CODED_SILENCE = 0.01
_COUPLED = 0.35  # joint stereo spreads a little of the other channel, which is not what was cut
_TONE_RESIDUE = 0.25
_PIECE_S = 0.02


class Treatment(StrEnum):
    """What listeners hear where something was cut out."""

    SILENCE = "silence"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames `start` (included) to `end` (excluded) of one channel that carry the treatment."""

    start: int
    end: int
    channel: int


class Stretches:
    """Stretches that do not overlap on their channel, found by where they lie: a block looks at its own only."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._channels: dict[int, list[Stretch]] = {}
        for stretch in sorted(stretches, key=lambda one: (one.channel, one.start)):
            self._channels.setdefault(stretch.channel, []).append(stretch)

    def within(self, first: int, last: int) -> Iterator[Stretch]:
        """Yield those that have a frame between `first` (included) and `last` (excluded), channel by channel."""
        for mine in self._channels.values():
            begin = bisect_right(mine, first, key=lambda one: one.end)
            yield from mine[begin : bisect_left(mine, last, begin, key=lambda one: one.start)]


def plan(
    spans: Sequence[Place], rate: int, channels: int, frames: int, guard_ms: int = 0
) -> tuple[Stretch, ...]:
    """Return the stretches to paint, widened by the guard band, clipped to the recording, merged per channel.

    A span is rounded outwards to whole samples, never inwards. A span on a channel the recording does not have is
    painted on every channel: a wrong channel number must not let a card be heard.
    """
    by_channel: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        start = max((span.start_ms - guard_ms) * rate // 1000, 0)
        end = min(-(-(span.end_ms + guard_ms) * rate // 1000), frames)
        if end <= start:
            continue
        is_known = span.channel is not None and 0 <= span.channel < channels
        for channel in [span.channel] if is_known and span.channel is not None else range(channels):
            by_channel.setdefault(channel, []).append((start, end))
    merged: list[Stretch] = []
    for channel, pieces in sorted(by_channel.items()):
        current_start, current_end = min(pieces)
        for start, end in sorted(pieces):
            if start > current_end:
                merged.append(Stretch(current_start, current_end, channel))
                current_start, current_end = start, end
            current_end = max(current_end, end)
        merged.append(Stretch(current_start, current_end, channel))
    return tuple(merged)


def tone(start: int, count: int, rate: int) -> NDArray[np.float64]:
    """Return `count` samples of the masking tone as it stands at frame `start`: a function of time and nothing else."""
    phase = 2 * np.pi * TONE_HZ / rate * (np.arange(start, start + count) % rate)
    return np.asarray(TONE_PEAK * np.sin(phase), dtype=np.float64)


def paint(
    block: NDArray[Any], offset: int, stretches: Iterable[Stretch], treatment: Treatment, rate: int
) -> None:
    """Overwrite, in place, every sample of `block` (frames × channels, its first frame `offset`) under a stretch."""
    full_scale = 1.0 if block.dtype.kind == "f" else float(np.iinfo(block.dtype).max)
    for stretch in stretches:
        start, end = max(stretch.start, offset), min(stretch.end, offset + len(block))
        if start >= end:
            continue
        under = block[start - offset : end - offset, stretch.channel]
        if treatment is Treatment.SILENCE:
            under[:] = 0
        else:
            under[:] = (tone(start, end - start, rate) * full_scale).astype(block.dtype)


def painted(
    pieces: Iterable[NDArray[Any]], stretches: Stretches, treatment: Treatment, rate: int
) -> Iterator[NDArray[Any]]:
    """Yield pieces that follow one another from the first frame on, each overwritten in place where a stretch lies."""
    at = 0
    for piece in pieces:
        paint(piece, at, stretches.within(at, at + len(piece)), treatment, rate)
        yield piece
        at += len(piece)


class Check:
    """Looks at a decoded recording and remembers the stretches where something else than the treatment is heard.

    `settle_ms` is how long a codec with memory may ring at either edge of a stretch: what rings there is the sound
    *outside* it, since the encoder never saw what was inside. 0 means exact: a codec without memory.
    """

    def __init__(
        self, stretches: Sequence[Stretch], rate: int, settle_ms: int, treatments: frozenset[Treatment]
    ) -> None:
        self._rate = rate
        self._treatments = treatments
        self._is_exact = settle_ms == 0
        self._settle = settle_ms * rate // 1000
        self._stretches = Stretches(s for s in stretches if s.end - s.start > 2 * self._settle)
        self.failed: set[Stretch] = set()

    def feed(self, block: NDArray[np.float32], offset: int) -> None:
        """Examine one decoded block whose first frame is `offset`."""
        for stretch in self._stretches.within(offset, offset + len(block)):
            start = max(stretch.start + self._settle, offset)
            end = min(stretch.end - self._settle, offset + len(block))
            if stretch in self.failed or start >= end:
                continue
            if not self._is_filled(block[start - offset : end - offset], start, stretch.channel):
                self.failed.add(stretch)

    def _is_filled(self, part: NDArray[np.float32], at: int, channel: int) -> bool:
        """Whether one of the treatments is heard in every piece of a part that begins at frame `at`."""
        heard = part[:, channel]
        least = _LOUDEST_SILENCE if self._is_exact else _LOUDEST_CODED_SILENCE
        if Treatment.SILENCE in self._treatments and float(np.abs(heard).max(initial=0.0)) <= least:
            return True
        piece = max(int(_PIECE_S * self._rate), 32)
        return all(
            self._is_treated(part[first : first + piece], at + first, channel)
            for first in range(0, len(part), piece)
        )

    def _is_treated(self, piece: NDArray[np.float32], at: int, channel: int) -> bool:
        heard = piece[:, channel].astype(np.float64)
        loudest = _LOUDEST_SILENCE
        if not self._is_exact:
            others = np.delete(piece, channel, axis=1)
            coupled = float(np.abs(others).max(initial=0.0)) * _COUPLED
            loudest = max(_LOUDEST_CODED_SILENCE, coupled)
        if Treatment.SILENCE in self._treatments and float(np.abs(heard).max(initial=0.0)) <= loudest:
            return True
        return Treatment.TONE in self._treatments and _is_tone(heard, at, self._rate, loudest)


def _is_tone(heard: NDArray[np.float64], at: int, rate: int, spread: float) -> bool:
    """Whether what is heard is the masking tone, at any phase (codecs delay), and hardly anything beside it."""
    angle = 2 * np.pi * TONE_HZ / rate * (np.arange(at, at + len(heard)) % rate)
    basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    if len(heard) < 32:
        return float(np.abs(heard).max(initial=0.0)) <= TONE_PEAK * 1.5
    weights = np.linalg.lstsq(basis, heard, rcond=None)[0]
    residue = float(np.sqrt(np.mean((heard - basis @ weights) ** 2)))
    amplitude = float(np.hypot(*weights))
    return amplitude <= TONE_PEAK * 2 and residue <= max(TONE_PEAK * _TONE_RESIDUE, spread)
