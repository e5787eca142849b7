"""Many filters over many windows of sound: one matrix product, in pieces that stay on one processor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ALONE = 1 << 18  # multiplications: OpenBLAS computes so many in the thread that asks
Array = NDArray[np.float32]


def through(filters: Array, windows: Array) -> Array:
    """Return what each filter hears in each window: filters × windows, of filters × samples and windows × samples.

    BLAS would share a large product out to threads and wait for them. Where others work on every processor that takes a
    hundred times as long as the product, so each piece of it is too small to be shared.
    """
    size = max(_ALONE // filters.size, 1)
    whole = len(windows) // size * size
    pieces = windows[:whole].reshape(-1, size, windows.shape[1])
    heard = (filters @ pieces.transpose(0, 2, 1)).transpose(1, 0, 2).reshape(len(filters), whole)
    if whole == len(windows):
        return np.asarray(heard)
    return np.concatenate([heard, filters @ windows[whole:].T], axis=1)
