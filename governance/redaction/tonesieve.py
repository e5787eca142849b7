"""Where a keypad tone may be: the cheap look that spares the dear one nearly all of a recording.

Eight filters, one for each keypad frequency, look at two hops at a time, hop by hop. In silence, in noise and in nearly
all speech no frequency of either group stands out of its group twice in a row with its partner; only where one does,
and a little around it, is the sound measured (`tonebank`). A key within Q.24's limits always passes, also under a voice
that is not far louder.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.redaction.filtering import through
from governance.redaction.tonebank import HIGH_HZ, LOW_HZ, Array

AROUND = 3
"""So many hops before and after a find are kept: what a tone stands out of is a part of how it is judged."""

_WEAKEST = np.float32(10 ** (-69 / 10))
_LEAD = np.float32(10 ** (1.5 / 10))
_TWIST = np.float32(10 ** (18 / 10))  # a frequency that is off its filter seems weaker than it is


class Sieve:
    """The look for one rate; `hop` is in samples."""

    def __init__(self, rate: float, hop: int) -> None:
        self.hop = hop
        shape = np.hanning(2 * hop + 2)[1:-1]
        turn = 2 * np.pi * np.concatenate([LOW_HZ, HIGH_HZ])[:, None] * np.arange(2 * hop) / rate
        filters = np.concatenate([np.cos(turn), np.sin(turn)]) * shape * (np.sqrt(2) / shape.sum())
        # A window is two hops: each hop is filtered once, by both halves of every filter, and the halves are added.
        self._filters = np.concatenate([filters[:, :hop], filters[:, hop:]]).astype(np.float32)

    def marks(self, samples: Array) -> NDArray[np.bool_]:
        """Return for each window of two hops, a hop apart, whether a key may be in it or near it."""
        hops = len(samples) // self.hop
        if hops < 2:
            return np.zeros(0, dtype=np.bool_)
        halves = through(self._filters, samples[: hops * self.hop].reshape(hops, self.hop))
        heard = halves[:16, :-1] + halves[16:, 1:]
        heard *= heard
        power = heard[:8] + heard[8:]
        low, next_low, row = _first_two(power[:4])
        high, next_high, column = _first_two(power[4:])
        is_like = (
            (np.maximum(low, high) >= _WEAKEST)
            & (low >= _LEAD * next_low)
            & (high >= _LEAD * next_high)
            & (low <= _TWIST * high)
            & (high <= _TWIST * low)
        )
        is_same = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
        twice = np.flatnonzero(is_like[1:] & is_like[:-1] & is_same)
        marks = np.zeros(hops - 1, dtype=np.bool_)
        for step in range(-AROUND, AROUND + 2):
            near = twice + step
            marks[near[(near >= 0) & (near < len(marks))]] = True
        return marks


def _first_two(power: Array) -> tuple[Array, Array, NDArray[np.int8]]:
    """Return the strongest of four rows, the next after it, and which row is the strongest.

    Written out, because NumPy sorts along four elements fifty times as slowly.
    """
    one, two = np.maximum(power[0], power[1]), np.maximum(power[2], power[3])
    weaker = np.where(one >= two, np.minimum(power[0], power[1]), np.minimum(power[2], power[3]))
    which = np.where(one >= two, power[1] > power[0], np.int8(2) + (power[3] > power[2]))
    return np.maximum(one, two), np.maximum(np.minimum(one, two), weaker), which.astype(np.int8)
