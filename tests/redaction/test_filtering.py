"""Filters over windows: one product, whatever pieces it is computed in."""

from __future__ import annotations

import numpy as np
import pytest

from governance.redaction.filtering import through


@pytest.mark.parametrize("filters", [1, 32, 98])
@pytest.mark.parametrize("windows", [0, 1, 9, 10, 683])
def test_every_filter_hears_every_window(filters: int, windows: int) -> None:
    random = np.random.default_rng(1)
    bank = random.standard_normal((filters, 256), dtype=np.float32)
    sound = random.standard_normal(256 + 96 * windows, dtype=np.float32)
    seen = np.lib.stride_tricks.sliding_window_view(sound, 256)[::96][:windows]
    heard = through(bank, seen)
    assert heard.shape == (filters, windows)
    assert np.allclose(heard, bank @ seen.T, atol=1e-3)
