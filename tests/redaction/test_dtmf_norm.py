"""Every limit of ITU-T Q.24 (table A-1 and its administrations): what is within is a key, what is beyond is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks import keyed, talkoff
from benchmarks.keyed import Press
from governance.redaction import dtmf, tonepieces
from governance.redaction.tonefinder import pieces
from tests import peers
from tools.telephony import RATE

EVERY_KEY = "0123456789*#"


def heard(call: keyed.Call) -> str:
    return "".join(tone.digit for tone in dtmf.detect(call.sound, RATE))


def pressed(**how: float) -> keyed.Call:
    return keyed.pressed(EVERY_KEY, lambda: Press(**how))


@pytest.mark.parametrize("twist_db", [-10, -8, -4, 0, 4, 10])
def test_one_group_may_be_weaker_than_the_other_by_as_much_as_any_administration_allows(
    twist_db: float,
) -> None:
    assert heard(pressed(twist_db=twist_db)) == EVERY_KEY


@pytest.mark.parametrize(("off", "off_hz"), [(0.015, 2.0), (-0.015, -2.0), (0.018, 0.0), (-0.018, 0.0)])
def test_frequencies_off_by_one_and_a_half_per_cent_and_two_hertz_are_keys(off: float, off_hz: float) -> None:
    assert heard(pressed(off=off, off_hz=off_hz)) == EVERY_KEY


@pytest.mark.parametrize("off", [0.03, -0.03, 0.035, -0.035])
def test_frequencies_off_by_three_per_cent_are_no_keys(off: float) -> None:
    assert heard(pressed(off=off, on=0.1)) == ""


@pytest.mark.parametrize("pause", [0.03, 0.04])
def test_forty_milliseconds_are_a_key_also_where_the_pause_is_shorter(pause: float) -> None:
    assert heard(pressed(on=0.04, pause=pause)) == EVERY_KEY


@pytest.mark.parametrize("on", [0.02, 0.023, 0.024])
def test_twenty_four_milliseconds_are_no_key(on: float) -> None:
    assert heard(pressed(on=on)) == ""


@pytest.mark.parametrize("pause", [0.03, 0.04, 0.07])
def test_the_same_key_pressed_twice_is_two_keys(pause: float) -> None:
    assert heard(keyed.pressed("55", lambda: Press(on=0.05, pause=pause))) == "55"


@pytest.mark.parametrize("gap", [0.002, 0.005, 0.010, 0.012])
def test_an_interruption_of_ten_milliseconds_does_not_make_two_keys(gap: float) -> None:
    assert heard(pressed(on=0.1, gap=gap)) == EVERY_KEY


@pytest.mark.parametrize("dbm0", [-3, -10, -25, -27, -50])
def test_keys_are_heard_at_every_level_a_line_has_and_some_that_only_recordings_have(dbm0: float) -> None:
    assert heard(pressed(dbm0=dbm0)) == EVERY_KEY


def test_what_is_far_below_every_level_is_no_key() -> None:
    assert heard(pressed(dbm0=-66, on=0.1)) == ""


@pytest.mark.parametrize("snr_db", [15, 20, 30])
def test_keys_are_heard_in_noise(snr_db: float) -> None:
    random = np.random.default_rng(3)
    assert heard(keyed.noisy(pressed(on=0.08), random, snr_db)) == EVERY_KEY


@pytest.mark.parametrize("kind", keyed.conditions(np.random.default_rng(0)))
def test_many_keys_within_the_norm_are_all_heard_and_nothing_else(kind: str) -> None:
    random = np.random.default_rng(24)
    press: Callable[[], Press] = keyed.conditions(random)[kind]
    for _ in range(5):
        call = keyed.pressed(keyed.number(random), press)
        assert heard(call) == call.digits


def test_an_echo_ten_decibels_down_and_twenty_milliseconds_late_changes_nothing() -> None:
    call = pressed(on=0.06, pause=0.06)
    echo = np.roll(call.sound, RATE // 50) * 10 ** (-10 / 20)
    both = keyed.Call(call.digits, (call.sound + echo).astype(np.float32), call.times)
    assert heard(both) == EVERY_KEY


def test_a_key_alone_is_much_liker_a_key_than_the_line_that_is_drawn() -> None:
    call = keyed.pressed(EVERY_KEY, lambda: Press(on=0.04, pause=0.04))
    scores = [tonepieces.score(piece) for piece in pieces(call.sound, RATE)]
    assert len(scores) == len(EVERY_KEY)
    assert min(scores) > 1.5
    assert len(tonepieces.NAMES) == len(tonepieces.WEIGHTS)


def test_the_halves_of_the_speech_share_no_voice() -> None:
    peers.require("espeak-ng")
    halves = {half: {voice.name.split("+")[-1] for voice in talkoff.voices() if voice.half == half}
              for half in (talkoff.CHOSEN, talkoff.REPORTED)}  # fmt: skip
    assert min(map(len, halves.values())) > 20
    assert not halves[talkoff.CHOSEN] & halves[talkoff.REPORTED]
