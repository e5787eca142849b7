"""What rules leave open is weighed by what stands around it: taken where it is likely to be card data, given up where it is not."""

from __future__ import annotations

import json
import math
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spoken_cards.__main__ import made
from benchmarks.spoken_cards.truth import CARD
from governance.errors import IntegrityError
from governance.redaction import cards, rules, text, weights
from governance.redaction.languages import known, load
from governance.redaction.spans import CARD_DATA, Span, Word
from governance.redaction.surroundings import EARLY, LATE, Surroundings, early
from governance.redaction.talk import Talk
from governance.redaction.turns import turns_of
from governance.redaction.weighing import SURE_FROM

STORED = json.loads((files("governance.redaction") / "weights.json").read_bytes())

CHATTY = """Agent: Right, that is the boiler cover renewed. How would you like to settle it?
Customer: Oh, the Visa I suppose, hang on, it is in my coat. Okay, so, four nine two nine, my wife always says that I should learn it
Agent: Ha, mine too.
Customer: One eight three seven, goodness this print is small
Agent: Take your time.
Customer: Five five oh two, and then it says six six one three
Agent: And when does it run out?
Customer: March twenty nine
"""


def talk_of(said: str, language: str = "en") -> Talk:
    return Talk(said, load(language), turns_of(said))


def masked(said: str, language: str = "en") -> str:
    return rules.masked(said, text.detect(said, language), language)


def by_rules(said: str) -> list[Span]:
    return list(cards.by_rules(talk_of(said)).told())


def test_pieces_in_chatty_turns_that_nobody_called_a_card_number_are_taken() -> None:
    shown = masked(CHATTY)
    for piece in (
        "four nine two nine",
        "One eight three seven",
        "Five five oh two",
        "six six one three",
        "twenty nine",
    ):
        assert piece not in shown


def test_a_number_where_nobody_speaks_of_a_card_is_left_to_the_rules() -> None:
    said = """Agent: And the meter, what does it show?
Customer: Four nine two nine, and the other one below that, one eight three seven
Agent: And the serial number?
Customer: Five five oh two six six one one
"""
    assert masked(said) == rules.masked(said, by_rules(said), "en")


@pytest.mark.parametrize(
    "said",
    [
        "Agent: The warehouse reference please.\nCustomer: 4111 1111 1111 1111",
        "the meter number is 4111111111111111, and the reading 20493",
        "Agent: Your order number?\nCustomer: four one one one one one one one one one one one one one one one",
    ],
)
def test_a_complete_card_number_in_one_piece_stays_masked_whatever_is_said_around_it(said: str) -> None:
    assert any(span.entity.value == "PAN" for span in text.detect(said))


def test_a_last_four_that_was_asked_for_as_such_is_shown() -> None:
    said = "Agent: And that was the card ending in 4242, is that right?\nCustomer: Yes, that one."
    assert masked(said) == said


@pytest.mark.parametrize("language", known())
def test_what_is_masked_in_one_place_is_masked_where_it_stands_again(language: str) -> None:
    for call in made("development", language, 60, 9):
        said = "\n".join(f"Person {turn.speaker}: {turn.text}" for turn in call.turns)
        read = cards.by_rules(talk_of(said, language))
        before = {index for index in range(len(read.asked)) if read.surest(index)}
        read.weigh()
        after = {index for index in range(len(read.asked)) if read.surest(index)}
        groups = talk_of(said, language).groups
        for taken in after - before:
            value = groups[taken].digits
            if len(value) >= 5:
                left = [at for at, group in enumerate(groups) if value in group.digits and at not in after]
                assert not left, f"{call.name}: a number of {len(value)} digits"


@pytest.mark.parametrize("language", known())
def test_weighing_never_touches_what_a_rule_is_sure_of_and_stands_in_one_piece(language: str) -> None:
    for call in made("development", language, 40, 3):
        said = "\n".join(f"Person {turn.speaker}: {turn.text}" for turn in call.turns)
        read = cards.by_rules(talk_of(said, language))
        whole = read.whole_ones()
        read.weigh()
        assert all(read.surest(index) >= SURE_FROM for index in whole)


