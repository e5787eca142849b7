"""The model that hears spoken digits: sound in, every 20 ms the chance that a word of numbers is being said, and which.

A small convolutional network of our own (`digits.onnx`; what it was taught, hears and misses: docs/models/digits.md),
run by onnxruntime on one core. It knows English and the line of a telephone. It says nothing about meaning: that is
`spokendigits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from governance.redaction import melbands
from governance.redaction.resampling import Resampler

if TYPE_CHECKING:
    import onnxruntime

MODEL = Path(__file__).with_name("digits.onnx")
STEP_MS = 20
NUMBER = 10
"""The class of number words that are no digit: ten, forty, hundred, double."""

_STEP = melbands.RATE * STEP_MS // 1000
_CORE = 2_000  # steps that are judged at once, 40 s: longer needs memory, shorter wastes what is heard around them
_SMOOTH = 2  # steps on either side
_AROUND = 120  # steps on either side that a judgement may depend on: 0.7 s by the network, 1.5 s by the mean of its bands


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard on one channel, by steps of 20 ms: the chance of a number word (0 to 255), the likeliest of them, and
    how loud it was (decibels above -100 dB of full scale).
    """

    chance: NDArray[np.uint8]
    likeliest: NDArray[np.uint8]
    level: NDArray[np.uint8]


class Ear:
    """Hears one channel while its sound streams through, the same whatever the blocks. It keeps three bytes a step."""

    def __init__(self, rate: int) -> None:
        """Prepare for `rate` samples a second."""
        self._resampler = Resampler(rate)
        self._held = np.zeros(0, np.float32)
        self._first = 0  # the step at which what is held begins
        self._next = 0  # the first step not judged yet
        self._parts: list[Heard] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Listen to the next samples."""
        self._take(self._resampler.feed(samples.astype(np.float32, copy=False)))
        while len(self._held) >= (self._next + _CORE + _AROUND - self._first) * _STEP:
            self._judge(_CORE)

    def finish(self) -> Heard:
        """Return all that was heard."""
        self._take(self._resampler.finish())
        left = -(-len(self._held) // _STEP) - (self._next - self._first)
        while left > 0:
            self._judge(min(left, _CORE))
            left -= _CORE
        if not self._parts:
            nothing = np.zeros(0, np.uint8)
            return Heard(nothing, nothing, nothing)
        return Heard(
            *(np.concatenate([getattr(part, name) for part in self._parts]) for name in Heard.__slots__)
        )

    def _take(self, samples: NDArray[np.float32]) -> None:
        self._held = np.concatenate([self._held, samples]) if len(self._held) else samples

    def _judge(self, count: int) -> None:
        """Judge the next `count` steps, given what is around them."""
        first = max(self._next - _AROUND, 0)
        skipped = self._next - first
        piece = self._held[
            (first - self._first) * _STEP : (self._next + count + _AROUND - self._first) * _STEP
        ]
        # What is no number (NaN, infinities of a broken float file) is heard as silence: it must not spoil what is around it.
        sound = np.nan_to_num(piece, nan=0.0, posinf=0.0, neginf=0.0)
        chance, likeliest = judged(_scores(sound))
        part = slice(skipped, skipped + count)
        level = _level(sound[skipped * _STEP : (skipped + count) * _STEP], count)
        self._parts.append(Heard(chance[part], likeliest[part], level))
        self._next += count
        keep = max(self._next - _AROUND, 0)
        self._held, self._first = self._held[(keep - self._first) * _STEP :], keep


def hear(samples: NDArray[np.float32], rate: int) -> Heard:
    """Return what is heard in one channel of sound."""
    ear = Ear(rate)
    ear.feed(samples)
    return ear.finish()


def judged(scores: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return chance and likeliest of what the scores of the classes, `(12, steps)`, come to.

    Which digit it is, is asked of 100 ms at a time.
    """
    odds = np.exp(scores - scores.max(axis=0))
    chances = odds / odds.sum(axis=0)
    sums = np.cumsum(np.pad(chances[:-1], ((0, 0), (_SMOOTH + 1, _SMOOTH))), axis=1)
    likeliest = (sums[:, 2 * _SMOOTH + 1 :] - sums[:, : -2 * _SMOOTH - 1]).argmax(axis=0)
    return np.rint((1 - chances[-1]) * 255).astype(np.uint8), likeliest.astype(np.uint8)


def _level(samples: NDArray[np.float32], count: int) -> NDArray[np.uint8]:
    """Return how loud each of `count` steps is."""
    whole = np.zeros(count * _STEP, np.float32)
    whole[: len(samples)] = samples
    power = np.square(whole.reshape(count, _STEP)).mean(axis=1)
    level: NDArray[np.uint8] = np.rint(np.clip(100 + 10 * np.log10(power + 1e-10), 0, 255)).astype(np.uint8)
    return level


def _scores(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scores of the classes, `(12, steps)`."""
    bands = melbands.levelled(melbands.loudness(samples))
    scores: NDArray[np.float32] = _session().run(None, {"bands": np.ascontiguousarray(bands.T)[None]})[0][0]
    return scores


@cache
def _session() -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # one core a file: files are many
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])
