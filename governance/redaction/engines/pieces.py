"""A recording as engines want it: one channel at a time, 16 kHz, in pieces of some minutes that are cut where it is quiet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from governance.redaction import audio

RATE = 16_000
_PIECE_S, _CUT_WITHIN_S, _QUIET_S = 240, 30, 0.2

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one channel: samples in -1…1 at `RATE`, the first of them `offset_ms` after the recording began."""

    channel: int
    offset_ms: int
    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / RATE


def read(source: BinaryIO) -> Iterator[Piece]:
    """Yield the whole recording, piece by piece and in each channel by channel. Memory is bounded by the piece.

    Raises as `audio.blocks` does.
    """
    rate = audio.describe(source).rate
    held: list[Samples] = []
    first = waiting = 0
    for block in audio.blocks(source):
        held.append(block.samples)
        waiting += len(block.samples)
        while waiting >= _PIECE_S * rate:
            together = np.concatenate(held)
            at = _quiet(together[: _PIECE_S * rate], rate)
            yield from _channels(together[:at], first, rate)
            held, first, waiting = [together[at:]], first + at, waiting - at
    if waiting:
        yield from _channels(np.concatenate(held), first, rate)


def _channels(samples: Samples, first: int, rate: int) -> Iterator[Piece]:
    for channel in range(samples.shape[1]):
        yield Piece(channel, first * 1000 // rate, _resampled(samples[:, channel], rate))


def _quiet(samples: Samples, rate: int) -> int:
    """Return where the last seconds are quietest on all channels: a word that is cut in two is no word."""
    begin, size = len(samples) - _CUT_WITHIN_S * rate, round(_QUIET_S * rate)
    power = (samples[begin:] ** 2).sum(axis=1)[: _CUT_WITHIN_S * rate // size * size]
    loudness = power.reshape(-1, size).sum(axis=1)
    return begin + int(np.argmin(loudness)) * size + size // 2


def _resampled(samples: Samples, rate: int) -> Samples:
    """Return the samples at `RATE`, by their spectrum: nothing is shifted, and nothing above the lower rate is made up."""
    count = round(len(samples) * RATE / rate)
    changed = np.fft.irfft(np.fft.rfft(samples), count) * (count / len(samples))
    return changed.astype(np.float32)
