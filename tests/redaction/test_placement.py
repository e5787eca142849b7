"""Where the times of words are off, the sound says so; and where it cannot say, everything they may mean is silenced."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from governance import policy
from governance.redaction import placement, rules, speech, standalone
from governance.redaction.digitruns import DigitRun, Said
from governance.redaction.placement import REACH_MS
from governance.redaction.spans import Entity, TimeSpan, Timing, Word
from governance.redaction.speech import Stretch
from governance.redaction.text import WordSpan
from tests.redaction import sounds

# Turns of one voice with pauses between them, as the sound has them; the number is the third.
TURNS = ((500, 1900), (2500, 2900), (3700, 6900), (7600, 8000), (9100, 10_500))
VOICE = [Stretch(start, end, 1) for start, end in TURNS]
NUMBER = TURNS[2]


def words(off_ms: int = 0) -> list[Word]:
    """Return words of 200 ms that fill the turns, all off by the same."""
    return [
        Word("word", at + off_ms, at + 200 + off_ms, 1, "customer", Timing.EXACT, turn)
        for turn, (start, end) in enumerate(TURNS)
        for at in range(start, end, 200)
    ]


def span(start_ms: int, end_ms: int, entity: Entity = Entity.PAN, timing: Timing = Timing.EXACT) -> TimeSpan:
    return TimeSpan(start_ms, end_ms, 1, entity, timing, 0.9, "a number")


def heard(start_ms: int, end_ms: int, count: int, channel: int = 1) -> DigitRun:
    """Return so many digits as the model hears them, evenly spoken."""
    step = (end_ms - start_ms) // count
    said = [Said(start_ms + at * step, start_ms + (at + 1) * step, "5", 0.9) for at in range(count)]
    return DigitRun(channel, start_ms, end_ms, tuple(said))


def placed(off_ms: int, said: Sequence[Word] | None = None, runs: Sequence[DigitRun] = ()) -> tuple[int, int]:
    one = span(NUMBER[0] + off_ms, NUMBER[1] + off_ms)
    [result] = placement.placed([one], words(off_ms) if said is None else said, VOICE, runs)
    assert result.start_ms <= one.start_ms
    assert result.end_ms >= one.end_ms
    return result.start_ms, result.end_ms


@given(st.integers(-REACH_MS, REACH_MS))
@example(481)
def test_a_number_is_silenced_whole_by_however_much_its_times_are_off(off_ms: int) -> None:
    start, end = placed(off_ms)
    assert start <= NUMBER[0]
    assert end >= NUMBER[1]


@given(st.integers(-REACH_MS, REACH_MS))
def test_what_the_pattern_of_pauses_says_clearly_is_not_widened_over_the_next_turns(off_ms: int) -> None:
    start, end = placed(off_ms)
    assert start > TURNS[1][1] - 100
    assert end < TURNS[3][0] + 100 + max(off_ms, 0)


@given(st.lists(st.integers(-REACH_MS, REACH_MS), min_size=45, max_size=45))
def test_a_number_is_silenced_whole_also_where_every_word_is_off_by_something_else(off: list[int]) -> None:
    said = [
        replace(word, start_ms=(word.start_ms or 0) + by, end_ms=(word.end_ms or 0) + by)
        for word, by in zip(words(), off, strict=False)
    ]
    first = next(at for at, word in enumerate(words()) if word.start_ms == NUMBER[0])
    last = next(at for at, word in enumerate(words()) if word.end_ms == NUMBER[1])
    found, _ = rules.locate(said, [WordSpan(first, last, 0, 2, Entity.PAN, 0.9, "a number")])
    [result] = rules.merged(placement.placed(found, said, VOICE))
    guard = 150
    assert result.start_ms - guard <= NUMBER[0]
    assert result.end_ms + guard >= NUMBER[1]


@pytest.mark.parametrize("voice", [[], [Stretch(0, 11_000, 1)]], ids=["no voice is heard", "it never pauses"])
def test_where_the_sound_says_nothing_a_span_is_widened_by_all_that_times_may_be_off(
    voice: list[Stretch],
) -> None:
    [result] = placement.placed([span(*NUMBER)], words(), voice)
    assert (result.start_ms, result.end_ms) == (NUMBER[0] - REACH_MS, NUMBER[1] + REACH_MS)


def test_words_that_fit_no_pattern_say_nothing_about_how_much_they_are_off() -> None:
    missing = [word for word in words() if word.turn in (0, 2)]
    assert placed(0, missing) == (NUMBER[0] - REACH_MS, NUMBER[1] + REACH_MS)


def test_a_channel_that_the_recording_does_not_have_is_looked_for_in_all_voices() -> None:
    said = [replace(word, channel=7) for word in words(300)]
    [result] = placement.placed([replace(span(NUMBER[0] + 300, NUMBER[1] + 300), channel=7)], said, VOICE)
    assert result.start_ms <= NUMBER[0]


def test_digits_heard_in_the_sound_extend_the_number_they_touch_and_no_other_finding() -> None:
    runs = [heard(NUMBER[0] - 900, NUMBER[0] + 500, 4), heard(12_000, 13_000, 3)]
    assert placed(0, runs=runs)[0] == NUMBER[0] - 900
    assert placed(0, runs=runs)[1] < TURNS[3][0] + 100
    assert placed(0, runs=[replace(run, channel=0) for run in runs]) == placed(0)
    [street] = placement.placed([span(*NUMBER, entity=Entity.LOCATION)], words(), VOICE, runs)
    assert street.start_ms > NUMBER[0] - 900


@pytest.mark.parametrize("timing", [Timing.TURN, Timing.INTERPOLATED])
def test_a_finding_without_times_of_its_own_is_narrowed_to_the_digits_heard(timing: Timing) -> None:
    turn = span(0, 20_000, timing=timing)
    runs = [heard(5000, 6500, 8), heard(7000, 8500, 8)]
    narrow = placement.narrowed(turn, 16, runs)
    assert (narrow.start_ms, narrow.end_ms) == (5000, 8500)
    assert "digits heard" in narrow.because


@pytest.mark.parametrize(
    ("one", "digits", "runs"),
    [
        (span(0, 20_000, timing=Timing.TURN), 16, []),
        (span(0, 20_000, timing=Timing.TURN), 16, [heard(5000, 6500, 8), heard(7000, 8500, 7)]),
        (span(0, 20_000, timing=Timing.TURN), 16, [heard(5000, 9000, 16, channel=0)]),
        (span(0, 20_000, Entity.EXPIRY, Timing.TURN), 4, [heard(5000, 9000, 16)]),
        (span(0, 20_000), 16, [heard(5000, 9000, 16)]),
    ],
    ids=["none heard", "too few for the number", "another channel", "a month is no digit", "exact"],
)
def test_a_finding_is_silenced_whole_where_the_digits_heard_cannot_be_all_of_it(
    one: TimeSpan, digits: int, runs: list[DigitRun]
) -> None:
    assert placement.narrowed(one, digits, runs) == one


def test_a_turn_is_narrowed_by_as_many_digits_as_its_words_may_be() -> None:
    said = [Word(text, 0, 20_000, 1, None, Timing.TURN) for text in ("41111111", "one", "one")]
    found = [WordSpan(0, 2, 0, 2, Entity.PAN, 0.9, "a number")]
    [narrow], _ = rules.locate(said, found, [heard(5000, 6500, 10)])
    assert (narrow.start_ms, narrow.end_ms) == (5000, 6500)
    [whole], _ = rules.locate(said, found, [heard(5000, 6500, 9)])
    assert (whole.start_ms, whole.end_ms) == (0, 20_000)


def test_the_guard_band_is_as_wide_as_the_times_are_worth_little() -> None:
    loaded = policy.load().default.redaction
    bands = {"exact": 100, "interpolated": 250, "turn": 400}
    by_timing = type(loaded).model_validate(
        loaded.model_dump() | {"guard_band_ms": bands, "languages": ["en"]}
    )
    spans = [span(5000, 6000, timing=Timing(name)) for name in bands]
    assert [(5000 - s.start_ms, s.end_ms - 6000) for s in rules.guarded(spans, by_timing)] == [
        (ms, ms) for ms in bands.values()
    ]
    one_number = type(loaded).model_validate(loaded.model_dump() | {"guard_band_ms": 70, "languages": ["en"]})
    assert {5000 - s.start_ms for s in rules.guarded(spans, one_number)} == {70}


@pytest.mark.parametrize("off_ms", [-500, -300, 0, 300, 500])
def test_a_recording_whose_transcript_is_off_by_half_a_second_has_its_number_silenced(off_ms: int) -> None:
    before, number, after = (
        sounds.spoken(text)
        for text in (
            "Good morning, I would like to pay. My card number is",
            "four one one one, one one one one, one one one one, one one one one",
            "and that is all, thank you very much",
        )
    )
    parts = [
        sounds.silence(1.0),
        before,
        sounds.silence(0.7),
        number,
        sounds.silence(0.9),
        after,
        sounds.silence(1.0),
    ]
    at, said = 0, []
    for part, text in zip(
        parts,
        (
            "",
            "good morning I would like to pay my card number is",
            "",
            "four " + "one " * 15,
            "",
            "and that is all thank you very much",
            "",
        ),
        strict=True,
    ):
        each = len(part) / max(len(text.split()), 1)
        said += [
            {
                "text": word,
                "start_ms": int((at + n * each) / 8) + off_ms,
                "end_ms": int((at + (n + 1) * each) / 8) + off_ms,
                "channel": 0,
            }
            for n, word in enumerate(text.split())
        ]
        at += len(part)
    source, sink = sounds.recording([np.concatenate(parts)]), BytesIO()
    transcript = json.dumps({"language": "en", "words": said}).encode()
    done = standalone.redact(source, sink, policy.load().default.redaction, transcript=transcript)
    begins = sum(len(part) for part in parts[:3])
    assert not sounds.decoded(sink)[begins : begins + len(number)].any()
    assert done.report()["detectors"]["placement"] == "1"
    # What was said long before and long behind it is still there.
    assert sounds.decoded(sink)[8000:16_000].any()
    assert sounds.decoded(sink)[-16_000:-8000].any()


@pytest.mark.parametrize(("listen", "is_narrowed"), [("without_transcript", True), ("never", False)])
def test_of_a_sentence_without_word_times_the_number_alone_falls_silent_where_the_sound_says_where_it_is(
    listen: str, is_narrowed: bool
) -> None:
    before, number, after = (
        sounds.spoken(text, "en-us")
        for text in (
            "Good morning, I would like to pay, please. I have it here in front of me, just a moment. My card number is",
            "four nine two nine, seven one three eight, two zero five six, four three one five",
            "Thank you very much indeed, that is all I wanted. Have a nice day, and good bye.",
        )
    )
    sound = np.concatenate([before, sounds.silence(1.5), number, sounds.silence(1.5), after])
    said = (
        "Good morning, I would like to pay, please. I have it here in front of me, just a moment. My card number is "
        "4929 7138 2056 4315. Thank you very much indeed, that is all I wanted. Have a nice day, and good bye."
    )
    segment = {"id": 0, "start": 0.0, "end": len(sound) / 8000, "text": said}
    transcript = json.dumps({"text": said, "segments": [segment], "language": "en"}).encode()
    loaded = policy.load().default.redaction
    chosen = loaded.model_copy(
        update={"spoken_digits": loaded.spoken_digits.model_copy(update={"listen": listen})}
    )
    source, sink = sounds.recording([sound]), BytesIO()
    standalone.redact(source, sink, chosen, transcript=transcript)
    heard_still = sounds.decoded(sink)[:, 0] if sounds.decoded(sink).ndim == 2 else sounds.decoded(sink)
    begins = len(before) + 12_000
    assert not heard_still[begins : begins + len(number)].any()
    assert heard_still[: len(before) - 8_000].any() == is_narrowed
    assert heard_still[-len(after) + 8_000 :].any() == is_narrowed


def test_what_is_loud_is_found_finely() -> None:
    said = sounds.spoken("four one one one")
    sound = np.concatenate([sounds.silence(1.0), said, sounds.silence(0.3), said, sounds.silence(1.0)])
    found = speech.syllables(sounds.recording([sounds.silence(3.0), sound]))
    assert {one.channel for one in found} == {1}
    assert len(found) >= 2
    assert 950 <= found[0].start_ms <= 1200
