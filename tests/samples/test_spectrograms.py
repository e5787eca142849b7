"""The pictures of sound in the documentation: what is there is seen where it is, and silence is paper."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.make_spectrograms import spectrogram

RATE, WIDTH, HEIGHT = 8000, 60, 80
PAPER = 3 * 255


@given(hertz=st.integers(300, 3700), start=st.floats(0, 0.8))
def test_a_tone_is_dark_at_its_pitch_and_time_and_silence_is_paper(hertz: int, start: float) -> None:
    sound = np.zeros(2 * RATE)
    first = int(start * len(sound))
    last = first + RATE // 4
    sound[first:last] = 0.1 * np.sin(2 * np.pi * hertz * np.arange(last - first) / RATE)
    light = spectrogram(sound, WIDTH, HEIGHT).sum(axis=2, dtype=int)
    row, column = np.unravel_index(light.argmin(), light.shape)
    assert (
        abs(row - (HEIGHT - 1) * (1 - hertz / (RATE / 2))) <= 2
    )  # one shade spans a few dB, and so more than a row
    beside = 256 / len(sound) * WIDTH + 1  # a window reaches a little further than its sound
    assert first / len(sound) * WIDTH - beside <= column <= last / len(sound) * WIDTH + beside
    assert (light[:, : max(0, int(first / len(sound) * WIDTH - beside))] == PAPER).all()
    assert (light[:, int(np.ceil(last / len(sound) * WIDTH + beside)) :] == PAPER).all()


@given(at=st.integers(0, 2 * RATE - 1))
def test_a_single_click_is_seen_in_its_column_wherever_it_falls(at: int) -> None:
    sound = np.zeros(2 * RATE)
    sound[at] = 0.5
    light = spectrogram(sound, WIDTH, HEIGHT).sum(axis=2, dtype=int).min(axis=0)
    assert light[at * WIDTH // len(sound)] < PAPER
