"""The digit stream: every number in a text, typed or spoken, as digits with the place each stands at.

A `Chunk` is one number as it was written or said (`4111`, `forty-one`, `double four`); a `Group` is the chunks of one
turn that nothing but separators and fillers divides. What its own looks tell to be another kind of number (a date, a
time, an amount, an address of a network, letters mixed with digits) is a group by itself that says so in `explained`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from governance.redaction.languages import Language
from governance.redaction.lexicon import (
    ARTICLE,
    CURRENCY,
    DETERMINER,
    FILLER,
    HUNDRED,
    JOINER,
    LETTER,
    MONTH,
    ORDINAL,
    PIECES,
    QUANTITY,
    THOUSAND,
    Lexicon,
    Multiplier,
    compiled,
    fold,
)

_ASCII_PIECES = re.compile(r"([a-z]+|[0-9]+)")
_DIGIT = re.compile(r"[0-9]")
_LABEL = re.compile(r"\[[A-Z][A-Z_]+(?: [^\]\s]{1,48})?\]")
_IBAN = re.compile(r"[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE)
_ESCAPE = re.compile(r"%(?:20|2[BDEF]|0[9AD]|C2%A0|E2%80%[0-9A-F]{2})|\\u[0-9a-fA-F]{4}|\\[nrt]|&\#?\w{2,7};")
_LINKS = frozenset("-/.:,_'’")
_TIGHT = frozenset({" ", "-", "\u00a0", "\u2011", "\u202f", "\u2013", "  "})

FILLERS_BETWEEN = 6
_LETTERS_IN_A_ROW = 8
_HOMOPHONES_IN_A_ROW, _HESITATION = 3, 4
_QUANTITY_DIGITS, _QUANTITY_CHUNKS = 7, 3
_SPELLED_QUANTITY = (4, 5)
_MIXED_AT_MOST = 11
_PLUS, _TELEPHONE_AT_LEAST = frozenset({"plus", "mas", "piu", "mais"}), 9
_PERCENT = frozenset({("per", "cent"), ("pour", "cent"), ("por", "ciento"), ("por", "cento"), ("per", "cento")})
_ACCOUNT_AT_LEAST, _SPELLED_WITHIN = 8, 24
# How long account numbers are by country (ISO 13616 registry).
_ACCOUNT_LENGTHS = {
    "ad": 24, "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24, "fi": 18,
    "fr": 27, "gb": 22, "gi": 23, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "is": 26, "it": 27, "li": 21, "lt": 20, "lu": 20,
    "lv": 21, "mc": 27, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24, "se": 24, "si": 19, "sk": 24, "sm": 27,
}  # fmt: skip


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


class Group(NamedTuple):
    """Chunks that belong together: one turn, nothing but separators and fillers between them.

    `explained` says what the number is by its own looks, and is empty where it says nothing.
    """

    chunks: tuple[Chunk, ...]
    turn: int
    digits: str
    explained: str = ""
    plus: bool = False  # written with the + of an international telephone number

    @property
    def start(self) -> int:
        """Where the first chunk begins."""
        return self.chunks[0].start

    @property
    def end(self) -> int:
        """Where the last chunk ends."""
        return self.chunks[-1].end

    @property
    def first(self) -> int:
        """The first token."""
        return self.chunks[0].first

    @property
    def last(self) -> int:
        """The last token, included."""
        return self.chunks[-1].last


class Label(NamedTuple):
    """A mask that an earlier pass left: `[PAN]`."""

    start: int
    end: int
    name: str


class Tokens:
    """A text cut into words and numbers: `words` folded, `starts` their places, `gap(i)` what stands before word i."""

    __slots__ = ("_parts", "folded", "labels", "starts", "text", "typed", "words")

    def __init__(self, text: str) -> None:
        """Cut `text`. Masks of an earlier pass are no words, and neither are escapes of URLs and JSON."""
        folded = fold(text)
        self.labels: tuple[Label, ...] = ()
        if "[" in text:
            self.labels = tuple(
                Label(match.start(), match.end(), match.group()[1:-1].split(" ")[0])
                for match in _LABEL.finditer(text)
            )
            folded = _LABEL.sub(_blank, folded) if text is folded else _blanked(folded, self.labels)
        if "%" in text or "\\" in text or "&" in text:
            folded = _ESCAPE.sub(_spaces, folded)
        pattern = _ASCII_PIECES if folded.isascii() else PIECES
        self.text = text
        self.folded = folded
        self._parts = pattern.split(folded)
        self.words: list[str] = self._parts[1::2]
        self.starts: list[int] = list(accumulate(map(len, self._parts)))[::2]
        self.typed: list[int] = []
        """Which words are typed digits."""
        if _DIGIT.search(folded):
            self.typed = [at for at, word in enumerate(self.words) if "0" <= word[0] <= "9"]

    def __len__(self) -> int:
        return len(self.words)

    def gap(self, index: int) -> str:
        """Return what stands between the word before and the word at `index`."""
        return self._parts[2 * index]

    def end(self, index: int) -> int:
        """Return where the word at `index` ends."""
        return self.starts[index] + len(self.words[index])

    def is_tight(self, index: int) -> bool:
        """Whether the word at `index` follows the one before as the parts of one number do."""
        return 0 < index < len(self.words) and self._parts[2 * index] in _TIGHT


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match.group())


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blanked(folded: str, labels: Sequence[Label]) -> str:
    for label in labels:
        folded = folded[: label.start] + "\x00" * (label.end - label.start) + folded[label.end :]
    return folded


def is_numeric(word: str, lexicon: Lexicon) -> bool:
    """Return whether a folded word may be part of a number."""
    return word in lexicon.numeric or "0" <= word[0] <= "9"


def chunks(
    tokens: Tokens, lexicon: Lexicon, skip: Sequence[bool] | bytearray, numeric: list[int]
) -> list[tuple[Chunk, str]]:
    """Return every number of a text in order, each with what it is by its own looks (an empty string: nothing).

    `skip` marks tokens that belong to a cue: the sixteen of "the sixteen digits" is no number. `numeric` are the words
    that may be numbers, typed digits aside.
    """
    places = sorted([*numeric, *tokens.typed]) if tokens.typed else numeric
    found: list[tuple[Chunk, str]] = []
    done = -1
    reader = _Reader(tokens, lexicon, skip)
    for at in places:
        if at <= done or skip[at]:
            continue
        for chunk, explained in reader.read(at, done):
            found.append((chunk, explained))
            done = chunk.last
    return found


class _Reader:
    """Reads numbers off the tokens, one at a time."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon, skip: Sequence[bool] | bytearray) -> None:
        self._tokens, self._words, self._lexicon, self._skip = tokens, tokens.words, lexicon, skip
        self._iban_until = 0

    def read(self, at: int, done: int) -> Iterator[tuple[Chunk, str]]:
        """Yield the number at token `at`, and a homophone behind it that another number follows."""
        word = self._words[at]
        if at and (self._words[at - 1], word) in _PERCENT:
            return
        if self._lexicon.homophones and at:
            yield from self._heard(at, done)
        if "0" <= word[0] <= "9":
            last = at
            for chunk, explained in self._typed(at):
                yield chunk, explained
                last = chunk.last
            if self._lexicon.homophones:
                yield from self._homophones(last + 1, len(self._words[last]))
            return
        roles = self._lexicon.roles.get(word, 0)
        if roles & LETTER and self._letter(at, done):
            last, digits = at, "0"
            yield self._chunk(at, at, digits), ""
        else:
            digits, used = self._spoken(at)
            if not used:
                if word in self._lexicon.months:
                    yield self._chunk(at, at, self._lexicon.months[word])._replace(is_month=True), "a date"
                return
            last = at + used - 1
            weak = bool(roles & ARTICLE) and used == 1
            if weak and self._is_pronoun(at, done):
                return
            yield self._chunk(at, last, digits, weak=weak), ""
        if self._lexicon.homophones:
            yield from self._homophones(last + 1, len(digits))

    def _chunk(self, first: int, last: int, digits: str, *, typed: bool = False, weak: bool = False) -> Chunk:
        tokens = self._tokens
        return Chunk(tokens.starts[first], tokens.end(last), digits, typed, first, last, weak)

    def _is_number(self, at: int) -> bool:
        return 0 <= at < len(self._words) and not self._skip[at] and is_numeric(self._words[at], self._lexicon)

    def _is_pronoun(self, at: int, done: int) -> bool:
        """Whether a number word stands for a thing or before one: `the other one`, `un conseiller`, `one more time`."""
        words, roles, tight = self._words, self._lexicon.roles, self._tokens.is_tight
        following = at + 1
        if at and done == at - 1:
            return tight(following) and bool(roles.get(words[following], 0) & QUANTITY)
        if tight(following) and self._is_number(following):
            is_linked = following + 1 < len(words) and self._tokens.gap(following + 1) in _LINKS
            if (len(words[following]) == 1 and not is_linked) or not "0" <= words[following][0] <= "9":
                return False
        elif tight(following):
            role = roles.get(words[following], 0)
            if role & QUANTITY or not role & (FILLER | HUNDRED | THOUSAND):
                return True
        return at > 0 and bool(roles.get(words[at - 1], 0) & DETERMINER) and tight(at)

    def _homophones(self, first: int, size: int) -> Iterator[tuple[Chunk, str]]:
        """Yield words that only sound like digits, where numbers stand on both sides of them, or before them for two words.

        "four to five" is a number only if both neighbours are single digits: prepositions need more than to sound right.
        """
        sounds, words, tight = self._lexicon.homophones, self._words, self._tokens.is_tight
        last = first
        while last < len(words) and words[last] in sounds and tight(last) and last - first < _HOMOPHONES_IN_A_ROW:
            last += 1
        if last == first:
            return
        is_behind = tight(last) and self._is_number(last)
        if any(words[at] in self._lexicon.common for at in range(first, last)):
            if size > 1 or not is_behind or self._size(last) > 1:
                return
        is_before = self._is_number(first - 2) and tight(first - 1)
        if is_behind and not (is_before or self._is_number(last + 1) or last - first > 1):
            return
        if is_behind or (is_before and words[first] not in self._lexicon.common):
            for at in range(first, last):
                yield self._chunk(at, at, sounds[words[at]]), ""

    def _heard(self, at: int, done: int) -> Iterator[tuple[Chunk, str]]:
        """Yield a word before a number that only sounds like a digit, where two numbers follow it."""
        before = at - 1
        if before <= done or self._skip[before] or self._words[before] not in self._lexicon.homophones:
            return
        is_common = self._words[before] in self._lexicon.common
        if not is_common and self._tokens.is_tight(at) and self._tokens.is_tight(at + 1) and self._is_number(at + 1):
            yield self._chunk(before, before, self._lexicon.homophones[self._words[before]]), ""

    def _size(self, at: int) -> int:
        word = self._words[at]
        return len(word) if "0" <= word[0] <= "9" else len(self._spoken(at)[0])

    def _letter(self, at: int, done: int) -> bool:
        """O and oh are zero beside a digit or beside another one that is; with a comma after it, oh is a sigh.

        Between two digits with a hesitation on either side it is zero as well: four, you know, oh, um, three.
        """
        following = at + 1
        if following < len(self._words) and self._lexicon.roles.get(self._words[following], 0) & QUANTITY:
            if not self._is_number(following):
                return False  # eleven o'clock
        is_pronoun = following < len(self._words) and self._lexicon.roles.get(self._words[following], 0) & ARTICLE
        if is_pronoun and self._is_pronoun(following, done):
            return False  # oh, one second
        if done == at - 1 and at > 0 and "\n" not in self._tokens.gap(at):
            return "," not in self._tokens.gap(at) or self._is_number(following)
        after = following
        while after - at < _LETTERS_IN_A_ROW and (self._is_letter(after) or self._is_homophone(after)):
            after += 1
        gap = self._tokens.gap(following) if following < len(self._words) else "\n"
        if self._is_number(after) and not self._is_letter(after) and not any(s in gap for s in ",!\n.?"):
            return True
        return 0 <= done and at - done <= _HESITATION and self._is_hesitation(done + 1, at) and any(
            self._is_number(place) and self._is_hesitation(following, place)
            for place in range(following, min(following + _HESITATION, len(self._words)))
        )

    def _is_hesitation(self, first: int, last: int) -> bool:
        roles, words = self._lexicon.roles, self._words
        return all(roles.get(words[at], 0) & FILLER and "\n" not in self._tokens.gap(at + 1) for at in range(first, last))

    def _is_homophone(self, at: int) -> bool:
        return at < len(self._words) and self._words[at] in self._lexicon.homophones

    def _is_letter(self, at: int) -> bool:
        return 0 <= at < len(self._words) and bool(self._lexicon.roles.get(self._words[at], 0) & LETTER)

    def _spoken(self, at: int) -> tuple[str, int]:
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
            if places == 3 and isinstance(rest, str) and len(rest) == 3 and taken == 1 and rest.endswith("00"):
                rest, taken = self._rest(place, rest[0], taken, 2)
            if places == 3 and isinstance(rest, str) and len(rest) == 1 and taken and self._has(place + taken, HUNDRED):
                rest, taken = self._rest(place, rest, taken + 1, 2)
                if self._has(place + taken, THOUSAND):
                    rest, taken = self._without_unit(place, rest, taken)
        # "three hundred twenty, four hundred": the four belongs to the next hundred.
        if taken == 2 and not isinstance(rest, Multiplier) and self._has(place + taken, HUNDRED | THOUSAND):
            ten = self._lexicon.numbers.get(self._words[place], {}).get("", "")
            if isinstance(ten, str) and len(ten) == 2:
                rest, taken = ten, 1
        # A single digit after a bare hundred is more often the next digit of a number than its last place.
        if not taken or isinstance(rest, Multiplier) or len(rest) > places or (len(rest) == 1 and not joined and not self._lexicon.unit_joins):
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

    def _typed(self, at: int) -> Iterator[tuple[Chunk, str]]:
        """Yield the numbers of one cluster of typed characters, told apart by its shape."""
        last, has_letters = self._cluster(at)
        places = [place for place in range(at, last + 1) if "0" <= self._words[place][0] <= "9"]
        explained = self._shape(at, last, places, has_letters)
        for place in places:
            if not self._skip[place]:
                yield self._chunk(place, place, self._words[place], typed=True), explained

    def _cluster(self, at: int) -> tuple[int, bool]:
        words, gap = self._words, self._tokens.gap
        has_letters = at > 0 and gap(at) == ""
        last = at
        while last + 1 < len(words):
            between, following = gap(last + 1), words[last + 1]
            is_digit = "0" <= following[0] <= "9"
            if between == "":
                has_letters = True
            elif not (len(between) == 1 and between in _LINKS and is_digit):
                break
            last += 1
        return last, has_letters

    def _shape(self, first: int, last: int, places: list[int], has_letters: bool) -> str:
        words, gap = self._words, self._tokens.gap
        if self._tokens.starts[first] < self._iban_until:
            return "an international bank account number"
        before = gap(first).rstrip(" ")[-1:] if first else gap(0)[-1:]
        after = gap(last + 1) if last + 1 < len(words) else self._tokens.text[self._tokens.end(last) :][:2]
        is_behind = first > 0 and "0" <= words[first - 1][0] <= "9"  # 45.00 € 7678: the sign belongs to the number before
        if before and before in "$£€¥" and not is_behind:
            return "an amount of money"
        if after[:1] in {"%", "€"} or after[:2] in {" %", " €"}:
            return "an amount or a share"
        if has_letters:
            if self._is_iban(first):
                return "an international bank account number"
            count = sum(len(words[place]) for place in places)
            return "letters and digits mixed" if count <= _MIXED_AT_MOST else ""
        if len(places) == 1:
            return ""
        parts, seps = [words[place] for place in places], [gap(place) for place in places[1:]]
        return _looks(parts, seps)

    def _is_iban(self, first: int) -> bool:
        """Whether an IBAN whose check digits hold begins right before this token; its later digits belong to it."""
        if first == 0 or len(self._words[first - 1]) != 2 or self._tokens.gap(first):
            return False
        place = iban_at(self._tokens.text, self._tokens.starts[first - 1])
        if place is None:
            return False
        self._iban_until = place[1]
        return True


