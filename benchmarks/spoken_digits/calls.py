"""Made-up calls as sound: a card number in the middle of talk, or talk in which there is none, and when each digit is said.

Nothing here is shared with `training.digits`: the same mistake in both would measure itself.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.redaction import sounds

Sound = NDArray[np.float32]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
RATE = 8_000
LINES = ("clean", "ulaw", "gsm", "opus", "noisy", "babble", "narrow")
CARD, RUN = "card number", "run"
TALK = (
    "Good morning, you are through to customer service, how may I help you today?",
    "I would like to pay the invoice that came last week, if that is possible.",
    "Of course. Let me just bring up your account, it may take a moment.",
    "Thank you. And could you read me the long number on the front of the card, please?",
    "Sure, bear with me, I need to find my glasses. Right, here it is.",
    "Lovely, that has gone through. You will get a confirmation by mail.",
    "The parcel was left outside in the rain and everything in it was wet.",
    "I understand how annoying that must have been, and I am sorry about it.",
    "We moved house in the spring and the meter was never read by anybody.",
    "Is there anything else that I can do for you? Then have a pleasant evening.",
    "My daughter ordered it for her birthday, and now the colour is wrong.",
    "You can return it within the month, and we refund the price and the postage.",
)


@dataclass(frozen=True)
class Digit:
    """A digit that is said, in samples, and what it belongs to."""

    start: int
    end: int
    belongs_to: str


@dataclass(frozen=True)
class Call:
    """A call on one channel, or mixed down to one."""

    speaker: str
    line: str
    sound: Sound
    digits: tuple[Digit, ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.sound) / RATE


@cache
def clips(speaker: str) -> dict[int, list[Sound]]:
    """Return the single digits of a speaker of the Free Spoken Digit Dataset."""
    found: dict[int, list[Sound]] = defaultdict(list)
    for path in sorted((DATA / "spoken-digits" / "fsdd").glob(f"*_{speaker}_*.flac")):
        found[int(path.stem[0])].append(soundfile.read(path, dtype="float32")[0])
    return dict(found)


@cache
def noise(name: str) -> Sound:
    """Return one of the long noises."""
    sound: Sound = soundfile.read(
        DATA / "spoken-digits" / "background-noise" / f"{name}.flac", dtype="float32"
    )[0]
    return sound


@cache
def talk(text: str, voice: str) -> Sound:
    """Return a sentence as espeak-ng reads it."""
    return sounds.spoken(text, voice)


@cache
def real_talk() -> list[Sound]:
    """Return the made-up contact-centre calls of the vCon set: other voices than any that was learnt from."""
    found = []
    for path in sorted((DATA / "vcon" / "calls").glob("*.mp3")):
        sound, rate = soundfile.read(path, dtype="float32")
        mono = sound if sound.ndim == 1 else sound.mean(axis=1)
        found.append(_at_8k(mono, rate))
    return found


def _at_8k(sound: Sound, rate: int) -> Sound:
    spectrum = np.fft.rfft(sound)
    size = len(sound) * RATE // rate
    return (np.fft.irfft(spectrum[: size // 2 + 1], size) * (size / len(sound))).astype(np.float32)


def card_call(speaker: str, line: str, seed: int) -> Call:
    """Return a call in which `speaker` says a card number, its expiry and its code, as the seed has it."""
    rng = np.random.default_rng([seed, 7])
    writer = _Writer(rng)
    voice = ("en-gb", "en-us", "en-us+f3")[seed % 3]
    for at in rng.permutation(3):
        writer.say(talk(TALK[at], voice))
    writer.say(talk(TALK[3], voice))
    pace = writer.number(speaker, _number(rng), CARD, voice)
    writer.wait(0.8)
    writer.say(talk(TALK[5 + seed % 5], voice))
    for belongs_to, length in (("expiry", 4), ("code", 3)):
        writer.say(
            talk("And the " + ("expiry date" if length == 4 else "security code") + ", please?", voice)
        )
        writer.wait(0.5)
        for _ in range(length):
            writer.wait(abs(rng.normal(pace, pace / 3)))
            writer.digit(speaker, int(rng.integers(10)), belongs_to)
    writer.wait(0.7)
    writer.say(talk(TALK[9], voice))
    sound = _on(line, writer.sound(), rng)
    return Call(speaker, line, sound, tuple(writer.digits))


def plain_call(line: str, seed: int, with_numbers: str | None = None) -> Call:
    """Return a call without a card: talk of the vCon set or of espeak-ng; `with_numbers` is who says other numbers in it."""
    rng = np.random.default_rng([seed, 11])
    writer = _Writer(rng)
    if with_numbers is None:
        calls = real_talk()
        whole = calls[seed % len(calls)]
        writer.say(whole)
    else:
        voice = ("en-gb", "en-us", "en-us+f3")[seed % 3]
        for length, belongs_to in (
            (int(rng.integers(1, 4)), "quantity"),
            (int(rng.choice([5, 6])), "postcode"),
            (10, "telephone"),
        ):
            for at in rng.permutation(len(TALK))[:3]:
                writer.say(talk(TALK[at], voice))
            for _ in range(length):
                writer.wait(abs(rng.normal(0.1, 0.04)))
                writer.digit(with_numbers, int(rng.integers(10)), belongs_to)
            writer.wait(0.6)
    return Call(with_numbers or "none", line, _on(line, writer.sound(), rng), tuple(writer.digits))


def run_call(speaker: str, line: str, length: int, seed: int) -> Call:
    """Return a short call in which `speaker` says `length` digits, drawn by lot, and no words tell what they are for."""
    rng = np.random.default_rng([seed, length, 13])
    writer = _Writer(rng)
    voice = ("en-gb", "en-us", "en-us+f3")[seed % 3]
    before, after = rng.choice(len(TALK), 2, replace=False)
    writer.say(talk(TALK[before], voice))
    writer.number(speaker, "".join(map(str, rng.integers(0, 10, length))), RUN, voice)
    writer.wait(0.8)
    writer.say(talk(TALK[after], voice))
    return Call(speaker, line, _on(line, writer.sound(), rng), tuple(writer.digits))


class _Writer:
    """Puts a call together, piece by piece, at the level of a telephone."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._pieces: list[Sound] = [np.zeros(RATE // 2, np.float32)]
        self.digits: list[Digit] = []
        self._level = 10 ** (rng.uniform(-28, -18) / 20)

    @property
    def _at(self) -> int:
        return sum(len(piece) for piece in self._pieces)

    def say(self, sound: Sound) -> None:
        """Add speech, brought to the level of the call."""
        loud = np.sqrt(np.mean(sound**2)) + 1e-9
        self._pieces.append((sound * (self._level / loud)).astype(np.float32))

    def wait(self, seconds: float) -> None:
        """Add a pause."""
        self._pieces.append(np.zeros(int(seconds * RATE), np.float32))

    def digit(self, speaker: str, value: int, belongs_to: str) -> None:
        """Add a digit, and note when it is said."""
        known = clips(speaker)[value]
        sound = known[self._rng.integers(len(known))]
        start = self._at
        self.say(sound * np.float32(self._rng.uniform(0.7, 1.3)))
        self.digits.append(Digit(start, start + len(sound), belongs_to))

    def number(self, speaker: str, digits: str, belongs_to: str, voice: str) -> float:
        """Add a number as people read one out, in groups or in one go, and return the pace: seconds between its digits."""
        rng = self._rng
        group = int(rng.choice([1, 2, 4, 4, 4, 16]))
        pace = float(rng.choice([0.03, 0.08, 0.15, 0.3]))
        for index, digit in enumerate(digits):
            is_break = index % group == 0 and index > 0 and group > 1
            pause = rng.uniform(0.4, 1.6) if is_break else abs(rng.normal(pace, pace / 3))
            self.wait(pause if index else 0.4)
            self.digit(speaker, int(digit), belongs_to)
            if is_break and rng.random() < 0.25:
                self.wait(0.2)
                self.say(talk("okay, go on", voice))
        return pace

    def sound(self) -> Sound:
        """Return the call so far."""
        return np.concatenate([*self._pieces, np.zeros(RATE // 2, np.float32)])


def _number(rng: np.random.Generator) -> str:
    """Return sixteen digits that are a card number."""
    body = [4, *rng.integers(0, 10, 14).tolist()]
    doubled = sum(sum(divmod(2 * value, 10)) if at % 2 == 0 else value for at, value in enumerate(body))
    return "".join(map(str, [*body, -doubled % 10]))


def _on(line: str, sound: Sound, rng: np.random.Generator) -> Sound:
    """Return the call as a recorder on this line has it."""
    level = float(np.sqrt(np.mean(sound**2)))
    if line == "noisy":
        hiss = noise(("running_tap", "exercise_bike", "pink_noise")[int(rng.integers(3))])
        return sound + np.resize(hiss, len(sound)) * np.float32(
            level / 10 ** (12 / 20) / np.sqrt(np.mean(hiss**2))
        )
    if line == "babble":
        voices = [
            np.roll(np.resize(talk(text, "en-gb+f2"), len(sound)), int(rng.integers(len(sound))))
            for text in TALK[6:9]
        ]
        crowd: Sound = np.sum(voices, axis=0, dtype=np.float32)
        return sound + np.float32(level / 10 ** (15 / 20) / np.sqrt(np.mean(crowd**2))) * crowd
    if line == "narrow":
        spectrum = np.fft.rfft(sound)
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        return np.fft.irfft(spectrum * ((hertz > 300) & (hertz < 3_100)), len(sound)).astype(np.float32)
    form = {"ulaw": ("WAV", "ULAW"), "gsm": ("WAV", "GSM610"), "opus": ("OGG", "OPUS")}.get(line)
    if form is None:
        return sound
    sink = io.BytesIO()
    options = {"compression_level": 0.8} if line == "opus" else {}
    with soundfile.SoundFile(sink, "w", RATE, 1, form[1], format=form[0], **options) as file:
        file.write(sound)
    sink.seek(0)
    heard: Sound = soundfile.read(sink, dtype="float32")[0]
    return heard[: len(sound)] if len(heard) >= len(sound) else np.pad(heard, (0, len(sound) - len(heard)))


def spread(speakers: Sequence[str], count: int, seed: int) -> list[Call]:
    """Return `count` card calls, speakers and lines in turn."""
    return [
        card_call(speakers[at % len(speakers)], LINES[at // len(speakers) % len(LINES)], seed + at)
        for at in range(count)
    ]


def runs(speakers: Sequence[str], length: int, count: int, seed: int) -> Iterator[Call]:
    """Yield `count` calls in which `length` digits are said, speakers and lines in turn."""
    for at in range(count):
        yield run_call(
            speakers[at % len(speakers)], LINES[at // len(speakers) % len(LINES)], length, seed + at
        )
