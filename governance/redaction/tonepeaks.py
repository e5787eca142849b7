"""Keypad tones for the second look: found by another way than the first, and sooner believed.

The first detector measures the eight nominal frequencies and asks how much of the band they are. This one does not
measure nominal frequencies at all: it takes a fine spectrum, finds the strongest peak below 1100 Hz and the strongest
between 1100 and 1800 Hz, and asks whether both lie near a key's frequencies and stand out of what lies around them.
It allows three times the frequency error, more twist, and shorter tones. It hears more keys than there are; what
counts is how many of them come together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.redaction.tonebank import HIGH_HZ, LOW_HZ, Decimator

_WINDOW_S = 0.032
_HOP_S = 0.012
_PADDED = 4
_BAND_HZ = (500.0, 2_000.0)
_LOBE_HZ = 70.0
_LOW_BAND, _HIGH_BAND = (640.0, 1_020.0), (1_130.0, 1_740.0)
_ERROR = 0.028
_WEAKEST = 10 ** (-68 / 10)
_TWIST_DB = 16.0
_PROMINENCE_DB = 12.0
_SHARE = 0.6
_FRAMES = 3
_MERGED_GAP = 2
_GLIDE = 0.009  # a voice glides; a tone stays where it is, even where a bad line has moved it
_PAUSE_MS = (
    20  # between two keys the finger leaves the key; a vowel that wanders from one to the next does not
)


@dataclass(frozen=True, slots=True)
class Peak:
    """A time in which something like a key is heard. Which key is not kept: the second look need not know it."""

    start_ms: int
    end_ms: int
    channel: int


class LooseDetector:
    """Hears what may be keys on one channel while its sound streams through."""

    def __init__(self, rate: int, channel: int = 0) -> None:
        """Prepare for `rate` samples a second."""
        self._decimator = Decimator(rate)
        working = self._decimator.rate
        self._size, self._hop = round(_WINDOW_S * working), round(_HOP_S * working)
        self._window = np.blackman(self._size).astype(np.float32)
        self._length = self._size * _PADDED
        hertz = np.fft.rfftfreq(self._length, 1 / working)
        self._hertz = hertz
        self._low = np.flatnonzero((hertz >= _LOW_BAND[0]) & (hertz <= _LOW_BAND[1]))
        self._high = np.flatnonzero((hertz >= _HIGH_BAND[0]) & (hertz <= _HIGH_BAND[1]))
        self._band = (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])
        self._lobe = round(_LOBE_HZ / float(hertz[1]))
        self._scale = 2 / float(self._window.sum()) ** 2
        self._channel = channel
        self._samples = np.zeros(self._size // 2, dtype=np.float32)
        # Of the frames that are like a key only: hours of sound have few of them.
        self._heard = 0
        self._frames: list[NDArray[np.int64]] = []
        self._keys: list[NDArray[np.int8]] = []
        self._places: list[NDArray[np.float32]] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Listen to the next samples."""
        slower = self._decimator.feed(samples.astype(np.float32, copy=False))
        self._samples = np.concatenate([self._samples, slower])
        count = (len(self._samples) - self._size) // self._hop + 1
        if count <= 0:
            return
        frames = np.lib.stride_tricks.sliding_window_view(self._samples, self._size)[:: self._hop][:count]
        power = np.abs(np.fft.rfft(frames * self._window, self._length, axis=1)) ** 2 * self._scale
        keys, places = self._judge(power)
        found = np.flatnonzero(keys >= 0)
        self._frames.append(found + self._heard)
        self._keys.append(keys[found])
        self._places.append(places[found])
        self._heard += count
        self._samples = self._samples[count * self._hop :]

    def finish(self) -> list[Peak]:
        """Return everything that may be a key, in order."""
        self.feed(np.zeros(2 * self._size * self._decimator.step, dtype=np.float32))
        if not self._keys:
            return []
        at, keys = np.concatenate(self._frames), np.concatenate(self._keys)
        places = np.concatenate(self._places)
        frame_ms = self._hop * 1000 / self._decimator.rate
        reach_ms = self._size * 250 / self._decimator.rate
        peaks: list[Peak] = []
        for piece in _pieces(at, keys):
            if len(piece) < _FRAMES or _glides(places[piece]):
                continue
            first, last = int(at[piece[0]]), int(at[piece[-1]])
            start, end = max(int(first * frame_ms - reach_ms), 0), round(last * frame_ms + reach_ms)
            if peaks and start - peaks[-1].end_ms < _PAUSE_MS:
                start = peaks.pop().start_ms
            peaks.append(Peak(start, end, self._channel))
        return peaks

    def _judge(self, power: NDArray[np.float64]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """Return for every frame the number of the key it is like, or -1, and the logarithms of its two frequencies."""
        row, low, low_stands_out, low_hertz = self._strongest(power, self._low, LOW_HZ)
        column, high, high_stands_out, high_hertz = self._strongest(power, self._high, HIGH_HZ)
        twist = np.abs(10 * np.log10((low + 1e-15) / (high + 1e-15)))
        is_key = (
            (row >= 0)
            & (column >= 0)
            & (np.maximum(low, high) >= _WEAKEST)
            & (twist <= _TWIST_DB)
            & (np.minimum(low_stands_out, high_stands_out) >= _PROMINENCE_DB)
            & (self._share(power) >= _SHARE)
        )
        places = np.log(np.stack([low_hertz, high_hertz], axis=1)).astype(np.float32)
        return np.where(is_key, row * 4 + column, -1).astype(np.int8), places

    def _share(self, power: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much of the band lies within a main lobe of the two strongest peaks."""
        shares = np.zeros(len(power))
        sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
        for band in (self._low, self._high):
            at = band[np.argmax(power[:, band], axis=1)]
            index = np.arange(len(power))
            shares += sums[index, at + self._lobe + 1] - sums[index, at - self._lobe]
        total: NDArray[np.float64] = np.maximum(power[:, self._band].sum(axis=1), 1e-15)
        return shares / total

    def _strongest(
        self, power: NDArray[np.float64], band: NDArray[np.int64], nominal: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return which nominal frequency a band's strongest peak is near (-1: none), its power, prominence and hertz."""
        part = power[:, band]
        at = np.argmax(part, axis=1)
        peak = part[np.arange(len(part)), at]
        hertz = self._hertz[band[at]]
        distance = np.abs(hertz[:, None] - nominal[None, :]) / nominal[None, :]
        nearest = np.argmin(distance, axis=1)
        is_near = distance[np.arange(len(distance)), nearest] <= _ERROR
        around = np.median(part, axis=1)
        stands_out = 10 * np.log10((peak + 1e-15) / (around + 1e-15))
        return np.where(is_near, nearest, -1), peak, stands_out, hertz


def _pieces(at: NDArray[np.int64], keys: NDArray[np.int8]) -> list[list[int]]:
    """Return which frames, of those like a key, make up each stretch that stays with one key, holes of one or two aside."""
    pieces: list[list[int]] = []
    for index in range(len(at)):
        last = pieces[-1][-1] if pieces else index
        if pieces and keys[last] == keys[index] and at[index] - at[last] <= _MERGED_GAP:
            pieces[-1].append(index)
        else:
            pieces.append([index])
    return pieces


def _glides(places: NDArray[np.float32]) -> bool:
    """Whether one of the two frequencies moves, the first and last frame aside, which see the tone begin and end."""
    inner = places[1:-1] if len(places) > 3 else places
    return bool((inner.max(axis=0) - inner.min(axis=0)).max() > _GLIDE)


def together(peaks: Sequence[Peak], least: int, gap_ms: int) -> list[Peak]:
    """Return the stretches in which at least `least` keys follow each other within `gap_ms` on one channel."""
    found: list[Peak] = []
    for channel in sorted({peak.channel for peak in peaks}):
        group: list[Peak] = []
        for peak in [*sorted((p for p in peaks if p.channel == channel), key=lambda p: p.start_ms), None]:
            if peak is None or (group and peak.start_ms - group[-1].end_ms > gap_ms):
                if len(group) >= least:
                    found.append(Peak(group[0].start_ms, group[-1].end_ms, channel))
                group = []
            if peak is not None:
                group.append(peak)
    return found
