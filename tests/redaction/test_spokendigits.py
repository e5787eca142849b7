"""Spoken digits are heard in the sound itself; what a run of them is depends on its length, its company and the policy."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policy.redaction import SpokenDigits
from governance.redaction import digitmodel, digitruns, spokendigits, witnesses
from governance.redaction.digitmodel import STEP_MS, Ear, Heard
from governance.redaction.digitruns import DigitRun, Said
from governance.redaction.keypad import Question
from governance.redaction.spans import Entity, TimeSpan, Timing
from tests.redaction import sounds

POLICY = SpokenDigits()
CARD = "4111111111111111"
SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def heard(said: list[tuple[int, int, int]], length_ms: int) -> Heard:
    """Return what an ear reports of words: (start, end, digit), sure of each."""
    steps = length_ms // STEP_MS
    chance, likeliest, level = (np.zeros(steps, np.uint8) for _ in range(3))
    for start, end, digit in said:
        chance[start // STEP_MS : end // STEP_MS] = 250
        likeliest[start // STEP_MS : end // STEP_MS] = digit
        level[start // STEP_MS : end // STEP_MS] = 80
    return Heard(chance, likeliest, level)


def row(
    digits: str, start_ms: int = 1_000, each_ms: int = 300, gap_ms: int = 100
) -> list[tuple[int, int, int]]:
    return [
        (start_ms + at * (each_ms + gap_ms), start_ms + at * (each_ms + gap_ms) + each_ms, int(digit))
        for at, digit in enumerate(digits)
    ]


def run(count: int, start_ms: int = 0, digits: str = "") -> DigitRun:
    digits = digits or "5" * count
    said = tuple(
        Said(start_ms + 400 * at, start_ms + 400 * at + 300, digit, 0.9) for at, digit in enumerate(digits)
    )
    return DigitRun(0, start_ms, said[-1].end_ms, said)


def aloud(digits: str, voice: str = "en-us") -> sounds.Sound:
    return sounds.spoken(" ".join(SPELLED[int(digit)] for digit in digits), voice)


def test_words_close_together_are_one_run_and_say_what_was_heard() -> None:
    (found,) = digitruns.runs(heard(row(CARD), 12_000))
    assert found.digits == CARD
    assert (found.start_ms, found.end_ms) == (1_000 - 160, 1_000 + 16 * 400 - 100 + 160)


def test_groups_of_one_number_are_one_run_over_the_pauses_between_them() -> None:
    said = [*row("4111", 1_000), *row("1111", 5_500), *row("1111", 11_000)]
    assert [one.count for one in digitruns.runs(heard(said, 15_000))] == [12]
    assert [one.count for one in digitruns.runs(heard(said, 15_000), apart_ms=1_000)] == [4, 4, 4]


def test_a_number_said_by_the_way_is_in_no_run() -> None:
    assert digitruns.runs(heard([(1_000, 1_300, 2), (9_000, 9_400, 4)], 12_000)) == []


def test_a_digit_that_lasts_for_two_is_two() -> None:
    (found,) = digitruns.runs(heard([(1_000, 1_820, 1), (1_900, 2_200, 2)], 4_000))
    assert found.digits == "112"


def test_listening_around_a_place_hears_there_what_listening_to_all_hears() -> None:
    number = aloud(CARD)
    sound = sounds.recording(
        [np.concatenate([sounds.silence(40), number, sounds.silence(30), number, sounds.silence(5)])]
    )
    begin = 40_000
    place = TimeSpan(begin + 500, begin + 1_500, 0, Entity.PAN, Timing.EXACT, 0.9, "said")
    near = witnesses.groups_around(sound, [place, place])
    everywhere = spokendigits.listen(sound)
    assert "".join(run.digits for run in near) == everywhere[0].digits
    assert near[0].start_ms == pytest.approx(everywhere[0].start_ms, abs=2 * STEP_MS)
    assert near[-1].end_ms == pytest.approx(everywhere[0].end_ms, abs=2 * STEP_MS)
    assert all(near[0].start_ms <= word.start_ms < near[-1].end_ms for run in near for word in run.words)


def test_no_repr_shows_a_digit() -> None:
    (found,) = digitruns.runs(heard(row("4929"), 12_000))
    assert "4929" not in repr(found)
    assert "digit=" not in repr(found.words) + repr(found)


def test_as_many_digits_as_a_card_has_are_one_and_sure_where_they_read_as_one() -> None:
    (sure,) = spokendigits.decide([run(16, digits=CARD)], POLICY)
    (likely,) = spokendigits.decide([run(16)], POLICY)
    assert (sure.entity, likely.entity) == (Entity.PAN, Entity.PAN)
    assert sure.score > likely.score >= 0.75
    assert not sure.is_uncertain
    assert not likely.is_uncertain


def test_a_card_number_is_found_among_digits_that_belong_to_something_else() -> None:
    assert spokendigits.reads_as_card(f"07{CARD}12")
    assert not spokendigits.reads_as_card(CARD[:-1] + "2")
    assert not spokendigits.reads_as_card(CARD[:8] + "?" + CARD[9:])


@pytest.mark.parametrize(
    ("count", "told"), [(3, None), (8, None), (11, None), (12, True), (13, True), (14, False), (19, False)]
)
def test_what_is_nearly_a_card_is_for_a_person_to_decide_and_what_is_clearly_shorter_is_none(
    count: int, told: bool | None
) -> None:
    found = spokendigits.decide([run(count)], POLICY)
    assert [one.is_uncertain for one in found] == ([] if told is None else [told])


@pytest.mark.parametrize(
    ("count", "missed", "told"), [(9, 2, []), (9, 3, [True]), (8, 9, []), (13, 5, [True])]
)
def test_digits_that_may_have_been_missed_count_for_doubt_and_never_for_certainty(
    count: int, missed: int, told: list[bool]
) -> None:
    found = spokendigits.decide([replace(run(count), missed=missed)], POLICY)
    assert [one.is_uncertain for one in found] == told


@pytest.mark.parametrize(
    ("gap_ms", "voiced_ms", "told"), [(7_000, 900, [True, True]), (7_000, 5_000, []), (13_000, 900, [])]
)
def test_a_number_that_is_broken_off_and_goes_on_is_for_a_person_to_decide(
    gap_ms: int, voiced_ms: int, told: list[bool]
) -> None:
    first = run(8)
    second = replace(run(8, first.end_ms + gap_ms), voiced_before_ms=voiced_ms)
    assert [one.is_uncertain for one in spokendigits.decide([second, first], POLICY)] == told


def test_what_is_as_loud_between_the_digits_may_be_digits_that_were_missed() -> None:
    said = [*row("41111", 1_000), *row("11111", 5_400)]
    (clear,) = digitruns.runs(heard(said, 12_000))
    mumbled = heard(said, 12_000)
    mumbled.level[3_400 // STEP_MS : 5_000 // STEP_MS] = 75
    (with_more,) = digitruns.runs(mumbled)
    mumbled.level[3_400 // STEP_MS : 5_000 // STEP_MS] = 60
    (behind,) = digitruns.runs(mumbled)
    assert (clear.missed, with_more.missed, behind.missed) == (0, 5, 0)


def test_single_digits_beside_a_number_are_cut_out_with_it_and_not_counted() -> None:
    said = [(1_000, 1_300, 4), *row("11111111111111", 3_200), (10_900, 11_200, 1), (15_000, 15_300, 7)]
    (found,) = digitruns.runs(heard(said, 20_000))
    assert (found.count, found.reach) == (14, (1_000 - 160, 11_200 + 160))
    (card,) = spokendigits.decide([found], POLICY)
    assert (card.start_ms, card.end_ms) == (1_000 - 160, 11_200 + 160)


def test_how_long_a_voice_speaks_between_two_runs_is_known() -> None:
    sound = heard([*row("41111", 1_000), *row("11111", 12_000)], 20_000)
    sound.level[4_000 // STEP_MS : 5_000 // STEP_MS] = 80
    assert [one.voiced_before_ms for one in digitruns.runs(sound)] == [None, 1_000]


def test_somebody_who_speaks_slowly_says_no_more_digits() -> None:
    said = [
        (1_000 + at * 700, 1_000 + at * 700 + (600 if at == 3 else 450), digit)
        for at, digit in enumerate((4, 9, 2, 7, 1, 8))
    ]
    (found,) = digitruns.runs(heard(said, 8_000))
    assert found.digits == "492718"


def test_a_word_in_which_the_model_changes_its_mind_is_one() -> None:
    said = [(1_000, 1_300, 4), (1_300, 1_400, 5), (1_500, 1_800, 1)]
    (found,) = digitruns.runs(heard(said, 4_000))
    assert found.digits == "41"


def test_the_policy_chooses_the_point_on_the_curve() -> None:
    careful = SpokenDigits(card_from=8, uncertain_from=4)
    assert [one.is_uncertain for one in spokendigits.decide([run(8)], careful)] == [False]
    assert [one.is_uncertain for one in spokendigits.decide([run(6)], careful)] == [True]


def test_what_follows_a_card_number_is_its_code_until_half_a_minute_is_over() -> None:
    card = run(16, digits=CARD)
    soon, late = run(3, card.end_ms + 10_000), run(3, card.end_ms + 40_000)
    assert [one.entity for one in spokendigits.decide([card, soon], POLICY)] == [Entity.PAN, Entity.CVV]
    assert [one.entity for one in spokendigits.decide([card, late], POLICY)] == [Entity.PAN]


def test_what_was_asked_for_says_what_fewer_digits_are() -> None:
    for asked, count in ((Entity.PIN, 4), (Entity.CVV, 3), (Entity.PAN, 6)):
        (found,) = spokendigits.decide([run(count, 5_000)], POLICY, [Question(1_000, asked)])
        assert (found.entity, found.is_uncertain) == (asked, False)
    assert spokendigits.decide([run(3, 60_000)], POLICY, [Question(1_000, Entity.CVV)]) == []


def test_because_tells_how_many_and_never_which() -> None:
    for one in spokendigits.decide([run(16, digits=CARD), run(12, 90_000, "876543219876")], POLICY):
        assert "41111" not in one.because
        assert "8765" not in one.because


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 8_000 * 60), max_size=6), st.integers(0, 2**16))
def test_an_ear_hears_the_same_whatever_the_blocks(cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).normal(0, 0.05, 8_000 * 60).astype(np.float32)
    ear = Ear(8_000)
    for piece in np.split(sound, sorted(cuts)):
        ear.feed(piece)
    got, wanted = ear.finish(), digitmodel.hear(sound, 8_000)
    assert len(got.chance) == 60_000 // STEP_MS
    np.testing.assert_array_equal(got.chance, wanted.chance)
    np.testing.assert_array_equal(got.likeliest, wanted.likeliest)
    np.testing.assert_array_equal(got.level, wanted.level)


def test_what_is_far_away_changes_nothing_of_what_is_heard_here() -> None:
    card = aloud(CARD)
    alone = digitmodel.hear(np.concatenate([sounds.silence(50), card, sounds.silence(50)]), 8_000)
    among = digitmodel.hear(
        np.concatenate([sounds.babble(45), sounds.silence(5), card, sounds.silence(50)]), 8_000
    )
    first = 50 * 1000 // STEP_MS + 10
    last = first + len(card) // 160
    assert np.abs(alone.chance[first:last].astype(int) - among.chance[first:last].astype(int)).max() <= 3


def test_numbers_that_are_none_and_a_sound_of_nothing_are_heard_as_silence() -> None:
    broken = np.full(8_000, np.nan, np.float32)
    assert digitmodel.hear(broken, 8_000).chance.max() < 128
    assert len(digitmodel.hear(np.zeros(0, np.float32), 8_000).chance) == 0
    loud = np.concatenate([aloud(CARD), np.array([np.inf, -np.inf], np.float32), sounds.silence(2)])
    assert [one.count for one in digitruns.runs(digitmodel.hear(loud, 8_000))]


@pytest.mark.parametrize("voice", ["en-gb", "en-us", "en-us+f3"])
@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_a_card_number_that_is_read_aloud_is_heard_on_its_channel(voice: str, rate: int) -> None:
    sound = aloud(CARD, voice)
    if rate == 16_000:
        sound = np.repeat(sound, 2)
    call = sounds.recording(
        [sounds.silence(20, rate), np.concatenate([sounds.silence(3, rate), sound])], rate=rate
    )
    found = [
        one for one in spokendigits.decide(spokendigits.listen(call), POLICY) if one.entity is Entity.PAN
    ]
    assert [one.channel for one in found] == [1]
    assert not found[0].is_uncertain


def test_talk_without_figures_is_no_number() -> None:
    talk = sounds.spoken(
        "Thank you for calling. I am sorry that the parcel was left in the rain. We will send another to you before "
        "the weekend, for free, and you may keep what came. Is there anything else that I can do for you today?"
    )
    assert spokendigits.decide(spokendigits.listen(sounds.recording([talk])), POLICY) == []


def test_what_cannot_be_read_is_said_so() -> None:
    from governance.errors import InvalidError

    with pytest.raises(InvalidError):
        spokendigits.listen(io.BytesIO(b"RIFF"))
