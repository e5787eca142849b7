"""The digit stream: every number in a text, typed or spoken, as digits with the place each stands at.

A `Chunk` is one number as it was written or said (`4111`, `forty-one`, `double four`); a `Group` is the chunks of one
turn that nothing but separators and fillers divides. What its own looks tell to be another kind of number (a date, a
time, an amount, an address of a network, letters mixed with digits) is a group by itself that says so in `explained`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from governance.redaction.accounts import LENGTHS, is_account
from governance.redaction.cutting import MASKED, Tokens
from governance.redaction.languages import Language
from governance.redaction.lexicon import (
    ARTICLE,
    CURRENCY,
    FILLER,
    LETTER,
    Lexicon,
    compiled,
)
from governance.redaction.measures import PERCENT, QUANTITY_DIGITS, is_priced, is_spelled, measured, parted
from governance.redaction.numerals import Chunk, Numerals
from governance.redaction.typed import Typed

FILLERS_BETWEEN = 6
_PLUS, _TELEPHONE_AT_LEAST = frozenset({"plus", "mas", "piu", "mais"}), 9
_ACCOUNT_AT_LEAST, _SPELLED_WITHIN, _SPELLED_AT_MOST = 8, 24, 11


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
        self._words, self._lexicon = tokens.words, lexicon
        self._said, self._typed = Numerals(tokens, lexicon, skip), Typed(tokens, skip)

    def read(self, at: int, done: int) -> Iterator[tuple[Chunk, str]]:
        """Yield the number at token `at`, and a homophone behind it that another number follows."""
        word = self._words[at]
        if at and (self._words[at - 1], word) in PERCENT:
            return
        if self._lexicon.homophones and at:
            yield from self._said.heard(at, done)
        if "0" <= word[0] <= "9":
            last = at
            for last, explained in self._typed.read(at):
                yield self._said.chunk(last, last, self._words[last], typed=True), explained
            if self._lexicon.homophones:
                yield from self._said.homophones(last + 1, len(self._words[last]))
            return
        roles = self._lexicon.roles.get(word, 0)
        if roles & LETTER and self._said.letter(at, done):
            last, digits = at, "0"
            yield self._said.chunk(at, at, digits), ""
        else:
            digits, used = self._said.spoken(at)
            if not used:
                if word in self._lexicon.months:
                    yield (
                        self._said.chunk(at, at, self._lexicon.months[word])._replace(is_month=True),
                        "a date",
                    )
                return
            last = at + used - 1
            weak = bool(roles & ARTICLE) and used == 1
            if weak and self._said.is_pronoun(at, done):
                return
            yield self._said.chunk(at, last, digits, weak=weak), ""
        if self._lexicon.homophones:
            yield from self._said.homophones(last + 1, len(digits))


def grouped(
    tokens: Tokens,
    found: Sequence[tuple[Chunk, str]],
    lexicon: Lexicon,
    skip: Sequence[bool] | bytearray,
    turn_starts: Sequence[int],
) -> list[Group]:
    """Return the numbers of a text in groups; a group never crosses the start of a turn, nor words that ask."""
    groups: list[Group] = []
    run: list[Chunk] = []
    looks = ""
    turn = 0

    def close() -> None:
        """End a run. What counts something is its last number: `152, and it's 76 dollars` is two groups."""
        groups.extend(
            _group(part, max(0, turn), tokens, lexicon, looks) for part in parted(run, tokens, lexicon)
        )

    for chunk, explained in found:
        now = bisect_right(turn_starts, chunk.start) - 1
        if run and (
            now != turn or explained != looks or not _continues(tokens, run[-1], chunk, lexicon, skip)
        ):
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
        is_range = following.explained == "a quantity" and following.first - group.last == 2
        if is_range and not group.explained and len(group.digits) <= 3 and group.turn == following.turn:
            groups[index] = group._replace(explained="a quantity")
    return groups


def _without_accounts(groups: list[Group], tokens: Tokens) -> list[Group]:
    """Explain numbers that, with the letters spelled before them, are an account number whose check digits hold."""
    digits_at = {chunk.first: chunk.digits for group in groups for chunk in group.chunks}
    inside = {
        at for group in groups for chunk in group.chunks for at in range(chunk.first + 1, chunk.last + 1)
    }
    for index, group in enumerate(groups):
        if len(group.digits) >= _ACCOUNT_AT_LEAST and not group.explained:
            spelled = ""
            for at in range(group.first - 1, max(-1, group.first - _SPELLED_WITHIN), -1):
                word = tokens.words[at]
                is_country = len(word) == 2 and word in LENGTHS
                spelled = (
                    digits_at.get(at, word if (len(word) == 1 or is_country) and at not in inside else "")
                    + spelled
                )
                if is_account(spelled + group.digits):
                    groups[index] = group._replace(explained="an international bank account number")
                    break
    return groups


def _continues(
    tokens: Tokens, last: Chunk, chunk: Chunk, lexicon: Lexicon, skip: Sequence[bool] | bytearray
) -> bool:
    between = chunk.first - last.last - 1
    if not between:
        gap = tokens.gap(chunk.first)
        return MASKED not in gap and not (len(gap) > 1 and any(sign in gap for sign in "$£€¥+#"))
    if between > FILLERS_BETWEEN:
        return False
    roles = lexicon.roles
    for place in range(last.last + 1, chunk.first):
        role = roles.get(tokens.words[place], 0)
        if skip[place] or not role & FILLER or role & CURRENCY:
            return False
    return MASKED not in tokens.folded[last.end : chunk.start]


def _group(run: Sequence[Chunk], turn: int, tokens: Tokens, lexicon: Lexicon, looks: str) -> Group:
    digits = "".join([chunk.digits for chunk in run])
    before = tokens.words[run[0].first - 1] if run[0].first else ""
    plus = tokens.gap(run[0].first)[-1:] == "+" or (before in _PLUS and len(digits) >= _TELEPHONE_AT_LEAST)
    if not looks and len(digits) <= QUANTITY_DIGITS:
        looks = measured(run, digits, tokens, lexicon)
    if not looks and is_priced(run):
        looks = "an amount"
    if not looks and len(digits) <= _SPELLED_AT_MOST and is_spelled(run[0].first, tokens, lexicon):
        looks = "letters and digits mixed"
    return Group(tuple(run), turn, digits, looks, plus)


def groups(text: str, language: Language, turn_starts: Sequence[int] = (0,)) -> list[Group]:
    """Return the numbers of `text` in groups, whatever the words around them say; a group never crosses a turn."""
    tokens, lexicon = Tokens(text), compiled(language.code)
    nothing = bytearray(len(tokens))
    numeric = [at for at, word in enumerate(tokens.words) if word in lexicon.numeric]
    return grouped(tokens, chunks(tokens, lexicon, nothing, numeric), lexicon, nothing, turn_starts)
