"""Keys that were pressed are read together: what they mean is decided with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.redaction import keypad
from governance.redaction.dtmf import Tone
from governance.redaction.keypad import Keyed, Question
from governance.redaction.spans import Certainty, Entity

VISA, AMEX, UNIONPAY = "4111111111111111", "378282246310005", "6200000000000000003"


def pressed(digits: str, at_ms: int = 0, channel: int = 0) -> list[Tone]:
    return [Tone(at_ms + 300 * i, at_ms + 300 * i + 100, channel, digit) for i, digit in enumerate(digits)]


def decided(*tones: list[Tone], questions: tuple[Question, ...] = (), menu_keys: int = 1) -> list[Keyed]:
    return keypad.decide(keypad.runs([tone for some in tones for tone in some]), questions, menu_keys)


def kinds(decisions: list[Keyed]) -> list[tuple[str, str]]:
    return [(k.entity.value, span.certainty.value) for k in decisions for span in keypad.spans([k])]


@pytest.mark.parametrize("digits", [VISA, AMEX, "5555555555554444", "6759649826438453", "501800000009"])
def test_a_card_number_is_confirmed_by_its_check_digit(digits: str) -> None:
    assert kinds(decided(pressed(digits + "#"))) == [("PAN", "confirmed")]


def test_a_card_number_with_a_key_misheard_is_suspected() -> None:
    assert kinds(decided(pressed(VISA[:-1] + "2"))) == [("PAN", "suspected")]


@pytest.mark.parametrize(
    ("card", "code", "meaning"),
    [
        (VISA, "123", ("CVV", "confirmed")),
        (AMEX, "1234", ("CVV", "confirmed")),
        (VISA, "1227", ("EXPIRY", "confirmed")),
        (VISA, "9911", ("CVV", "confirmed")),
        (VISA, "12345", ("DTMF", "suspected")),
    ],
)
def test_what_follows_a_card_number_is_its_code_or_its_expiry(
    card: str, code: str, meaning: tuple[str, str]
) -> None:
    assert kinds(decided(pressed(card + "#"), pressed(code, 20_000))) == [("PAN", "confirmed"), meaning]


def test_number_expiry_and_code_in_one_go_are_told_apart() -> None:
    decisions = decided(pressed(VISA + "1227" + "737"))
    assert [k.entity for k in decisions] == [Entity.PAN, Entity.EXPIRY, Entity.CVV]
    assert decisions[0].end_ms <= decisions[1].start_ms <= decisions[1].end_ms <= decisions[2].start_ms


@pytest.mark.parametrize("choice", ["1", "23"])
def test_a_choice_right_before_a_card_number_hides_it_from_nobody(choice: str) -> None:
    decisions = decided(pressed(choice + VISA + "#"))
    assert kinds(decisions) == [("PAN", "confirmed")]
    assert decisions[0].start_ms == 0
    assert not decisions[0].is_choice


def test_a_code_after_a_question_for_it_is_confirmed() -> None:
    for entity in (Entity.CVV, Entity.PIN):
        asked = (Question(0, entity),)
        assert kinds(decided(pressed("1234", 5000), questions=asked)) == [(entity.value, "confirmed")]
        assert kinds(decided(pressed("1234", 90_000), questions=asked)) == [("DTMF", "suspected")]


def test_keys_after_a_spoken_card_number_are_its_code_or_a_part_of_it() -> None:
    spoken = (Question(0, Entity.PAN),)
    assert kinds(decided(pressed("119", 3000), questions=spoken)) == [("CVV", "confirmed")]
    assert kinds(decided(pressed("401288", 3000), questions=spoken)) == [("PAN", "suspected")]


def test_one_key_is_a_choice_and_three_are_suspicious() -> None:
    assert [k.is_choice for k in decided(pressed("2"), pressed("1", 60_000))] == [True, True]
    assert [k.is_choice for k in decided(pressed("#"))] == [True]
    assert kinds(decided(pressed("123"))) == [("DTMF", "suspected")]


def test_choices_stay_only_where_the_policy_lets_them() -> None:
    tones = pressed("2")
    assert len(keypad.find(tones)) == 1
    assert keypad.find(tones, keep_menu_presses=True) == []
    assert len(keypad.find(pressed("23"), keep_menu_presses=True)) == 1


def test_a_pause_or_a_hash_ends_a_run() -> None:
    assert len(keypad.runs([*pressed("12#"), *pressed("34", 2000)])) == 2
    assert len(keypad.runs([*pressed("12"), *pressed("34", 2000)])) == 1
    assert len(keypad.runs([*pressed("12"), *pressed("34", 20_000)])) == 2


def test_the_same_keys_on_two_channels_are_cut_on_both() -> None:
    found = keypad.find([*pressed(VISA), *pressed(VISA, 5, channel=1)])
    assert sorted(span.channel or 0 for span in found) == [0, 1]


@given(
    st.lists(
        st.tuples(st.text("0123456789*#ABCD", min_size=1, max_size=30), st.integers(0, 60_000)), max_size=6
    )
)
def test_every_key_is_in_a_span_and_no_reason_holds_three_digits_of_it(runs: list[tuple[str, int]]) -> None:
    tones, at = [], 0
    for digits, pause in runs:
        tones += pressed(digits, at)
        at = tones[-1].end_ms + pause
    found = keypad.find(tones)
    for tone in tones:
        assert any(span.start_ms <= tone.start_ms and tone.end_ms <= span.end_ms for span in found)
    for span in found:
        assert sum(sign.isdigit() for sign in span.because) <= 2
    assert "digit=" not in repr(keypad.runs(tones))


@given(st.text("0123456789", min_size=12, max_size=19))
def test_as_many_keys_as_a_card_number_has_are_never_taken_for_less(digits: str) -> None:
    decisions = decided(pressed(digits))
    assert decisions[0].entity is Entity.PAN
    assert all(
        span.certainty in (Certainty.CONFIRMED, Certainty.SUSPECTED) for span in keypad.spans(decisions)
    )
