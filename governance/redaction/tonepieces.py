"""Which of what was measured is one key, what it is like, and how much that is like a key: pure decisions on frames.

A piece is a row of frames that name the same key. What tells it from a voice is, in the order of its weight: that
nothing else sounds in the band; that neither frequency changes its level or its pace (the phases of a tone advance as a
clock does, those of a voice wander); that both begin and end at once. None of that decides alone, because a key under
a voice shares the band and a voice may hold a vowel: a weighted sum does (`WEIGHTS`, made by `python -m training.keys`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.redaction.tonebank import KEY_HZ, KEYS, Array, Bank, Frames

_WEAKEST = 10 ** (-66 / 10)  # power of the stronger tone, full scale = 1
_SHORTEST_MS = 28.0
_TWIST = (10 ** (-11.5 / 10), 10 ** (12 / 10))  # low over high: Q.24's widest is 10 dB either way
_ERROR_ANYWHERE = 0.029  # of one frame; the piece is judged by what all its frames say together
_ERROR = 0.023  # Q.24: up to 1.5 % + 4 Hz (2.1 %) must be taken, from 3 % must not
_LEAD = 10 ** (1.5 / 10)  # under a voice the tone may hardly be the strongest of its group
_SHARE = 0.2
LETTERS = "ABCD"
_HOLE_FRAMES = 3
_FEWEST = 3  # what holds for 28 ms fills as many
_DROP = 10 ** (-14 / 10)  # a dip this deep ends a key; an interruption of up to 10 ms is shallower
_EDGE = 10 ** (-6 / 10)  # half the amplitude: the middle of the window stands on the edge of the tone
_BEFORE = 4  # frames, one window: the nearest in which nothing of the tone is left
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames that may be one key: `start` and `end` in frames, between them by interpolation; what they are `like`."""

    key: str
    start: float
    end: float
    length_ms: float
    error: float
    like: NDArray[np.float64]


NAMES = (
    "others",  # log10 of the part of the band that is not the two tones
    "error",  # of the frequency, per cent
    "error squared",
    "restless error",  # log10 of its deviation from frame to frame
    "restless twist",  # log10 of that of the twist, dB
    "lead",  # over the next frequency of the group, tens of dB
    "length",  # log10 of the milliseconds over 30
    "wandering low",  # the part of the tone that is no steady tone, tens of dB
    "wandering high",
    "onset",  # how far it stands above what was there a window earlier, tens of dB, the lesser of both tones
    "end",
    "twist",  # away from the usual, tens of dB
)


# Made by `python -m training.keys`, in the order of `NAMES`. The speech it is made on has nothing above -0.5, its keys
# within Q.24 that are alone nothing below 1.2. The line lies nearer to the keys: of keys alone all there is was tried, of
# speech three hours. Faint ones count only beside keys that are sure.
WEIGHTS = (
    -1.5632,
    -0.3430,
    -0.4009,
    -0.3996,
    1.1294,
    1.2002,
    2.9657,
    -0.5740,
    -1.3361,
    0.7666,
    1.0019,
    -2.2494,
)
BIAS = -9.6864
_SURE, _FAINT, _LETTER = 0.6, -3.5, 3.0


def score(piece: Piece) -> float:
    """Return how much a piece is like a key, as the logarithm of odds."""
    return float(piece.like @ np.array(WEIGHTS)) + BIAS


def is_sure(piece: Piece) -> bool:
    """Whether a piece is a key by itself. No telephone in a pocket has the keys A to D: they must be likelier."""
    return _is_within(piece) and score(piece) >= (_LETTER if piece.key in LETTERS else _SURE)


def is_faint(piece: Piece) -> bool:
    """Whether a piece is a key where sure ones are near: people press keys in runs."""
    return _is_within(piece) and piece.key not in LETTERS and score(piece) >= _FAINT


def _is_within(piece: Piece) -> bool:
    return piece.length_ms >= _SHORTEST_MS and piece.error <= _ERROR


def find(bank: Bank, samples: Array, at: NDArray[np.int64], first: int) -> Iterator[Piece]:
    """Yield what may be a key in the frames `at` of some sound, in order; see `Bank.measure`."""
    frames = bank.measure(samples, at, first)
    level = frames.level
    twist = frames.low / frames.high
    is_like = (
        (np.maximum(frames.low, frames.high) >= _WEAKEST)
        & (twist >= _TWIST[0])
        & (twist <= _TWIST[1])
        & (frames.error <= _ERROR_ANYWHERE)
        & (frames.lead >= _LEAD)
    )
    likely = np.flatnonzero(is_like)
    share = np.zeros(len(at), dtype=np.float32)
    share[likely] = level[likely] / np.maximum(bank.loudness(samples, at[likely]), _NOTHING)
    for members in _rows(frames, level, np.flatnonzero(share >= _SHARE)):
        start, end, held = _edges(frames, level, members)
        if (end - start) * bank.hop_s * 1000 >= _SHORTEST_MS:
            yield _piece(bank, frames, share, members[held], start, end)


