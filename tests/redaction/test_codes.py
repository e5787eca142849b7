"""Security codes, expiry dates, PINs and tracks: what a number is depends on what was asked."""

from __future__ import annotations

import pytest

from governance.redaction import text
from governance.redaction.codes import is_month_and_year
from governance.redaction.spans import Entity


def found(said: str) -> list[tuple[str, str]]:
    return [(span.entity.value, said[span.start : span.end]) for span in text.detect(said)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("the cvv is 123", ("CVV", "123")),
        ("my C.V.V. is 123", ("CVV", "123")),
        ("security code one two three", ("CVV", "one two three")),
        ("one two three is the security code", ("CVV", "one two three")),
        ("the three digits on the back are 907", ("CVV", "907")),
        ("the four digits on the front are 1234", ("CVV", "1234")),
        ("agent: and the number on the back?\ncustomer: nine oh seven", ("CVV", "nine oh seven")),
        ("expires 12/27", ("EXPIRY", "12/27")),
        ("exp 0927", ("EXPIRY", "0927")),
        ("expiry date is 09 / 2027", ("EXPIRY", "09 / 2027")),
        ("the expiry is march twenty twenty-seven", ("EXPIRY", "march twenty twenty-seven")),
        ("agent: expiry date?\ncustomer: oh nine twenty six", ("EXPIRY", "oh nine twenty six")),
        ("agent: when does it expire?\ncustomer: 12:27", ("EXPIRY", "12:27")),
        ("please enter your PIN: 4321", ("PIN", "4321")),
        ("agent: your pin please\ncustomer: four three two one", ("PIN", "four three two one")),
        ("%B4111111111111111^DOE/JOHN^27121011000000000000?", ("TRACK", "%B4111111111111111^DOE/JOHN^27121011000000000000?")),
        (";4111111111111111=27121011000000000000?", ("TRACK", ";4111111111111111=27121011000000000000?")),
    ],
)  # fmt: skip
def test_a_code_is_known_by_its_question(said: str, expected: tuple[str, str]) -> None:
    assert found(said) == [expected]


def test_three_questions_at_once_are_answered_one_by_one() -> None:
    said = (
        "Agent: Can I have the card number, expiry date and security code?\n"
        "Customer: 4111 1111 1111 1111\nAgent: yep\nCustomer: twelve twenty-seven\nAgent: ok\nCustomer: one two three"
    )
    assert [entity for entity, _ in found(said)] == ["PAN", "EXPIRY", "CVV"]


def test_what_follows_a_card_number_without_a_word_is_date_and_code() -> None:
    assert [entity for entity, _ in found("4111 1111 1111 1111 12 27 123")] == ["PAN", "EXPIRY", "CVV"]


def test_an_answer_may_come_several_turns_after_its_question() -> None:
    said = "Agent: What is the security code on the back?\nCustomer: uh hang on\nAgent: no problem\nCustomer: one two three"
    assert ("CVV", "one two three") in found(said)


def test_a_read_back_of_a_code_is_the_code() -> None:
    said = "Agent: security code please\nCustomer: one two three\nAgent: one two three, thank you"
    assert [entity for entity, _ in found(said)] == ["CVV", "CVV"]


def test_a_corrected_code_is_masked_too() -> None:
    assert [entity for entity, _ in found("cvv is one two three sorry no one two four")] == ["CVV", "CVV"]


def test_a_code_said_in_pieces_is_masked_piece_by_piece() -> None:
    said = "A: Could you read me the three digits on the back?\nB: sure, one, let me turn it over, two three"
    assert found(said) == [("CVV", "one"), ("CVV", "two three")]


@pytest.mark.parametrize(
    "said",
    [
        "agent: what is your house number\ncustomer: one two three",
        "agent: the last four digits of your card?\ncustomer: one two three four",
        "I do not need the security code. Your balance is 350",
        "we pin the file to version 3",
    ],
)
def test_other_short_numbers_stay(said: str) -> None:
    assert found(said) == []


def test_months_and_years_are_told_from_other_numbers() -> None:
    assert is_month_and_year("1227")
    assert is_month_and_year("927")
    assert is_month_and_year("122027")
    assert not is_month_and_year("1327")
    assert not is_month_and_year("1299")
    assert not is_month_and_year("12")


def test_codes_are_sensitive_authentication_data() -> None:
    from governance.redaction.spans import SAD

    assert {Entity.CVV, Entity.PIN, Entity.TRACK} == SAD


@pytest.mark.parametrize("said", ["That's 49.99 paid today.", "49,99 then.", "It comes to 120.50."])
def test_an_amount_after_a_code_was_asked_for_is_no_code(said: str) -> None:
    found = text.detect(f"Agent: And the CVV?\nCustomer: 123.\nAgent: {said}")
    assert [span.entity for span in found] == [Entity.CVV]


def test_a_bare_code_is_a_security_code_in_talk_about_a_card_and_nothing_elsewhere() -> None:
    assert ("CVV", "one two three") in found("my card is 4111 1111 1111 1111, the code is one two three")
    asked = "agent: card number please\ncustomer: 4111 1111 1111 1111\nagent: what's the code?\ncustomer: 123"
    assert ("CVV", "123") in found(asked)
    assert found("the code is one two three") == []
    assert found("my card was stolen, the booking code is 1234") == []
