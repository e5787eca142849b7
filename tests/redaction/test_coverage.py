"""Speech that no words cover is found, and a few words do not pass for a transcript of much speech."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.redaction.coverage import uncovered
from governance.redaction.spans import TimeSpan, Timing, Word
from governance.redaction.speech import Stretch
from tests.redaction import sounds


def word(start_ms: int, end_ms: int, channel: int | None = 1, timing: Timing = Timing.EXACT) -> Word:
    return Word("word", start_ms, end_ms, channel, None, timing)


def test_speech_under_words_is_covered_and_beside_them_not() -> None:
    heard = [Stretch(1000, 6000, 1)]
    assert uncovered(heard, [word(1000, 6000)]) == []
    assert uncovered(heard, []) == heard
    assert uncovered(heard, [word(1000, 6000, channel=0)]) == heard
    assert uncovered(heard, [word(1000, 6000, channel=None)]) == []
    assert uncovered(heard, [word(1000, 2000)]) == [Stretch(2400, 6000, 1)]


def test_what_was_cut_needs_no_words() -> None:
    cut = sounds.span(1000, 6000, 1)
    assert uncovered([Stretch(1000, 6000, 1)], [], [cut]) == []


def test_a_breath_between_words_needs_no_words() -> None:
    heard = [Stretch(0, 4000, 1)]
    assert uncovered(heard, [word(0, 1500), word(2600, 4000)]) == []
    assert uncovered(heard, [word(0, 500), word(3500, 4000)]) == [Stretch(900, 3100, 1)]


def test_a_transcript_without_times_covers_what_its_words_can_fill() -> None:
    said = [Word("hello")] * 120
    assert uncovered([Stretch(0, 30_000, 0), Stretch(30_000, 60_000, 1)], said) == []


@pytest.mark.parametrize(
    "hello",
    [
        Word("hello"),
        word(0, 60_000),
        word(0, 60_000, timing=Timing.TURN),
        word(0, 60_000, timing=Timing.INTERPOLATED),
    ],
    ids=["untimed", "one long word", "turn", "interpolated"],
)
def test_one_word_is_no_transcript_of_a_minute(hello: Word) -> None:
    heard = [Stretch(1000, 58_000, 1)]
    assert uncovered(heard, [hello]) == heard


def test_a_word_without_a_time_does_not_excuse_the_speech_that_other_words_leave_out() -> None:
    heard = [Stretch(1000, 6000, 1), Stretch(8000, 58_000, 1)]
    said = [*(word(at, at + 400) for at in range(1000, 6000, 500)), Word("4", channel=1)]
    assert uncovered(heard, said) == [heard[1]]


def test_a_short_turn_within_a_long_one_is_not_held_against_either() -> None:
    heard = [Stretch(0, 20_000, 0), Stretch(9000, 10_000, 1)]
    long_turn = [word(0, 20_000, None, Timing.TURN)] * 50
    assert uncovered(heard, [*long_turn, word(9000, 10_000, None, Timing.TURN)]) == []


def test_a_number_in_one_word_fills_the_time_it_takes_to_say_it() -> None:
    assert uncovered([Stretch(0, 9000, 1)], [Word("512-555-0142", channel=1)]) == []


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 5000)), max_size=8),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 5000)), max_size=8),
    st.integers(0, 2000),
)
def test_what_is_uncovered_lies_in_speech_outside_words_and_is_longer_than_tolerated(
    spoken: list[tuple[int, int]], said: list[tuple[int, int]], tolerated: int
) -> None:
    heard = [Stretch(start, start + length, 1) for start, length in spoken]
    words = [word(start, start + length) for start, length in said]
    cut: list[TimeSpan] = []
    for part in uncovered(heard, words, cut, tolerated):
        assert part.end_ms - part.start_ms > tolerated
        assert any(h.start_ms <= part.start_ms and part.end_ms <= h.end_ms for h in heard)
        assert not any(
            w.start_ms is not None
            and w.end_ms is not None
            and w.start_ms < part.end_ms
            and part.start_ms < w.end_ms
            for w in words
        )


@given(
    heard=st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 3_000)), max_size=12),
    said=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 3_000)), max_size=12),
)
def test_a_moment_is_covered_where_a_word_is_near_whatever_else_there_is(
    heard: list[tuple[int, int]], said: list[tuple[int, int]]
) -> None:
    stretches = [Stretch(at, at + length, 1) for at, length in heard]
    words = [word(at, at + length) for at, length in said]
    left = uncovered(stretches, words, tolerated_ms=0)
    for moment in range(0, 23_000, 97):
        is_heard = any(one.start_ms <= moment < one.end_ms for one in stretches)
        is_near = any(at - 400 <= moment < at + length + 400 for at, length in said)
        is_left = any(one.start_ms <= moment < one.end_ms for one in left)
        assert not (is_near and is_left)
        is_between = any(
            0 <= after - (at + length) <= 1200 and at + length <= moment <= after
            for at, length in said
            for after, _ in said
        )
        if is_heard and not is_near and not is_between:
            assert is_left
