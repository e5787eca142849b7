"""Who speaks in the scenes that are learnt from: people of two public sets, and programs that read aloud.

Every utterance carries the times of its words, so that a frame of it has a label. People come as single words, one a
clip; programs speak whole sentences, in which words run into one another as they do in calls.
"""

from __future__ import annotations

import ctypes
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import yaml
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RATE = 8_000
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
OH = "oh"
MORE = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "double", "triple",
)  # fmt: skip
OTHER_NUMBER, NOTHING = 10, 11
LABELS: dict[str, int] = {
    **{word: value for value, word in enumerate(DIGITS)},
    OH: 0,
    **dict.fromkeys(MORE, OTHER_NUMBER),
}
"""The class of a word: its digit, another word of numbers, or (any other word) nothing."""


@dataclass(frozen=True)
class Utterance:
    """Some sound at 8 kHz of one speaker, and where in it which class of word is said, in samples."""

    speaker: str
    sound: Sound
    words: tuple[tuple[int, int, int], ...]


def trimmed(sound: Sound, floor_db: float = -32.0) -> Sound:
    """Return the sound from the first to the last 10 ms that are not much quieter than its loudest."""
    size = RATE // 100
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    if not len(level):
        return sound
    loud = np.flatnonzero(level > level.max() + floor_db)
    return sound[loud[0] * size : (loud[-1] + 1) * size]


def people(data: Path) -> Iterator[Utterance]:
    """Yield the single words of `spoken-digits`: four speakers of all ten digits, some 480 of four digits and five other words."""
    for path in sorted((data / "fsdd").glob("*.flac")):
        digit, speaker, _ = path.stem.split("_")
        sound = trimmed(soundfile.read(path, dtype="float32")[0])
        yield Utterance(f"fsdd/{speaker}", sound, ((0, len(sound), int(digit)),))
    for path in sorted((data / "speech-commands").glob("*/*.flac")):
        sound = trimmed(soundfile.read(path, dtype="float32")[0], -26.0)
        label = LABELS.get(path.parent.name, NOTHING)
        yield Utterance(f"commands/{path.stem.split('_')[0]}", sound, ((0, len(sound), label),))


def noises(data: Path) -> list[Sound]:
    """Return the long noises of `spoken-digits`."""
    return [
        soundfile.read(path, dtype="float32")[0]
        for path in sorted((data / "background-noise").glob("*.flac"))
    ]


def sentences(data: Path, templates: Path) -> list[str]:
    """Return sentences of ordinary talk without figures: of the sets of text that come with the data, and of made-up calls."""
    talk = json.loads((data / "text" / "taskmaster-even.json").read_text())
    lines = "\n".join(
        one["talk"] for path in sorted(templates.glob("*.yaml")) for one in yaml.safe_load(path.read_text())
    )
    desk = [re.sub(r"^\w+: ", "", re.sub(r"\[([^|\]]*)[^\]]*\]", r"\1", line)) for line in lines.splitlines()]
    typed = json.loads((data / "text" / "presidio-research-even.json").read_text())
    found = desk + [text for one in talk for _, text in one["turns"]] + [one["full_text"] for one in typed]
    return sorted({one for one in found if 20 < len(one) < 220 and not re.search(r"[\d_<>@{}\[\]]", one)})


