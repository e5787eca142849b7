"""Sound as 40 bands of loudness every 10 ms: what the digit model hears.

The bands are those of the telephone (60 to 3,800 Hz), spaced as ears hear pitch. From each band its mean over some
seconds around is taken away, so that neither the level of a line nor its colour matters.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
HOP = 80
WINDOW = 200
BANDS = 40
_FFT = 256
_HERTZ = (60.0, 3_800.0)
_FLOOR = 1e-5  # power of what 16 bits do not tell from silence
_AROUND = 150  # bands of 10 ms on either side from which the mean is taken


@cache
def _bank() -> NDArray[np.float32]:
    """Return the weights of the FFT's bins in each band: triangles, equally wide in mel."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in _HERTZ)
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(_FFT, 1 / RATE)
    rising = (hertz[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


@cache
def _taper() -> NDArray[np.float32]:
    return np.hanning(WINDOW).astype(np.float32)


def loudness(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithm of the power in each band, `(frames, BANDS)`, of sound at 8 kHz.

    Frame `i` stands around sample `i * HOP`: half a window of silence is put before the first.
    """
    padded = np.concatenate([np.zeros(WINDOW // 2, np.float32), samples, np.zeros(WINDOW // 2, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:-1:HOP]
    spectrum = np.fft.rfft(frames * _taper(), _FFT, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    bands: NDArray[np.float32] = np.log(power @ _bank() + np.float32(_FLOOR))
    return bands


def levelled(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the bands less their mean over three seconds around, in steps that a small network likes."""
    count = len(bands)
    sums = np.concatenate([np.zeros((1, BANDS), np.float64), np.cumsum(bands, axis=0, dtype=np.float64)])
    first = np.maximum(np.arange(count) - _AROUND, 0)
    last = np.minimum(np.arange(count) + _AROUND + 1, count)
    mean = (sums[last] - sums[first]) / (last - first)[:, None]
    out: NDArray[np.float32] = ((bands - mean) * 0.3).astype(np.float32)
    return out