def iban_at(text: str, start: int) -> tuple[int, int] | None:
    """Return the place of an IBAN that begins at `start`, if one whose check digits hold does (ISO 13616)."""
    match = _IBAN.match(text, start)
    while match:
        compact = match.group().replace(" ", "").upper()
        if len(compact) < 15:
            return None
        if int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1:
            return match.span()
        end = match.group().rstrip().rfind(" ")
        if end < 0:
            return None
        match = _IBAN.match(text[: start + end], start)
    return None


def _looks(parts: Sequence[str], seps: Sequence[str]) -> str:
    """Return what typed numbers with signs between them are: a date, a time, an address, an amount, or nothing."""
    sizes = [len(part) for part in parts]
    if len(parts) == 3 and seps[0] == seps[1] and seps[0] in "-/.":
        years_first = sizes[0] == 4 and parts[0][:2] in {"19", "20"} and max(sizes[1:]) <= 2
        years_last = max(sizes[:2]) <= 2 and (sizes[2] == 2 or (sizes[2] == 4 and parts[2][:2] in {"19", "20"}))
        small = [int(part) for part in (parts[1:] if years_first else parts[:2])]
        if (years_first or years_last) and all(1 <= part <= 31 for part in small) and min(small) <= 12:
            return "a date"
    if seps[0] == ":" and sizes[0] <= 2 and sizes[1] == 2 and len(parts) <= 4 and int(parts[0]) < 25 and int(parts[1]) < 60:
        return "a time"
    if len(parts) == 4 and set(seps) == {"."} and all(size <= 3 and int(part) < 256 for size, part in zip(sizes, parts, strict=True)):
        return "a network address"
    if seps[-1] in ".," and sizes[-1] == 2 and sizes[0] <= 5 and all(size == 3 for size in sizes[1:-1]):
        # Two decimals and no month before them: 12.28 may be an expiry date.
        if len(parts) > 2 or not (sizes[0] <= 2 and 1 <= int(parts[0]) <= 12):
            return "an amount"
    return ""


