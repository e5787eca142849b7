"""How strongly each keypad frequency sounds, frame by frame: the measuring half of the DTMF detector.

The keypad's eight frequencies (ITU-T Q.23) are measured by a bank of windowed Goertzel filters, written as one matrix
product so that NumPy's BLAS does the work. Each key frequency is measured at three points: a parabola through them
gives its exact frequency and level, which tells a tone from a voice that merely passes by. A second group of filters
covers the voice band and says how much of all that sounds there the two tones are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOW_HZ = np.array([697.0, 770.0, 852.0, 941.0])
HIGH_HZ = np.array([1209.0, 1336.0, 1477.0, 1633.0])
KEYS = ("123A", "456B", "789C", "*0#D")
WINDOW_S = 0.026
HOP_S = 0.0065
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


class Frames:
    """What the bank heard in a row of frames: arrays by frame, powers relative to full scale.

    `low`, `high` are the powers of the strongest frequency of each group, `row`, `column` which it is; `error` its
    distance from the nominal frequency as a fraction (the larger of the two); `share` the part the two tones have of
    all that sounds between 600 and 1800 Hz; `lead` how far they stand above the next frequency of their group.
    """

    def __init__(self, powers: NDArray[np.float64], total: NDArray[np.float64]) -> None:
        left, middle, right = (np.log(powers[:, i::3] + _FLOOR) for i in range(3))
        bend = np.minimum(left - 2 * middle + right, -1e-3)
        shift = np.clip(0.5 * (left - right) / bend, -3.0, 3.0)
        level = np.exp(middle - 0.25 * (left - right) * shift)
        nominal = np.concatenate([LOW_HZ, HIGH_HZ])
        error = np.abs(shift) * _STEP_HZ / nominal
        index = np.arange(len(level))
        self.row = np.argmax(powers[:, 1:12:3], axis=1)
        self.column = np.argmax(powers[:, 13::3], axis=1)
        peak = np.clip(level, 0.0, 4 * (powers[:, 1::3] + _FLOOR))
        self.low = peak[index, self.row]
        self.high = peak[index, self.column + 4]
        self.error = np.maximum(error[index, self.row], error[index, self.column + 4])
        self.share = (self.low + self.high) / np.maximum(total, _FLOOR)
        next_low = np.sort(powers[:, 1:12:3], axis=1)[:, -2]
        next_high = np.sort(powers[:, 13::3], axis=1)[:, -2]
        self.lead = np.minimum(self.low / (next_low + _FLOOR), self.high / (next_high + _FLOOR))


class Bank:
    """The filters for one rate."""

    def __init__(self, rate: float) -> None:
        self.window = round(WINDOW_S * rate)
        self.hop = round(HOP_S * rate)
        shape = np.hanning(self.window + 2)[1:-1]
        keys = (np.concatenate([LOW_HZ, HIGH_HZ])[:, None] + np.array([-_STEP_HZ, 0.0, _STEP_HZ])).ravel()
        bins = np.arange(np.ceil(_BAND_HZ[0] * self.window / rate), _BAND_HZ[1] * self.window / rate)
        time = np.arange(self.window) / rate
        turn = 2j * np.pi * np.concatenate([keys, bins * rate / self.window])
        basis = shape[:, None] * np.exp(-time[:, None] * turn)
        self._filters = np.hstack([basis.real, basis.imag]).astype(np.float32)
        self._count = len(turn)
        # A sine of power P leaves P·(Σw)²/2 in its own filter and P·(N·Σw²)/2 over all bins of its side.
        self._key_scale = 2 / shape.sum() ** 2
        self._band_scale = 2 / (self.window * (shape**2).sum())

    def measure(self, samples: Array) -> Frames:
        """Return what is heard in every whole frame of `samples`, the first of which begins at its first sample."""
        frames = np.lib.stride_tricks.sliding_window_view(samples, self.window)[:: self.hop]
        heard = np.ascontiguousarray(frames) @ self._filters
        power = (
            heard[:, : self._count].astype(np.float64) ** 2 + heard[:, self._count :].astype(np.float64) ** 2
        )
        return Frames(power[:, :24] * self._key_scale, power[:, 24:].sum(axis=1) * self._band_scale)
