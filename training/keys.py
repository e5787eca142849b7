"""Learn the weights by which a piece of sound is taken for a key: `python -m training.keys` prints them.

Keys are made (`benchmarks.keyed`): within Q.24 to its edges, in noise, through codecs, under voices up to twice as
strong; what is no key is whatever the detector looks at in speech without keys, of the half of speakers and voices on
which thresholds are chosen (`benchmarks.talkoff`). Logistic regression by Newton's method; the bias is then moved so
that nothing in that speech is taken for a key, with a margin. Deterministic for the same data and programs.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from benchmarks import keyed, talkoff
from governance.redaction.tonefinder import pieces
from governance.redaction.tonepieces import LETTERS
from tools.telephony import RATE

_RIDGE = 1e-3

Matrix = NDArray[np.float64]


def main() -> None:
    """Print the weights, and what they hear and mishear of what they were made on."""
    parser = argparse.ArgumentParser(prog="training.keys", description=__doc__)
    parser.add_argument("--hours", type=float, default=3.0, help="of speech without keys")
    parser.add_argument("--calls", type=int, default=60, help="of sixteen keys, for each condition")
    asked = parser.parse_args()
    speech = list(talkoff.speech(talkoff.CHOSEN, asked.hours))
    keys, names = _keys([one.sound for one in speech], asked.calls)
    others = [piece for one in speech for piece in pieces(one.sound, RATE)]
    letters = np.array([piece.like for piece in others if piece.key in LETTERS])
    plain = np.array([piece.like for piece in others if piece.key not in LETTERS])
    weights, bias = _fitted(keys, plain)
    worst = np.sort(plain @ weights + bias)[::-1]
    print(
        f"{sum(one.hours for one in speech):.2f} hours, {len(plain)} pieces that are no keys, {len(keys)} that are"
    )
    print("the likest of those that are none:", np.round(worst[:12], 2))
    print("the likest letters:", np.round(np.sort(letters @ weights + bias)[::-1][:8], 2))
    for name in dict.fromkeys(names):
        scores = keys[[at for at, other in enumerate(names) if other == name]] @ weights + bias
        print(
            f"{name:<40} {len(scores)} pieces; above {worst[0]:.2f}: {np.mean(scores > worst[0]):.4f}; lowest",
            np.round(np.sort(scores)[:4], 2),
        )
    print("WEIGHTS = (" + ", ".join(f"{weight:.4f}" for weight in weights) + ")")
    print(f"BIAS = {bias:.4f}")


def _keys(voices: list[keyed.Sound], calls: int) -> tuple[Matrix, list[str]]:
    """Return what keys are like, and under which condition each was pressed."""
    random = np.random.default_rng(24)
    alone = keyed.conditions(random)
    made: list[tuple[str, keyed.Call]] = []
    for name, press in alone.items():
        for at in range(calls):
            call = keyed.pressed(keyed.number(random), press)
            made.append((name, call))
            if at % 3 == 0:
                made.append(("noise, 15 to 30 dB", keyed.noisy(call, random, float(random.uniform(15, 30)))))
            if at % 3 == 1:
                codec = list(keyed.CODECS)[at // 3 % len(keyed.CODECS)]
                made.append((codec, keyed.coded(call, codec)))
            if at % 3 == 2:
                below = float(random.choice([20.0, 10.0, 6.0, 3.0, 0.0, -3.0]))
                made.append((f"voice {below:.0f} dB below", keyed.under(call, voices, random, below)))
    rows, names = [], []
    for name, call in made:
        for piece in pieces(call.sound, RATE):
            middle = 0.0065 * (piece.start + piece.end) / 2
            if any(
                a < middle < b and piece.key == digit
                for digit, (a, b) in zip(call.digits, call.times, strict=True)
            ):
                rows.append(piece.like)
                names.append(name)
    return np.array(rows), names


def _fitted(keys: Matrix, others: Matrix) -> tuple[Matrix, float]:
    """Return weights and bias by which keys are above 0 and others below; both kinds count alike."""
    every = np.vstack([keys, others])
    mean, spread = every.mean(axis=0), every.std(axis=0)
    design = np.hstack([(every - mean) / spread, np.ones((len(every), 1))])
    truth = np.r_[np.ones(len(keys)), np.zeros(len(others))]
    count = np.r_[np.full(len(keys), len(others) / len(keys)), np.ones(len(others))]
    ridge = _RIDGE * len(design) * np.eye(design.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
        slope = design.T @ (count * (likely - truth)) + ridge @ weights
        weights -= np.linalg.solve((design.T * (count * likely * (1 - likely))) @ design + ridge, slope)
    unscaled = weights[:-1] / spread
    return unscaled, float(weights[-1] - mean @ unscaled)


if __name__ == "__main__":
    main()
