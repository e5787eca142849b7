"""Keypad tones in sound: which key, when, on which channel (ITU-T Q.23, to the limits of Q.24).

A key is two steady tones, one of each group, that start together, hold for at least 31 ms (Q.24: 40 ms must be taken, 24
must not) and stand out of everything else in the voice band. Three looks find it: a cheap one says where a key may be
(`tonesieve`), a dear one measures what is there (`tonebank`), and a weighted sum says how much that is like a key
(`tonepieces`). What is sure is a key by itself; what is less is one where sure ones are near: people press keys in runs.

`keypad` says what the keys mean together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from governance.redaction import audio, tonepieces
from governance.redaction.tonefinder import Finder
from governance.redaction.tonepieces import Piece

DETECTORS = {"dtmf": "2", "keypad": "2"}
"""Names and versions of what hears keys and reads them: they stand in every report."""

_NEAR_MS = 3_000
_SURE_NEARBY = 2
_INTERRUPTION_MS = 20
_REMEMBERED_MS = 30_000  # longer than a tone can be and something be near its beginning


@dataclass(frozen=True, slots=True)
class Tone:
    """One key as it was heard. The digit is card data until proven otherwise, so it shows in no repr and no log."""

    start_ms: int
    end_ms: int
    channel: int
    digit: str = field(repr=False)


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
        self._finder = Finder(rate)
        self._channel = channel
        self._rate = rate
        self._fed = 0
        self._waiting: list[tuple[Tone, bool]] = []
        self._sure_ms: list[int] = []

    def feed(self, samples: NDArray[np.float32]) -> list[Tone]:
        """Return the tones these samples complete; times count from the first sample ever fed."""
        self._fed += len(samples)
        return self._hear(samples)

    def finish(self) -> list[Tone]:
        """Return the tones still open at the end of the sound."""
        self._settle(self._finder.finish())
        return self._believed(None)

    def _hear(self, samples: NDArray[np.float32]) -> list[Tone]:
        self._settle(self._finder.feed(samples))
        return self._believed(int(self._finder.heard_ms) - _NEAR_MS)

    def _settle(self, pieces: Iterable[Piece]) -> None:
        """Keep of these pieces what is a key, or would be one where others are near."""
        length_ms = int(self._fed * 1000 / self._rate)
        for piece in pieces:
            is_sure = tonepieces.is_sure(piece)
            if not is_sure and not tonepieces.is_faint(piece):
                continue
            start, end = (at * self._finder.frame_ms for at in (piece.start, piece.end))
            tone = Tone(max(int(start), 0), min(round(end + 0.5), length_ms), self._channel, piece.key)
            if self._waiting and _is_one(self._waiting[-1][0], tone):
                first, was_sure = self._waiting.pop()
                tone, is_sure = replace(tone, start_ms=first.start_ms), is_sure or was_sure
            self._waiting.append((tone, is_sure))

    def _believed(self, before_ms: int | None) -> list[Tone]:
        """Return the waiting tones that end before a moment (None: all) and are sure, or near enough to sure ones."""
        ready = [one for one in self._waiting if before_ms is None or one[0].end_ms < before_ms]
        self._waiting = [one for one in self._waiting if before_ms is not None and one[0].end_ms >= before_ms]
        self._sure_ms += [tone.start_ms for tone, is_sure in ready if is_sure]
        sure = [*self._sure_ms, *(tone.start_ms for tone, is_sure in self._waiting if is_sure)]
        if before_ms is not None:
            self._sure_ms = [at for at in self._sure_ms if at >= before_ms - _REMEMBERED_MS]
        return [
            tone
            for tone, is_sure in ready
            if is_sure or sum(abs(at - tone.start_ms) <= _NEAR_MS for at in sure) >= _SURE_NEARBY
        ]


def _is_one(first: Tone, second: Tone) -> bool:
    """Whether two tones are one key that a voice or the line interrupted (Q.24: keys are 30 ms apart or more)."""
    return first.digit == second.digit and second.start_ms - first.end_ms <= _INTERRUPTION_MS
