"""Keypad tones for the second look: found by another way than the first, and sooner believed.

The first detector measures the eight nominal frequencies and asks how much of the band they are. This one does not
measure nominal frequencies at all: it takes a fine spectrum, finds the strongest peak below 1100 Hz and the strongest
between 1100 and 1800 Hz, and asks whether both lie near a key's frequencies and stand out of what lies around them.
It allows three times the frequency error, more twist, and shorter tones. It hears more keys than there are; what
counts is how many of them come together. A coarse spectrum with wider limits of the same kind says where the fine one
is worth its price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.redaction.filtering import through
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
# What the screen lets pass: of 85,000 frames taken by the fine look the worst had a coarse share of 0.425 and stood out by 8.7 dB.
_SCREEN_EDGE_HZ = 20.0
_SCREEN_WEAKEST = _WEAKEST / 10**0.15
_SCREEN_TWIST = 10**1.85
_SCREEN_PROMINENCE = 10**0.7
_SCREEN_SHARE = 0.4
_FRAMES = 3
_MERGED_GAP = 2
_GLIDE = 0.009  # a voice glides; a tone stays where it is, even where a bad line has moved it
_PAUSE_MS = (
    20  # between two keys the finger leaves the key; a vowel that wanders from one to the next does not
)

Powers = NDArray[np.float32]


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
        self._screen = _Screen(working, self._window, self._hop)
        self._length = self._size * _PADDED
        hertz = np.fft.rfftfreq(self._length, 1 / working)
        self._band = _within(hertz, _BAND_HZ)
        self._hertz = hertz[self._band]
        self._low, self._high = _within(self._hertz, _LOW_BAND), _within(self._hertz, _HIGH_BAND)
        self._lobe = round(_LOBE_HZ / float(hertz[1]))
        self._scale = _scale(self._window)
        self._channel = channel
        self._samples = np.zeros(self._size // 2, dtype=np.float32)
        # Of the frames that are like a key only: hours of sound have few of them.
        self._heard = 0
        self._frames: list[NDArray[np.int64]] = []
        self._keys: list[NDArray[np.int64]] = []
        self._places: list[NDArray[np.float32]] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Listen to the next samples."""
        slower = self._decimator.feed(samples.astype(np.float32, copy=False))
        self._samples = np.concatenate([self._samples, slower])
        count = (len(self._samples) - self._size) // self._hop + 1
        if count <= 0:
            return
        frames = np.lib.stride_tricks.sliding_window_view(self._samples, self._size)[:: self._hop][:count]
        at = self._screen.left(self._samples, frames)
        if len(at):
            heard = np.fft.rfft(frames[at] * self._window, self._length, axis=1)[:, self._band]
            found, keys, places = self._judge(
                np.asarray((heard.real**2 + heard.imag**2) * self._scale, dtype=np.float32)
            )
            self._frames.append(at[found] + self._heard)
            self._keys.append(keys)
            self._places.append(places)
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

    def _judge(self, power: Powers) -> tuple[NDArray[np.int64], NDArray[np.int64], Powers]:
        """Return which frames are like a key, which key each is like, and the logarithms of its two frequencies."""
        index = np.arange(len(power))
        low_at = np.argmax(power[:, self._low], axis=1) + self._low.start
        high_at = np.argmax(power[:, self._high], axis=1) + self._high.start
        low, high = power[index, low_at], power[index, high_at]
        row, column = _nearest(self._hertz[low_at], LOW_HZ), _nearest(self._hertz[high_at], HIGH_HZ)
        twist = np.abs(_decibels(low, high))
        is_like = (row >= 0) & (column >= 0) & (np.maximum(low, high) >= _WEAKEST) & (twist <= _TWIST_DB)
        found = np.flatnonzero(is_like & (self._share(power, low_at, high_at) >= _SHARE))
        # What a peak stands out of costs most to know, so it is asked last, and of few.
        for band, peak in ((self._low, low), (self._high, high)):
            around = np.median(power[found, band], axis=1)
            found = found[_decibels(peak[found], around) >= _PROMINENCE_DB]
        places = np.log(np.stack([self._hertz[low_at[found]], self._hertz[high_at[found]]], axis=1))
        return found, (row * 4 + column)[found], places.astype(np.float32)

    def _share(self, power: Powers, *peaks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how much of the band lies within a main lobe of its two peaks."""
        shares, index = np.zeros(len(power)), np.arange(len(power))
        sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
        for at in peaks:
            shares += sums[index, at + self._lobe + 1] - sums[index, at - self._lobe]
        return shares / np.maximum(sums[:, -1], 1e-15)


class _Screen:
    """The cheap look that leaves the fine one few frames: of silence none, of speech one in seven.

    Its spectrum is coarse, a quarter of the places, and only of the band. Every limit is wider than that of the fine look,
    by more than a peak between two of its places loses: what the fine look would take, it leaves.
    """

    def __init__(self, rate: float, window: NDArray[np.float32], hop: int) -> None:
        self._hop, self._reach = hop, -(-len(window) // hop)
        # No window of less energy holds a peak that is loud enough (Cauchy and Schwarz).
        self._silence = _WEAKEST / (_scale(window) * float((window**2).sum()))
        hertz = np.fft.rfftfreq(len(window), 1 / rate)
        band = _within(hertz, _BAND_HZ)
        self._low, self._high = (_within(hertz[band], _wider(one)) for one in (_LOW_BAND, _HIGH_BAND))
        turns = hertz[band, None] / rate * np.arange(len(window))
        waves = np.concatenate([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)])
        self._waves = (waves * window * np.sqrt(_scale(window))).astype(np.float32)

    def left(self, samples: NDArray[np.float32], frames: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return which frames the fine look has to see; a frame begins with every hop of the samples."""
        energy = np.add.reduceat(samples**2, np.arange(0, len(samples), self._hop))
        louder = sum(energy[step : step + len(frames)] for step in range(self._reach))
        at = np.flatnonzero(louder >= self._silence)
        if not len(at):
            return at
        heard = through(self._waves, frames[at])
        heard *= heard
        power = heard[: len(heard) // 2] + heard[len(heard) // 2 :]
        low, high = power[self._low].max(axis=0), power[self._high].max(axis=0)
        threes = power.copy()
        threes[1:] += power[:-1]
        threes[:-1] += power[1:]
        both = threes[self._low].max(axis=0) + threes[self._high].max(axis=0)
        is_left = (
            (np.maximum(low, high) >= _SCREEN_WEAKEST)
            & (both >= _SCREEN_SHARE * power.sum(axis=0))
            & (np.maximum(low, high) <= _SCREEN_TWIST * np.minimum(low, high))
        )
        for band, peak in ((self._low, low), (self._high, high)):
            kept = np.flatnonzero(is_left)
            is_left[kept] = peak[kept] >= _SCREEN_PROMINENCE * np.median(power[band, kept], axis=0)
        return np.asarray(at[is_left])


def _within(hertz: NDArray[np.floating], band: tuple[float, float]) -> slice:
    """Return where the frequencies lie that are of a band."""
    first, last = np.searchsorted(hertz, band[0]), np.searchsorted(hertz, band[1], side="right")
    return slice(int(first), int(last))


def _wider(band: tuple[float, float]) -> tuple[float, float]:
    return band[0] - _SCREEN_EDGE_HZ, band[1] + _SCREEN_EDGE_HZ


def _scale(window: NDArray[np.float32]) -> float:
    """Return what makes a power of a spectrum that of the sine that is there, a full sine being 1/2."""
    return 2 / float(window.sum()) ** 2


def _decibels(power: Powers, other: Powers) -> Powers:
    told: Powers = 10 * np.log10((power + 1e-15) / (other + 1e-15))
    return told


def _nearest(hertz: NDArray[np.float64], nominal: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which nominal frequency each is near, or -1."""
    distance = np.abs(hertz[:, None] - nominal) / nominal
    nearest = np.argmin(distance, axis=1)
    return np.where(distance.min(axis=1) <= _ERROR, nearest, -1)


def _pieces(at: NDArray[np.int64], keys: NDArray[np.int64]) -> list[list[int]]:
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
