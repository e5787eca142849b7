"""Card numbers as people type and say them, made up from the brands' published ranges: no real card among them."""

from __future__ import annotations

from hypothesis import strategies as st

from governance.redaction.brands import BRANDS, passes_luhn

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SEPARATORS = ("", " ", "-", ".", "\u00a0", "  ", " - ", ", ", "\u2013", "/", "_")
FILLERS = ("um", "uh", "er", "okay", "and then", "yeah", "let me see", "dash")


def completed(body: str) -> str:
    """Return the digits with the check digit that makes them pass."""
    return next(body + str(last) for last in range(10) if passes_luhn(body + str(last)))


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """A complete number of any brand and any length it issues; UATP's are tested apart."""
    brand = draw(st.sampled_from([brand for brand in BRANDS if brand.name != "UATP"]))
    low, high = draw(st.sampled_from(brand.ranges))
    length = draw(st.sampled_from(brand.lengths))
    head = str(draw(st.integers(int(low), int(high)))).rjust(len(low), "0")
    rest = draw(st.text("0123456789", min_size=length - len(head) - 1, max_size=length - len(head) - 1))
    number = completed(head + rest)
    return number if len(set(number)) > 2 else completed("4" + "01234567890123"[: length - 2])


def grouped(number: str, size: int) -> list[str]:
    """Return the digits in groups of a size, the last one shorter."""
    return [number[at : at + size] for at in range(0, len(number), size)]


@st.composite
def typed(draw: st.DrawFn, number: str) -> str:
    """The number as typed: any usual grouping, any separator."""
    size = draw(st.sampled_from((4, 1, len(number))))
    separator: str = draw(st.sampled_from(SEPARATORS[1:] if size == 1 else SEPARATORS))
    return separator.join(grouped(number, size))


@st.composite
def spoken(draw: st.DrawFn, number: str) -> list[str]:
    """The number as words: digit by digit, doubled, in pairs, with fillers between."""
    words: list[str] = []
    at = 0
    while at < len(number):
        digit, two = number[at], number[at : at + 2]
        style = draw(st.sampled_from(("single", "single", "double", "pair", "filler")))
        if style == "filler" and words:
            words += draw(st.sampled_from(FILLERS)).split()
        if style == "double" and len(two) == 2 and two[0] == two[1]:
            words += ["double", UNITS[int(digit)]]
            at += 2
        elif style == "pair" and len(two) == 2 and two[0] == "1":
            words.append(TEENS[int(two[1])])
            at += 2
        elif style == "pair" and len(two) == 2 and two[0] > "1" and two[1] > "0":
            words += [TENS[int(two[0])], UNITS[int(two[1])]]
            at += 2
        else:
            words.append(
                "oh"
                if digit == "0" and words[-1:] and words[-1] in UNITS and draw(st.booleans())
                else UNITS[int(digit)]
            )
            at += 1
    return words
