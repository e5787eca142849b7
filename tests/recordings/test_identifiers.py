"""The same person in several spellings is one identifier, and a wrong one is refused without being repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import InvalidError
from governance.recordings import identifiers


@pytest.mark.parametrize(
    ("spelling", "region"),
    [
        ("+447700900123", "GB"),
        ("tel:+44-7700-900123", "GB"),
        ("07700 900123", "GB"),
        ("0044 7700 900123", "DE"),
        (" +44 (0)7700 900 123 ", "US"),
    ],
)
def test_a_telephone_number_has_one_spelling(spelling: str, region: str) -> None:
    assert identifiers.telephone(spelling, region) == "+447700900123"


def test_a_number_without_a_country_code_belongs_to_its_region() -> None:
    assert identifiers.telephone("(512) 555-0142", "US") == "+15125550142"
    assert identifiers.telephone("030 23125042", "DE") == "+493023125042"


@pytest.mark.parametrize(
    "spelling",
    [
        "ann.lee@example.com",
        "Ann.Lee@Example.COM",
        "mailto:ann.lee@example.com?subject=x",
        "Ann Lee <Ann.Lee@example.com>",
        "\u200bann.lee@example.com\u200b",
        "\u202aann.lee@exam\u00adple.com\u202c",
        "ann.lee@example\uff0ecom",
    ],
)
def test_an_address_has_one_spelling(spelling: str) -> None:
    assert identifiers.email(spelling) == "ann.lee@example.com"


def test_a_customer_number_is_trimmed_and_keeps_its_case() -> None:
    assert identifiers.customer_number("  C-10021\n") == "C-10021"
    assert identifiers.customer_number("\uff11\uff12") == "12"
    assert (
        identifiers.customer_number("C\u201110021")
        == identifiers.customer_number("\ufeffC\u201310021")
        == "C-10021"
    )


@pytest.mark.parametrize(
    ("normalise", "value"),
    [
        (identifiers.telephone, "12"),
        (identifiers.telephone, "sip:ann@example.com"),
        (identifiers.telephone, "+" + "9" * 40),
        (identifiers.email, "no-at-sign"),
        (identifiers.email, "a@b@example.com"),
        (identifiers.email, "a" * 300 + "@example.com"),
        (identifiers.customer_number, "  "),
        (identifiers.customer_number, "a\0b"),
    ],
)
def test_a_wrong_identifier_is_refused_and_not_repeated(normalise: Callable[[str], str], value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        normalise(value)
    assert caught.value.field in ("tel", "email", "customer_number")
    assert value.strip() == "" or value not in str(caught.value)


@given(value=st.text(max_size=60))
def test_what_is_normalised_once_is_the_same_normalised_again(value: str) -> None:
    for normalise in (identifiers.telephone, identifiers.email, identifiers.customer_number):
        try:
            once = normalise(value)
        except InvalidError:
            continue
        assert normalise(once) == once
