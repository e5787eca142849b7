"""What becomes of calls at one point of the curve: how much of their cards stays audible, how much of other talk is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.spoken_digits.calls import CARD, RATE, Call
from governance.policy.redaction import SpokenDigits
from governance.redaction import digitruns, spokendigits
from governance.redaction.digitmodel import Heard
from governance.redaction.thresholds import Interval, wilson

_GONE = 0.8  # a digit of which less is silent can still be guessed
FIVE = 5


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
    touched: Interval
    quarantined: Interval


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


def of_others(calls: Sequence[Call], heard: Sequence[Heard], policy: SpokenDigits) -> OfOthers:
    """Return what becomes of calls without a card."""
    lost = touched = waiting = 0
    for call, one in zip(calls, heard, strict=True):
        silent, waits = _silenced(call, one, policy)
        lost += int(silent.sum())
        touched += bool(silent.any())
        waiting += waits
    whole = sum(len(call.sound) for call in calls)
    return OfOthers(lost / whole, wilson(touched, len(calls)), wilson(waiting, len(calls)))


def _silenced(call: Call, heard: Heard, policy: SpokenDigits) -> tuple[np.ndarray, bool]:
    """Return which samples are cut out, and whether the call waits for a person."""
    silent = np.zeros(len(call.sound), bool)
    decided = spokendigits.decide(digitruns.runs(heard), policy)
    for one in decided:
        if not one.is_uncertain:
            silent[one.start_ms * RATE // 1000 : one.end_ms * RATE // 1000] = True
    return silent, any(one.is_uncertain for one in decided)
