"""Card numbers, typed and spoken, whole and in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.redaction import digits, rules, text
from governance.redaction.brands import brand_of, is_card_number, passes_luhn
from governance.redaction.languages import load
from governance.redaction.spans import Certainty, Entity, Span
from tests.redaction import cardtalk


def pans(said: str) -> list[Span]:
    return [span for span in text.detect(said) if span.entity is Entity.PAN]


def is_gone(said: str, piece: str) -> bool:
    """Whether nothing of a piece but separators stays, whatever its parts were taken for."""
    left = piece
    start = said.index(piece)
    for span in reversed(text.detect(said)):
        left = left[: max(0, span.start - start)] + left[max(0, span.end - start) :]
    return not any(sign.isalnum() for sign in left)


def covers(said: str, piece: str) -> bool:
    start = said.index(piece)
    return any(span.start <= start and span.end >= start + len(piece) for span in pans(said))


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_every_brand_is_found_in_every_way_of_typing(data: st.DataObject) -> None:
    number = data.draw(cardtalk.card_numbers())
    shown = data.draw(cardtalk.typed(number))
    assert covers(f"my card number is {shown} thanks", shown)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_every_word_of_a_number_said_in_words_is_covered(data: st.DataObject) -> None:
    number = data.draw(cardtalk.card_numbers())
    said = data.draw(cardtalk.spoken(number))
    before = "agent: the long number on your card please\ncustomer: "
    found = pans(before + " ".join(said))
    fillers = {word for filler in cardtalk.FILLERS for word in filler.split()}
    at = len(before)
    for word in said:
        assert word in fillers or any(span.start <= at and span.end >= at + len(word) for span in found), word
        at += len(word) + 1


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_one_mis_heard_digit_does_not_save_a_number_that_was_asked_for(data: st.DataObject) -> None:
    number = data.draw(cardtalk.card_numbers())
    at = data.draw(st.integers(4, len(number) - 1))
    wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    shown = " ".join(cardtalk.grouped(wrong, 4))
    said = f"agent: can I take your card number\ncustomer: it is {shown}"
    assert is_gone(said, shown)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_pieces_read_back_by_the_agent_are_masked_on_both_sides(data: st.DataObject) -> None:
    number = data.draw(cardtalk.card_numbers())
    lines = ["agent: what is the card number"]
    for piece in cardtalk.grouped(number, 4):
        words = " ".join(cardtalk.UNITS[int(digit)] for digit in piece)
        lines += [f"customer: {words}", f"agent: {words}"]
    said = "\n".join(lines)
    left = said
    for span in reversed(text.detect(said)):
        left = left[: span.start] + left[span.end :]
    assert not any(unit in left.split() for unit in cardtalk.UNITS)


@pytest.mark.parametrize(
    "shown",
    [
        "4111 1111 1111 1111", "4111.1111.1111.1111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "41 11 11 11 11 11 11 11",
        "4111\u00a01111\u00a01111\u00a01111", "4111%201111%201111%201111", "2223003122003222", "378282246310005",
        "3782 822463 10005", "30569309025904", "6011 1111 1111 1117", "3530111333300000", "6200000000000005",
        "6759649826438453", "501800000009", "4000000000000000006",
        "four one one one, one one one one, one one one one, one one one one",
        "forty-one eleven eleven eleven eleven eleven eleven eleven",
        "four triple one double one double one quadruple one quadruple one",
        "four one won one one one one one one one one one one one one one",
        "4111 eleven eleven one one one one 1111",
    ],
)  # fmt: skip
def test_a_complete_number_needs_no_question(shown: str) -> None:
    assert covers(shown, shown)


@pytest.mark.parametrize(
    "said",
    [
        "your order number is 123456789012",
        "call me on +1 415 555 2671 or 0044 20 7946 0958",
        "please transfer to DE89 3704 0044 0532 0130 00",
        "it was $1,250.00 on 12/05/2024 at 10:30, and 3 items on 2024-05-13",
        "the last four digits of your card are 1111",
        "my card ends in 4242",
        "my account number is zero four two eight six two three one",
        "my phone number is four two four, five five five, one two three four",
        "the server 192.168.100.200 answered after 1500 milliseconds",
        "request 05cec3d4-0561-4010-9fb8-23cc7edef146 failed",
        "my credit card was charged 25000 dollars",
        "I would like two coffees, three cakes and one tea for twenty five dollars",
        "in nineteen ninety five we had one hundred and twenty people",
    ],
)
def test_what_only_looks_like_numbers_is_left_alone(said: str) -> None:
    assert text.detect(said) == []


def test_a_number_cut_short_is_suspected_where_a_card_was_asked_for() -> None:
    [span] = pans("agent: card number please\ncustomer: 4111 1111 11")
    assert span.certainty is Certainty.SUSPECTED


def test_a_number_split_by_turns_is_one_number() -> None:
    said = "a: card number?\nb: 4111 1111\na: okay go on, I am listening\nb: 1111 1111"
    assert [said[span.start : span.end] for span in pans(said)] == ["4111 1111", "1111 1111"]


def test_an_account_number_given_before_the_card_was_asked_for_stays() -> None:
    account = "one two three four five six seven eight"
    said = f"a: hello\nb: my account is {account}\na: and the card number?\nb: {'four one one one ' + 'one ' * 12}"
    assert [said[span.start : span.end].split(maxsplit=1)[0] for span in pans(said)] == ["four"]


def test_a_reason_never_repeats_the_number() -> None:
    said = "my card is 4111 1111 1111 1111, 12/27, 123"
    assert not any(sign.isdigit() for span in text.detect(said) for sign in span.because)


def test_an_address_beside_a_complete_number_is_not_taken_for_its_continuation() -> None:
    said = (
        "Please update the billing address with 27534 Main Street 63, 51971 for this card: 4111111111111111"
    )
    assert [said[span.start : span.end] for span in pans(said)] == ["4111111111111111"]


def test_the_check_digit_and_the_brand_both_count() -> None:
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
    assert brand_of("9111111111111111") is None
    assert not is_card_number("0000000000000000")


def test_thousands_of_numbers_in_one_breath_do_not_exhaust_the_stack() -> None:
    assert isinstance(text.detect("7 apples and " * 5_000), list)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pt", "Atendente: O número do cartão?\nCliente: o cartão é o 6759 8764"),
        ("fr", "Agent : votre numéro de carte ?\nClient : il y a 4970 1012"),
    ],
)
def test_words_of_one_letter_before_a_number_are_not_spelled(language: str, said: str) -> None:
    assert "[PAN]" in rules.masked(said, text.detect(said, language), language)
    (group,) = digits.groups(said, load(language))
    assert not group.explained
