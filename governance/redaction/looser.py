"""The detector of the second look: cruder than the first and different from it, so that their mistakes differ too.

It shares the words of the languages with the first look and none of its decisions: no digit groups, no turns, no
topics. The text is read as one line of digits in which almost anything may stand between two of them, and every run as
long as a card number counts, check digit or not, unless the words right before it name it otherwise. It calls too much
a finding by design: what it finds in a finished rendition keeps that in quarantine for a person.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from governance.redaction.lexicon import CURRENCY, FILLER, LETTER, PIECES, QUANTITY, Lexicon, Multiplier, compiled, fold
from governance.redaction.spans import Entity, Span, Word

DETECTORS = {"looser": "2"}
"""Name and version of this detector, as reports and re-examinations use them."""

_LABEL = re.compile(r"\[[A-Z][A-Z_]+(?: [^\]\s]{1,48})?\]")
_SHORTEST, _LONGEST_CARD, _LONGEST_RUN = 12, 19, 60
_WORDS_IN_A_RUN = 2  # words that may stand between two digits of one run
_REACH = 8  # tokens further apart are not even counted
_CODE_DISTANCE, _CODE_BEFORE = 60, 30
_NAMED_WITHIN = 40  # tokens from the words that name a number to its first digit
_PHRASE_AT_MOST = 8
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?:\s?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.ASCII)
_DATE = re.compile(r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}:\d\d(?::\d\d)?)(?!\d)")
_DATED = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)|\d{1,2}:\d\d(?::\d\d)?")

# An amount by itself: two decimals, no digit near it on either side, and no month before the point.
_AMOUNT = re.compile(
    r"(?<![\d.,])(?<!\d\s)(?<!\d\s\s)(?!(?:0?[1-9]|1[0-2])[.,]\d\d\b)\d{1,5}[.,]\d\d(?!\d)(?![.,]?\s*\d)"
)


@dataclass(frozen=True, slots=True)
class _Number:
    digits: str
    start: int
    end: int
    token: int
    words_before: int  # words since the number before
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
    lexicon = compiled(language)
    found = _Look(text, lexicon).findings()
    if second_opinion:
        from governance.redaction.personal import card_numbers

        found += card_numbers(_LABEL.sub(_blank, text), lexicon.code)
    return sorted(found, key=lambda span: (span.start, span.end))


def _blank(match: re.Match[str]) -> str:
    return "~" * len(match.group())


class _Look:
    """One look at one text."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._text, self._lexicon = text, lexicon
        flat = _LABEL.sub(_blank, text) if "[" in text else text
        flat = _AMOUNT.sub(_blank, flat) if "." in flat or "," in flat else flat
        self._flat = fold(flat)
        parts = PIECES.split(self._flat)
        self._words: list[str] = parts[1::2]
        self._starts: list[int] = list(accumulate(map(len, parts)))[::2]

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

    def _places(self) -> list[int]:
        numeric = self._lexicon.numeric
        return [at for at, word in enumerate(self._words) if word in numeric or "0" <= word[0] <= "9"]

    def _cues(self) -> list[tuple[int, int, str]]:
        """Return where the words ask for something: first token, last token, kind."""
        tries, words = self._lexicon.cues, self._words
        found = []
        for at in [at for at, word in enumerate(words) if word in tries]:
            node, last, kind = tries[words[at]], at, ""
            for place in range(at, min(at + _PHRASE_AT_MOST, len(words))):
                if place > at:
                    node = node.get(words[place])
                    if node is None:
                        break
                if "" in node:
                    last, kind = place, node[""]
            if kind and not (found and at <= found[-1][1]):
                found.append((at, last, kind))
        return found

    def _numbers(self, places: Sequence[int], cues: Sequence[tuple[int, int, str]]) -> Iterator[_Number]:
        """Yield every number, typed or spoken, one word at a time."""
        asking = {at for first, last, _ in cues for at in range(first, last + 1) if not self._words[at].isdigit() or last > first}
        before: _Number | None = None
        for at in places:
            digits = self._value(at) * self._times(at)
            if not digits or at in asking or self._counts(at):
                continue
            start, end = self._starts[at], self._starts[at] + len(self._words[at])
            words, has_break = (0, False) if before is None else self._between(before, at, start)
            number = _Number(digits, start, end, at, words, has_break)
            yield number
            before = number

    def _value(self, at: int) -> str:
        word = self._words[at]
        if "0" <= word[0] <= "9":
            return word
        if word in self._lexicon.months and word not in self._lexicon.numbers:
            return ""
        if self._lexicon.roles.get(word, 0) & LETTER:
            return "0"
        if word in self._lexicon.hundreds:
            return self._lexicon.hundreds[word]
        value = self._lexicon.numbers.get(word, {}).get("", "")
        if not isinstance(value, str) or not value:
            return ""
        # Tens count as their first digit: "forty one" is 4 1, and "forty" alone loses a zero that length forgives.
        return value[0] if len(value) == 2 and value[1] == "0" and value != "10" else value

    def _times(self, at: int) -> int:
        """How often the word before says the digit: double, triple."""
        before = self._lexicon.numbers.get(self._words[at - 1], {}).get("") if at else None
        return before.times if isinstance(before, Multiplier) else 1

    def _counts(self, at: int) -> bool:
        """Whether a number by itself counts something: 25 dollars, 3 items."""
        following = self._words[at + 1] if at + 1 < len(self._words) else ""
        role = self._lexicon.roles.get(following, 0)
        before = at > 0 and (self._words[at - 1] in self._lexicon.numeric or self._words[at - 1].isdigit())
        return bool(role & QUANTITY) and not before and len(self._words[at]) < _SHORTEST

    def _between(self, before: _Number, at: int, start: int) -> tuple[int, bool]:
        if at - before.token > _REACH:
            return _REACH, True
        roles = self._lexicon.roles
        inside = self._words[before.token + 1 : at]
        words = sum(not roles.get(word, 0) & FILLER and word not in self._lexicon.numeric for word in inside)
        gap = self._flat[before.end : start]
        has_break = any(sign in gap for sign in "~$£€+") or any(roles.get(word, 0) & CURRENCY for word in inside)
        return words, has_break

    def _runs(self, numbers: Sequence[_Number], cues: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
        run: list[_Number] = []
        named: set[str] = set()
        for number in [*numbers, None]:
            if number is not None and (
                not run or (number.words_before <= _WORDS_IN_A_RUN and not number.has_break)
            ):
                run.append(number)
                continue
            if self._is_suspicious(run, cues, named):
                because = "a run of digits long enough for a card number"
                yield Span(run[0].start, run[-1].end, Entity.PAN, 0.5, because)
            run = [number] if number is not None else []

    def _is_suspicious(
        self, run: Sequence[_Number], cues: Sequence[tuple[int, int, str]], named: set[str]
    ) -> bool:
        """Whether a run could hold a card number: long enough, and not plainly a date, a time, or something named otherwise."""
        solid = "".join(number.digits for number in run)
        if len(solid) < _SHORTEST:
            return False
        if self._is_named(run[0].token, cues) or any(solid in one or one in solid for one in named):
            named.add(solid)
            return len(solid) <= _LONGEST_CARD and _weighs(solid, whole=True)
        between = self._text[run[0].start : run[-1].end]
        if _DATE.search(between):
            return sum(sign.isdecimal() for sign in _DATED.sub("", between)) >= _SHORTEST
        if self._is_account(run):
            return False
        # Digits with words between them are more often an address than a number read out: there the check digit decides.
        return not any(number.words_before for number in run[1:]) or _weighs(solid)

    def _is_named(self, token: int, cues: Sequence[tuple[int, int, str]]) -> bool:
        """Whether the last words before a number that name anything name something that is no card."""
        at = bisect_left(cues, (token,)) - 1
        while at >= 0 and cues[at][2] in {"pay", "thing", "code"}:
            at -= 1
        return at >= 0 and cues[at][2] == "other" and token - cues[at][1] <= _NAMED_WITHIN

    def _is_account(self, run: Sequence[_Number]) -> bool:
        """Whether a run lies in an international bank account number whose own check digits hold (ISO 13616)."""
        around = self._text[max(0, run[0].start - 8) : run[-1].end + 8]
        for match in _ACCOUNT.finditer(around):
            compact = re.sub(r"\s", "", match.group()).upper()
            rearranged = compact[4:] + compact[:4]
            if int("".join(str(int(sign, 36)) for sign in rearranged)) % 97 == 1:
                return True
        return False

    def _codes(self, numbers: Sequence[_Number], cues: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
        """Yield any three or four digits close behind or before words that mean a code, with no mask between."""
        starts = [number.start for number in numbers]
        for index, (first, last, kind) in enumerate(cues):
            if kind not in {"cvv", "pin"}:
                continue
            end, begin = self._starts[last] + len(self._words[last]), self._starts[first]
            until = end + _CODE_DISTANCE
            following = next((cue for cue in cues[index + 1 :] if cue[2] in {"other", "thing", "part"}), None)
            if following is not None:
                until = min(until, self._starts[following[0]])
            if (mask := self._flat.find("~", end, until)) >= 0:
                until = mask
            near = numbers[bisect_left(starts, end) : bisect_left(starts, until)]
            since = max(begin - _CODE_BEFORE, self._flat.rfind("~", 0, begin))
            before = numbers[bisect_left(starts, since) : bisect_left(starts, begin)]
            entity = Entity.PIN if kind == "pin" else Entity.CVV
            for run in (*_close(near), *_close(before)):
                if 3 <= sum(len(number.digits) for number in run) <= 6:
                    because = "three or more digits close to words that mean a code"
                    yield Span(run[0].start, run[-1].end, entity, 0.5, because)


def _close(numbers: Sequence[_Number]) -> Iterator[list[_Number]]:
    run: list[_Number] = []
    for number in numbers:
        if run and (number.words_before > 1 or number.has_break):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _weighs(digits: str, *, whole: bool = False) -> bool:
    """Whether a stretch of the usual lengths passes the check digit; written out here to share nothing with `brands`."""
    for size in (len(digits),) if whole else (16, 15, 14, 19):
        for first in range(max(0, min(len(digits), _LONGEST_RUN) - size + 1)):
            window, total = digits[first : first + size], 0
            for place, sign in enumerate(reversed(window)):
                value = int(sign) * (1 + place % 2)
                total += value - 9 if value > 9 else value
            if total % 10 == 0 and window[0] in "23456" and len(set(window)) > 1:
                return True
    return False
