"""The text as the second look reads it: one line of digits, and where the words ask for something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from governance.redaction.lexicon import (
    CURRENCY,
    FILLER,
    LETTER,
    PIECES,
    QUANTITY,
    Lexicon,
    Multiplier,
    Trie,
    fold,
)

LABEL = re.compile(r"\[[A-Z][A-Z_]+(?: [^\]\s]{1,48})?\]")
SHORTEST, REACH = 12, 8
"""The fewest digits of a card number, and how many tokens apart two numbers of one run may stand."""
_PHRASE_AT_MOST = 8

# An amount by itself: two decimals, no digit near it on either side, and no month before the point.
_AMOUNT = re.compile(
    r"(?<![\d.,])(?<!\d\s)(?<!\d\s\s)(?!(?:0?[1-9]|1[0-2])[.,]\d\d\b)\d{1,5}[.,]\d\d(?!\d)(?![.,]?\s*\d)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of one word, and what stands between it and the number before."""

    digits: str
    start: int
    end: int
    token: int
    words_before: int  # words since the number before
    has_break: bool  # a label, a currency sign or a line of its own stands between


def blank(match: re.Match[str]) -> str:
    """Return as many signs that are no word as a mask or an amount has."""
    return "~" * len(match.group())


class Flat:
    """A text cut into words, its numbers and its cues."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        """Cut `text` into words; masks of the first pass and plain amounts are none."""
        self._text, self._lexicon = text, lexicon
        flat = LABEL.sub(blank, text) if "[" in text else text
        flat = _AMOUNT.sub(blank, flat) if "." in flat or "," in flat else flat
        self._flat = fold(flat)
        parts = PIECES.split(self._flat)
        self._words: list[str] = parts[1::2]
        self._starts: list[int] = list(accumulate(map(len, parts)))[::2]

    def _places(self) -> list[int]:
        numeric = self._lexicon.numeric
        return [at for at, word in enumerate(self._words) if word in numeric or "0" <= word[0] <= "9"]

    def _cues(self) -> list[tuple[int, int, str]]:
        """Return where the words ask for something: first token, last token, kind."""
        tries, words = self._lexicon.cues, self._words
        found: list[tuple[int, int, str]] = []
        for at in [at for at, word in enumerate(words) if word in tries]:
            node: Trie | None = tries[words[at]]
            last, kind = at, ""
            for place in range(at, min(at + _PHRASE_AT_MOST, len(words))):
                node = node.get(words[place]) if node is not None and place > at else node
                if node is None:
                    break
                if "" in node:
                    last, kind = place, node[""]
            if kind and not (found and at <= found[-1][1]):
                found.append((at, last, kind))
        return found

    def _numbers(self, places: Sequence[int], cues: Sequence[tuple[int, int, str]]) -> Iterator[Number]:
        """Yield every number, typed or spoken, one word at a time."""
        asking = {
            at
            for first, last, _ in cues
            for at in range(first, last + 1)
            if not self._words[at].isdigit() or last > first
        }
        before: Number | None = None
        for at in places:
            digits = self._value(at) * self._times(at)
            if not digits or at in asking or self._counts(at):
                continue
            start, end = self._starts[at], self._starts[at] + len(self._words[at])
            words, has_break = (0, False) if before is None else self._between(before, at, start)
            number = Number(digits, start, end, at, words, has_break)
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
        return bool(role & QUANTITY) and not before and len(self._words[at]) < SHORTEST

    def _between(self, before: Number, at: int, start: int) -> tuple[int, bool]:
        if at - before.token > REACH:
            return REACH, True
        roles = self._lexicon.roles
        inside = self._words[before.token + 1 : at]
        words = sum(not roles.get(word, 0) & FILLER and word not in self._lexicon.numeric for word in inside)
        gap = self._flat[before.end : start]
        has_break = any(sign in gap for sign in "~$£€+") or any(
            roles.get(word, 0) & CURRENCY for word in inside
        )
        return words, has_break
