"""What rules leave open is weighed by what stands around it: taken where it is likely to be card data, given up where it is not."""

from __future__ import annotations

import inspect
import json
import math
import sys
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spoken_cards.__main__ import made
from benchmarks.spoken_cards.truth import CARD
from governance.errors import IntegrityError
from governance.redaction import brands, cards, rules, text, weights
from governance.redaction.cutting import is_numeric
from governance.redaction.languages import known, load
from governance.redaction.lexicon import compiled
from governance.redaction.spans import CARD_DATA, Span, Word
from governance.redaction.stream import LiveText
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
def test_what_a_rule_is_sure_of_is_never_given_up(language: str) -> None:
    for call in made("development", language, 60, 3):
        said = "\n".join(f"Person {turn.speaker}: {turn.text}" for turn in call.turns)
        read = cards.by_rules(talk_of(said, language))
        sure = {index for index in range(len(read.asked)) if read.surest(index) >= SURE_FROM}
        read.weigh()
        assert sure <= {index for index in range(len(read.asked)) if read.surest(index) >= SURE_FROM}


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        (
            (
                "Name: John Smith\nChannel: web\nDate: 3 May 2026\nQty: 3\nCustomer ID: 5539201\n"
                "Dear team,expires 11/30\nHello,60116516\n42760569\n09/28\n879"
            ),
            ["60116516", "42760569", "879"],
        ),
        (
            "Subject: invoice\nAgent: and your postcode?\nAnna: 90210\nit starts with 4539 and ends 834475581769\nStatus: open",
            ["834475581769"],
        ),
        (
            "Customer ID: 5539201\nSummary: 4539 0090 (front) 2477 9681\n534\nSubject: card declined at the cash machine",
            ["4539 0090", "2477 9681"],
        ),
        (
            "Customer ID: 5539201\nExp: 04/29\n6011 70 / 2520 8702 75\nSubject: invoice",
            ["6011 70", "2520 8702 75", "04/29"],
        ),
        (
            "Anna: 5555163205376779\nNote: call back at 15:30\nCode: 103\nAccount: 10293847\n[PAN]",
            ["Code: 103"],
        ),
    ],
)
def test_card_data_in_forms_and_letters_stays_masked(said: str, pieces: list[str]) -> None:
    shown = masked(said)
    assert not [piece for piece in pieces if piece in shown]


@pytest.mark.parametrize(
    "turns",
    [
        [
            ("A", "for the card"),
            ("C", "quote zero three one five eight two three that's it oh"),
            ("A", "three one five eight two three in total"),
        ],
        [("A", "the visa it starts four nine two nine then oh"), ("C", "oh"), ("A", "one eight three")],
        [("B", "three it oh"), ("C", "one")],
    ],
)
def test_a_zero_that_only_the_next_turn_tells_is_shown_by_both_or_masked_by_both(
    turns: list[tuple[str, str]],
) -> None:
    words = [
        Word(word, speaker=speaker, turn=at)
        for at, (speaker, said) in enumerate(turns)
        for word in said.split()
    ]
    live = LiveText()
    heard = [one.text for word in words for one in live.hear([word], now_ms=0)] + [
        one.text for one in live.finish()
    ]
    hidden = {at for span in text.detect_words(words, "en") for at in range(span.first, span.last + 1)}
    assert len(heard) == len(words)
    assert not [words[at].text for at in hidden if heard[at] == words[at].text]


def test_words_that_are_weighed_are_no_numbers() -> None:
    for language, places in STORED["words"].items():
        lexicon = compiled(language)
        assert not [word for words in places.values() for word in words if is_numeric(word, lexicon)]


def test_no_digit_of_a_number_outlives_its_call() -> None:
    caches = [value for value in vars(brands).values() if hasattr(value, "cache_info")]
    assert not [one for one in caches if any("digit" in name for name in inspect.signature(one).parameters)]
    assert not hasattr(brands.begins_like_a_card, "cache_info")


def test_ten_times_as_many_numbers_cost_little_more_each() -> None:
    calls: list[int] = []
    for count in (400, 4000):
        said = "\n".join(f"C: {at % 10}" for at in range(count))
        read = cards.by_rules(talk_of(said))
        counter = 0

        def note(*_told: object) -> None:
            nonlocal counter
            counter += 1

        sys.setprofile(note)
        read.weigh()
        sys.setprofile(None)
        calls.append(counter)
    assert calls[1] <= 15 * calls[0], "counted in calls, since a clock would measure the machine"


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
