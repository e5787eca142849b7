"""Keypad tones in sound: which key, when, on which channel (ITU-T Q.23, judged in the spirit of Q.24).

A key is two steady tones, one of each group, that start together, hold for at least 30 ms and stand out of everything
else in the voice band. What protects against talk-off (a voice taken for a key) is that a voice never holds two such
frequencies that steadily for that long; what keeps keys from being missed under a voice is that only the band of the
tones counts, and that a tone which shares the band with a voice is believed when it holds longer.

`keypad` says what the keys mean together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from governance.redaction import audio
from governance.redaction.tonebank import KEYS, Bank, Decimator, Frames

DETECTORS = {"dtmf": "1", "keypad": "1"}
"""Names and versions of what hears keys and reads them: they stand in every report."""

_SHORTEST_MS = 28.0
_WEAKEST = 10 ** (-66 / 10)  # power of the stronger tone, full scale = 1
_TWIST = (10 ** (-10 / 10), 10 ** (12 / 10))  # low over high; networks lose more of the high group
_ERROR = 0.026  # Q.24: up to 1.5 % + 2 Hz must be taken, beyond 3.5 % must not
_LEAD = 10 ** (6 / 10)
_SHARE = 0.42
_HOLE_FRAMES = 3
_DROP = 10 ** (-14 / 10)  # a dip this deep ends a key; an interruption of up to 10 ms is shallower
_EDGE = 10 ** (-6 / 10)  # half the amplitude: the middle of the window stands on the edge of the tone
_LONGEST_PENDING = 4_000  # frames, 26 s: a tone that never ends is decided on in pieces


@dataclass(frozen=True, slots=True)
class Tone:
    """One key as it was heard. The digit is card data until proven otherwise, so it shows in no repr and no log."""

    start_ms: int
    end_ms: int
    channel: int
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What a run of frames must be like to be a key. Limits chosen on speech of 480 people against tones under it."""

    frames: int
    share: float
    error: float
    unsteady_error: float
    unsteady_twist_db: float
    lead_db: float


