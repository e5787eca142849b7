"""What holds of every text: masking twice is masking once, no card survives, and where turns are cut changes nothing that matters."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.spoken_cards.__main__ import made
from benchmarks.spoken_cards.score import judged
from benchmarks.spoken_cards.survivors import from_masked
from benchmarks.spoken_cards.truth import Call, Turn
from governance.policy.redaction import RedactionPolicy
from governance.redaction import cards, digits, reports, rules, text
from governance.redaction.brands import is_card_number
from governance.redaction.languages import known, load
from governance.redaction.spans import Entity, Span, Timing, Word
from governance.redaction.talk import Talk
from governance.redaction.turns import turns_of
from tests.redaction import cardtalk

SAID = (
    "my card number is the code expiry please okay one two four seven double oh forty eleven hundred and no sorry order phone "
    "pounds may 4111 1111 12 2027 49.99 12/27 123 , . ? \n"
)
WORDS = st.sampled_from(SAID.split(" "))
POLICY = RedactionPolicy.model_validate(
    {
        "version": "t",
        "languages": list(known()),
        "entities": {name: {} for name in ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")},
    }
)
SPEAKERS = {"A": "Agent", "C": "Customer", "I": "Robot", "O": "Other"}
TALK = st.lists(WORDS, max_size=40).map(" ".join)
ANYTHING = st.one_of(TALK, st.text(max_size=200))


def masked(said: str, language: str = "en") -> str:
    return rules.masked(said, text.detect(said, language), language)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_redacting_what_is_redacted_changes_nothing(said: str) -> None:
    once = reports.redact_text(said, POLICY, "en").text
    assert reports.redact_text(once, POLICY, "en").text == once


@pytest.mark.parametrize("language", known())
def test_redacting_a_call_twice_is_redacting_it_once(language: str) -> None:
    for call in made("development", language, 25, 4):
        said = "\n".join(f"{SPEAKERS[turn.speaker]}: {turn.text}" for turn in call.turns)
        once = reports.redact_text(said, POLICY, language).text
        assert reports.redact_text(once, POLICY, language).text == once, call.name


@settings(max_examples=200, deadline=None)
@given(cardtalk.card_numbers(), st.text(max_size=60), st.text(max_size=60), st.data())
def test_no_card_that_went_in_comes_out(number: str, before: str, after: str, data: st.DataObject) -> None:
    shown = data.draw(cardtalk.typed(number))
    out = masked(f"{before} my card is {shown} {after}")
    assert not any(
        is_card_number(re.sub(r"\D", "", run)) for run in re.findall(r"\d[\d \-.,/\u00a0\u2013_]{11,40}", out)
    )
    assert shown not in out


@settings(max_examples=200, deadline=None)
@given(ANYTHING, st.sampled_from(known()))
def test_spans_lie_in_the_text_in_order_and_apart(said: str, language: str) -> None:
    found = text.detect(said, language)
    assert all(0 <= span.start < span.end <= len(said) for span in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert not any(re.search(r"\d", span.because) for span in found)


@settings(max_examples=300, deadline=None)
@given(ANYTHING, st.sampled_from(known()))
def test_what_the_first_pass_skips_holds_no_number(said: str, language: str) -> None:
    """The full pass reads numbers off every word; where the quick one stops, there is none to read."""
    talk = Talk(said, load(language), turns_of(said))
    if not talk.groups and not talk.cues:
        assert [
            group for group in digits.groups(said, load(language)) if not in_a_name(group.start, said)
        ] == []
        assert cards.find(talk) == []


def in_a_name(place: int, said: str) -> bool:
    return any(turn.start <= place < turn.said for turn in turns_of(said))


def left_of(call: Call, turns: tuple[Turn, ...]) -> set[int]:
    words = [
        Word(one.token.text, one.start_ms, one.end_ms, 0, turn.speaker, Timing.EXACT, number)
        for number, turn in enumerate(turns)
        for one in turn.words
    ]
    found = text.detect_words(words, call.language)
    return {at for span in found for at in range(span.first, span.last + 1)}


def torn(turn: Turn, chance: Random) -> list[Turn]:
    if len(turn.words) < 2 or chance.random() < 0.5:
        return [turn]
    at = chance.randrange(1, len(turn.words))
    return [Turn(turn.speaker, turn.words[:at]), Turn(turn.speaker, turn.words[at:])]


@pytest.mark.parametrize("language", known())
def test_where_turns_are_cut_no_card_becomes_readable(language: str) -> None:
    """A recogniser cuts one speaker's talk anywhere: what was safe stays safe, and no code is laid open."""
    chance = Random(7)
    worse = []
    for call in made("development", language, 40, 3):
        whole = judged(call, from_masked(call, left_of(call, call.turns)))
        turns = tuple(part for turn in call.turns for part in torn(turn, chance))
        cut = judged(call, from_masked(call, left_of(call, turns)))
        if not whole.leaks and cut.leaks:
            worse.append(call.name)
    assert worse == []


def test_a_span_is_named_after_the_gravest_of_what_it_covers() -> None:
    spans = [Span(0, 4, Entity.EXPIRY, 0.9, "a"), Span(2, 6, Entity.PAN, 0.5, "b")]
    assert text.merged(spans) == [Span(0, 6, Entity.PAN, 0.5, "b")]