def grouped(
    tokens: Tokens, found: Sequence[tuple[Chunk, str]], lexicon: Lexicon, skip: Sequence[bool] | bytearray, turn_starts: Sequence[int]
) -> list[Group]:
    """Return the numbers of a text in groups; a group never crosses the start of a turn, nor words that ask."""
    groups: list[Group] = []
    run: list[Chunk] = []
    looks = ""
    turn = 0
    def close() -> None:
        """End a run. What counts something is its last number: `152, and it's 76 dollars` is two groups."""
        for part in _parted(run, tokens, lexicon):
            groups.append(_group(part, max(0, turn), tokens, lexicon, looks))

    for chunk, explained in found:
        now = bisect_right(turn_starts, chunk.start) - 1
        if run and (now != turn or explained != looks or not _continues(tokens, run[-1], chunk, lexicon, skip)):
            close()
            run = []
        run.append(chunk)
        turn, looks = now, explained
    if run:
        close()
    return _without_accounts(_with_ranges(groups), tokens)


def _with_ranges(groups: list[Group]) -> list[Group]:
    """Explain the first number of a range: `thirty to forty-five minutes` counts twice."""
    for index, (group, following) in enumerate(pairwise(groups)):
        if following.explained == "a quantity" and not group.explained and len(group.digits) <= 3:
            if group.turn == following.turn and following.first - group.last == 2:
                groups[index] = group._replace(explained="a quantity")
    return groups


