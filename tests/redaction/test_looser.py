"""The second look: it must see what the first one missed, and stay quiet about what the first one masked."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest

from governance.redaction import looser, looser_reading
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.spans import Entity, Word


@pytest.mark.parametrize(
    "left",
    [
        "4111 1111 1111 1111", "4111;1111;1111;1111", "four one one one " * 4,
        "4111 please 1111 then 1111 sorry 1111", "forty one eleven " + "eleven " * 6, "double four " * 8,
        "4111-1111-1111", "6304000000000000", "4111 1111 1111 1112",
    ],
)  # fmt: skip
def test_a_planted_miss_is_caught(left: str) -> None:
    found = looser.examine(f"so it was {left} thank you")
    assert [span.entity for span in found] == [Entity.PAN]


@pytest.mark.parametrize(
    "left", ["the cvv is 123", "security code one two three", "nine oh seven on the back", "pin 4321"]
)
def test_a_code_left_close_to_its_name_is_caught(left: str) -> None:
    assert {span.entity for span in looser.examine(left)} <= {Entity.CVV, Entity.PIN}
    assert looser.examine(left)


@pytest.mark.parametrize(
    "masked",
    [
        "my card is [PAN] until [EXPIRY], code [CVV], pin [PIN]", "[PAN ************1111] is the card", "[PAN 411111******1111]",
        "four one one one [PAN] one one one one", "call me on [PHONE] at 10:30 on 12/05/2024", "it is 25 dollars for 3 items",
        "my phone number is four two four, five five five, one two three four", "[PAN] [PAN] [PAN] [PAN]",
    ],
)  # fmt: skip
def test_what_was_masked_or_is_harmless_is_left_alone(masked: str) -> None:
    assert looser.examine(masked) == []


def test_words_are_examined_like_a_text() -> None:
    assert looser.examine([Word(word) for word in ["4111", "1111", "1111", "1111"]])


def test_a_language_nobody_described_is_refused() -> None:
    with pytest.raises(UnsupportedLanguageError):
        looser.examine("4111 1111 1111 1111", "xx")


def test_presidio_can_be_asked_as_well() -> None:
    spans = looser.examine("4111 1111 1111 1111 and [PAN]", second_opinion=True)
    assert any("presidio" in span.because for span in spans)


@pytest.mark.parametrize("module", [looser, looser_reading])
def test_it_shares_no_code_with_the_first_look(module: ModuleType) -> None:
    """Words of the languages and the nouns are shared; no module that decides anything is."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name.rsplit(".", 1)[-1] for name in imported if name and name.startswith("governance.redaction")}
    assert ours <= {"lexicon", "spans", "personal", "looser_reading"}


def test_a_number_with_its_code_behind_it_is_seen_in_every_usual_length() -> None:
    for number in ("4111 1111 1111 1111", "5500 0000 0000 0004", "3400 000000 00009"):
        assert looser.examine(f"a {number} 737 b", "en"), number
