"""Where findings lie in time, and what stands in a text instead of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.policy.redaction import RedactionPolicy
from governance.redaction import rules
from governance.redaction.spans import Entity, Span, TimeSpan, Timing, Word
from governance.redaction.text import WordSpan

CARD: dict[str, dict[str, str]] = {name: {} for name in ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")}


def policy(**pan: str) -> RedactionPolicy:
    return RedactionPolicy.model_validate(
        {"version": "t", "languages": ["en"], "entities": {**CARD, "PAN": pan}}
    )


def words(timing: Timing = Timing.EXACT) -> list[Word]:
    return [Word(f"w{at}", at * 1000, at * 1000 + 500, 0, "customer", timing, at // 3) for at in range(6)]


def finding(first: int, last: int, entity: Entity = Entity.PAN, score: float = 0.9) -> WordSpan:
    return WordSpan(first, last, 0, 2, entity, score, "because")


def test_exact_times_are_taken_as_they_are() -> None:
    spans, unlocated = rules.locate(words(), [finding(1, 2)])
    assert [(span.start_ms, span.end_ms, span.timing) for span in spans] == [(1000, 2500, Timing.EXACT)]
    assert unlocated == []


def test_interpolated_times_are_widened_over_both_neighbours() -> None:
    said = words()
    said[2] = replace(said[2], timing=Timing.INTERPOLATED)
    [span], _ = rules.locate(said, [finding(2, 2)])
    assert (span.start_ms, span.end_ms, span.timing) == (1000, 3500, Timing.INTERPOLATED)


def test_words_that_have_the_times_of_their_cue_are_cut_with_all_of_it_and_no_other_cue_of_the_turn() -> None:
    said = [
        replace(word, start_ms=at // 3 * 3000, end_ms=at // 3 * 3000 + 2500, turn=0)
        for at, word in enumerate(words(Timing.TURN))
    ]
    [span], _ = rules.locate(said, [finding(4, 4)])
    assert (span.start_ms, span.end_ms, span.timing) == (3000, 5500, Timing.TURN)


def test_a_finding_without_a_time_is_handed_back_and_said() -> None:
    said = [replace(word, start_ms=None, end_ms=None, timing=Timing.NONE) for word in words()]
    decision = rules.decide(said, [finding(0, 1)])
    assert decision.spans == ()
    assert [one.entity for one in decision.unlocated] == [Entity.PAN]
    assert "no time" in decision.because


def test_a_finding_that_takes_no_time_is_handed_back() -> None:
    said = words()
    said[3] = replace(said[3], end_ms=said[3].start_ms)
    _, unlocated = rules.locate(said, [finding(0, 3)])
    assert [one.entity for one in unlocated] == [Entity.PAN]


@pytest.mark.parametrize("timing", [Timing.EXACT, Timing.INTERPOLATED, Timing.TURN])
def test_a_finding_all_in_one_moment_is_handed_back(timing: Timing) -> None:
    said = [replace(word, start_ms=2000, end_ms=2000) for word in words(timing)]
    spans, unlocated = rules.locate(said, [finding(0, 3)])
    assert spans == []
    assert {one.entity for one in unlocated} == {Entity.PAN}


def test_a_word_that_ends_before_it_begins_is_cut_from_end_to_end() -> None:
    said = words()
    said[1] = replace(said[1], start_ms=said[1].end_ms, end_ms=said[1].start_ms)
    [span], unlocated = rules.locate(said, [finding(1, 1)])
    assert (span.start_ms, span.end_ms) == (1000, 1500)
    assert unlocated == []


def test_a_finding_with_one_untimed_word_is_cut_where_known_and_still_handed_back() -> None:
    said = words()
    said[1] = replace(said[1], start_ms=None, end_ms=None, timing=Timing.NONE)
    spans, unlocated = rules.locate(said, [finding(0, 2)])
    assert [(span.start_ms, span.end_ms) for span in spans] == [(0, 2500)]
    assert len(unlocated) == 1


def test_each_channel_is_cut_where_its_own_words_stand() -> None:
    said = words()
    said[1] = replace(said[1], channel=1)
    spans, _ = rules.locate(said, [finding(0, 2)])
    assert {(span.channel, span.start_ms, span.end_ms) for span in spans} == {(0, 0, 2500), (1, 1000, 1500)}


def test_spans_of_one_kind_that_touch_become_one() -> None:
    one = TimeSpan(0, 100, 0, Entity.PAN, Timing.EXACT, 0.9, "a")
    other = TimeSpan(100, 200, 0, Entity.PAN, Timing.TURN, 0.5, "b")
    assert rules.merged([other, one]) == [TimeSpan(0, 200, 0, Entity.PAN, Timing.TURN, 0.9, "a")]


def test_suspected_sad_is_said() -> None:
    assert rules.decide(words(), [finding(0, 0, Entity.CVV, 0.5)]).suspected_sad
    assert not rules.decide(words(), [finding(0, 0, Entity.CVV, 0.95)]).suspected_sad
    assert not rules.decide(words(), [finding(0, 0, Entity.PAN, 0.5)]).suspected_sad


@pytest.mark.parametrize(
    ("treatment", "shown"),
    [("label", "[PAN]"), ("remove", ""), ("last_four", "[PAN ************1111]"), ("bin_and_last_four", "[PAN 411111******1111]")],
)  # fmt: skip
def test_a_pan_is_shown_as_the_policy_says(treatment: str, shown: str) -> None:
    assert rules.replacement(Entity.PAN, "4111111111111111", policy(transcript=treatment)) == shown


@pytest.mark.parametrize("entity", [Entity.CVV, Entity.PIN, Entity.TRACK])
def test_sad_is_never_shown_in_part_whatever_is_asked_for(entity: Entity) -> None:
    lax = policy().model_copy(
        update={
            "entities": {**policy().entities, entity.value: policy(transcript="last_four").entities["PAN"]}
        }
    )
    assert rules.replacement(entity, "4111111111111111", lax) == f"[{entity.value}]"


def test_a_short_number_is_not_shown_almost_whole() -> None:
    assert rules.replacement(Entity.PAN, "41111", policy(transcript="bin_and_last_four")) == "[PAN]"


@pytest.mark.parametrize(
    ("language", "four", "one"),
    [
        ("en", "four", "one"), ("es", "cuatro", "uno"), ("fr", "quatre", "un"), ("de", "vier", "eins"),
        ("it", "quattro", "uno"), ("pt", "quatro", "um"), ("nl", "vier", "een"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pause", [" ", ", ", "\n"])
def test_the_digits_shown_are_read_in_the_language_they_were_said_in(
    language: str, four: str, one: str, pause: str
) -> None:
    said = (
        f"{four} {one} {one} {one}{pause}"
        + f"{one} {one} {one} {one}{pause}" * 2
        + f"{one} {one} {one} {one}"
    )
    span = Span(0, len(said), Entity.PAN, 0.9, "because")
    shown = rules.masked(said, [span], language, policy(transcript="bin_and_last_four"))
    assert shown == "[PAN 411111******1111]"


def test_what_overlaps_is_masked_once_and_the_rest_stays() -> None:
    spans = [
        Span(6, 10, Entity.PIN, 0.9, ""),
        Span(0, 8, Entity.PAN, 0.9, ""),
        Span(11, 12, Entity.CVV, 0.9, ""),
    ]
    assert rules.masked("12345678 9 1 x", spans) == "[PAN] [CVV] x"
