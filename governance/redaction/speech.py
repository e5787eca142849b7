"""Where somebody may be speaking: voice activity per channel.

This is not for understanding. The second look needs to know whether there is sound in which a number could be spoken
and of which no words are known (`coverage`); such sound was not examined, whatever else was found. So it leans one
way: what swells and falls in the voice band like syllables counts as speech, be it a voice, a television or a dog;
steady noise, hum, ringing and keypad tones do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from governance.redaction import audio
from governance.redaction.tonebank import Decimator

FRAME_MS = 20
_BAND_HZ = (200.0, 3_400.0)
_QUIETEST_DB = -58.0
_ABOVE_FLOOR_DB = 9.0
_FLOOR_SHARE = 0.15
_FLOOR_WINDOW_S = 12
_BRIDGE_MS = 300
_SHORTEST_MS = 120
_BREATH_MS, _SYLLABLE_FRAMES = 80, 2
_PEAKEDNESS = 0.85  # this much of a frame in three bins around its two peaks: a tone, not a voice
_SWING_DB = 5.0
_STEADY_MS = 600


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which somebody may be speaking on a channel."""

    start_ms: int
    end_ms: int
    channel: int


class Listener:
    """Hears one channel block by block and, at the end, says where somebody may have been speaking.

    It keeps three numbers for each 20 ms, so a day of sound takes some tens of megabytes.
    """

    def __init__(self, rate: int, channel: int = 0) -> None:
        """Prepare for `rate` samples a second."""
        self._decimator = Decimator(rate)
        self._channel = channel
        self._size = round(self._decimator.rate * FRAME_MS / 1000)
        self._frame_ms = self._size * 1000 / self._decimator.rate
        self._window = np.hanning(self._size).astype(np.float32)
        hertz = np.fft.rfftfreq(self._size, 1 / self._decimator.rate)
        self._in_band = (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])
        self._rest = np.zeros(0, dtype=np.float32)
        # Bytes grow in one piece and go back in one piece: small arrays by the thousand would leave holes behind.
        self._levels, self._tonal = bytearray(), bytearray()

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Listen to the next samples."""
        held = np.concatenate([self._rest, self._decimator.feed(samples.astype(np.float32, copy=False))])
        count = len(held) // self._size
        self._rest = held[count * self._size :]
        if not count:
            return
        frames = held[: count * self._size].reshape(count, self._size)
        heard = np.fft.rfft(frames * self._window, axis=1)[:, self._in_band]
        power = (heard.real**2 + heard.imag**2).astype(np.float32, copy=False)
        total = power.sum(axis=1)
        scale = 2 / (self._size * float((self._window**2).sum()))
        self._levels += (10 * np.log10(total * scale + 1e-12)).astype(np.float32).tobytes()
        self._tonal += (_two_peaks(power) >= _PEAKEDNESS * np.maximum(total, 1e-20)).tobytes()

    def finish(self) -> list[Stretch]:
        """Return the stretches in which somebody may be speaking, in order."""
        if not self._levels:
            return []
        # A vowel can be tonal for a moment; a tone stays so. Only what is tonal for long is no voice.
        is_tone = _runs_of(np.frombuffer(self._tonal, dtype=np.bool_), max(round(100 / self._frame_ms), 1))
        level = self._level()
        loud = _above(level, self._frame_ms) & ~is_tone
        stretches = []
        for first, last in _joined(loud, round(_BRIDGE_MS / self._frame_ms)):
            voiced = int(np.count_nonzero(loud[first : last + 1])) * self._frame_ms
            if voiced >= _SHORTEST_MS and not self._is_steady(level[first : last + 1]):
                stretches.append(self._stretch(first, last))
        return stretches

    def syllables(self) -> list[Stretch]:
        """Return where it is loud, be it a voice or a tone, in order: what no more than a breath parts is one."""
        if not self._levels:
            return []
        pieces = _joined(_above(self._level(), self._frame_ms), round(_BREATH_MS / self._frame_ms))
        return [self._stretch(first, last) for first, last in pieces if last - first >= _SYLLABLE_FRAMES]

    def _level(self) -> NDArray[np.float32]:
        return np.frombuffer(self._levels, dtype=np.float32)

    def _stretch(self, first: int, last: int) -> Stretch:
        return Stretch(int(first * self._frame_ms), int((last + 1) * self._frame_ms), self._channel)

    def _is_steady(self, level: NDArray[np.float32]) -> bool:
        """Whether the sound does not swing as syllables do: a hum, a fan, a ringing line."""
        if len(level) * self._frame_ms < _STEADY_MS:
            return False
        inner = level[2:-2]
        return float(np.percentile(inner, 90) - np.percentile(inner, 10)) < _SWING_DB


def syllables(source: BinaryIO) -> list[Stretch]:
    """Return where it is loud in a recording, finely, channel by channel. Raises as `audio.blocks` does."""
    facts = audio.describe(source)
    listeners = [Listener(facts.rate, channel) for channel in range(facts.channels)]
    for block in audio.blocks(source):
        for channel, listener in enumerate(listeners):
            listener.feed(block.samples[:, channel])
    # Each lets go of its sound before the next looks back at its own.
    return [one for _ in range(facts.channels) for one in listeners.pop(0).syllables()]


def _two_peaks(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the power in three bins around each of the two strongest places of every frame."""
    threes = np.zeros((len(power), power.shape[1] + 4), dtype=power.dtype)  # two beyond either edge
    inner = threes[:, 2:-2]
    inner[:] = power
    inner[:, 1:] += power[:, :-1]
    inner[:, :-1] += power[:, 1:]
    index, at = np.arange(len(power)), np.argmax(threes, axis=1)
    first = threes[index, at]
    for near in range(-2, 3):
        threes[index, at + near] = 0.0
    both: NDArray[np.float32] = first + threes.max(axis=1)
    return both


def _above(level: NDArray[np.float32], frame_ms: float) -> NDArray[np.bool_]:
    """Return which frames stand above the background around them: low quantiles of windows of some seconds."""
    size = max(round(_FLOOR_WINDOW_S * 1000 / frame_ms), 1)
    lows = [float(np.quantile(level[at : at + size], _FLOOR_SHARE)) for at in range(0, len(level), size)]
    # Speech without a pause lifts the quantile of its own window, so each window may use a quieter neighbour's.
    eased = [min(lows[max(i - 1, 0) : i + 2]) for i in range(len(lows))]
    over = np.zeros(len(level), dtype=np.bool_)
    for number, floor in enumerate(eased):
        part = slice(number * size, (number + 1) * size)
        over[part] = level[part] >= max(floor + _ABOVE_FLOOR_DB, _QUIETEST_DB)
    return over


def _runs_of(flags: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Return the flags that stand in a run of at least `least`."""
    kept = np.zeros_like(flags)
    for first, last in _joined(flags, 1):
        if last - first + 1 >= least:
            kept[first : last + 1] = True
    return kept


def _joined(flags: NDArray[np.bool_], bridge: int) -> list[tuple[int, int]]:
    """Return the first and last index of each group of flags that stand no further apart than `bridge`."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False))
    if not len(edges):
        return []
    firsts, lasts = edges[::2], edges[1::2] - 1
    is_apart = firsts[1:] - lasts[:-1] > bridge
    begins, ends = firsts[np.append(True, is_apart)], lasts[np.append(is_apart, True)]
    return [(int(first), int(last)) for first, last in zip(begins, ends, strict=True)]
