"""How strongly each keypad frequency sounds, frame by frame: the measuring half of the DTMF detector.

The keypad's eight frequencies (ITU-T Q.23) are measured by a bank of windowed Goertzel filters, written as one matrix
product so that NumPy's BLAS does the work. Each key frequency is measured at three points: a parabola through them
gives its exact frequency and level, which tells a tone from a voice that merely passes by. A second group of filters
covers the voice band and says how much of all that sounds there the two tones are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.redaction.filtering import through

LOW_HZ = np.array([697.0, 770.0, 852.0, 941.0])
HIGH_HZ = np.array([1209.0, 1336.0, 1477.0, 1633.0])
KEY_HZ = np.concatenate([LOW_HZ, HIGH_HZ])
KEYS = ("123A", "456B", "789C", "*0#D")
HOP_S = 0.0065  # a window is four hops
_STEP_HZ = 16.0
_BAND_HZ = (600.0, 1800.0)
_WORKING_RATE = 8_000
_TAPS_PER_STEP = 12
_FLOOR = 1e-12

Array = NDArray[np.float32]


class Decimator:
    """Brings any rate down to 8–16 kHz, in a stream: keypad tones end at 1.7 kHz, and less to measure is less to do."""

    def __init__(self, rate: int) -> None:
        self.step = max(rate // _WORKING_RATE, 1)
        self.rate = rate / self.step
        count = 2 * _TAPS_PER_STEP * self.step + 1
        at = np.arange(count) - count // 2
        taps = np.sinc(at * 0.9 / self.step) * np.hamming(count)
        self._taps = (taps / taps.sum()).astype(np.float32)
        self._tail = np.zeros(count // 2, dtype=np.float32)  # so that time 0 stays time 0

    def feed(self, samples: Array) -> Array:
        """Return what these samples add to the slower stream."""
        if self.step == 1:
            return samples
        held = np.concatenate([self._tail, samples])
        ready = (len(held) - len(self._taps)) // self.step + 1
        if ready <= 0:
            self._tail = held
            return held[:0]
        windows = np.lib.stride_tricks.sliding_window_view(held, len(self._taps))[:: self.step][:ready]
        self._tail = held[ready * self.step :]
        return np.ascontiguousarray(windows @ self._taps)


@dataclass(frozen=True, slots=True)
class Frames:
    """What the bank heard in some frames: arrays by frame, powers relative to full scale.

    `at` is the frame's number. `low`, `high` are the powers of the strongest frequency of each group, `key` which two
    they are (row · 4 + column); `error` the distance from the nominal frequency as a fraction (the larger of the two);
    `lead` how far they stand above the next frequency of their group. `tones` is what each of the eight filters heard,
    eight × frames, with its phase.
    """

    at: NDArray[np.int64]
    low: Array
    high: Array
    key: NDArray[np.int64]
    error: Array
    lead: Array
    tones: NDArray[np.complex64]

    @property
    def level(self) -> Array:
        """The power of both tones together."""
        return self.low + self.high


class Bank:
    """The filters for one rate."""

    def __init__(self, rate: float) -> None:
        self.hop = 2 * round(HOP_S * rate / 2)
        self.window = 4 * self.hop
        self.hop_s = self.hop / rate
        shape = np.hanning(self.window + 2)[1:-1]
        keys = np.concatenate([KEY_HZ - _STEP_HZ, KEY_HZ, KEY_HZ + _STEP_HZ])
        bins = np.arange(np.ceil(_BAND_HZ[0] * self.window / rate), _BAND_HZ[1] * self.window / rate)
        # A sine of power P leaves P·(Σw)²/2 in its own filter and P·(N·Σw²)/2 over all bins of its side.
        self._keys = _filters(keys / rate, shape * np.sqrt(2) / shape.sum())
        self._band = _filters(bins / self.window, shape * np.sqrt(2 / (self.window * (shape**2).sum())))

    def measure(self, samples: Array, at: NDArray[np.int64], first: int = 0) -> Frames:
        """Return what is heard in the frames `at`: frame 0 begins at the first sample and is numbered `first`."""
        heard = through(self._keys, self._windows(samples, at))
        power = heard * heard
        left, middle, right = (power[:24] + power[24:] + _FLOOR).reshape(3, 8, len(at))
        log_left, log_middle, log_right = np.log(left), np.log(middle), np.log(right)
        bend = np.minimum(log_left - 2 * log_middle + log_right, -1e-3)
        shift = np.clip(0.5 * (log_left - log_right) / bend, -3.0, 3.0)
        level = np.minimum(np.exp(log_middle - 0.25 * (log_left - log_right) * shift), 4 * middle)
        index = np.arange(len(at))
        row, column = np.argmax(middle[:4], axis=0), np.argmax(middle[4:], axis=0) + 4
        low, high = level[row, index], level[column, index]
        next_low, next_high = np.sort(middle[:4], axis=0)[-2], np.sort(middle[4:], axis=0)[-2]
        error = np.abs(shift) * (_STEP_HZ / KEY_HZ[:, None])
        return Frames(
            at=at + first,
            low=low,
            high=high,
            key=(row * 4 + column - 4).astype(np.int64),
            error=np.maximum(error[row, index], error[column, index]),
            lead=np.minimum(low / next_low, high / next_high),
            tones=heard[8:16] + np.complex64(1j) * heard[32:40],
        )

    def loudness(self, samples: Array, at: NDArray[np.int64]) -> Array:
        """Return the power of all that sounds between 600 and 1800 Hz in the frames `at`, counted as in `measure`."""
        heard = through(self._band, self._windows(samples, at))
        return np.asarray(np.einsum("ij,ij->j", heard, heard), dtype=np.float32)

    def _windows(self, samples: Array, at: NDArray[np.int64]) -> Array:
        return np.lib.stride_tricks.sliding_window_view(samples, self.window)[:: self.hop][at]


def _filters(turns: NDArray[np.float64], shape: NDArray[np.float64]) -> Array:
    """Return the real parts of the filters, then the imaginary ones; `turns` are frequencies in turns a sample."""
    basis = np.exp(-2j * np.pi * turns[:, None] * np.arange(len(shape))) * shape
    return np.concatenate([basis.real, basis.imag]).astype(np.float32)
