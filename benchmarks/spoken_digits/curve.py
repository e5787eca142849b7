"""What becomes of calls at one point of the curve: how much of their cards stays audible, how much of other talk is lost.

And of runs of digits of every length: what share is silenced, waits for a person, stays audible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.spoken_digits.calls import CARD, RATE, Call
from governance.policy.redaction import SpokenDigits
from governance.redaction import digitmodel, digitruns, spokendigits
from governance.redaction.digitmodel import Heard
from governance.redaction.thresholds import Interval, wilson

_GONE = 0.8  # a digit of which less is silent can still be guessed
FIVE = 5
GUARD_MS = 150  # as policies/redaction.yaml has it


@dataclass(frozen=True)
class OfCards:
    """Of calls with a card number: digits silenced or quarantined, and calls of which five digits or more can be heard."""

    digits: Interval
    leaks: Interval
    quarantined: Interval
    codes: Interval


@dataclass(frozen=True)
class OfOthers:
    """Of calls without: how much of their time is silenced, and how many calls are touched or wait for a person."""

    lost: float
    lost_alone: float
    """Where nobody can be asked (sound without a catalog): what a person would decide about is cut out."""
    touched: Interval
    quarantined: Interval


@dataclass(frozen=True)
class OfRuns:
    """Of runs of `length` digits, each in a call of its own: how many are silenced, wait for a person, or stay audible.

    `silenced` are those of which at most four digits can be heard, and at least one cannot; `nearly` are the ones among
    them of which any can.
    """

    length: int
    silenced: Interval
    nearly: Interval
    waiting: Interval
    audible: Interval


def of_cards(calls: Sequence[Call], heard: Sequence[Heard], policy: SpokenDigits) -> OfCards:
    """Return what becomes of calls with a card. What waits for a person is heard by nobody: it counts as silenced."""
    digits = codes = digits_gone = codes_gone = leaks = waiting = 0
    for call, one in zip(calls, heard, strict=True):
        silent, waits = _silenced(call, one, policy)
        audible = 0
        for digit in call.digits:
            gone = waits or silent[digit.start : digit.end].mean() >= _GONE
            if digit.belongs_to == CARD:
                digits, digits_gone, audible = digits + 1, digits_gone + gone, audible + (not gone)
            else:
                codes, codes_gone = codes + 1, codes_gone + gone
        leaks += audible >= FIVE
        waiting += waits
    return OfCards(
        wilson(digits_gone, digits),
        wilson(leaks, len(calls)),
        wilson(waiting, len(calls)),
        wilson(codes_gone, codes),
    )


def of_runs(length: int, calls: Iterable[Call], policy: SpokenDigits) -> OfRuns:
    """Return what becomes of calls in which one run of `length` digits is said, hearing one call at a time."""
    whole = nearly = waiting = audible = 0
    for call in calls:
        silent, waits = _silenced(call, digitmodel.hear(call.sound, RATE), policy)
        left = sum(silent[digit.start : digit.end].mean() < _GONE for digit in call.digits)
        if waits:
            waiting += 1
        elif left >= FIVE or left == len(call.digits):
            audible += 1
        elif left:
            nearly += 1
        else:
            whole += 1
    count = whole + nearly + waiting + audible
    return OfRuns(
        length,
        wilson(whole + nearly, count),
        wilson(nearly, count),
        wilson(waiting, count),
        wilson(audible, count),
    )


def together(same: Sequence[OfRuns]) -> OfRuns:
    """Return what becomes of runs of one length that several models have heard, each from speakers of its own."""

    def added(shares: Iterable[Interval]) -> Interval:
        counts = [(one.right, one.count) for one in shares]
        return wilson(sum(right for right, _ in counts), sum(count for _, count in counts))

    return OfRuns(
        same[0].length,
        added(one.silenced for one in same),
        added(one.nearly for one in same),
        added(one.waiting for one in same),
        added(one.audible for one in same),
    )


def of_others(calls: Sequence[Call], heard: Sequence[Heard], policy: SpokenDigits) -> OfOthers:
    """Return what becomes of calls without a card."""
    lost = alone = touched = waiting = 0
    for call, one in zip(calls, heard, strict=True):
        silent, waits = _silenced(call, one, policy)
        lost += int(silent.sum())
        alone += int(_silenced(call, one, policy, is_alone=True)[0].sum())
        touched += bool(silent.any())
        waiting += waits
    whole = sum(len(call.sound) for call in calls)
    return OfOthers(lost / whole, alone / whole, wilson(touched, len(calls)), wilson(waiting, len(calls)))


def _silenced(
    call: Call, heard: Heard, policy: SpokenDigits, *, is_alone: bool = False
) -> tuple[np.ndarray, bool]:
    """Return which samples are cut out, guard band and all, and whether the call waits for a person."""
    silent = np.zeros(len(call.sound), bool)
    decided = spokendigits.decide(digitruns.runs(heard), policy)
    for one in decided:
        if is_alone or not one.is_uncertain:
            start, end = max(one.start_ms - GUARD_MS, 0), one.end_ms + GUARD_MS
            silent[start * RATE // 1000 : end * RATE // 1000] = True
    return silent, any(one.is_uncertain for one in decided)
