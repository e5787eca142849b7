"""Runs of spoken digits: each ends in one of three ways, and the picture shows every share with its interval."""

from __future__ import annotations

import re

import numpy as np
import pytest

from benchmarks.spoken_digits import curve, picture
from benchmarks.spoken_digits.calls import RATE, RUN, Call, Digit
from governance.policy.redaction import SpokenDigits
from governance.redaction import digitmodel
from governance.redaction.digitmodel import STEP_MS, Heard
from governance.redaction.thresholds import wilson

POLICY = SpokenDigits()
EACH_MS, APART_MS = 300, 100


def call(length: int) -> Call:
    """A call of silence in which `length` digits stand one after the other."""
    step = (EACH_MS + APART_MS) * RATE // 1000
    digits = tuple(
        Digit(RATE + at * step, RATE + at * step + EACH_MS * RATE // 1000, RUN) for at in range(length)
    )
    return Call("nobody", "clean", np.zeros(digits[-1].end + RATE, np.float32), digits)


def hearing(count: int) -> Heard:
    """What a model hears that hears the first `count` of them."""
    chance = np.zeros(2_000, np.uint8)
    likeliest = np.zeros(2_000, np.uint8)
    level = np.zeros(2_000, np.uint8)
    for at in range(count):
        first = (1_000 + at * (EACH_MS + APART_MS)) // STEP_MS
        chance[first : first + EACH_MS // STEP_MS] = 255
        likeliest[first : first + EACH_MS // STEP_MS] = at % 10
        level[first : first + EACH_MS // STEP_MS] = 80
    return Heard(chance, likeliest, level)


@pytest.mark.parametrize(
    ("length", "heard", "ends"),
    [
        (16, 16, "silenced"),
        (16, 14, "nearly"),
        (16, 12, "waiting"),
        (16, 8, "audible"),
        (4, 4, "audible"),
        (10, 10, "audible"),
    ],
)
def test_a_run_is_silenced_waits_or_stays_audible(
    length: int, heard: int, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digitmodel, "hear", lambda _sound, _rate: hearing(heard))
    found = curve.of_runs(length, [call(length)] * 3, POLICY)
    told = {name: getattr(found, name).right for name in ("silenced", "nearly", "waiting", "audible")}
    expected = dict.fromkeys(told, 0) | {ends: 3}
    assert told == (expected | {"silenced": 3} if ends == "nearly" else expected)
    assert found.silenced.right + found.waiting.right + found.audible.right == found.silenced.count


def some(length: int, silenced: int, waiting: int, audible: int) -> curve.OfRuns:
    count = silenced + waiting + audible
    return curve.OfRuns(length, *(wilson(right, count) for right in (silenced, 0, waiting, audible)))


def test_runs_of_one_length_that_several_models_heard_are_added() -> None:
    assert curve.together([some(16, 9, 1, 0), some(16, 7, 2, 1)]) == some(16, 16, 3, 1)


def test_the_picture_shows_every_share_with_its_interval_and_the_lines_of_the_policy() -> None:
    found = [some(length, length, 19 - length, 2) for length in range(4, 20)]
    page = picture.drawing(found, POLICY, ["theo", "george"])
    assert len(re.findall(r"<polyline", page)) == 3
    assert len(re.findall(r'stroke-width="1.6"', page)) == 3 * len(found)
    words = re.sub(r"<[^>]*>", " ", page)
    for told in ("share of the runs", "digits said one after the other", "2 speakers", "21 runs of each length", f"from {POLICY.uncertain_from}", f"from {POLICY.card_from}"):  # fmt: skip
        assert told in words
    places = [float(y) for _, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', page)][1:]
    assert places == sorted(places, reverse=True), "more silenced is higher up"
