"""Sound for the tests: keypad tones to any measure, something like a voice, and recordings in every codec."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from governance.redaction.spans import Entity, TimeSpan, Timing
from governance.redaction.tonebank import HIGH_HZ, KEYS, LOW_HZ
from tests import peers

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT / "../shared/data/spoken-digits"
SAMPLES = ROOT / "governance/samples"

Sound = NDArray[np.float32]

# container, codec, rate, channels: everything that is read and written
CODECS = (
    ("WAV", "PCM_U8", 8000, 2),
    ("WAV", "PCM_16", 8000, 2),
    ("WAV", "PCM_24", 16000, 1),
    ("WAV", "PCM_32", 8000, 2),
    ("WAV", "FLOAT", 8000, 2),
    ("WAV", "DOUBLE", 8000, 1),
    ("WAV", "ULAW", 8000, 2),
    ("WAV", "ALAW", 8000, 2),
    ("WAV", "GSM610", 8000, 1),
    ("WAV", "IMA_ADPCM", 8000, 2),
    ("WAV", "MS_ADPCM", 8000, 2),
    ("WAVEX", "PCM_16", 8000, 2),
    ("RF64", "PCM_16", 8000, 2),
    ("FLAC", "PCM_16", 8000, 2),
    ("FLAC", "PCM_24", 44100, 1),
    ("OGG", "VORBIS", 8000, 2),
    ("OGG", "OPUS", 16000, 1),
    ("MP3", "MPEG_LAYER_III", 8000, 2),
    ("MP3", "MPEG_LAYER_III", 44100, 1),
)


def key(
    digit: str, seconds: float, rate: int = 8000, peak: float = 0.2, twist_db: float = 0.0, error: float = 0.0
) -> Sound:
    """Return one keypad tone; `twist_db` is low over high, `error` moves both frequencies by a fraction."""
    row = next(row for row in range(4) if digit in KEYS[row])
    time = np.arange(int(seconds * rate)) / rate
    low = np.sin(2 * np.pi * LOW_HZ[row] * (1 + error) * time) * 10 ** (twist_db / 40)
    high = np.sin(2 * np.pi * HIGH_HZ[KEYS[row].index(digit)] * (1 + error) * time) * 10 ** (-twist_db / 40)
    return np.asarray(peak * (low + high), dtype=np.float32)


def keys(digits: str, on: float = 0.08, off: float = 0.08, rate: int = 8000, **measure: float) -> Sound:
    """Return keys pressed one after another, with a tenth of a second of silence around them."""
    pause, gap = silence(0.1, rate), silence(off, rate)
    parts = [part for digit in digits for part in (key(digit, on, rate, **measure), gap)]
    return np.concatenate([pause, *parts, pause])


def silence(seconds: float, rate: int = 8000) -> Sound:
    """Return nothing, for a while."""
    return np.zeros(int(seconds * rate), dtype=np.float32)


def babble(seconds: float, rate: int = 8000, seed: int = 1) -> Sound:
    """Return noise that swells and falls like syllables: loud, never silent for long, and never the same."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    return np.asarray((0.12 * swell * random.standard_normal(len(time))).clip(-0.9, 0.9), dtype=np.float32)


@cache
def spoken(text: str, voice: str = "en-gb", speed: int = 150) -> Sound:
    """Return a text spoken by espeak-ng at 8 kHz. Skips, or fails in CI, where it is missing."""
    program = peers.require("espeak-ng")
    made = subprocess.run(
        [program, "-v", voice, "-s", str(speed), "--stdout", text], check=True, capture_output=True
    ).stdout
    # espeak-ng cannot go back in a pipe to write the length, so its header is not believed.
    whole = np.frombuffer(made[44:], dtype="<i2").astype(np.float32) / 32768
    at = np.arange(0, len(whole) - 1, 22050 / 8000)
    smooth = np.convolve(whole, np.hanning(7) / np.hanning(7).sum(), mode="same")
    return np.asarray(np.interp(at, np.arange(len(whole)), smooth), dtype=np.float32)


def recording(
    channels: Sequence[Sound], container: str = "WAV", codec: str = "PCM_16", rate: int = 8000, **tags: str
) -> io.BytesIO:
    """Return a recording of these channels, the shorter ones filled with silence."""
    length = max(len(channel) for channel in channels)
    together = np.stack([np.pad(channel, (0, length - len(channel))) for channel in channels], axis=1)
    sink = io.BytesIO()
    with soundfile.SoundFile(sink, "w", rate, len(channels), format=container, subtype=codec) as file:
        for name, value in tags.items():
            setattr(file, name, value)
        file.write(together)
    sink.seek(0)
    return sink


def decoded(source: io.BytesIO) -> NDArray[np.float64]:
    """Return all samples, frames by channels."""
    source.seek(0)
    with soundfile.SoundFile(source) as file:
        parts = []
        while len(part := file.read(65536, always_2d=True)):
            parts.append(part)
    source.seek(0)
    return np.concatenate(parts)


def span(start_ms: int, end_ms: int, channel: int | None = None) -> TimeSpan:
    """Return a span of a card number."""
    return TimeSpan(start_ms, end_ms, channel, Entity.PAN, Timing.EXACT, 0.99, "a test")
