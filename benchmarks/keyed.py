"""Keys pressed as ITU-T Q.24 lets them be: every limit of its table and of the administrations in it, to the edge.

Each condition makes calls of sixteen keys, other ones for every seed. Twist is the high group over the low one, as in
Q.24; levels are dBm0, where a sine of full scale is +3.17 (G.711).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.redaction.tonebank import HIGH_HZ, KEYS, LOW_HZ
from tests.redaction import sounds
from tools.telephony import RATE

DIGITS = "0123456789*#"
CODECS = {
    "mu-law": ("WAV", "ULAW"),
    "A-law": ("WAV", "ALAW"),
    "GSM 6.10": ("WAV", "GSM610"),
    "IMA ADPCM": ("WAV", "IMA_ADPCM"),
    "Opus": ("OGG", "OPUS"),
    "MP3": ("MP3", "MPEG_LAYER_III"),
}

Sound = NDArray[np.float32]
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Call:
    """Keys and where each begins and ends, in seconds."""

    digits: str
    sound: Sound
    times: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Press:
    """How a key is pressed: `off` counts for both frequencies alike, a fraction and hertz; `gap` interrupts it."""

    on: float = 0.06
    pause: float = 0.06
    twist_db: float = 0.0
    off: float = 0.0
    off_hz: float = 0.0
    dbm0: float = -10.0
    gap: float = 0.0


def pressed(digits: str, press: Callable[[], Press]) -> Call:
    """Return a call in which each key is pressed as `press` says."""
    parts, times, at = [sounds.silence(0.1)], [], 0.1
    for digit in digits:
        how = press()
        tone = _tone(digit, how)
        parts += [tone, sounds.silence(how.pause)]
        times.append((at, at + len(tone) / RATE))
        at += (len(tone) + len(parts[-1])) / RATE
    return Call(digits, np.concatenate([*parts, sounds.silence(0.1)]), tuple(times))


def _tone(digit: str, how: Press) -> Sound:
    row = next(row for row in range(4) if digit in KEYS[row])
    time = np.arange(round(how.on * RATE)) / RATE
    loud = 10 ** ((how.dbm0 - 3.17) / 20)
    tone = np.zeros(len(time))
    for hertz, tilt in ((LOW_HZ[row], -how.twist_db), (HIGH_HZ[KEYS[row].index(digit)], how.twist_db)):
        moved = hertz * (1 + how.off) + how.off_hz
        tone += loud * 10 ** (min(tilt, 0.0) / 20) * np.sin(2 * np.pi * moved * time)
    if how.gap:
        middle, half = len(tone) // 2, round(how.gap * RATE / 2)
        tone[middle - half : middle + half] = 0
    return tone.clip(-1, 1).astype(np.float32)


def conditions(random: Random) -> dict[str, Callable[[], Press]]:
    """Return every way to press a key within Q.24, by the limit it goes to."""

    def within(low: float, high: float) -> float:
        return float(random.uniform(low, high))

    def sign() -> float:
        return float(random.choice([-1.0, 1.0]))

    return {
        "usual keys": lambda: Press(on=within(0.06, 0.2), pause=within(0.06, 0.3), twist_db=within(-2, 3)),
        "40 ms on, 40 ms off": lambda: Press(on=0.04, pause=0.04),
        "40 ms on, 30 ms off (NTT, Brazil)": lambda: Press(on=0.04, pause=0.03),
        "twist -8 to +4 dB (AT&T)": lambda: Press(twist_db=within(-8, 4)),
        "twist -10 to +10 dB (Australia)": lambda: Press(twist_db=within(-10, 10)),
        "off by up to 1.5 % and 2 Hz": lambda: Press(off=within(-0.015, 0.015), off_hz=within(-2, 2)),
        "off by just 1.5 % and 2 Hz": lambda: _off(sign(), 0.015, 2.0),
        "off by just 1.8 % (NTT, Brazil)": lambda: _off(sign(), 0.018, 0.0),
        "-3 to -27 dBm0": lambda: Press(dbm0=within(-27, -3)),
        "-27 to -50 dBm0, attenuated recording": lambda: Press(dbm0=within(-50, -27)),
        "interrupted for up to 10 ms": lambda: Press(on=within(0.09, 0.15), gap=within(0.002, 0.010)),
        "all limits at once": lambda: Press(
            on=within(0.04, 0.1),
            pause=within(0.04, 0.1),
            twist_db=within(-8, 4),
            off=within(-0.015, 0.015),
            off_hz=within(-2, 2),
            dbm0=within(-25, -3),
        ),
    }


def beyond() -> dict[str, Callable[[], Press]]:
    """Return ways to press that Q.24 says are no keys."""
    return {
        "24 ms on (NTT)": lambda: Press(on=0.024),
        "20 ms on": lambda: Press(on=0.020),
        "off by +3.5 % (AT&T)": lambda: Press(off=0.035, on=0.1),
        "off by -3.5 %": lambda: Press(off=-0.035, on=0.1),
        "off by +3 % (NTT, Brazil)": lambda: Press(off=0.03, on=0.1),
        "off by -3 %": lambda: Press(off=-0.03, on=0.1),
        "below -60 dBm0 (AT&T: -55)": lambda: Press(dbm0=-64.0, on=0.1),
    }


def _off(sign: float, fraction: float, hertz: float) -> Press:
    return Press(off=sign * fraction, off_hz=sign * hertz)


def number(random: Random, keys: str = DIGITS) -> str:
    """Return sixteen keys."""
    return "".join(random.choice(list(keys), 16))


def noisy(call: Call, random: Random, snr_db: float) -> Call:
    """Return the call with white noise `snr_db` below the keys while they sound."""
    power = np.mean([np.mean(call.sound[int(a * RATE) : int(b * RATE)] ** 2) for a, b in call.times])
    noise = random.standard_normal(len(call.sound)) * np.sqrt(power) * 10 ** (-snr_db / 20)
    return Call(call.digits, (call.sound + noise).astype(np.float32), call.times)


def under(call: Call, voices: Sequence[Sound], random: Random, below_db: float) -> Call:
    """Return the call with somebody speaking on the same channel, `below_db` below all of it, pauses counted in both."""
    voice = voices[int(random.integers(len(voices)))]
    start = int(random.integers(max(len(voice) - len(call.sound), 1)))
    part = np.resize(voice[start : start + len(call.sound)], len(call.sound))
    power = max(float(np.mean(part**2)), 1e-7)  # where somebody happens to be silent, nothing is made a voice
    gain = np.sqrt(float(np.mean(call.sound**2)) / power) * 10 ** (-below_db / 20)
    return Call(call.digits, (call.sound + part * gain).clip(-1, 1).astype(np.float32), call.times)


def coded(call: Call, codec: str) -> Call:
    """Return the call as it comes out of a codec."""
    decoded = sounds.decoded(sounds.recording([call.sound], *CODECS[codec]))
    return Call(call.digits, decoded[:, 0].astype(np.float32), call.times)


def found(call: Call, heard: str) -> tuple[int, int]:
    """Return how many of the keys were heard, in order (the longest common subsequence), and how many others were."""
    row = [0] * (len(heard) + 1)
    for digit in call.digits:
        before = list(row)
        for at, other in enumerate(heard):
            row[at + 1] = before[at] + 1 if digit == other else max(row[at], before[at + 1])
    return row[-1], len(heard) - row[-1]