def _parted(run: list[Chunk], tokens: Tokens, lexicon: Lexicon) -> list[list[Chunk]]:
    before = _before_joiner(run[0].first, tokens, lexicon)
    if len(run) > 1 and before >= 0 and run[1].first - run[0].last > 1 and len(run[0].digits) <= 2:
        if lexicon.roles.get(tokens.words[before], 0) & CURRENCY:
            return [run[:1], *_parted(run[1:], tokens, lexicon)]
    following = run[-1].last + 1
    if not tokens.is_tight(following) or not lexicon.roles.get(tokens.words[following], 0) & (QUANTITY | ORDINAL):
        return [run]
    for at in range(len(run) - 1, 0, -1):
        if run[at].first - run[at - 1].last > 1:
            return [run[:at], run[at:]]
    at = len(run) - 1
    while at and run[at].typed and run[at - 1].typed and tokens.gap(run[at].first) in _LINKS:
        at -= 1
    return [run[:at], run[at:]] if at and run[at].typed and at < len(run) - 1 else [run]


def _without_accounts(groups: list[Group], tokens: Tokens) -> list[Group]:
    """Explain numbers that, with the letters spelled before them, are an account number whose check digits hold."""
    digits_at = {chunk.first: chunk.digits for group in groups for chunk in group.chunks}
    inside = {at for group in groups for chunk in group.chunks for at in range(chunk.first + 1, chunk.last + 1)}
    for index, group in enumerate(groups):
        if len(group.digits) >= _ACCOUNT_AT_LEAST and not group.explained:
            spelled = ""
            for at in range(group.first - 1, max(-1, group.first - _SPELLED_WITHIN), -1):
                word = tokens.words[at]
                is_country = len(word) == 2 and word in _ACCOUNT_LENGTHS
                spelled = digits_at.get(at, word if (len(word) == 1 or is_country) and at not in inside else "") + spelled
                if _is_account(spelled + group.digits):
                    groups[index] = group._replace(explained="an international bank account number")
                    break
    return groups