def test_a_second_look_takes_little_that_the_first_has_left() -> None:
    calls = again = 0
    for language in known():
        for call in made("development", language, 40, 5):
            said = "\n".join(f"Person {turn.speaker}: {turn.text}" for turn in call.turns)
            calls += 1
            again += bool(text.detect(masked(said, language), language))
    assert again <= calls * 0.05, (
        "the report masks what is found again, and says so: it must stay the exception"
    )


def test_every_finding_says_why_and_holds_no_digit() -> None:
    found = [span for span in text.detect(CHATTY) if "likely" in span.because]
    assert found
    for span in found:
        assert span.entity in CARD_DATA
        assert not any(sign.isdigit() for sign in span.because)
        assert 0 < span.score < 1


def test_the_early_figures_are_the_first_of_the_late_ones() -> None:
    talk = talk_of(CHATTY)
    read = cards.by_rules(talk)
    around = Surroundings(talk, read.asked, {})
    for index, group in enumerate(talk.groups):
        late = around.late(index)
        assert len(late) == len(LATE)
        assert late[: len(EARLY)] == early(group, read.asked[index])


def test_figures_are_finite_and_say_no_digit_of_a_number() -> None:
    # The same talk with other digits of the same shape has the same figures but for those that say how a number begins.
    talk, other = (
        talk_of("Agent: your card?\nCustomer: 4111 2222 39"),
        talk_of("Agent: your card?\nCustomer: 4333 2222 39"),
    )
    first = Surroundings(talk, cards.by_rules(talk).asked, {}).late(0)
    assert first == Surroundings(other, cards.by_rules(other).asked, {}).late(0)
    assert all(math.isfinite(figure) for figure in first)


def test_weights_for_other_figures_are_refused() -> None:
    with pytest.raises(IntegrityError):
        weights.Trees.of({**STORED["early"], "figures": ["something else"]}, EARLY)


@given(
    st.lists(st.lists(st.floats(-2, 70), min_size=len(EARLY), max_size=len(EARLY)), min_size=1, max_size=4)
)
def test_the_trees_say_what_they_say_when_they_are_walked_one_by_one(rows: list[list[float]]) -> None:
    stored = STORED["early"]
    for row, chance in zip(rows, weights.Trees.of(stored, EARLY).chances(rows), strict=True):
        odds = stored["bias"]
        for tree, leaves in zip(stored["trees"], stored["leaves"], strict=True):
            odds += leaves[sum((row[figure] > border) << bit for bit, (figure, border) in enumerate(tree))]
        assert chance == pytest.approx(1 / (1 + math.exp(-odds / 1000)))


def test_no_row_has_no_chance() -> None:
    assert weights.load().early.chances([]) == []


def test_a_language_without_weighed_words_is_judged_by_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = weights.load()
    without = weights.Weights(**{**vars(learnt), "words": {}})
    monkeypatch.setattr(weights, "load", lambda: without)
    assert "four nine two nine" not in masked(CHATTY)


@pytest.mark.parametrize("language", known())
def test_on_calls_nothing_was_learnt_from_little_is_left_and_far_less_than_by_rules_alone(
    language: str,
) -> None:
    left = {"rules": 0, "weighed": 0}
    words = 0
    for call in made("validation", language, 60, 2):
        said = [
            Word(one.token.text, speaker=turn.speaker, turn=number)
            for number, turn in enumerate(call.turns)
            for one in turn.words
        ]
        joined, offsets, turns = text.as_one_text(said)
        of_cards = [
            (start, start + len(one.token.text))
            for start, one in zip(offsets, call.words, strict=True)
            if one.token.kind in CARD
        ]
        talk = Talk(joined, load(language), turns)
        for name, spans in (("rules", list(cards.by_rules(talk).told())), ("weighed", cards.find(talk))):
            left[name] += sum(
                not any(one.start < end and start < one.end for one in spans) for start, end in of_cards
            )
        words += len(of_cards)
    assert left["weighed"] < left["rules"]
    assert left["weighed"] / words < 0.05
