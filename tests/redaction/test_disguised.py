"""A card number that is written as something else is still a card number."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.redaction import text
from governance.redaction.spans import Entity

PAN = "4539 1488 0343 6467"
TWICE = base64.b64encode(base64.b64encode(PAN.encode()))


@pytest.mark.parametrize(
    "hidden",
    [
        base64.b64encode(PAN.encode()).decode(),
        base64.urlsafe_b64encode(b"card=" + PAN.encode()).decode().rstrip("="),
        quote(PAN, safe=""),
        quote(base64.b64encode(PAN.encode()).decode(), safe=""),
        TWICE.decode(),
    ],
)
def test_a_card_that_is_encoded_is_found_where_it_stands(hidden: str) -> None:
    said = f"the reference is {hidden} thank you"
    found = [span for span in text.detect(said) if span.entity is Entity.PAN]
    assert [said[span.start : span.end].strip(".~=") for span in found] == [hidden.strip(".~=")]


@pytest.mark.parametrize(
    "write",
    [
        lambda d: f"&#{48 + d};",
        lambda d: f"&#x{48 + d:X};",
        lambda d: "⁰¹²³⁴⁵⁶⁷⁸⁹"[d],
        lambda d: "⓪①②③④⑤⑥⑦⑧⑨"[d],
    ],
    ids=["references", "hexadecimal references", "superscript", "circles"],
)
def test_a_card_in_digits_that_are_drawn_is_found(write: Callable[[int], str]) -> None:
    hidden = "".join(write(int(digit)) for digit in PAN if digit != " ")
    said = f"the card is {hidden} thank you"
    [found] = text.detect(said)
    assert found.entity is Entity.PAN
    assert hidden in said[found.start : found.end]


@given(st.binary(min_size=12, max_size=40))
def test_what_encodes_no_card_is_left_alone(noise: bytes) -> None:
    if not any(chr(byte).isdigit() for byte in noise):
        assert not text.detect(f"see {base64.b64encode(noise).decode()} please")
