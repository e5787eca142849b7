"""What a telephone does to sound, and the tones its keys make: the sample calls are put together from these.

Everything works on 8,000 Hz mono float samples. Nothing here is shipped with the product; the detector of keypad
tones in the product was written apart from this generator, so that the samples test it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE = 8000
_LOW = {
    key: low
    for row, low in zip(("123A", "456B", "789C", "*0#D"), (697, 770, 852, 941), strict=True)
    for key in row
}
_HIGH = {
    key: high
    for row in ("123A", "456B", "789C", "*0#D")
    for key, high in zip(row, (1209, 1336, 1477, 1633), strict=True)
}


def narrow(samples: Samples, rate: int) -> Samples:
    """Return `samples` at 8,000 Hz, limited to the 300 to 3,400 Hz of a telephone line.

    The spectrum is cut, so the length in seconds and with it every word time stays as it was.
    """
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    hertz = np.arange(len(spectrum)) * rate / len(samples)
    edges = np.clip((hertz - 200) / 100, 0, 1) * np.clip((3500 - hertz) / 100, 0, 1)
    return np.asarray(np.fft.irfft(spectrum * edges, count) * (count / len(samples)))


def level(samples: Samples, peak: float) -> Samples:
    """Return `samples` scaled so that the loudest one is `peak`."""
    return samples * (peak / max(float(np.max(np.abs(samples))), 1e-9))


def key(button: str, tone_ms: int) -> Samples:
    """Return the tone of one key (ITU-T Q.23), the high frequency 2 dB louder as telephones send it (Q.24)."""
    at = np.arange(RATE * tone_ms // 1000) / RATE
    tone = 0.18 * np.sin(2 * np.pi * _LOW[button] * at) + 0.227 * np.sin(2 * np.pi * _HIGH[button] * at)
    ramp = np.clip(np.arange(len(tone)) / 16, 0, 1)
    return np.asarray(tone * ramp * ramp[::-1])


def line_noise(count: int, random: np.random.Generator) -> Samples:
    """Return the hiss of an open line, near -60 dB: no sample of a real call is silent for long."""
    return random.normal(0.0, 0.0008, count)