def _is_account(spelled: str) -> bool:
    """Whether this is an international bank account number: a country's letters, its length, its check digits (ISO 13616)."""
    if _ACCOUNT_LENGTHS.get(spelled[:2]) != len(spelled) or not spelled.isascii() or not spelled[2:4].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in spelled[4:] + spelled[:4])) % 97 == 1


def _continues(
    tokens: Tokens, last: Chunk, chunk: Chunk, lexicon: Lexicon, skip: Sequence[bool] | bytearray
) -> bool:
    between = chunk.first - last.last - 1
    if not between:
        gap = tokens.gap(chunk.first)
        return "\x00" not in gap and not (len(gap) > 1 and any(sign in gap for sign in "$£€¥+#"))
    if between > FILLERS_BETWEEN:
        return False
    roles = lexicon.roles
    for place in range(last.last + 1, chunk.first):
        role = roles.get(tokens.words[place], 0)
        if skip[place] or not role & FILLER or role & CURRENCY:
            return False
    return "\x00" not in tokens.folded[last.end : chunk.start]


def _group(run: Sequence[Chunk], turn: int, tokens: Tokens, lexicon: Lexicon, looks: str) -> Group:
    digits = "".join([chunk.digits for chunk in run])
    before = tokens.words[run[0].first - 1] if run[0].first else ""
    plus = tokens.gap(run[0].first)[-1:] == "+" or (before in _PLUS and len(digits) >= _TELEPHONE_AT_LEAST)
    if not looks and len(digits) <= _QUANTITY_DIGITS:
        looks = _measured(run, digits, tokens, lexicon)
    return Group(tuple(run), turn, digits, looks, plus)


