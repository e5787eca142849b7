r"""How well spoken digits are heard, as a curve with intervals, by how many they are, and how fast.

    python -m benchmarks.bench_digits --speakers theo yweweler --model FOLD.onnx
    python -m benchmarks.bench_digits --calls 0 --speakers theo yweweler --model FOLD.onnx \
        --also OTHER_FOLD.onnx george lucas --picture docs/images/digits_recall.png

Card calls are spoken by `--speakers` of the Free Spoken Digit Dataset, which the model must not have been taught with:
the model of the package knows all four of them, so learn another without some (`make train-digits ARGS="--without …"`).
Calls without a card are the 36 minutes of the vCon set, and calls in which other numbers are said. Runs of 4 to 19
digits are each in a short call of their own, by those and by the speakers that `--also` names with a model that has not
heard them. Needs ../shared/data and espeak-ng; a picture needs Debian's chromium and ffmpeg. Speed is of one core, in
multiples of real time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.spoken_digits import calls, curve
from governance.policy.redaction import SpokenDigits
from governance.redaction import digitmodel
from governance.redaction.thresholds import Interval

POINTS = ((10, 9), (12, 9), (13, 9), (14, 7), (14, 8), (14, 9), (14, 11), (15, 9), (16, 9), (14, 14))
SHORTEST, LONGEST = 4, 19
Fold = tuple[Path, Sequence[str]]
"""A model, and speakers whom it has not heard."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the curve, the speed and what becomes of runs of every length; draw the last where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=digitmodel.MODEL)
    parser.add_argument("--speakers", nargs="+", default=["theo", "yweweler"])
    parser.add_argument("--also", nargs="+", action="append", default=[], metavar=("MODEL", "SPEAKER"))
    parser.add_argument("--calls", type=int, default=140, help="card calls for the curve; 0: no curve")
    parser.add_argument("--runs", type=int, default=140, help="runs of each length and model; 0: none")
    parser.add_argument("--picture", type=Path, help="where to draw what becomes of the runs")
    parser.add_argument("--seed", type=int, default=5_000)
    asked = parser.parse_args(arguments)
    if asked.calls:
        digitmodel.MODEL = asked.model
        _curve(asked.speakers, asked.calls, asked.seed)
    if asked.runs:
        folds = [(asked.model, asked.speakers), *((Path(model), who) for model, *who in asked.also)]
        _runs(folds, asked.runs, asked.seed, asked.picture)


def _curve(speakers: Sequence[str], count: int, seed: int) -> None:
    """Print what becomes of calls at each point, and what the model costs."""
    cards = calls.spread(speakers, count, seed)
    plain = [calls.plain_call(calls.LINES[at % len(calls.LINES)], at) for at in range(30)]
    others = [
        calls.plain_call(calls.LINES[at % len(calls.LINES)], seed + at, speakers[at % len(speakers)])
        for at in range(count // 2)
    ]
    began = time.process_time()
    heard = [[digitmodel.hear(call.sound, calls.RATE) for call in group] for group in (cards, plain, others)]
    spent = time.process_time() - began
    seconds = sum(call.seconds for group in (cards, plain, others) for call in group)
    print(
        f"card calls by {', '.join(speakers)}: {len(cards)}; without a card: {len(plain)} vCon, {len(others)} with other numbers"
    )
    print(f"one pass of the model: {seconds / spent:,.0f} x real time a channel on one core\n")
    print(
        "| card from | uncertain from | PAN digits silenced | calls with 5 or more audible | wait for a person | code and expiry | talk lost (vCon) | with nobody to ask | wait | talk lost (numbers) | with nobody to ask | wait |"
    )
    print("|" + " --- |" * 12)
    for card_from, uncertain_from in POINTS:
        policy = SpokenDigits(card_from=card_from, uncertain_from=uncertain_from)
        of = curve.of_cards(cards, heard[0], policy)
        a, b = curve.of_others(plain, heard[1], policy), curve.of_others(others, heard[2], policy)
        print(
            f"| {card_from} | {uncertain_from} | {_share(of.digits)} | {_count(of.leaks)} | {_count(of.quarantined)} | "
            f"{_share(of.codes)} | {a.lost:.2%} | {a.lost_alone:.2%} | {_count(a.quarantined)} | "
            f"{b.lost:.2%} | {b.lost_alone:.2%} | {_count(b.quarantined)} |"
        )
    print("\nby line, PAN digits silenced at the policy's point:")
    for line in calls.LINES:
        mine = [at for at, call in enumerate(cards) if call.line == line]
        of = curve.of_cards([cards[at] for at in mine], [heard[0][at] for at in mine], SpokenDigits())
        print(f"  {line:7} {_share(of.digits)}, calls with 5 or more audible {_count(of.leaks)}")
    loaded = time.perf_counter()
    digitmodel._session.cache_clear()  # noqa: SLF001  # what a new process pays
    digitmodel.hear(np.zeros(calls.RATE, np.float32), calls.RATE)
    print(f"\nloading the model and one second of sound: {(time.perf_counter() - loaded) * 1000:.0f} ms")


def _runs(folds: Sequence[Fold], count: int, seed: int, picture: Path | None) -> None:
    """Print what becomes of runs of every length at the policy's point, each model hearing those who are strange to it."""
    policy = SpokenDigits()
    of_folds = []
    for model, speakers in folds:
        digitmodel.MODEL = model
        digitmodel._session.cache_clear()  # noqa: SLF001  # another model from here on
        of_folds.append(
            [
                curve.of_runs(length, calls.runs(speakers, length, count, seed), policy)
                for length in range(SHORTEST, LONGEST + 1)
            ]
        )
    found = [curve.together(same) for same in zip(*of_folds, strict=True)]
    everybody = [one for _, speakers in folds for one in speakers]
    print(
        f"\nruns of digits by {', '.join(everybody)}, card from {policy.card_from}, uncertain from {policy.uncertain_from}:\n"
    )
    print("| digits | silenced | of them 1 to 4 digits audible | wait for a person | stay audible |")
    print("| --- | --- | --- | --- | --- |")
    for one in found:
        print(
            f"| {one.length} | {_share(one.silenced)} | {_few(one.nearly)} | {_few(one.waiting)} | {_few(one.audible)} |"
        )
    if picture is not None:
        from benchmarks.spoken_digits.picture import drawing
        from tools.pictures import drawn

        print(f"\n{picture}: {drawn(drawing(found, policy, everybody), picture, 1.5):,} bytes")


def _share(one: Interval) -> str:
    return f"{one.right / max(one.count, 1):.2%} ({one.low:.1%}-{one.high:.1%}) of {one.count:,}"


def _few(one: Interval) -> str:
    return f"{one.right} ({one.low:.1%}-{one.high:.1%})"


def _count(one: Interval) -> str:
    return f"{one.right} of {one.count} (at most {one.high:.1%})"


if __name__ == "__main__":
    main()
