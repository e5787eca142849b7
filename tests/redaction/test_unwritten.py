"""A transcript answers for the digits it writes down; for the others the sound does."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from governance.policy import load
from governance.policy.redaction import RedactionPolicy, SpokenDigits
from governance.redaction import residue, standalone, unwritten
from governance.redaction.residue import Verdict
from governance.redaction.spans import Entity, Timing, Word
from tests.redaction import sounds
from tests.redaction.test_spokendigits import CARD, aloud, run

ALONE = SpokenDigits(suffices_in=("en",))


@pytest.fixture(scope="module")
def policy() -> RedactionPolicy:
    return load(None).for_tenant("default").redaction


def call() -> io.BytesIO:
    """Return a call of two channels: somebody talks, and reads a card number aloud in the middle."""
    talk = sounds.spoken("Of course, I have it here. One moment please, let me find my glasses.", "en-us")
    after = sounds.spoken("And that was it. Thank you very much for your help, have a nice evening.", "en-us")
    return sounds.recording(
        [
            np.concatenate([talk, sounds.silence(0.6), aloud(CARD), sounds.silence(0.6), after]),
            sounds.silence(1),
        ]
    )


def word(text: str, start_ms: int, end_ms: int, channel: int | None = None) -> Word:
    return Word(text, start_ms, end_ms, channel, None, Timing.EXACT)


def test_a_run_is_written_down_where_the_words_around_it_hold_its_digits() -> None:
    nine = run(9, 10_000)
    written = [word(text, 9_500 + 400 * at, 9_900 + 400 * at) for at, text in enumerate(["five"] * 9)]
    assert unwritten.unwritten([nine], written, "en") == []
    assert unwritten.unwritten(
        [nine], [replace(one, start_ms=60_000, end_ms=60_100) for one in written], "en"
    ) == [nine]
    assert unwritten.unwritten([nine], [replace(one, channel=1) for one in written], "en") == [nine]


def test_a_mask_writes_nothing_down() -> None:
    nine = run(9, 10_000)
    assert unwritten.unwritten([nine], [word("[PAN]", 10_000, 13_000)], "en") == [nine]


def test_without_a_transcript_a_spoken_card_number_is_silent_in_the_copy(policy: RedactionPolicy) -> None:
    source, sink = call(), io.BytesIO()
    done = standalone.redact(source, sink, policy, language="en")
    (card,) = [one for one in done.spans if one.entity is Entity.PAN]
    assert done.examination.outcome is not Verdict.RESIDUE
    samples = sounds.decoded(sink)[:, 0]
    assert not samples[card.start_ms * 8 : card.end_ms * 8].any()
    before = sounds.decoded(source)[:, 0]
    spoken = np.flatnonzero(np.abs(before) > 0.02)
    inside = (spoken >= card.start_ms * 8) & (spoken < card.end_ms * 8)
    assert 0.3 < inside.mean() < 0.8, "the number, and not the talk around it"
    assert "4111" not in str(done.report())


def test_sound_alone_is_examined_only_where_the_policy_says_so(policy: RedactionPolicy) -> None:
    trusting = policy.model_copy(update={"spoken_digits": ALONE})
    for rules, language, wanted in (
        (policy, "en", standalone.NOT_EXAMINED),
        (trusting, "en-GB", standalone.EXAMINED),
        (trusting, "de", standalone.NOT_EXAMINED),
        (trusting, None, standalone.NOT_EXAMINED),
    ):
        assert standalone.redact(call(), io.BytesIO(), rules, language=language).spoken_digits == wanted


def test_the_second_look_hears_a_number_that_was_not_cut_out(policy: RedactionPolicy) -> None:
    answer = residue.examine(call(), None, "en", [], digits=ALONE)
    assert answer.outcome is Verdict.RESIDUE
    assert "can still be heard" in answer.because
    assert (
        residue.examine(call(), None, "en", [], digits=SpokenDigits(second_look=False)).outcome
        is Verdict.NOT_EXAMINED
    )


def test_the_second_look_hears_a_number_whose_mask_lies_elsewhere(policy: RedactionPolicy) -> None:
    said = [
        word("right", 200, 700),
        word("[PAN]", 800, 3_000),
        *(word("talk", 3_000 + 250 * at, 3_240 + 250 * at) for at in range(80)),
    ]
    answer = residue.examine(call(), said, "en", [], digits=POLICY, looser=lambda _words, _language: [])
    assert answer.outcome is Verdict.RESIDUE


POLICY = SpokenDigits()


def test_what_is_uncertain_is_a_persons_to_clear(policy: RedactionPolicy) -> None:
    said = sounds.recording([np.concatenate([sounds.silence(1), aloud("935714869352"), sounds.silence(1)])])
    assert residue.examine(said, None, "en", [], digits=ALONE).outcome is Verdict.RESIDUE
    assert residue.examine(said, None, "en", [], digits=ALONE, is_cleared=True).is_clean


def test_a_language_the_model_does_not_know_is_not_listened_to() -> None:
    assert unwritten.knows("en-AU")
    assert unwritten.knows(None)
    assert not unwritten.knows("de")
    assert not unwritten.suffices("de", ALONE, has_words=False)
    assert unwritten.suffices("en_GB", ALONE, has_words=False)
    assert not unwritten.suffices("en", ALONE, has_words=True), (
        "the first look listens only where there are no words"
    )


def test_a_policy_that_trusts_what_nobody_hears_twice_stops_the_start() -> None:
    for wrong in ({"second_look": False}, {"listen": "never"}):
        with pytest.raises(ValueError, match="listens to twice"):
            SpokenDigits.model_validate({"suffices_in": ["en"], **wrong})
    with pytest.raises(ValueError, match="uncertain_from"):
        SpokenDigits(card_from=8, uncertain_from=9)


def test_the_model_ships_with_the_package() -> None:
    from governance.redaction import digitmodel

    assert Path(digitmodel.MODEL).stat().st_size <= 2_000_000
