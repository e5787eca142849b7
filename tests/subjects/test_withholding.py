"""Whose voice stays out of somebody's copy: the person's own never, whoever cannot be told always."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import policy
from governance.redaction.spans import Timing, Word
from governance.subjects import withholding
from governance.subjects.withholding import Cut, Voice, cast

KEPT = policy.load().default.disclosure.voices
STRICT = KEPT.model_copy(update={"staff": KEPT.staff.model_copy(update={"treatment": "withhold"})})
NO_TURNS = KEPT.model_copy(update={"mixed": KEPT.mixed.model_copy(update={"treatment": "withhold"})})
ME, AGENT = Voice("customer", 1, is_self=True), Voice("agent", 0)
ME_MONO, AGENT_MONO = Voice("customer", is_self=True), Voice("agent")
STRANGER = Voice("thirdparty")


def said(
    text: str, at: int, speaker: str | None = None, channel: int | None = None, turn: int = 0
) -> list[Word]:
    """Return words of 200 ms each, 300 ms apart, from `at`."""
    return [
        Word(one, at + 300 * n, at + 300 * n + 200, channel, speaker, Timing.EXACT, turn)
        for n, one in enumerate(text.split())
    ]


CALL = [*said("hello there", 0, "agent", turn=0), *said("hi it is me", 2000, "customer", turn=1)]
THREE = [*CALL, *said("and me too", 5000, "thirdparty", turn=2), *said("yes", 7000, "customer", turn=3)]


@pytest.mark.parametrize("voices", [[ME, AGENT], [ME_MONO, AGENT_MONO]], ids=["stereo", "mono"])
def test_with_staff_kept_nothing_is_withheld_from_an_ordinary_call(voices: list[Voice]) -> None:
    players = cast(voices, {}, has_agent=True)
    plan = withholding.sound(players, KEPT, [], channels=2, is_split=True, duration_ms=9000)
    assert plan.is_kept
    assert not plan.cuts
    assert all(one.text for one in withholding.turns(players, KEPT, CALL, is_split=False))


def test_with_staff_withheld_their_channel_is_silenced_and_their_words_are_gone() -> None:
    players = cast([ME, AGENT], {}, has_agent=True)
    plan = withholding.sound(players, STRICT, [], channels=2, is_split=True, duration_ms=9000)
    assert plan.is_kept
    assert plan.cuts == (Cut(0, 9000, 0, "staff"),)
    words = [*said("hello there", 0, channel=0), *said("hi it is me", 2000, channel=1, turn=1)]
    staff, own = withholding.turns(players, STRICT, words, is_split=True)
    assert (staff.text, staff.code) == (None, "staff")
    assert (own.text, own.sort) == ("hi it is me", "self")


def test_another_customer_on_a_channel_of_their_own_is_silenced() -> None:
    players = cast([ME, AGENT, Voice("customer", 2)], {}, has_agent=True)
    plan = withholding.sound(players, KEPT, [], channels=3, is_split=True, duration_ms=9000)
    assert plan.cuts == (Cut(0, 9000, 2, "other_person"),)


def test_an_agent_who_asks_hears_themselves_and_no_customer() -> None:
    players = cast([replace(ME, is_self=False), replace(AGENT, is_self=True)], {}, has_agent=True)
    plan = withholding.sound(players, KEPT, [], channels=2, is_split=True, duration_ms=9000)
    assert plan.is_kept
    assert plan.cuts == (Cut(0, 9000, 1, "other_person"),)


def test_channels_are_placed_by_what_the_recorder_says_of_them() -> None:
    players = cast([ME_MONO, AGENT_MONO], {0: "agent", 1: "customer"}, has_agent=True)
    assert players.on(1) == {"self"}
    assert players.on(0) == {"staff"}
    plan = withholding.sound(players, STRICT, [], channels=2, is_split=True, duration_ms=9000)
    assert plan.cuts == (Cut(0, 9000, 0, "staff"),)


def test_somebody_whose_place_nobody_knows_may_be_on_every_channel() -> None:
    players = cast([ME, AGENT, STRANGER], {}, has_agent=True)
    assert "other" in players.on(1)
    plan = withholding.sound(players, KEPT, [], channels=2, is_split=True, duration_ms=9000)
    assert not plan.is_kept, "without word times nothing can be told apart"
    assert {one.code for one in plan.cuts} == {"no_word_times"}


def test_where_the_catalog_names_nobody_else_somebody_else_is_there_all_the_same() -> None:
    players = cast([ME_MONO], {}, has_agent=False)
    assert "other" in players.everybody
    assert not withholding.sound(players, KEPT, [], channels=1, is_split=False, duration_ms=9000).is_kept
    assert cast([ME_MONO], {}, has_agent=True).everybody == {"self", "staff"}


def test_on_a_shared_channel_the_moments_of_others_and_of_nobody_are_silenced() -> None:
    players = cast([ME_MONO, AGENT_MONO, STRANGER], {}, has_agent=True)
    plan = withholding.sound(players, KEPT, THREE, channels=1, is_split=False, duration_ms=9000)
    assert plan.is_kept
    kept = [(0, 500), (2000, 3100), (7000, 7200)]
    assert [(one.start_ms, one.end_ms) for one in plan.cuts] == [(500, 2000), (3100, 7000), (7200, 9000)]
    assert all(one.code == "other_person" for one in plan.cuts)
    assert len(kept) == len(plan.cuts)
    turns = withholding.turns(players, KEPT, THREE, is_split=False)
    assert [one.text for one in turns] == ["hello there", "hi it is me", None, "yes"]


def test_somebody_who_speaks_at_the_same_time_is_silenced_with_a_guard_band() -> None:
    players = cast([ME_MONO, STRANGER], {}, has_agent=False)
    words = [*said("my own words go on", 0, "customer"), *said("aha", 600, "thirdparty", turn=1)]
    plan = withholding.sound(players, KEPT, words, channels=1, is_split=False, duration_ms=2000)
    assert (600 - KEPT.guard_ms, 800 + KEPT.guard_ms) in [
        (one.start_ms, one.end_ms) for one in plan.cuts
    ] or any(one.start_ms <= 600 - KEPT.guard_ms and one.end_ms >= 800 + KEPT.guard_ms for one in plan.cuts)


@pytest.mark.parametrize("timing", [Timing.INTERPOLATED, Timing.TURN, Timing.NONE])
def test_without_exact_word_times_a_shared_channel_is_withheld(timing: Timing) -> None:
    players = cast([ME_MONO, STRANGER], {}, has_agent=False)
    words = [replace(one, timing=timing) for one in THREE]
    plan = withholding.sound(players, KEPT, words, channels=1, is_split=False, duration_ms=9000)
    assert not plan.is_kept
    assert plan.cuts == (Cut(0, 9000, 0, "no_word_times"),)


def test_speakers_with_names_that_say_nothing_are_others() -> None:
    players = cast([ME_MONO, STRANGER], {}, has_agent=False)
    words = [replace(one, speaker="spk_0") for one in CALL]
    plan = withholding.sound(players, KEPT, words, channels=1, is_split=False, duration_ms=9000)
    assert plan.cuts == (Cut(0, 9000, 0, "speakers_unknown"),)
    assert {one.code for one in withholding.turns(players, KEPT, words, is_split=False)} == {
        "speakers_unknown"
    }


def test_two_who_are_called_the_same_cannot_be_told_apart() -> None:
    players = cast([ME_MONO, Voice("customer")], {}, has_agent=True)
    own = withholding.turns(players, KEPT, said("who is this", 0, "customer"), is_split=False)
    assert [one.text for one in own] == [None]


def test_who_has_no_channel_is_on_the_only_one_that_nobody_else_has() -> None:
    players = cast([ME], {}, has_agent=True, channels=2)
    assert players.on(0) == {"staff"}
    assert players.on(1) == {"self"}
    assert cast([ME], {}, has_agent=True, channels=3).placeless == {"staff"}
    assert cast([ME_MONO], {}, has_agent=True, channels=1).placeless == {"self", "staff"}
    assert cast([ME, AGENT, STRANGER], {}, has_agent=True, channels=2).placeless == {"other"}


def test_a_speaker_called_after_somebody_on_another_channel_is_nobody_we_know() -> None:
    players = cast([replace(ME, channel=0), Voice("thirdparty", 1)], {}, has_agent=True)
    words = said("hi it is me", 0, "customer", channel=1)
    plan = withholding.sound(players, KEPT, words, channels=2, is_split=True, duration_ms=9000)
    assert plan.cuts == (Cut(0, 9000, 1, "speakers_unknown"),)
    assert [one.text for one in withholding.turns(players, KEPT, words, is_split=True)] == [None]


def test_a_policy_without_turns_keeps_a_shared_channel_back() -> None:
    players = cast([ME_MONO, AGENT_MONO, STRANGER], {}, has_agent=True)
    plan = withholding.sound(players, NO_TURNS, THREE, channels=1, is_split=False, duration_ms=9000)
    assert plan.cuts == (Cut(0, 9000, 0, "shared_channel"),)
    assert withholding.turns(players, NO_TURNS, THREE, is_split=False)[1].text == "hi it is me"


SPEECH = st.lists(
    st.tuples(
        st.sampled_from(["customer", "thirdparty", "agent", None, "spk_1"]),
        st.integers(0, 8000),
        st.integers(0, 400),
    ),
    max_size=25,
)


@given(SPEECH, st.sampled_from([KEPT, STRICT]))
def test_no_moment_is_heard_in_which_another_speaks_and_none_withheld_where_only_the_person_does(
    speech: list[tuple[str | None, int, int]], rules: policy.disclosure.Voices
) -> None:
    players = cast([ME_MONO, AGENT_MONO, STRANGER], {}, has_agent=True)
    words = [
        Word(f"w{n}", at, at + length, None, who, Timing.EXACT, n)
        for n, (who, at, length) in enumerate(speech)
    ]
    plan = withholding.sound(players, rules, words, channels=1, is_split=False, duration_ms=9000)
    silent = [(one.start_ms, one.end_ms) for one in plan.cuts]
    assert silent == withholding.merged(silent)
    sorts = [players.told(word, is_split=False) for word in words]
    kept = [sort is not None and withholding.is_kept(sort, rules) for sort in sorts]
    for word, stays in zip(words, kept, strict=True):
        assert word.start_ms is not None
        assert word.end_ms is not None
        if not stays and word.end_ms > word.start_ms:
            assert any(start <= word.start_ms and word.end_ms <= end for start, end in silent)
        near = any(
            not other
            and (two.start_ms or 0) - rules.guard_ms < word.end_ms
            and word.start_ms < (two.end_ms or 0) + rules.guard_ms
            for two, other in zip(words, kept, strict=True)
        )
        if stays and not near and word.end_ms > word.start_ms:
            assert not any(start < word.end_ms and word.start_ms < end for start, end in silent)