# Hardly anything else in the band: a key by itself. Or less of the band, but for longer and steadier. Or so clearly
# two tones that their levels may waver, as GSM and other speech codecs make them.
_DIGIT = (
    _Likeness(3, 0.90, 0.022, 0.010, 1.0, 12.0),
    _Likeness(5, 0.50, 0.014, 0.0033, 1.2, 9.0),
    _Likeness(6, 0.93, 0.012, 0.005, 3.5, 18.0),
)
# Next to keys that are sure, what would not be believed alone is believed too: people press keys in runs.
_FAINT = (_Likeness(3, 0.42, 0.022, 0.0090, 3.5, 6.0),)
_NEAR_MS = 3_000
_SURE_NEARBY = 2
# No telephone on a desk or in a pocket has the keys A to D, and no card number needs them.
_LETTER = (_Likeness(3, 0.95, 0.018, 0.004, 0.5, 15.0),)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The frames not yet decided on, as parallel arrays."""

    is_key: NDArray[np.bool_]
    key: NDArray[np.int64]
    level: NDArray[np.float64]
    twist: NDArray[np.float64]
    share: NDArray[np.float64]
    error: NDArray[np.float64]
    lead: NDArray[np.float64]

    @classmethod
    def of(cls, frames: Frames) -> _Heard:
        """Return the frames with the verdict each would get alone."""
        twist = frames.low / frames.high
        is_key = (
            (np.maximum(frames.low, frames.high) >= _WEAKEST)
            & (twist >= _TWIST[0])
            & (twist <= _TWIST[1])
            & (frames.error <= _ERROR)
            & (frames.lead >= _LEAD)
            & (frames.share >= _SHARE)
        )
        key = (frames.row * 4 + frames.column).astype(np.int64)
        return cls(is_key, key, frames.low + frames.high, twist, frames.share, frames.error, frames.lead)

    def __len__(self) -> int:
        return len(self.is_key)

    def then(self, other: _Heard) -> _Heard:
        """Return these frames followed by the others."""
        return _Heard(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in self.__slots__))

    def since(self, frame: int) -> _Heard:
        """Return the frames from `frame` on."""
        return _Heard(*(getattr(self, n)[frame:] for n in self.__slots__))


@dataclass(slots=True)
class _Piece:
    """Frames of one key that belong together."""

    key: int
    frames: list[int]
    peak: float


def detect(samples: NDArray[np.float32], rate: int, channel: int = 0) -> list[Tone]:
    """Return the keypad tones in one channel of sound, in order."""
    detector = Detector(rate, channel)
    return [*detector.feed(samples), *detector.finish()]


def listen(source: BinaryIO) -> list[Tone]:
    """Return the keypad tones of every channel of a recording, in order of time.

    Raises as `audio.probe` does.
    """
    facts = audio.describe(source)
    detectors = [Detector(facts.rate, channel) for channel in range(facts.channels)]
    tones: list[Tone] = []
    for block in audio.blocks(source):
        for channel, detector in enumerate(detectors):
            tones += detector.feed(block.samples[:, channel])
    for detector in detectors:
        tones += detector.finish()
    return sorted(tones, key=lambda tone: (tone.start_ms, tone.channel))


class Detector:
    """Hears the keys of one channel while its sound streams through; memory does not grow with the recording."""

    def __init__(self, rate: int, channel: int = 0) -> None:
        """Prepare for `rate` samples a second; the tones will carry `channel`."""
        self._decimator = Decimator(rate)
        self._bank = Bank(self._decimator.rate)
        self._channel = channel
        self._rate = rate
        # Half a window of silence first, so that the middle of frame 0 is time 0.
        self._samples = np.zeros(self._bank.window // 2, dtype=np.float32)
        self._heard = _Heard.of(self._bank.measure(np.zeros(self._bank.window, dtype=np.float32))).since(1)
        self._first = 0
        self._fed = 0
        self._waiting: list[tuple[Tone, bool]] = []
        self._sure_ms: list[int] = []

    def feed(self, samples: NDArray[np.float32]) -> list[Tone]:
        """Return the tones these samples complete; times count from the first sample ever fed."""
        self._fed += len(samples)
        return self._hear(samples)

    def finish(self) -> list[Tone]:
        """Return the tones still open at the end of the sound."""
        rest = np.zeros(2 * self._bank.window * self._decimator.step, dtype=np.float32)
        tones = [*self._hear(rest), *self._settle(len(self._heard))]
        return [*tones, *self._believed(None)]

    def _hear(self, samples: NDArray[np.float32]) -> list[Tone]:
        slower = self._decimator.feed(samples.astype(np.float32, copy=False))
        self._samples = np.concatenate([self._samples, slower])
        count = (len(self._samples) - self._bank.window) // self._bank.hop + 1
        if count <= 0:
            return []
        used = (count - 1) * self._bank.hop + self._bank.window
        self._heard = self._heard.then(_Heard.of(self._bank.measure(self._samples[:used])))
        self._samples = self._samples[count * self._bank.hop :]
        return self._settle(_last_pause(self._heard.is_key))

    def _settle(self, until: int) -> list[Tone]:
        """Decide on the frames before `until`, forget them, and return the tones about which all is known."""
        length_ms = int(self._fed * 1000 / self._rate)
        for piece in _pieces(self._heard, until):
            start, end = self._times(piece)
            if end - start < _SHORTEST_MS:
                continue
            tone = Tone(
                max(int(start), 0),
                min(round(end + 0.5), length_ms),
                self._channel,
                KEYS[piece.key // 4][piece.key % 4],
            )
            is_sure = _is_like(self._heard, piece, _LETTER if piece.key % 4 == 3 else _DIGIT)
            if is_sure:
                self._sure_ms.append(tone.start_ms)
            if is_sure or (piece.key % 4 != 3 and _is_like(self._heard, piece, _FAINT)):
                self._waiting.append((tone, is_sure))
        self._heard = self._heard.since(until)
        self._first += until
        frame_ms = self._bank.hop * 1000 / self._decimator.rate
        return self._believed(int(self._first * frame_ms) - _NEAR_MS)

    def _believed(self, before_ms: int | None) -> list[Tone]:
        """Return the waiting tones that begin before a moment (None: all) and are sure, or near enough to sure ones."""
        ready = [pair for pair in self._waiting if before_ms is None or pair[0].start_ms < before_ms]
        self._waiting = self._waiting[len(ready) :]
        tones = []
        for tone, is_sure in ready:
            near = sum(abs(at - tone.start_ms) <= _NEAR_MS for at in self._sure_ms)
            if is_sure or near >= _SURE_NEARBY:
                tones.append(tone)
        if before_ms is not None:
            self._sure_ms = [at for at in self._sure_ms if at >= before_ms - _NEAR_MS]
        return tones

    def _times(self, piece: _Piece) -> tuple[float, float]:
        """Return where the level passes the half on either side, in milliseconds, between frames by interpolation."""
        level = np.log(np.maximum(self._heard.level, 1e-12))
        edge = np.log(piece.peak * _EDGE)
        loud = [frame for frame in piece.frames if level[frame] >= edge] or piece.frames
        start, end = float(loud[0]), float(loud[-1])
        if loud[0] > 0 and level[loud[0] - 1] < edge <= level[loud[0]]:
            start -= float((level[loud[0]] - edge) / (level[loud[0]] - level[loud[0] - 1]))
        if loud[-1] + 1 < len(level) and level[loud[-1] + 1] < edge <= level[loud[-1]]:
            end += float((level[loud[-1]] - edge) / (level[loud[-1]] - level[loud[-1] + 1]))
        frame_ms = self._bank.hop * 1000 / self._decimator.rate
        return (self._first + start) * frame_ms, (self._first + end) * frame_ms


def _last_pause(is_key: NDArray[np.bool_]) -> int:
    """Return a frame up to which everything can be decided: one that lies in a pause, or simply far enough back."""
    at = np.flatnonzero(is_key)
    pause = _HOLE_FRAMES + 2
    if not len(at):
        return max(len(is_key) - pause, 0)
    if len(is_key) - int(at[-1]) > pause:
        return int(at[-1]) + pause
    gaps = np.flatnonzero(np.diff(at) > pause)
    if len(gaps):
        return int(at[gaps[-1]]) + pause
    return 0 if len(is_key) < _LONGEST_PENDING else len(is_key) - pause


def _pieces(heard: _Heard, until: int) -> Iterator[_Piece]:
    """Yield the runs of frames that name the same key, across short holes but not across a dip in the level."""
    pieces: list[_Piece] = []
    for found in np.flatnonzero(heard.is_key[:until]):
        frame, key, level = int(found), int(heard.key[found]), float(heard.level[found])
        for piece in reversed(pieces[-2:]):
            last = piece.frames[-1]
            is_near = piece.key == key and frame - last <= _HOLE_FRAMES
            if is_near and float(heard.level[last : frame + 1].min()) >= _DROP * piece.peak:
                piece.frames.append(frame)
                piece.peak = max(piece.peak, level)
                break
        else:
            pieces.append(_Piece(key, [frame], level))
    yield from pieces


def _is_like(heard: _Heard, piece: _Piece, likenesses: Sequence[_Likeness]) -> bool:
    """Whether the frames are like a key in one of these ways."""
    every = np.array(piece.frames)
    held = every[heard.level[every] >= _EDGE * piece.peak]
    share = float(np.median(heard.share[held]))
    # By level, because a frame on the edge of a tone hears half of it and measures the rest badly.
    error, unsteady_error = _spread(heard.error[held], heard.level[held])
    _, unsteady_twist = _spread(10 * np.log10(heard.twist[held]), heard.level[held])
    lead = 10 * float(np.log10(np.median(heard.lead[held])))
    return any(
        len(held) >= like.frames
        and share >= like.share
        and error <= like.error
        and unsteady_error <= like.unsteady_error
        and unsteady_twist <= like.unsteady_twist_db
        and lead >= like.lead_db
        for like in likenesses
    )


def _spread(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Return the weighted mean and standard deviation."""
    mean = float(np.average(values, weights=weights))
    return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))
