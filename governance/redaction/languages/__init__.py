"""One file per language: how its numbers are spoken, and with which words card data is asked for.

A language is data, never code: adding one is adding a file here, its name to `_FILES`, and its tests. What no file
describes cannot be examined, and `load` says so instead of letting a detector look with the wrong ears.

Every word stands here in lower case and without accents, as `governance.redaction.lexicon.fold` writes it: recognisers
drop accents as they please. A phrase is words with a space between; in it `(a|b)` is one of several and `[a]` may be
left out: `[card] security (code|number)` is four phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from governance.errors import InvalidError

_FILES = {
    code: f"governance.redaction.languages.{code}" for code in ("de", "en", "es", "fr", "it", "nl", "pt")
}

CUES = ("pan", "card", "cvv", "expiry", "pin", "part", "other", "thing", "code", "pay")
"""What a phrase can say: see `Language.cues`."""


class UnsupportedLanguageError(InvalidError):
    """A language no file describes: nothing in it counts as examined."""

    code = "unsupported-language"


@dataclass(frozen=True)
class Language:
    """What the detectors need to know of one language.

    `cues` maps a kind to phrases. Of phrases that begin at one word the longest counts; of equal ones the earlier kind.

    * `pan`     names the number of a card: "card number", "long number", "the sixteen digits", "next four digits"
    * `card`    speaks of a card and not of its number: "card", "visa"
    * `cvv`, `expiry`, `pin`   name that datum, also by where it stands: "on the back", "valid until"
    * `part`    a part that may be shown: "last four digits", "ending in", "first six digits"
    * `other`   names a number that is no card data: "phone number", "order reference", "IBAN", "loyalty card number"
    * `thing`   a thing that has a number, by itself: "order", "flat", "flight", "total"; counts only right beside one
    * `code`    says code and not of what: in talk about a card that is the security code
    * `pay`     speaks of paying: makes it talk about a card and asks for nothing
    """

    code: str
    numbers: Mapping[str, str]
    """Spoken forms of 0 to 99, every variant, words with a space between (`"quatre vingt dix": "90"`)."""
    hundreds: Mapping[str, str]
    """One word that is hundreds by itself, to its digit: `"doscientos": "2"`."""
    hundred: frozenset[str]
    """Multiplies the number below a hundred before it; by itself it is 100 if `bare_hundred`."""
    thousand: frozenset[str]
    """Multiplies the number before it; by itself it is 1000 if `bare_thousand`."""
    multipliers: Mapping[str, int]
    """`"double": 2`: the next digit that many times."""
    fillers: frozenset[str]
    """Said between digits without ending the number: hesitation, assent, correction, "and then", "dash"."""
    quantities: frozenset[str]
    """Behind a number: it counts or measures something. Currencies count before it, too."""
    months: Mapping[str, str]
    """Names of months, short ones too, to two digits."""
    cues: Mapping[str, tuple[str, ...]]
    common: frozenset[str]
    """Frequent small words that tell this language from the others, for recognising it."""
    joiners: frozenset[str] = frozenset()
    """May stand inside a number: four hundred AND twelve."""
    letters: frozenset[str] = frozenset()
    """Mean zero only beside other digits: oh, o."""
    homophones: Mapping[str, str] = field(default_factory=dict)
    """What a recogniser writes for a digit, believed only between digits: `"for": "4"`."""
    glued: Mapping[str, str] = field(default_factory=dict)
    """Numbers from 100 on that are written as one word; `compounds` makes them."""
    doubled: Mapping[str, str] = field(default_factory=dict)
    """One word for two digits that is no number below a hundred; rarely needed."""
    articles: frozenset[str] = frozenset()
    """Number words that are an article or a pronoun far more often: one, un, ein. Alone they are no digit."""
    ordinals: frozenset[str] = frozenset()
    """First to thirty-first, in one word or its last: with one of them a month is a day and no expiry date."""
    determiners: frozenset[str] = frozenset()
    """Before an article that is a number word: that one, the other one, another one."""
    names_before: frozenset[str] = frozenset()
    """Words that name the number of whatever plain word stands right before them: supporter NUMBER, crew ID."""
    names_after: tuple[str, ...] = ()
    """Phrases that name the number of whatever plain word stands right behind them: NUMERO DE socio."""
    name_endings: tuple[str, ...] = ()
    """Endings of words that name a number: Mitglieds-NUMMER."""
    unit_joins: bool = False
    """A single digit right behind a hundred or a thousand is its last place: cuatrocientos dos is 402, not 400 and 2."""
    bare_hundred: bool = False
    bare_thousand: bool = False


def phrases(patterns: Iterable[str]) -> list[tuple[str, ...]]:
    """Return every phrase the patterns stand for, as words."""
    found: dict[tuple[str, ...], None] = {}
    for pattern in patterns:
        pieces, rest = _sequence(_SIGN.findall(pattern), "")
        if rest:
            raise ValueError(f"a bracket is not opened in: {pattern}")
        found.update((words, None) for words in pieces if words)
    return list(found)


_SIGN = re.compile(r"[()\[\]|]|[^\s()\[\]|]+")


def _sequence(signs: list[str], until: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the alternatives that stand before the bracket that ends them, and what follows it."""
    done: list[tuple[str, ...]] = []
    made: list[tuple[str, ...]] = [()]
    while signs:
        sign, *signs = signs
        if sign in ")]":
            if sign != until:
                raise ValueError("brackets do not match")
            return done + made, signs
        if sign == "|":
            done, made = done + made, [()]
        elif sign in "([":
            inner, signs = _sequence(signs, ")" if sign == "(" else "]")
            if sign == "[":
                inner = [(), *inner]
            made = [(*before, *after) for before in made for after in inner]
        else:
            made = [(*before, sign) for before in made]
    if until:
        raise ValueError("a bracket is not closed")
    return done + made, []


def known() -> tuple[str, ...]:
    """Return the codes of the languages that can be examined."""
    return tuple(sorted(_FILES))


def primary(code: str | None) -> str:
    """Return the language of a BCP 47 tag without its country: `en`, `en-GB`, `en_US` are one language."""
    return re.split(r"[-_]", (code or "").strip().lower())[0]


@cache
def load(code: str | None) -> Language:
    """Return the description of a language, by its BCP 47 tag.

    Raises `UnsupportedLanguageError` where no file describes it or no language is named: what cannot be examined must
    never pass as examined.
    """
    name = primary(code)
    if name not in _FILES:
        raise UnsupportedLanguageError(
            f"This language cannot be examined. Known: {', '.join(known())}.", field="language"
        )
    language: Language = import_module(_FILES[name]).LANGUAGE
    return language
