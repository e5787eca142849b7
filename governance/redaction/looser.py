"""The detector of the second look: cruder than the first and different from it, so that their mistakes differ too.

It shares the words of the languages with the first look and none of its decisions: no digit groups, no turns, no
topics. The text is read as one line of digits in which almost anything may stand between two of them. What in it has a
card's beginning, a usual length and the check digit counts, and so do blocks of four and runs as long as a card's that
begin like one; so do three or four digits right beside words that mean a code. What it finds in a finished rendition
keeps that in quarantine for a person.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from governance.redaction.lexicon import (
    FILLER,
    compiled,
)
from governance.redaction.looser_reading import LABEL, REACH, SHORTEST, Flat, Number, blank
from governance.redaction.spans import Entity, Span, Word

DETECTORS = {"looser": "2"}
"""Name and version of this detector, as reports and re-examinations use them."""

_LONGEST_CARD = 19
_WORDS_IN_A_RUN = 2  # words that may stand between two digits of one run
_NUMBERS_IN_A_WINDOW = 20
_CODE_WORDS, _CODE_DISTANCE = 4, 60  # from words that mean a code to its digits
_NAMED_WITHIN = 40  # tokens from the words that name a number to its first digit
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?:\s?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.ASCII)
_DATED = re.compile(
    r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}:\d\d(?::\d\d)?)(?!\d)"
)
_BEGINS = re.compile(r"4|5[1-5]|2[2-7]\d\d|3[4-7]|30|38|39|6011|6[4-5]|62|35|50|5[6-9]|6[0-9]|1800|2131")
_TAILS = (3, 4, 7, 8)  # a code, a date, both
_USUAL = re.compile(r"4.{15}|(?:5[1-5]|2[2-7]|35|60|6[245]).{14}|3[47].{13}|(?:30|36|38).{12}|4.{12}|62.{17}")


def examine(
    said: str | Sequence[Word], language: str | None = "en", *, second_opinion: bool = False
) -> list[Span]:
    """Return everything that might be card data in a text, or in words joined by spaces.

    Masks of the first pass (`[PAN]`, `[CVV]`) never count. `second_opinion` adds presidio's CREDIT_CARD, which costs
    its import.

    Raises `UnsupportedLanguageError` where the language cannot be examined: then nothing has been looked at.
    """
    text = said if isinstance(said, str) else " ".join(word.text for word in said)
    lexicon = compiled(language)
    found = _Look(text, lexicon).findings()
    if second_opinion:
        from governance.redaction.personal import card_numbers

        found += card_numbers(LABEL.sub(blank, text), lexicon.code)
    return sorted(found, key=lambda span: (span.start, span.end))


class _Look(Flat):
    """One look at one text."""

    def findings(self) -> list[Span]:
        """Return what may be left of card data."""
        places = self._places()
        if len(places) < 1:
            return []
        cues = self._cues()
        numbers = list(self._numbers(places, cues))
        if sum(len(number.digits) for number in numbers) < len("123"):
            return []
        return [*self._runs(numbers, cues), *self._codes(numbers, cues)]

    def _runs(self, numbers: Sequence[Number], cues: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
        run: list[Number] = []
        for number in [*numbers, None]:
            if number is not None and (
                not run or (number.words_before <= _WORDS_IN_A_RUN and not number.has_break)
            ):
                run.append(number)
                continue
            yield from self._suspicious(run, cues)
            run = [number] if number is not None else []

    def _suspicious(self, run: Sequence[Number], cues: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
        """Yield what in a run could be a card number, unless it is plainly a date, an account, or named otherwise."""
        solid = "".join(number.digits for number in run)
        if len(solid) < SHORTEST or self._is_account(run):
            return
        if self._is_named(run[0].token, cues):
            if len(solid) <= _LONGEST_CARD and _USUAL.fullmatch(solid) and _weighs(solid):
                yield self._span(run, "called otherwise, and a card number by its check digit")
            return
        if found := self._window(run):
            yield self._span(found, "a run of digits with a card's beginning, length and check digit")
        elif self._resembles(run, solid):
            yield self._span(run, "a run of digits as long as a card number that begins like one")

    def _span(self, run: Sequence[Number], because: str) -> Span:
        return Span(run[0].start, run[-1].end, Entity.PAN, 0.5, because)

    def _window(self, run: Sequence[Number]) -> Sequence[Number]:
        """Return the numbers of a run that, taken whole, have all that a card number has.

        A window begins where a stretch without words begins: inside of any long number some window passes the check.
        """
        begins = [at for at, number in enumerate(run) if not at or number.words_before]
        for first, following in zip(begins, [*begins[1:], len(run)], strict=True):
            digits, words = "", 0
            for last in range(first, min(len(run), first + _NUMBERS_IN_A_WINDOW)):
                digits += run[last].digits
                words += run[last].words_before if last > first else 0
                if len(digits) > _LONGEST_CARD or words > _WORDS_IN_A_RUN:
                    break
                if len(digits) < SHORTEST or not _weighs(digits):
                    continue
                rest = (
                    sum(len(number.digits) for number in run[last + 1 : following]) if last < following else 0
                )
                is_whole = last + 1 in (following, len(run)) or last + 1 in begins
                if (_USUAL.fullmatch(digits) and (is_whole or rest in _TAILS)) or (
                    is_whole and not words and _BEGINS.match(digits)
                ):
                    return run[first : last + 1]
        return ()

    def _resembles(self, run: Sequence[Number], solid: str) -> bool:
        if any(number.words_before for number in run[1:]) or not _BEGINS.match(solid):
            return False
        if _DATED.search(self._text[run[0].start : run[-1].end]):
            return False
        blocks = {len(number.digits) for number in run}
        return len(solid) in (15, 16) or (blocks == {4} and len(run) > 2)

    def _is_named(self, token: int, cues: Sequence[tuple[int, int, str]]) -> bool:
        """Whether the last words before a number that name anything name something that is no card."""
        at = bisect_left(cues, (token,)) - 1
        while at >= 0 and cues[at][2] in {"pay", "thing", "code"}:
            at -= 1
        return at >= 0 and cues[at][2] == "other" and token - cues[at][1] <= _NAMED_WITHIN

    def _is_account(self, run: Sequence[Number]) -> bool:
        """Whether a run lies in an international bank account number whose own check digits hold (ISO 13616)."""
        around = self._text[max(0, run[0].start - 8) : run[-1].end + 8]
        for match in _ACCOUNT.finditer(around):
            compact = re.sub(r"\s", "", match.group()).upper()
            rearranged = compact[4:] + compact[:4]
            if int("".join(str(int(sign, 36)) for sign in rearranged)) % 97 == 1:
                return True
        return False

    def _codes(self, numbers: Sequence[Number], cues: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
        """Yield three or four digits right behind or before words that mean a code, with no mask between."""
        runs = list(_close(numbers))
        for first, last, kind in cues:
            if kind not in {"cvv", "pin"}:
                continue
            sizes = (4, 5, 6) if kind == "pin" else (3, 4)
            entity = Entity.PIN if kind == "pin" else Entity.CVV
            for run in runs[
                bisect_left(runs, first - REACH, key=_token) : bisect_left(runs, last + REACH, key=_token)
            ]:
                if sum(len(number.digits) for number in run) not in sizes or self._counts(run[-1].token):
                    continue
                begin, end = (last, run[0].token) if run[0].token > last else (run[-1].token, first)
                if self._is_beside(begin, end, cues):
                    because = "three or more digits right beside words that mean a code"
                    yield Span(run[0].start, run[-1].end, entity, 0.5, because)

    def _is_beside(self, begin: int, end: int, cues: Sequence[tuple[int, int, str]]) -> bool:
        """Whether little stands between two tokens: few words, no mask, nothing that names something else."""
        roles, start = self._lexicon.roles, self._starts[begin] + len(self._words[begin])
        words = sum(not roles.get(word, 0) & FILLER for word in self._words[begin + 1 : end])
        between = self._flat[start : self._starts[end]]
        others = any(begin < first < end and kind in {"other", "thing", "part"} for first, _, kind in cues)
        return (
            0 <= words <= _CODE_WORDS and len(between) <= _CODE_DISTANCE and "~" not in between and not others
        )


def _token(run: Sequence[Number]) -> int:
    return run[0].token


def _close(numbers: Sequence[Number]) -> Iterator[list[Number]]:
    run: list[Number] = []
    for number in numbers:
        if run and (number.words_before or number.has_break):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _weighs(digits: str) -> bool:
    """Whether digits pass the check digit (ISO/IEC 7812-1); written out here to share nothing with `brands`."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1
