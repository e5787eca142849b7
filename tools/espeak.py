"""Speech from Debian's espeak-ng with the exact sample at which every word begins.

The command line of espeak-ng gives sound without word times; the library behind it reports an event at the first
sample of each word. This module binds the five functions that takes (libespeak-ng.so.1, ABI of 1.50 and later) and
hands out 22,050 Hz mono samples with the events. It is used by the script that makes the sample calls and by nothing
that is shipped.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS = 2
_BY_CHARACTER = 1
_UTF8 = 1
_RATE_PARAMETER = 1
_PITCH_PARAMETER = 3
_EVENT_WORD = 1
_EVENT_END = 5


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("payload", ctypes.c_char * 8),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The sample at which the word that begins at character `position` begins, or (None) where a clause ends."""

    sample: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Speech:
    """What was said: samples between -1 and 1, and the marks in order of time."""

    samples: NDArray[np.float64]
    marks: tuple[Mark, ...]


class Espeak:
    """One loaded synthesiser. espeak-ng keeps its state in the process, so there is one at a time."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
        if self.rate <= 0:
            raise RuntimeError("espeak-ng does not start; install Debian's espeak-ng")
        self._chunks: list[NDArray[np.int16]] = []
        self._marks: list[Mark] = []
        self._callback = _Callback(self._receive)  # kept: the library holds only a pointer to it
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(
        self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]
    ) -> int:
        if count:
            self._chunks.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16))
        at = 0
        while events[at].type:
            event = events[at]
            if event.type == _EVENT_WORD and event.length > 0:
                self._marks.append(Mark(event.sample, event.position - 1))
            elif event.type == _EVENT_END:
                self._marks.append(Mark(event.sample, None))
            at += 1
        return 0

    def say(self, text: str, voice: str, words_per_minute: int, pitch: int) -> Speech:
        """Return `text` spoken by `voice` (`en-us+f3`): the same samples for the same arguments, each time."""
        self._chunks, self._marks = [], []
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {voice}")
        self._library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
        samples = np.concatenate(self._chunks).astype(np.float64) / 32768.0
        return Speech(samples, tuple(sorted(self._marks, key=lambda mark: mark.sample)))
