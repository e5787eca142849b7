"""The library's door: texts, words with turns, languages, and what importing it costs."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

from governance.redaction import rules, text
from governance.redaction.languages import UnsupportedLanguageError, known
from governance.redaction.spans import Entity, Span, Timing, Word


def spoken(said: str, speaker: str = "customer", turn: int = 0, at_ms: int = 0) -> list[Word]:
    return [
        Word(word, at_ms + 400 * place, at_ms + 400 * place + 300, 0, speaker, Timing.EXACT, turn)
        for place, word in enumerate(said.split())
    ]


@pytest.mark.parametrize("language", ["xx", "ja", "", None, "tlh-Latn"])
def test_a_language_nobody_described_is_refused_and_never_silently_empty(language: str | None) -> None:
    with pytest.raises(UnsupportedLanguageError):
        text.detect("vier eins eins eins", language)
    with pytest.raises(UnsupportedLanguageError):
        text.detect_words(spoken("vier eins"), language)


@pytest.mark.parametrize("language", ["en", "en-GB", "en_US", "EN"])
def test_a_tag_with_a_region_is_its_language(language: str) -> None:
    assert text.detect("cvv 123", language)


def test_the_library_needs_neither_presidio_nor_a_database() -> None:
    program = (
        "import sys; from governance.redaction import text; assert text.detect('cvv 123');"
        "heavy = {'presidio_analyzer', 'spacy', 'sqlmodel', 'sqlalchemy', 'fastapi', 'pydantic'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_findings_come_in_order_and_never_overlap() -> None:
    spans = text.detect("track ;4111111111111111=27121011000000000000? card 4111 1111 1111 1111 12/27 123")
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


def test_words_are_understood_across_turns_and_found_by_their_index() -> None:
    words = [*spoken("what is the security code", "agent"), *spoken("it's one two three.", "customer", 1)]
    [found] = text.detect_words(words)
    assert (found.first, found.last, found.entity) == (6, 8, Entity.CVV)
    assert words[found.last].text[: found.end] == "three"


def test_no_words_are_no_findings() -> None:
    assert text.detect_words([]) == []
    assert text.detect("") == []


def test_merging_keeps_the_gravest_name() -> None:
    one = Span(0, 10, Entity.PAN, 0.9, "a")
    other = Span(5, 12, Entity.TRACK, 0.9, "b")
    assert text.merged([one, other]) == [Span(0, 12, Entity.TRACK, 0.9, "b")]


def test_labels_of_an_earlier_pass_are_not_found_again() -> None:
    said = "card [PAN 411111******1111] cvv [CVV] pin [PIN] until [EXPIRY]"
    assert text.detect(said) == []


def test_masking_leaves_every_other_character() -> None:
    said = "My card is 4111 1111 1111 1111, ok?"
    assert rules.masked(said, text.detect(said)) == "My card is [PAN], ok?"


def test_english_is_described() -> None:
    assert "en" in known()


def test_a_misheard_number_is_masked_together_with_the_date_and_the_code_behind_it() -> None:
    """One wrong digit and the check digit no longer vouches for it, in the very breath that gives the other two away."""
    typed = "hi, paying with 6235 9111 1112 0686, 04/2029, 110"
    found = {typed[span.start : span.end]: span.entity for span in text.detect(typed, "en")}
    assert found == {"6235 9111 1112 0686": "PAN", "04/2029": "EXPIRY", "110": "CVV"}


@pytest.mark.parametrize(
    "said", ["my card is 4000000000000002 %", "my card is $4000000000000002", "4000000000000002€"]
)
def test_no_sign_of_money_or_share_explains_a_whole_card_number(said: str) -> None:
    assert [said[span.start : span.end] for span in text.detect(said, "en")] == ["4000000000000002"]


def test_a_thing_that_the_customer_brings_up_is_no_question_for_its_number() -> None:
    """Who speaks of their own membership and then reads out a number reads out their card, unless the agent asked otherwise."""
    said = "Customer: hi there, wanting to settle up my gym membership\nAgent: Sure. Go ahead with the digits whenever you like.\nCustomer: okay so it goes five two oh one\nAgent: five two oh one, yep\nCustomer: then eight eight three four\nAgent: uh huh\nCustomer: nineteen seventy two\nAgent: got it\nCustomer: and last bit is four four one nine\nAgent: And when does it run out?\nCustomer: oh eight twenty nine"
    assert [span.entity for span in text.detect(said, "en")] == ["PAN"] * 5 + ["EXPIRY"]


@pytest.mark.parametrize("times", [2, 3, 400])
def test_card_numbers_typed_one_behind_the_other_without_a_space_are_found(times: int) -> None:
    said = "4111111111111111" * times
    assert [(span.start, span.end) for span in text.detect(said, "en")] == [(0, len(said))]


@pytest.mark.parametrize("between", [" ", ", ", "\n", "-"])
def test_a_list_of_card_numbers_is_found_to_its_last(between: str) -> None:
    """A list is read piece by piece: the time for the hundredth number is the time for the first."""
    numbers = ["4111 1111 1111 1111", "5500 0000 0000 0004", "3400 000000 00009"] * 60
    listed = between.join(numbers)
    hidden = "".join("#" * (s.end - s.start) for s in text.detect(listed, "en"))
    assert len(hidden) >= sum(map(len, numbers))


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        (
            (
                "A: So I need a card for the booking?\nC: four eight six three\nA: yes\nC: oh two one nine\nA: yes\n"
                "C: seven seven one two\nA: yes\nC: one one oh four"
            ),
            4,
        ),
        ("A: what is the pin you use?\nC: 8370 but I think I should not tell you that", 1),
        ("A: Was the PIN written down?\nC: Yes, on a slip of paper, seven two one four.", 1),
    ],
)
def test_what_answers_is_found_whatever_else_is_spoken_of(said: str, masked: int) -> None:
    assert len(text.detect(said, "en")) == masked


def test_an_o_at_the_end_of_a_turn_is_the_last_digit_of_the_number() -> None:
    said = "A: The card number?\nC: five two double oh, eight two eight two, eight two eight two, eight two one oh.\nA: Thanks."
    (span,) = text.detect(said, "en")
    assert said[: span.end].endswith("one oh")


def test_everything_read_back_in_one_breath_is_masked_though_the_check_digit_is_wrong() -> None:
    said = (
        "C: Use my Mastercard, five five oh oh, four four one two, nine eight seven six, one two three four.\n"
        "A: Exp?\nC: Twelve twenty six.\nA: Three digits on the back?\nC: Four four two.\n"
        "A: So that's five five double oh, double four one two, nine eight seven six, one two three four, twelve twenty six?"
    )
    assert text.detect(said, "en")[-1].end == len(said) - 1
