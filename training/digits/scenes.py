"""Stretches of made-up calls with a label every 20 ms: digits in runs and alone, talk, noise, lines and codecs.

Everything is drawn from a seed. A scene has one speaker of digits, so that a speaker can be kept out of what is learnt from.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soundfile

from training.digits.voices import NOTHING, RATE, Sound, Utterance, resampled

STEP = RATE // 50
SECONDS = 8
UNSURE = -1
"""The label of a frame on the edge of a word: nothing is learnt from it."""


@dataclass(frozen=True)
class Scene:
    """Eight seconds at 8 kHz as 16-bit samples, a label every 20 ms, and whose digits are heard."""

    speaker: str
    sound: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Cast:
    """All that scenes are made of: digits by speaker and label, other words, sentences, noises."""

    digits: dict[str, dict[int, list[Sound]]]
    words: dict[str, list[Sound]]
    runs: list[Utterance]
    talk: list[Utterance]
    noises: list[Sound]


def scene(cast: Cast, rng: np.random.Generator) -> Scene:
    """Return one scene."""
    kind = rng.choice(5, p=(0.42, 0.22, 0.22, 0.10, 0.04))
    sound = np.zeros(SECONDS * RATE, np.float32)
    labels = np.full(len(sound), NOTHING, np.int8)
    speaker = "none"
    if kind == 0:
        speaker = _by_words(cast, rng, sound, labels)
    elif kind == 1:
        said = cast.runs[rng.integers(len(cast.runs))]
        speaker = said.speaker
        at = _put(sound, labels, _varied(said, rng), int(rng.integers(0, RATE * 3)), rng)
        _put(sound, labels, _varied(_any(cast.talk, rng), rng), at + int(rng.integers(0, RATE)), rng)
    elif kind == 2:
        said = _any(cast.talk, rng)
        speaker = said.speaker
        at = _put(sound, labels, _varied(said, rng), -int(rng.integers(0, RATE)), rng)
        _put(sound, labels, _varied(_any(cast.talk, rng), rng), at + int(rng.integers(0, RATE)), rng)
    elif kind == 3:
        speaker = _other_words(cast, rng, sound, labels)
    return Scene(speaker, _line(cast, rng, sound), _every_step(labels))


def _any(pool: Sequence[Utterance], rng: np.random.Generator) -> Utterance:
    return pool[int(rng.integers(len(pool)))]


def _varied(said: Utterance, rng: np.random.Generator) -> Utterance:
    """Return the utterance as a person with another throat would say it: faster and higher, or slower and lower."""
    step = float(np.exp(rng.normal(0, 0.07)))
    return Utterance(
        said.speaker,
        resampled(said.sound, step),
        tuple((int(a / step), int(b / step), c) for a, b, c in said.words),
    )


def _put(sound: Sound, labels: np.ndarray, said: Utterance, at: int, rng: np.random.Generator) -> int:
    """Mix the utterance in from sample `at` at a level of its own, label its words, and return where it ends."""
    level = 10 ** (rng.normal(-24, 5) / 20) / (np.sqrt(np.mean(said.sound**2)) + 1e-6)
    first, last = max(at, 0), min(at + len(said.sound), len(sound))
    if last > first:
        sound[first:last] += said.sound[first - at : last - at] * np.float32(level)
        for start, end, label in said.words:
            labels[max(at + start, 0) : max(min(at + end, len(sound)), 0)] = label
    return last


def _by_words(cast: Cast, rng: np.random.Generator, sound: Sound, labels: np.ndarray) -> str:
    """Speak a run of digits clip by clip, now and then behind or before talk of somebody else."""
    speakers = sorted(cast.digits)
    whole = [name for name in speakers if len(cast.digits[name]) == 10]
    speaker = str(rng.choice(whole if rng.random() < 0.75 else speakers))
    own = cast.digits[speaker]
    others = cast.words.get(speaker, [])
    throat, pace = float(np.exp(rng.normal(0, 0.09))), float(rng.choice([0.02, 0.06, 0.15, 0.3]))
    level = 10 ** (rng.normal(-24, 5) / 20)
    at = int(rng.integers(0, RATE * 2))
    if rng.random() < 0.35:
        at = _put(sound, labels, _varied(_any(cast.talk, rng), rng), -int(rng.integers(RATE)), rng) + int(
            rng.integers(RATE // 2)
        )
    count = int(rng.choice([1, 2, 3, 4, 6, 8, 10, 12, 16, 19]))
    for index in range(count):
        is_other = bool(others) and rng.random() < 0.3
        label = NOTHING if is_other else int(rng.choice(sorted(own)))
        clips = others if is_other else own[label]
        clip = resampled(clips[rng.integers(len(clips))], throat * float(np.exp(rng.normal(0, 0.03))))
        loud = level * float(np.exp(rng.normal(0, 0.2))) / (np.sqrt(np.mean(clip**2)) + 1e-6)
        gap = rng.normal(pace, pace / 2) + (
            rng.exponential(0.5) if index % 4 == 0 and rng.random() < 0.5 else 0
        )
        at += int(max(gap, -0.04) * RATE) if index else 0
        if at >= len(sound):
            break
        last = min(at + len(clip), len(sound))
        sound[at:last] += clip[: last - at] * np.float32(loud)
        labels[at:last] = label
        at += len(clip)
    if rng.random() < 0.25:
        _put(sound, labels, _varied(_any(cast.talk, rng), rng), at + int(rng.integers(RATE // 2)), rng)
    return speaker


def _other_words(cast: Cast, rng: np.random.Generator, sound: Sound, labels: np.ndarray) -> str:
    """Speak words that are no digits, one after the other, as several people would."""
    at = 0
    speaker = str(rng.choice(sorted(cast.words)))
    while at < len(sound):
        speaker = str(rng.choice(sorted(cast.words))) if rng.random() < 0.3 else speaker
        clips = cast.words[speaker]
        said = Utterance(speaker, clips[rng.integers(len(clips))], ())
        at = _put(sound, labels, _varied(said, rng), at, rng) + int(abs(rng.normal(0.1, 0.2)) * RATE)
    return speaker


def _line(cast: Cast, rng: np.random.Generator, sound: Sound) -> np.ndarray:
    """Return what the recorder gets to hear of it: room, noise, other voices, the band of a telephone, a codec, its level."""
    if rng.random() < 0.3:
        tail = np.exp(-np.arange(int(0.25 * RATE)) / (rng.uniform(0.02, 0.09) * RATE)) * rng.normal(
            0, 1, int(0.25 * RATE)
        )
        tail[: RATE // 200] = 0
        room = np.fft.irfft(np.fft.rfft(sound, 2 * len(sound)) * np.fft.rfft(tail, 2 * len(sound)))[
            : len(sound)
        ]
        sound = sound + (room * rng.uniform(0.02, 0.12)).astype(np.float32)
    if rng.random() < 0.75:
        noise = _noise(cast, rng, len(sound))
        wanted = 10 ** (rng.normal(-45, 9) / 20)
        sound = sound + noise * np.float32(wanted / (np.sqrt(np.mean(noise**2)) + 1e-9))
    if rng.random() < 0.6:
        spectrum = np.fft.rfft(sound)
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        steep = int(rng.choice([3, 6, 12, 40]))
        low, high = rng.uniform(50, 350), rng.uniform(2_900, 3_900)
        shape = 1 / (1 + (low / np.maximum(hertz, 1)) ** steep) / (1 + (hertz / high) ** (4 * steep))
        tilt = 10 ** (rng.normal(0, 3) * np.log2(np.maximum(hertz, 60) / 1000) / 20)
        sound = np.fft.irfft(spectrum * shape * tilt, len(sound)).astype(np.float32)
    sound = sound * np.float32(10 ** (rng.normal(0, 5) / 20))
    if rng.random() < 0.5:
        sound = _coded(sound, rng)
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def _noise(cast: Cast, rng: np.random.Generator, length: int) -> Sound:
    which = rng.random()
    if which < 0.5:
        long = cast.noises[rng.integers(len(cast.noises))]
        at = int(rng.integers(len(long) - length))
        return long[at : at + length]
    if which < 0.75:  # other voices
        noise = np.zeros(length, np.float32)
        for _ in range(int(rng.integers(2, 6))):
            piece = np.resize(_any(cast.talk, rng).sound, length)
            noise += np.roll(piece, int(rng.integers(length)))
        return noise
    if which < 0.85:  # mains and its harmonics
        base = float(rng.choice([50, 60]))
        seconds = np.arange(length) / RATE
        times = np.arange(1, 9)[:, None]
        hum: Sound = (
            (np.sin(2 * np.pi * base * times * seconds + times) / times).sum(axis=0).astype(np.float32)
        )
        return hum
    return rng.normal(0, 1, length).astype(np.float32)


def _coded(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return the sound after a codec that recorders use."""
    form, subtype = (
        ("WAV", "ULAW"),
        ("WAV", "ALAW"),
        ("WAV", "GSM610"),
        ("OGG", "OPUS"),
        ("MP3", "MPEG_LAYER_III"),
    )[rng.integers(5)]
    sink = io.BytesIO()
    options = {} if form == "WAV" else {"compression_level": float(rng.uniform(0.4, 0.95))}
    with soundfile.SoundFile(sink, "w", RATE, 1, subtype, format=form, **options) as file:
        file.write(np.clip(sound, -1, 1))
    sink.seek(0)
    heard, _ = soundfile.read(sink, dtype="float32")
    return (
        np.resize(heard, len(sound))
        if len(heard) >= len(sound)
        else np.pad(heard, (0, len(sound) - len(heard)))
    )


def _every_step(labels: np.ndarray) -> np.ndarray:
    """Return the label in the middle of every 20 ms; unsure where a word begins or ends within it."""
    frames = labels.reshape(-1, STEP)
    middle = frames[:, STEP // 2].copy()
    middle[(frames[:, :1] != frames[:, -1:]).any(axis=1)] = UNSURE
    return middle
