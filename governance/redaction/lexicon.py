"""A language compiled for reading: every word it knows in one lookup, phrases as tries, and text brought to one form.

`fold` gives text of the same length in lower case without accents, so that a place in one is a place in the other. What
a language file lists is compiled once a process.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from governance.redaction.languages import CUES, Language, load, phrases

FILLER, QUANTITY, JOINER, ARTICLE, LETTER, CURRENCY, MONTH, THOUSAND, HUNDRED, DETERMINER, ORDINAL = (
    1 << bit for bit in range(11)
)
"""What a word may be besides a number or the beginning of a cue; one word may be several."""

NUMERIC, ASKS, NAMES = 1, 2, 4
"""What a word is to the first pass."""

PIECES = re.compile(r"(\d+|[^\W\d_]+)")
"""Splits folded text: even places separators, odd places numbers and words."""

NAMED_AFTER = "named"
"""What a trie of cues says of a phrase that takes its sense from the word behind it."""

_END = ""
_CURRENCY_WORDS = """
    dollar dollars usd euro euros eur pound pounds gbp pesos peso reais real brl franken francs franc chf euro's
    sterling quid bucks soles
"""
_CURRENCIES = frozenset(_CURRENCY_WORDS.split())

Trie = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Multiplier:
    """`double`, `triple`, `deux fois`: the digit behind it so many times."""

    times: int


@dataclass(frozen=True)
class Lexicon:
    """One language, ready for lookups by folded word."""

    code: str
    numbers: Mapping[str, Trie]
    """First word of a number (or of a multiplier) to the trie of what may follow; `""` in a trie is the value."""
    cues: Mapping[str, Trie]
    roles: Mapping[str, int]
    homophones: Mapping[str, str]
    hundreds: Mapping[str, str]
    months: Mapping[str, str]
    names_before: frozenset[str]
    name_endings: tuple[str, ...]
    unit_joins: bool
    bare_hundred: bool
    bare_thousand: bool
    common: frozenset[str]
    telling: Mapping[str, int] = field(repr=False)
    """What the first pass looks for, in one lookup a word: NUMERIC, ASKS (begins a cue) and NAMES, added up."""
    small: frozenset[str] = field(repr=False)
    """Every word that says little by itself: numbers, fillers, quantities, joiners, determiners."""
    numeric: frozenset[str] = field(repr=False)
    """Every word that may be part of a number: what the first pass looks for."""


class _Folding(dict[int, str]):
    """Maps a character to one in lower case without its accent, decimal digits of any script to 0–9."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        folded = sign
        if sign.isdecimal():
            folded = str(unicodedata.decimal(sign))
        elif sign.isalpha():
            base = unicodedata.normalize("NFKD", sign.lower())[:1]
            folded = base if base.isalpha() else sign.lower()
        self[code] = folded = folded if len(folded) == 1 else sign
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return `text` in lower case, without accents and with digits 0–9, character for character.

    Length and places stay: what is found in the result lies at the same place in the text. Letters that are written as
    a base and a combining accent keep the accent as a sign of its own; `composed` puts them together first.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text as the detectors see them."""
    return PIECES.findall(fold(unicodedata.normalize("NFC", text)))


@cache
def compiled(code: str | None) -> Lexicon:
    """Return a language ready for reading. Raises `UnsupportedLanguageError` as `languages.load` does."""
    return _compile(load(code))


def _compile(language: Language) -> Lexicon:
    numbers: dict[str, Trie] = {}
    for spelled, digits in (*language.numbers.items(), *language.glued.items(), *language.doubled.items()):
        _plant(numbers, _pieces(spelled), digits)
    for spelled, times in language.multipliers.items():
        _plant(numbers, _pieces(spelled), Multiplier(times))
    cues: dict[str, Trie] = {}
    for kind in reversed(CUES):  # the earlier kind of equal phrases wins
        for phrase in phrases(language.cues.get(kind, ())):
            _plant(cues, [piece for word in phrase for piece in _pieces(word)], kind)
    for phrase in phrases(language.names_after):
        _plant(cues, [piece for word in phrase for piece in _pieces(word)], NAMED_AFTER)
    roles: dict[str, int] = {}
    for words, role in (
        (language.fillers, FILLER),
        (language.quantities, QUANTITY),
        (language.joiners, JOINER),
        (language.articles, ARTICLE),
        (language.letters, LETTER),
        (language.months, MONTH),
        (language.hundred, HUNDRED),
        (language.thousand, THOUSAND),
        (language.determiners, DETERMINER),
        (language.ordinals, ORDINAL),
        (_CURRENCIES & language.quantities, CURRENCY),
    ):
        _mark(roles, words, role)
    numeric = {*numbers, *language.letters, *language.hundreds, *language.months}
    numeric |= language.hundred if language.bare_hundred else set()
    numeric |= language.thousand if language.bare_thousand else set()
    telling = dict.fromkeys(numeric, NUMERIC)
    for beginnings, use in ((frozenset(cues), ASKS), (language.names_before, NAMES)):
        telling.update({word: telling.get(word, 0) | use for word in beginnings})
    return Lexicon(
        language.code,
        numbers,
        cues,
        roles,
        dict(language.homophones),
        dict(language.hundreds),
        dict(language.months),
        language.names_before,
        language.name_endings,
        language.unit_joins,
        language.bare_hundred,
        language.bare_thousand,
        language.common,
        telling,
        frozenset(numeric)
        | {word for word, role in roles.items() if role & (FILLER | QUANTITY | JOINER | DETERMINER)},
        frozenset(numeric),
    )


def _mark(roles: dict[str, int], words: Iterable[str], role: int) -> None:
    for word in words:
        for piece in _pieces(word):
            roles[piece] = roles.get(piece, 0) | role


def _pieces(words: str) -> list[str]:
    """Cut what a language file lists, which is folded already."""
    return [words] if words.isalpha() else PIECES.findall(words)


def _plant(root: dict[str, Trie], words: list[str], value: object) -> None:
    if not words or any(not word for word in words):
        return
    node: Trie = root
    for word in words:
        node = node.setdefault(word, {})
    if value != NAMED_AFTER or _END not in node:
        node[_END] = value
