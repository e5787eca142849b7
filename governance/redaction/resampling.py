"""Sound at any rate brought to 8 kHz, whole or in a stream: what the telephone carries, and all the digit model hears."""

from __future__ import annotations

from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RATE = 8_000
_ZEROS = 12  # of the sinc on either side, at the slower of the two rates
_BATCH = 8_192  # samples that are reckoned at once: the rows of taps need memory


class Resampler:
    """Brings a stream of one channel to 8 kHz, to the sample the same whatever the blocks; time 0 stays time 0."""

    def __init__(self, rate: int) -> None:
        """Prepare for `rate` samples a second."""
        shared = gcd(rate, RATE)
        self._up, self._down = RATE // shared, rate // shared
        self._taps = _taps(self._up, self._down)
        self._half = self._taps.shape[1] // 2
        self._held = np.zeros(self._half, np.float32)  # its first sample is number `_first` of the stream
        self._first = -self._half
        self._made = 0

    def feed(self, samples: Sound) -> Sound:
        """Return what these samples add to the stream at 8 kHz."""
        if self._up == self._down:
            return samples
        self._held = np.concatenate([self._held, samples])
        end = self._first + len(self._held)
        # The last output whose taps all lie in what has come: base + half < end.
        until = max(-(-(end - self._half) * self._up // self._down), self._made)
        pieces = [self._some(at, min(at + _BATCH, until)) for at in range(self._made, until, _BATCH)]
        self._made = until
        keep = until * self._down // self._up - self._half
        self._held, self._first = self._held[keep - self._first :], keep
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def finish(self) -> Sound:
        """Return what is left of the stream, as if silence followed."""
        return (
            self.feed(np.zeros(self._half, np.float32)) if self._up != self._down else np.zeros(0, np.float32)
        )

    def _some(self, first: int, last: int) -> Sound:
        place = np.arange(first, last, dtype=np.int64) * self._down
        base = place // self._up - self._first - self._half
        rows = np.lib.stride_tricks.sliding_window_view(self._held, self._taps.shape[1])[base]
        made: Sound = np.einsum("ij,ij->i", rows, self._taps[place % self._up])
        return made


@cache
def _taps(up: int, down: int) -> NDArray[np.float32]:
    """Return a filter for each of the `up` places between two samples: a sinc under a window, each summing to one."""
    cut = min(1.0, up / down) * 0.95
    half = int(np.ceil(_ZEROS / cut))
    at = np.arange(-half, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.where(np.abs(at) <= half, np.cos(np.pi * at / (2 * half + 2)) ** 2, 0)
    taps = np.sinc(at * cut) * window
    whole: NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return whole
