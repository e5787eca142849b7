"""Numbers as they are said: words to digits, in every language by what its file says.

Single digits, pairs, hundreds and thousands, "double four", oh and its like, and words that only sound like a digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from governance.redaction.cutting import Tokens, is_numeric
from governance.redaction.lexicon import (
    ARTICLE,
    DETERMINER,
    FILLER,
    HUNDRED,
    JOINER,
    LETTER,
    QUANTITY,
    THOUSAND,
    Lexicon,
    Multiplier,
)

_LETTERS_IN_A_ROW = 8
_HOMOPHONES_IN_A_ROW, _HESITATION = 3, 4
LINKS = frozenset("-/.:,_'’")
"""Signs that tie typed digits to one number, or to a date, a time, an amount."""


class Chunk(NamedTuple):
    """One number as said or typed: its digits, the characters and the tokens (both ends included) it stands at."""

    start: int
    end: int
    digits: str
    typed: bool
    first: int
    last: int
    weak: bool = False  # an article that is a number word: "one", "un", "ein"
    is_month: bool = False


class Numerals:
    """Reads numbers in words off the tokens of a text."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon, skip: Sequence[bool] | bytearray) -> None:
        """Read `tokens`; `skip` marks those that belong to a cue."""
        self._tokens, self._words, self._lexicon, self._skip = tokens, tokens.words, lexicon, skip

    def chunk(self, first: int, last: int, digits: str, *, typed: bool = False, weak: bool = False) -> Chunk:
        """Return the number at some tokens."""
        tokens = self._tokens
        return Chunk(tokens.starts[first], tokens.end(last), digits, typed, first, last, weak)

    def _is_number(self, at: int) -> bool:
        return (
            0 <= at < len(self._words) and not self._skip[at] and is_numeric(self._words[at], self._lexicon)
        )

    def is_pronoun(self, at: int, done: int) -> bool:
        """Whether a number word stands for a thing or before one: `the other one`, `un conseiller`, `one more time`."""
        words, roles, tight = self._words, self._lexicon.roles, self._tokens.is_tight
        following = at + 1
        if at and done == at - 1:
            return tight(following) and bool(roles.get(words[following], 0) & QUANTITY)
        if tight(following) and self._is_number(following):
            is_linked = following + 1 < len(words) and self._tokens.gap(following + 1) in LINKS
            if (len(words[following]) == 1 and not is_linked) or not "0" <= words[following][0] <= "9":
                return False
        elif tight(following):
            role = roles.get(words[following], 0)
            if role & QUANTITY or not role & (FILLER | HUNDRED | THOUSAND):
                return True
        return at > 0 and bool(roles.get(words[at - 1], 0) & DETERMINER) and tight(at)

    def homophones(self, first: int, size: int) -> Iterator[tuple[Chunk, str]]:
        """Yield words that only sound like digits, where numbers stand on both sides of them, or before them for two words.

        "four to five" is a number only if both neighbours are single digits: prepositions need more than to sound right.
        """
        sounds, words, tight = self._lexicon.homophones, self._words, self._tokens.is_tight
        last = first
        while (
            last < len(words)
            and words[last] in sounds
            and tight(last)
            and last - first < _HOMOPHONES_IN_A_ROW
        ):
            last += 1
        if last == first:
            return
        is_behind = tight(last) and self._is_number(last)
        is_common = any(words[at] in self._lexicon.common for at in range(first, last))
        if is_common and (size > 1 or not is_behind or self._size(last) > 1):
            return
        is_before = self._is_number(first - 2) and tight(first - 1)
        is_followed = self._is_number(last + 1) and "\n" not in self._tokens.gap(last + 1)
        if is_behind and not (is_before or is_followed or last - first > 1):
            return
        if is_behind or (is_before and words[first] not in self._lexicon.common):
            for at in range(first, last):
                yield self.chunk(at, at, sounds[words[at]]), ""

    def heard(self, at: int, done: int) -> Iterator[tuple[Chunk, str]]:
        """Yield a word before a number that only sounds like a digit, where two numbers follow it."""
        before = at - 1
        if before <= done or self._skip[before] or self._words[before] not in self._lexicon.homophones:
            return
        is_common = self._words[before] in self._lexicon.common
        if (
            not is_common
            and self._tokens.is_tight(at)
            and self._tokens.is_tight(at + 1)
            and self._is_number(at + 1)
        ):
            yield self.chunk(before, before, self._lexicon.homophones[self._words[before]]), ""

    def _size(self, at: int) -> int:
        word = self._words[at]
        return len(word) if "0" <= word[0] <= "9" else len(self.spoken(at)[0])

    def letter(self, at: int, done: int) -> bool:
        """O and oh are zero beside a digit or beside another one that is; with a comma after it, oh is a sigh.

        Between two digits with a hesitation on either side it is zero as well: four, you know, oh, um, three. Not if the second is said
        in the next turn, which nobody knows while this one is heard.
        """
        following = at + 1
        is_last = following >= len(self._words) or any(s in "\n.?!" for s in self._tokens.gap(following))
        role = 0 if is_last else self._lexicon.roles.get(self._words[following], 0)
        if role & QUANTITY and not self._is_number(following):
            return False  # eleven o'clock
        if role & ARTICLE and self.is_pronoun(following, done):
            return False  # oh, one second
        if done == at - 1 and at > 0 and "\n" not in self._tokens.gap(at):
            return "," not in self._tokens.gap(at) or self._is_number(following)
        after = following
        while after - at < _LETTERS_IN_A_ROW and (self._is_letter(after) or self._is_homophone(after)):
            after += 1
        gap = self._tokens.gap(following) if following < len(self._words) else "\n"
        if self._is_number(after) and not self._is_letter(after) and not any(s in gap for s in ",!\n.?"):
            return True
        return (
            done >= 0
            and at - done <= _HESITATION
            and self._is_hesitation(done + 1, at)
            and any(
                self._is_number(place) and self._is_hesitation(following, place)
                for place in range(following, min(following + _HESITATION, len(self._words)))
                if not any("\n" in self._tokens.gap(at) for at in range(following, place + 1))
            )
        )

    def _is_hesitation(self, first: int, last: int) -> bool:
        roles, words = self._lexicon.roles, self._words
        return all(
            roles.get(words[at], 0) & FILLER and "\n" not in self._tokens.gap(at + 1)
            for at in range(first, last)
        )

    def _is_homophone(self, at: int) -> bool:
        return at < len(self._words) and self._words[at] in self._lexicon.homophones

    def _is_letter(self, at: int) -> bool:
        return 0 <= at < len(self._words) and bool(self._lexicon.roles.get(self._words[at], 0) & LETTER)

    def spoken(self, at: int) -> tuple[str, int]:
        """Return the digits said from token `at` on and how many tokens they took; 0 where no number is said."""
        value, used = self._below(at)
        if isinstance(value, Multiplier):
            return self._multiplied(value.times, at, used)
        word, lexicon = self._words[at], self._lexicon
        roles = lexicon.roles.get(word, 0)
        if not used:
            if word in lexicon.hundreds:
                value, used = self._rest(at, lexicon.hundreds[word], 1, 2)
            elif roles & HUNDRED and lexicon.bare_hundred:
                value, used = self._rest(at, "1", 1, 2)
            elif roles & THOUSAND and lexicon.bare_thousand:
                return self._rest(at, "1", 1, 3)
            else:
                return "", 0
        elif len(value) <= 2 and self._has(at + used, HUNDRED) and value.strip("0"):
            value, used = self._rest(at, value, used + 1, 2)
        elif used == 1 and len(value) > 2 and value.endswith("00") and value.strip("0"):
            # Hundreds and thousands in one word, and what follows them in another: vierhundert elf, duizend elf.
            places = 3 if value.endswith("000") else 2
            value, used = self._rest(at, value[:-places], used, places)
        if len(value) <= 3 and self._has(at + used, THOUSAND) and value.strip("0"):
            value, used = self._rest(at, value, used + 1, 3)
        return value, used

    def _has(self, at: int, role: int) -> bool:
        if at >= len(self._words) or not self._tokens.is_tight(at):
            return False
        return bool(self._lexicon.roles.get(self._words[at], 0) & role)

    def _below(self, at: int) -> tuple[str | Multiplier, int]:
        """Return the longest number below a hundred (or written as one word) at token `at`."""
        node = self._lexicon.numbers.get(self._words[at]) if not self._skip[at] else None
        value: str | Multiplier = ""
        used, place = 0, at
        while node is not None:
            if "" in node:
                value, used = node[""], place - at + 1
            place += 1
            if not self._tokens.is_tight(place) or self._skip[place]:
                break
            node = node.get(self._words[place])
        return value, used

    def _rest(self, at: int, head: str, used: int, places: int) -> tuple[str, int]:
        """Add what follows a hundred (two places) or a thousand (three): four hundred AND TWELVE."""
        place = at + used
        joined = self._has(place, JOINER)
        place += joined
        if not self._tokens.is_tight(place):
            return head + "0" * places, used
        rest: str | Multiplier = ""
        taken = 0
        if places == 3:
            if self._words[place] in self._lexicon.hundreds:
                rest, taken = self._rest(place, self._lexicon.hundreds[self._words[place]], 1, 2)
            elif self._has(place, HUNDRED) and self._lexicon.bare_hundred:
                rest, taken = self._rest(place, "1", 1, 2)
        if not taken:
            rest, taken = self._below(place)
            if (
                places == 3
                and isinstance(rest, str)
                and len(rest) == 3
                and taken == 1
                and rest.endswith("00")
            ):
                rest, taken = self._rest(place, rest[0], taken, 2)
            if (
                places == 3
                and isinstance(rest, str)
                and len(rest) == 1
                and taken
                and self._has(place + taken, HUNDRED)
            ):
                rest, taken = self._rest(place, rest, taken + 1, 2)
                if self._has(place + taken, THOUSAND):
                    rest, taken = self._without_unit(place, rest, taken)
        # "three hundred twenty, four hundred": the four belongs to the next hundred.
        if taken == 2 and not isinstance(rest, Multiplier) and self._has(place + taken, HUNDRED | THOUSAND):
            ten = self._lexicon.numbers.get(self._words[place], {}).get("", "")
            if isinstance(ten, str) and len(ten) == 2:
                rest, taken = ten, 1
        # A single digit after a bare hundred is more often the next digit of a number than its last place.
        if (
            not taken
            or isinstance(rest, Multiplier)
            or len(rest) > places
            or (len(rest) == 1 and not joined and not self._lexicon.unit_joins)
        ):
            return head + "0" * places, used
        return head + rest.rjust(places, "0"), place - at + taken

    def _without_unit(self, place: int, value: str, used: int) -> tuple[str, int]:
        """Give a last unit back: "two hundred and fifty, six thousand" said without the comma."""
        unit = self._lexicon.numbers.get(self._words[place + used - 1], {}).get("", "")
        if isinstance(unit, str) and len(unit) == 1 and value.endswith(unit):
            return value[:-1] + "0", used - 1
        return value, used

    def _multiplied(self, times: int, at: int, used: int) -> tuple[str, int]:
        place = at + used
        if place >= len(self._words) or "\n" in self._tokens.gap(place):
            return "", 0
        if self._is_letter(place):
            return "0" * times, used + 1
        word = self._words[place]
        if len(word) == 1 and "0" <= word <= "9":
            return word * times, used + 1
        value, taken = self._below(place)
        if isinstance(value, str) and len(value) == 1:
            return value * times, used + taken
        return "", 0