def _rows(frames: Frames, level: Array, likely: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of frames that name the same key, across short holes but not across a dip in the level."""
    rows: list[list[int]] = []
    peaks: list[float] = []
    places, keys, levels = frames.at[likely].tolist(), frames.key[likely].tolist(), level[likely].tolist()
    index = likely.tolist()
    last: list[tuple[int, int]] = []  # place and key of the last frame of each row
    for at, place, key, loud in zip(index, places, keys, levels, strict=True):
        for back in range(1, min(len(rows), 2) + 1):
            before, its_key = last[-back]
            if its_key != key or place - before > _HOLE_FRAMES:
                continue
            if float(level[rows[-back][-1] : at + 1].min()) < _DROP * peaks[-back]:
                continue
            rows[-back].append(at)
            peaks[-back] = max(peaks[-back], loud)
            last[-back] = (place, key)
            break
        else:
            rows.append([at])
            peaks.append(loud)
            last.append((place, key))
    yield from (np.array(row) for row in rows if len(row) >= _FEWEST)


def _edges(
    frames: Frames, level: Array, members: NDArray[np.int64]
) -> tuple[float, float, NDArray[np.bool_]]:
    """Return where the level passes the half on either side, and which of the frames are above it."""
    edge = float(level[members].max()) * _EDGE
    held = level[members] >= edge
    a, b = int(members[held][0]), int(members[held][-1])
    start, end, mark = float(frames.at[a]), float(frames.at[b]), np.log(edge)
    if a > 0 and frames.at[a - 1] == frames.at[a] - 1 and level[a - 1] < edge:
        inside, outside = np.log(level[a]), np.log(max(level[a - 1], _NOTHING))
        start -= float((inside - mark) / (inside - outside))
    if b + 1 < len(level) and frames.at[b + 1] == frames.at[b] + 1 and level[b + 1] < edge:
        inside, outside = np.log(level[b]), np.log(max(level[b + 1], _NOTHING))
        end += float((inside - mark) / (inside - outside))
    return start, end, held


def _piece(
    bank: Bank, frames: Frames, share: Array, held: NDArray[np.int64], start: float, end: float
) -> Piece:
    a, b = int(held[0]), int(held[-1])
    length_ms = (end - start) * bank.hop_s * 1000
    # By level, because a frame on the edge of a tone hears half of it and measures the rest badly.
    weight = frames.level[held].astype(np.float64)
    error, restless_error = _spread(frames.error[held], weight)
    twist, restless_twist = _spread(10 * np.log10(frames.low[held] / frames.high[held]), weight)
    lead = 10 * np.log10(_middle(frames.lead[held]))
    row, column = int(frames.key[a]) // 4, int(frames.key[a]) % 4
    inner = slice(a + 1, b) if len(held) >= 5 else slice(a, b + 1)
    low, high = frames.tones[row], frames.tones[column + 4]
    wandering = [
        _wandering(tone[inner], hertz * bank.hop_s)
        for tone, hertz in ((low, KEY_HZ[row]), (high, KEY_HZ[column + 4]))
    ]
    stands = [
        min(_stands_out(frames.at, tone, inner, edge, step) for tone in (low, high))
        for edge, step in ((a, -_BEFORE), (b, _BEFORE))
    ]
    like = (
        np.log10(np.clip(1 - _middle(share[held]), 0.01, 1.0)),
        error * 100,
        (error * 100) ** 2,
        np.log10(max(restless_error, 1e-3)),
        np.log10(max(restless_twist, 0.1)),
        min(lead, 25.0) / 10,
        np.log10(min(length_ms, 100.0) / 30),
        *(max(some, -30.0) / 10 for some in wandering),
        *(min(some, 15.0) / 10 for some in stands),
        abs(twist + 1) / 10,
    )
    return Piece(KEYS[row][column], start, end, length_ms, error, np.array(like, dtype=np.float64))


def _wandering(tone: NDArray[np.complex64], turns: float) -> float:
    """Return how much of a tone is no steady tone, in dB below all of it; `turns` it makes from frame to frame."""
    count = np.arange(len(tone))
    still = tone * np.exp(-2j * np.pi * turns * count)
    pace = float(np.angle(np.vdot(still[:-1], still[1:]))) if len(tone) > 1 else 0.0
    paces = pace + np.linspace(-0.25, 0.25, 41)
    best = float(np.abs(np.exp(-1j * paces[:, None] * count) @ still).max()) ** 2
    whole = len(tone) * float(np.vdot(still, still).real)
    return float(10 * np.log10(max(1 - best / max(whole, 1e-30), 1e-5)))


def _stands_out(
    at: NDArray[np.int64], tone: NDArray[np.complex64], inner: slice, edge: int, step: int
) -> float:
    """Return how far a tone stands above what sounded at its frequency a window before or after it, in dB."""
    there = edge + step
    if not 0 <= there < len(at) or at[there] != at[edge] + step:
        return 99.0  # not measured: the sieve found nothing there that is like a tone
    held = _middle(np.abs(tone[inner]) ** 2)
    return float(10 * np.log10(held / max(float(np.abs(tone[there]) ** 2), _NOTHING)))


def _spread(values: Array, weights: NDArray[np.float64]) -> tuple[float, float]:
    """Return the weighted mean and standard deviation."""
    whole = weights.sum()
    mean = float(weights @ values / whole)
    return mean, float(np.sqrt(weights @ (values - mean) ** 2 / whole))


def _middle(values: Array) -> float:
    """Return the median. NumPy's own takes thirty times as long for the few numbers of a key, and much of the first look."""
    ordered = np.sort(values)
    half = len(ordered) // 2
    return float(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)
