"""A test case holds nothing of the call it comes from: no number, no name, no identifier; and what is unsure is not exported."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.redaction import brands, case_making, casefile, languages
from governance.redaction.case_making import NotSafeError
from governance.redaction.case_words import allowed
from governance.redaction.casefile import Case
from governance.redaction.digits import groups
from governance.redaction.lexicon import words_of
from governance.redaction.review_places import Places
from governance.redaction.spans import Timing, Word


def said(*turns: str, start: int = 60_000) -> list[Word]:
    """Return words with times, one speaker after the other."""
    words: list[Word] = []
    for turn, line in enumerate(turns):
        speaker, _, text = line.partition(": ")
        for piece in text.split():
            at = start + 400 * len(words)
            words.append(Word(piece, at, at + 300, turn % 2, speaker, Timing.EXACT, turn))
    return words


def made(
    words: Sequence[Word], first: int, last: int, entity: str | None = "PAN", code: str = "en", seed: int = 1
) -> Case:
    return case_making.make(words, Places(first, last), entity, code, {}, random.Random(seed))


def text_of(case: Case) -> str:
    return " ".join(word.text for word in case.words)


CARD = (
    "Agent: What is the card number please",
    "Customer: it is four one one one double two thirty three oh oh forty-four eleven eleven two, okay",
)


def place(words: Sequence[Word], first: str, last: str) -> tuple[int, int]:
    texts = [word.text.strip(",.") for word in words]
    return texts.index(first), len(texts) - 1 - texts[::-1].index(last)


@pytest.mark.parametrize("seed", range(5))
def test_a_spoken_number_is_said_in_the_same_way(seed: int) -> None:
    words = said(*CARD)
    case = made(words, *place(words, "four", "two"), seed=seed)
    assert len(case.words) == len(words)
    before, after = (
        groups(text, languages.load("en")) for text in (" ".join(w.text for w in words), text_of(case))
    )
    assert [[len(chunk.digits) for chunk in one.chunks] for one in before] == [
        [len(chunk.digits) for chunk in one.chunks] for one in after
    ]
    [old], [new] = before, after
    assert len(new.digits) == len(old.digits)
    assert brands.passes_luhn(new.digits) == brands.passes_luhn(old.digits)
    assert new.digits != old.digits
    assert "double" in text_of(case)
    assert "oh oh" in text_of(case)
    assert text_of(case).startswith("What is the card number please")


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111 1111 1111 1112",
        "5500-0055-5555-5559",
        "371449635398431",
        "6011111111111117",
    ],
)
def test_a_typed_card_keeps_brand_length_and_whether_it_is_valid(number: str) -> None:
    words = said(f"Customer: my card number is {number} okay")
    last = len(words) - 2
    case = made(words, 4, last)
    new = " ".join(word.text for word in case.words[4 : last + 1])
    assert [len(part) for part in re.findall(r"\d+", new)] == [
        len(part) for part in re.findall(r"\d+", number)
    ]
    old, digits = re.sub(r"\D", "", number), re.sub(r"\D", "", new)
    assert brands.passes_luhn(digits) == brands.passes_luhn(old)
    names = [brand.name if (brand := brands.brand_of(one)) else None for one in (old, digits)]
    assert names[0] == names[1]
    assert not {old[at : at + 3] for at in range(len(old) - 2)} & {
        digits[at : at + 3] for at in range(len(old) - 2)
    }


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("my name is Will Mark Grant and the card number is", ("will", "mark", "grant")),
        ("this is hope about the card number", ("hope",)),
        ("ask Mr Do about the card number", ("do",)),
        ("write to jane.doe@example.com about my card", ("jane", "doe", "example", "com")),
        ("it is www.example.org or https://example.org/jane the card", ("example", "jane", "org")),
        ("my booking is AB12CD and X7Y9 for the card", ("ab", "cd")),
        ("S M I T H is the name on the card", ("s", "m", "t", "h")),
        ("please tell Hello Kitty that the card is here", ("hello", "kitty")),
        ("in May or on the third of june the card expires", ("may", "third", "june")),
    ],
)
def test_names_addresses_and_codes_are_replaced(line: str, gone: tuple[str, ...]) -> None:
    words = said(f"Customer: {line} 4111 1111 1111 1111")
    case = made(words, len(words) - 4, len(words) - 1)
    left = set(words_of(text_of(case)))
    assert not left & set(gone)
    assert "card" in left


def test_times_begin_at_nothing_and_speakers_lose_their_names() -> None:
    words = said("Jane Roe: my card number is 4111 1111 1111 1111", "agent: thank you")
    case = made(words, 4, 7)
    assert case.words[0].start_ms == 0
    assert {word.speaker for word in case.words} == {"speaker 1", "agent"}
    assert [word.turn for word in case.words][-1] == 1
    assert "Roe" not in str(case.told())


def test_what_is_masked_in_the_passage_stays_a_mask_and_tells_no_digit() -> None:
    words = said("Customer: masked no sorry 4111 1111 1111 1112 okay")
    words[0] = replace(words[0], text="[PAN ************1111]")
    case = made(words, 3, 6)
    assert case.words[0].text == "[PAN]"
    assert "1111" not in text_of(case)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("my card is [CVV] yes", "gone"),
        ("my card is %34%31 4111 1111 1111", "codes"),
        ("my card is \\u0034111 1111 1111", "codes"),
        ("my card is ④① 4111 1111 1111", "mean a number"),
        ("my card is ½ 4111 1111 1111", "mean a number"),
    ],
)
def test_what_cannot_be_replaced_for_certain_is_not_exported(line: str, why: str) -> None:
    words = said(f"Customer: {line}")
    with pytest.raises(NotSafeError, match=why) as refused:
        made(words, 3, len(words) - 1)
    assert "4111" not in str(refused.value)


def test_a_language_that_nobody_examines_is_not_exported() -> None:
    with pytest.raises(NotSafeError, match="language"):
        made(said("Customer: fire fem seks"), 0, 2, code="da")


def test_a_case_survives_its_file_and_says_whether_the_detector_does_what_it_should() -> None:
    words = said("Agent: what is the card number", "Customer: it is 4111 1111 1111 1111 thank you")
    case = made(words, 7, 10)
    again = casefile.read(case.told())
    assert again.told() == case.told()
    assert casefile.holds(again)
    innocent = casefile.Case("en", again.words, 0, 2, None, {})
    assert casefile.holds(innocent)
    assert not casefile.holds(casefile.Case("en", again.words, 7, 10, None, {}))
    assert not casefile.holds(casefile.Case("en", again.words, 0, 2, "PAN", {}))
    with pytest.raises(ValueError, match="no case file"):
        casefile.read({"format": "something else"})


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (
            "en",
            "my name is Oliver Grant and the card number is four one one one 2222 double three oh oh, forty-four eleven",
        ),
        (
            "de",
            "mein Name ist Jonas Vogt, die Kartennummer ist vier eins zwei drei, zweiundzwanzig dreizehn, null null acht",
        ),
        (
            "fr",
            "je m'appelle Luc Morel, le numéro de ma carte est quarante et un onze, quatre-vingt-dix douze, zéro six",
        ),
        (
            "es",
            "me llamo Ana Ruiz, el número de mi tarjeta es cuatro uno uno uno, veintidós treinta y tres, cero cero ocho",
        ),
        (
            "it",
            "mi chiamo Lia Conti, il numero della carta è quattro uno uno uno, ventidue trentatré, zero zero otto",
        ),
        (
            "pt",
            "meu nome é Rui Alves, o número do cartão é quatro um um um, vinte e dois trinta e três, zero zero oito",
        ),
        (
            "nl",
            "mijn naam is Bram Visser, het kaartnummer is vier een een een, tweeëntwintig drieëndertig, nul nul acht",
        ),
    ],
)
def test_a_call_in_every_language_becomes_a_case(code: str, line: str) -> None:
    words = said(f"customer: {line}")
    case = made(words, len(words) - 6, len(words) - 1, code=code)
    assert len(case.words) == len(words)
    assert [len(one.digits) for one in groups(text_of(case), languages.load(code))] == [
        len(one.digits) for one in groups(" ".join(word.text for word in words), languages.load(code))
    ]
    gone = {word.text.strip(",").lower() for word in words if word.text[0].isupper()} - {"kartennummer"}
    assert not gone & {word.text.strip(",").lower() for word in case.words} - set(allowed(code).asking)


CODES = languages.known()
NAMES = [
    "Oliver",
    "grant",
    "Müller",
    "O'Brien",
    "Żółć",
    "smith",
    "LEEDS",
    "Jean-Luc",
    "hope",
    "d'Arc",
    "x@y.de",
    "AB-77-XZ",
    "Weißfluß",
]


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Word], Places]:
    """Calls in every language: words of the list, names, numbers typed and spoken, over turns and with capitals."""
    code = draw(st.sampled_from(CODES))
    known = allowed(code)
    numbers = sorted(languages.load(code).numbers)
    word = st.one_of(
        st.sampled_from(sorted(known.small)),
        st.sampled_from(sorted(known.asking)),
        st.sampled_from(numbers),
        st.sampled_from(NAMES),
        st.integers(0, 99_999).map(str),
        st.sampled_from(["4111", "1111", "12/28", "49.99", "05.06.2027", "10:30"]),
    )
    pieces = draw(st.lists(word, min_size=3, max_size=25))
    written = [draw(st.sampled_from([piece, piece.capitalize(), f"{piece},"])) for piece in pieces]
    breaks = draw(st.sets(st.integers(1, len(written)), max_size=3))
    lines: list[str] = []
    line: list[str] = []
    for at, piece in enumerate(written):
        if at in breaks and line:
            lines.append(" ".join(line))
            line = []
        line.append(piece)
    lines.append(" ".join(line))
    words = said(*(f"{'agent' if at % 2 else 'customer'}: {one}" for at, one in enumerate(lines)))
    first = draw(st.integers(0, len(words) - 1))
    return code, words, Places(first, draw(st.integers(first, len(words) - 1)))


@settings(max_examples=150)
@given(calls(), st.integers(0, 2**32))
def test_nothing_of_any_call_is_left_in_its_case(call: tuple[str, list[Word], Places], seed: int) -> None:
    code, words, places = call
    try:
        case = case_making.make(words, places, "PAN", code, {}, random.Random(seed))
    except NotSafeError:
        return
    known = allowed(code)
    # Judged here by other means than the export's own check: sets of words, and digits as they stand in a row.
    own = {piece for word in words for piece in words_of(word.text)}
    for word, made_ in zip(words, case.words, strict=True):
        for piece in words_of(made_.text):
            assert piece in known or piece[0].isdigit() or piece not in own or len(piece) <= 2, (
                word.text,
                made_.text,
            )
        for name in NAMES:
            if word.text.strip(",") == name:
                assert made_.text.strip(",") != name
    digits = [re.sub(r"\D", " ", " ".join(one.text for one in side)).split() for side in (words, case.words)]
    runs = [
        {piece[at : at + 3] for piece in side for at in range(len(piece) - 2)} - {"000"} for side in digits
    ]
    assert not runs[0] & runs[1]
    language = languages.load(code)
    heard = [
        {
            one.digits[at : at + 3]
            for one in groups(" ".join(w.text for w in side), language)
            for at in range(len(one.digits) - 2)
        }
        for side in (words, case.words)
    ]
    assert not (heard[0] & heard[1]) - {"000"} or len({word.turn for word in words}) > 1
    assert [len(word.text.split()) for word in case.words] == [1] * len(words)
