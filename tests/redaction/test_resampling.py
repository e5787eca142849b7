"""Any rate becomes 8 kHz, the same whatever the blocks, and nothing moves in time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.redaction.resampling import Resampler


def whole(sound: np.ndarray, rate: int) -> np.ndarray:
    resampler = Resampler(rate)
    return np.concatenate([resampler.feed(sound), resampler.finish()])


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000])
def test_a_tone_of_the_voice_band_stays_what_it_is_where_it_is(rate: int) -> None:
    at = np.arange(rate) / rate
    made = whole(np.sin(2 * np.pi * 1_000 * at).astype(np.float32), rate)
    assert abs(len(made) - 8_000) <= 1
    wanted = np.sin(2 * np.pi * 1_000 * np.arange(len(made)) / 8_000)
    assert np.abs(made[200:-200] - wanted[200:-200]).max() < 0.01


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_what_8_khz_cannot_hold_is_gone_and_does_not_fold_into_the_voice(rate: int) -> None:
    at = np.arange(rate) / rate
    made = whole(np.sin(2 * np.pi * 5_500 * at).astype(np.float32), rate)
    assert np.abs(made[200:-200]).max() < 0.03


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([11_025, 16_000, 44_100]),
    st.lists(st.integers(0, 3_000), max_size=8),
    st.integers(0, 2**16),
)
def test_blocks_make_no_difference(rate: int, cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).normal(0, 0.1, 9_000).astype(np.float32)
    resampler = Resampler(rate)
    pieces = [resampler.feed(piece) for piece in np.split(sound, sorted(cuts))]
    np.testing.assert_allclose(np.concatenate([*pieces, resampler.finish()]), whole(sound, rate), atol=1e-6)
