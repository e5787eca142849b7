"""The detector of the second look: cruder than the first and different from it, so that their mistakes differ too.

It shares no code with `cards`: no digit groups, no turns, no questions. The text is flattened to one line of digits in
which almost anything may stand between two of them, and every run as long as a card number counts, check digit or not.
It calls too much a finding by design: what it finds in a finished rendition keeps that in quarantine for a person.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.redaction.languages import Language, load
from governance.redaction.spans import Entity, Span, Word

DETECTORS = {"looser": "1"}
"""Name and version of this detector, as reports and re-examinations use them."""

_LABEL = re.compile(r"\[[A-Z][A-Z_]+(?: [^\]\s]{1,24})?\]")
_PIECE = re.compile(r"\d|[^\W\d_]+|[^\w\s]|\s+|_")
_SHORTEST, _LONGEST_RUN = 12, 60
_WORDS_IN_A_RUN = 2  # words that may stand between two digits of one run
_CODE_DISTANCE = 60
_CODES = re.compile(
    r"(?i)(?<![^\W_])(?:c\W?v\W?[vc]\W?2?|csc|cid|security (?:code|number|digits)|(?:on|from) the (?:back|reverse|signature)"
    r"|pin(?: (?:number|code))?|verification value)(?![^\W_])"
)
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?:\s?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.ASCII)
_HARMLESS = re.compile(
    r"(?i)(?:phone|mobile|telephone|order|reference|booking|tracking|invoice|account|iban|case|ticket|policy|customer)"
    r"\W+(?:number|no|id|code|ref)?\W*(?:is|was|:|#)?\W*$"
)

# An amount by itself: two decimals, no digit near it on either side, and no month before the point.
_AMOUNT = re.compile(
    r"(?<![\d.,])(?<!\d\s)(?<!\d\s\s)(?!(?:0?[1-9]|1[0-2])[.,]\d\d\b)\d{1,5}[.,]\d\d(?!\d)(?![.,]?\s*\d)"
)


@dataclass(frozen=True, slots=True)
class _Digit:
    value: str
    start: int
    end: int
    words_before: int  # words since the digit before
    has_break: bool  # a label, a currency sign or a line of its own stands between


def examine(
    said: str | Sequence[Word], language: str | None = "en", *, second_opinion: bool = False
) -> list[Span]:
    """Return everything that might be card data in a text, or in words joined by spaces.

    Masks of the first pass (`[PAN]`, `[CVV]`) never count. `second_opinion` adds presidio's CREDIT_CARD, which costs
    its import.

    Raises `UnsupportedLanguageError` where the language cannot be examined: then nothing has been looked at.
    """
    text = said if isinstance(said, str) else " ".join(word.text for word in said)
    spoken = load(language)
    stream = list(_digits(text, spoken))
    found = [*_runs(text, stream), *_codes(text, stream)]
    if second_opinion:
        from governance.redaction.personal import card_numbers

        found += card_numbers(_LABEL.sub(lambda label: "~" * len(label.group()), text), spoken.code)
    return sorted(found, key=lambda span: (span.start, span.end))


def _digits(text: str, language: Language) -> Iterator[_Digit]:
    """Yield every digit of the text, typed or spoken, one by one."""
    flat = _LABEL.sub(lambda label: "~" * len(label.group()), text)
    flat = _AMOUNT.sub(lambda amount: "~" * len(amount.group()), flat)
    words, broken, times = 0, False, 1
    for piece in _PIECE.finditer(flat):
        sign = piece.group()
        value = sign if sign.isdecimal() else _value(sign.lower(), language)
        if value:
            for place, digit in enumerate(value * times):
                yield _Digit(
                    digit, piece.start(), piece.end(), words if place == 0 else 0, broken and place == 0
                )
            words, broken, times = 0, False, 1
        elif sign.lower() in language.multipliers:
            times = language.multipliers[sign.lower()]
        elif sign[0].isalpha():
            words += sign.lower() not in language.fillers
            times = 1
        elif sign in "~$£€+":
            broken = True


def _value(word: str, language: Language) -> str:
    if word in language.units:
        return language.units[word]
    if word in language.teens:
        return language.teens[word]
    # Tens count as their first digit: "forty one" is 4 1, and "forty" alone loses a zero that length forgives.
    return language.tens.get(word, "0" if word in language.letters else "")


def _runs(text: str, stream: Sequence[_Digit]) -> Iterator[Span]:
    run: list[_Digit] = []
    for digit in [*stream, None]:
        if digit is not None and (not run or (digit.words_before <= _WORDS_IN_A_RUN and not digit.has_break)):
            run.append(digit)
            continue
        if _is_suspicious(text, run):
            because = f"a run of {min(len(run), _LONGEST_RUN)} digits or more, long enough for a card number"
            yield Span(run[0].start, run[-1].end, Entity.PAN, 0.5, because)
        run = [digit] if digit is not None else []


def _is_suspicious(text: str, run: Sequence[_Digit]) -> bool:
    """Whether a run could hold a card number: long enough, and not plainly a date, a time, or something named otherwise."""
    if len(run) < _SHORTEST:
        return False
    solid = "".join(digit.value for digit in run)
    if _HARMLESS.search(text[max(0, run[0].start - 40) : run[0].start]) and len(solid) <= 19:
        return _weighs(solid)
    between = text[run[0].start : run[-1].end]
    if re.search(r"\d{1,2}:\d\d|(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)|\d{4}-\d\d-\d\d", between):
        without = re.sub(
            r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)|\d{1,2}:\d\d(?::\d\d)?", "", between
        )
        return sum(sign.isdecimal() for sign in without) >= _SHORTEST
    if _is_account(text, run):
        return False
    # Digits with words between them are more often an address than a number read out: there the check digit decides.
    return not any(digit.words_before for digit in run[1:]) or _weighs(solid)


def _is_account(text: str, run: Sequence[_Digit]) -> bool:
    """Whether a run lies in an international bank account number whose own check digits hold (ISO 13616)."""
    around = text[max(0, run[0].start - 8) : run[-1].end + 8]
    for match in _ACCOUNT.finditer(around):
        compact = re.sub(r"\s", "", match.group()).upper()
        rearranged = compact[4:] + compact[:4]
        if int("".join(str(int(sign, 36)) for sign in rearranged)) % 97 == 1:
            return True
    return False


def _weighs(digits: str) -> bool:
    """Whether a stretch of the usual lengths passes the check digit; written out here to share nothing with `brands`."""
    for size in (16, 15, 14, 19):
        for first in range(max(0, min(len(digits), _LONGEST_RUN) - size + 1)):
            window, total = digits[first : first + size], 0
            for place, sign in enumerate(reversed(window)):
                value = int(sign) * (1 + place % 2)
                total += value - 9 if value > 9 else value
            if total % 10 == 0 and window[0] in "23456" and len(set(window)) > 1:
                return True
    return False


def _codes(text: str, stream: Sequence[_Digit]) -> Iterator[Span]:
    """Yield any three or four digits close behind or before words that mean a code."""
    starts = [digit.start for digit in stream]
    for cue in _CODES.finditer(text):
        near = stream[bisect_left(starts, cue.end()) : bisect_left(starts, cue.end() + _CODE_DISTANCE)]
        before = stream[
            bisect_left(starts, cue.start() - _CODE_DISTANCE // 2) : bisect_left(starts, cue.start())
        ]
        for digits in (near, before):
            for run in _close(digits):
                if 3 <= len(run) <= 6:
                    entity = Entity.PIN if cue.group().lower().startswith("pin") else Entity.CVV
                    because = "three or more digits close to words that mean a code"
                    yield Span(run[0].start, run[-1].end, entity, 0.5, because)


def _close(digits: Sequence[_Digit]) -> Iterator[list[_Digit]]:
    run: list[_Digit] = []
    for digit in digits:
        if run and (digit.words_before > 1 or digit.has_break):
            yield run
            run = []
        run.append(digit)
    if run:
        yield run
