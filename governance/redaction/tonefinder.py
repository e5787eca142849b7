"""What may be a key in a stream of sound: the sieve over all of it, the bank where something is left in the sieve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.redaction import tonepieces
from governance.redaction.tonebank import Array, Bank, Decimator
from governance.redaction.tonepieces import Piece
from governance.redaction.tonesieve import AROUND, Sieve

_LONGEST_PENDING = 2_000  # hops, 26 s: a tone that never ends is decided on in pieces


class Finder:
    """Finds the pieces of one channel while its sound streams through; what has been looked at is not kept."""

    def __init__(self, rate: int) -> None:
        """Prepare for `rate` samples a second."""
        self._decimator = Decimator(rate)
        self._bank = Bank(self._decimator.rate)
        self._sieve = Sieve(self._decimator.rate, 2 * self._bank.hop)
        # Half a window of silence first, so that the middle of frame 0 is time 0.
        self._samples = np.zeros(self._bank.window // 2, dtype=np.float32)
        self._first = 0  # the number of the frame that begins at the first sample held
        self.frame_ms = self._bank.hop_s * 1000

    @property
    def heard_ms(self) -> float:
        """The time before which every piece begins that has been returned, and no other will."""
        return self._first * self.frame_ms

    def feed(self, samples: Array) -> list[Piece]:
        """Return the pieces these samples complete; their frames count from the first sample ever fed."""
        slower = self._decimator.feed(samples.astype(np.float32, copy=False))
        self._samples = np.concatenate([self._samples, slower])
        marks = self._sieve.marks(self._samples)
        until = _decidable(marks)
        if until <= 0:
            return []
        hops = np.flatnonzero(marks[:until])
        frames = (2 * hops[:, None] + np.arange(2)).ravel()  # the bank looks twice a hop
        found = list(tonepieces.find(self._bank, self._samples, frames, self._first)) if len(hops) else []
        self._samples = self._samples[until * self._sieve.hop :]
        self._first += 2 * until
        return found

    def finish(self) -> list[Piece]:
        """Return the pieces still open at the end of the sound."""
        return self.feed(np.zeros((AROUND + 4) * self._bank.window * self._decimator.step, dtype=np.float32))


def pieces(samples: NDArray[np.float32], rate: int) -> list[Piece]:
    """Return everything in one channel of sound that is looked at as a key, whether it is believed or not."""
    finder = Finder(rate)
    return [*finder.feed(samples), *finder.finish()]


def _decidable(marks: NDArray[np.bool_]) -> int:
    """Return the hop before which all is known: what is fed later can neither mark it nor belong to what is marked."""
    until = len(marks) - AROUND - 1
    if until <= 0 or not marks[until - 1 :].any():
        return until
    unmarked = np.flatnonzero(~marks[:until])
    since = int(unmarked[-1]) + 1 if len(unmarked) else 0
    return since if until - since < _LONGEST_PENDING else until