class Espeak:
    """espeak-ng as a library, since its program does not tell when a word is said."""

    class _Event(ctypes.Structure):
        _fields_ = (
            ("type", ctypes.c_int),
            ("id", ctypes.c_uint),
            ("text_position", ctypes.c_int),
            ("length", ctypes.c_int),
            ("audio_position", ctypes.c_int),
            ("sample", ctypes.c_int),
            ("user_data", ctypes.c_void_p),
            ("string", ctypes.c_char * 8),
        )

    _WORD, _END, _LAST = 1, 5, 0

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = int(self._library.espeak_Initialize(2, 200, None, 0))
        self._pieces: list[NDArray[np.int16]] = []
        self._events: list[tuple[int, int, int, int]] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(self._Event)
        )
        self._callback = kind(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, wave: object, count: int, events: object) -> int:
        if wave and count:
            self._pieces.append(np.ctypeslib.as_array(wave, (count,)).copy())
        at = 0
        while events[at].type != self._LAST:  # type: ignore[index]
            event = events[at]  # type: ignore[index]
            self._events.append((event.type, event.text_position, event.length, event.audio_position))
            at += 1
        return 0

    def say(
        self, text: str, voice: str, words_a_minute: int, pitch: int
    ) -> tuple[Sound, list[tuple[int, int, str]]]:
        """Return the sound at the library's rate, and each word with its first and last sample."""
        self._pieces, self._events = [], []
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {voice}")
        self._library.espeak_SetParameter(1, words_a_minute, 0)
        self._library.espeak_SetParameter(3, pitch, 0)
        raw = text.encode()
        self._library.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, 1, None, None)
        sound = np.concatenate([np.zeros(0, np.int16), *self._pieces]).astype(np.float32) / np.float32(32768)
        marks = [
            (kind, at, length, ms) for kind, at, length, ms in self._events if kind in (self._WORD, self._END)
        ]
        words = []
        for index, (kind, at, length, ms) in enumerate(marks):
            if kind == self._WORD:
                end = marks[index + 1][3] if index + 1 < len(marks) else len(sound) * 1000 // self.rate
                said = text[at - 1 : at - 1 + length].lower().strip(".,?!;:")
                words.append((ms * self.rate // 1000, end * self.rate // 1000, said))
        return sound, words


def resampled(sound: Sound, step: float) -> Sound:
    """Return the sound read in steps of `step` samples, after what would fold over has been filtered out."""
    if step > 1:
        cut, taps = 0.92 / step, np.arange(-32, 33)
        kernel = np.sinc(cut * taps) * cut * np.hamming(65)
        sound = np.convolve(sound, kernel.astype(np.float32), mode="same").astype(np.float32)
    at = np.arange(0, len(sound) - 1, step)
    slower: Sound = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    return slower


def fitted(sound: Sound, start: int, end: int) -> tuple[int, int]:
    """Return where a word is really heard inside the stretch that its speaker gives it, pauses behind it left out."""
    size = RATE // 100
    piece = sound[start:end]
    if len(piece) < 3 * size:
        return start, end
    frames = piece[: len(piece) // size * size].reshape(-1, size)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    loud = np.flatnonzero(level > level.max() - 28.0)
    return start + int(loud[0]) * size, start + int(loud[-1] + 1) * size


def by_espeak(engine: Espeak, speaker: str, text: str, words_a_minute: int, pitch: int) -> Utterance:
    """Return `text` as espeak-ng says it, at 8 kHz."""
    wide, words = engine.say(text, speaker, words_a_minute, pitch)
    step = engine.rate / RATE
    sound = resampled(wide, step)
    told = []
    for start, end, word in words:
        label = max(
            (LABELS.get(part, NOTHING) for part in re.split(r"[^a-z]+", word) if part in LABELS),
            default=NOTHING,
        )
        if label != NOTHING:
            told.append((*fitted(sound, int(start / step), int(end / step)), label))
    return Utterance(f"espeak/{speaker}", sound, tuple(told))


PHONES = {
    "zero": "z ih r ow", "one": "w ah n", "two": "t uw", "three": "th r iy", "four": "f ao r", "five": "f ay v", "six": "s ih k s",
    "seven": "s eh v ax n", "eight": "ey t", "nine": "n ay n", "oh": "ow",
}  # fmt: skip
"""How flite says digits: it tells the times of sounds and not those of words."""


def by_flite(voice: str, words: Sequence[str], stretch: float) -> Utterance:
    """Return digits as flite says them, at 8 kHz: `words` are digits in words and pauses (`,`)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        text = " ".join(words).replace(" ,", ",")
        options = ["--setf", f"duration_stretch={stretch}", "-psdur"]
        told = subprocess.run(
            ["flite", "-voice", voice, *options, "-t", text, "-o", str(path)],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        wide, rate = soundfile.read(path, dtype="float32")
    sound = resampled(wide, rate / RATE)
    # `-psdur` prints each sound with the second in which it ends.
    phones = [(name, float(end)) for name, end in re.findall(r"([a-z]+):(\d+\.\d+)", told)]
    spoken = [word for word in words if word in PHONES]
    at, previous, found = 0, 0.0, []
    for word in spoken:
        wanted = PHONES[word].split()
        while at < len(phones) and phones[at][0] == "pau":
            previous = phones[at][1]
            at += 1
        names = [name for name, _ in phones[at : at + len(wanted)]]
        if len(names) < len(wanted) or names[0] != wanted[0]:
            raise ValueError(f"flite says {word} as {names}")
        end = phones[at + len(wanted) - 1][1]
        found.append((int(previous * RATE), min(int(end * RATE), len(sound)), LABELS[word]))
        previous, at = end, at + len(wanted)
    return Utterance(f"flite/{voice}", sound, tuple(found))


def talk_by_flite(voice: str, text: str, stretch: float) -> Utterance:
    """Return a sentence without a word of numbers as flite says it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(
            ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", text, "-o", str(path)],
            capture_output=True, check=True,
        )  # fmt: skip
        wide, rate = soundfile.read(path, dtype="float32")
    return Utterance(f"flite/{voice}", resampled(wide, rate / RATE), ())