def _before_joiner(first: int, tokens: Tokens, lexicon: Lexicon) -> int:
    """Return the word right before a number, over an `and` (forty euros AND ninety); -1 where there is none."""
    before = first - 1
    if before > 0 and tokens.is_tight(first) and tokens.is_tight(before) and lexicon.roles.get(tokens.words[before], 0) & JOINER:
        before -= 1
    return before if before >= 0 and tokens.is_tight(before + 1) else -1


def _measured(run: Sequence[Chunk], digits: str, tokens: Tokens, lexicon: Lexicon) -> str:
    """Return what a short number counts or measures, or that it belongs to a date; an empty string where nothing does."""
    words, roles = tokens.words, lexicon.roles
    following, before = run[-1].last + 1, _before_joiner(run[0].first, tokens, lexicon)
    after_role = roles.get(words[following], 0) if tokens.is_tight(following) else 0
    before_role = roles.get(words[before], 0) if before >= 0 else 0
    if after_role & ORDINAL:
        return "an ordinal"
    if tuple(words[following : following + 2]) in _PERCENT:
        return "a quantity"
    if after_role & QUANTITY and (len(run) <= _QUANTITY_CHUNKS or len(digits) in _SPELLED_QUANTITY):
        return "a quantity"
    if before_role & CURRENCY and len(digits) <= 2:
        return "an amount of money"
    if len(run) <= _QUANTITY_CHUNKS and len(digits) <= 6:
        if (after_role | before_role) & MONTH:
            return "a date"
        # "of" and its like between day and month: the word after next, where the one between is as short.
        if tokens.is_tight(following + 1) and len(words[following]) <= 3 and roles.get(words[following + 1], 0) & MONTH:
            return "a date"
    return ""


def groups(text: str, language: Language, turn_starts: Sequence[int] = (0,)) -> list[Group]:
    """Return the numbers of `text` in groups, whatever the words around them say; a group never crosses a turn."""
    tokens, lexicon = Tokens(text), compiled(language.code)
    nothing = bytearray(len(tokens))
    numeric = [at for at, word in enumerate(tokens.words) if word in lexicon.numeric]
    return grouped(tokens, chunks(tokens, lexicon, nothing, numeric), lexicon, nothing, turn_starts)
