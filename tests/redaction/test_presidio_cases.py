"""The cases by which presidio-analyzer tests its credit-card recogniser, asked of it and of us in one run.

The numbers are those that payment networks publish for tests. Where presidio finds a card we must cover it; where we
find one and presidio does not, the difference is deliberate and stands here with its reason.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from governance.redaction import text
from governance.redaction.spans import Entity

VALID = {
    "airplus": "122000000000003", "amex": "371449635398431", "carte bleue": "5555555555554444",
    "dankort": "5019717010103742", "diners": "30569309025904", "discover": "6011000400000000",
    "jcb": "3528000700000000", "maestro": "6759649826438453", "visa": "4111111111111111",
    "visa electron": "4917300800000000", "visa purchasing": "4484070000000000", "visa spaced": "4012 8888 8888 1881",
    "visa dashed": "4012-8888-8888-1881", "visa together": "4012888888881881",
}  # fmt: skip
INVALID = ("4012-8888-8888-1882", "36168002586008")  # the check digit does not agree

DELIBERATE = {
    "4012-8888-8888-1882": "in four groups of four and begins like a Visa: a recogniser may have misheard a digit",
    "my credit card number is 4012-8888-8888-1882": "called a card number: a digit may be mis-heard or mistyped",
    "my credit card number is 36168002586008": "called a card number: a digit may be mis-heard or mistyped",
}
"""What we mask and presidio does not. A masked number can be explained, a card left in a recording cannot."""


@cache
def recogniser() -> Any:
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

    return CreditCardRecognizer()


def presidio(said: str) -> list[tuple[int, int]]:
    found = recogniser().analyze(said, ["CREDIT_CARD"], None)
    return sorted((result.start, result.end) for result in found)


def ours(said: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in text.detect(said) if span.entity is Entity.PAN]


@pytest.mark.parametrize("before", ["", "my credit card: "])
@pytest.mark.parametrize("number", VALID.values(), ids=VALID)
def test_every_card_that_presidio_finds_is_found_at_the_same_place(number: str, before: str) -> None:
    said = before + number
    assert presidio(said) == [(len(before), len(said))]
    assert ours(said) == presidio(said)


def test_three_cards_in_a_row_are_all_covered() -> None:
    said = " ".join((VALID["visa together"], VALID["visa dashed"], VALID["visa spaced"]))
    assert len(presidio(said)) == 3
    covered = {at for start, end in ours(said) for at in range(start, end)}
    assert all(at in covered for start, end in presidio(said) for at in range(start, end))


@pytest.mark.parametrize("before", ["", "my credit card number is "])
@pytest.mark.parametrize("number", INVALID)
def test_a_wrong_check_digit_is_no_card_to_presidio_and_one_to_us_for_a_reason(
    number: str, before: str
) -> None:
    said = before + number
    assert presidio(said) == []
    assert bool(ours(said)) == (said in DELIBERATE)
