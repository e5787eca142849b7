"""When a number in live talk can no longer become card data: the one rule by which a stream shows numbers.

The detectors of a whole call know what comes later; a stream does not, and must mask at least what they mask. So a number is
shown only for a reason that nothing said later can take away. Whatever has no such reason *could become* card data: it is
masked at the latest when the bound is reached or its turn ends. The reasons, and why each of them lasts:

1. **It looks like something else** (a quantity, an ordinal, an amount, a date …), and nobody has asked for what outweighs
   its looks (`cards`: an expiry date, or a number in a turn of hardly anything else). Not if it is long and begins like a
   card number, which a recogniser writes as an amount; if it repeats what was masked; if a masked number stands right before
   it; if it may be the month of an expiry date, while what follows may be the year.
2. **It is called something else**, by its own turn or by the question before it. What is called otherwise is a card's only if
   it is a whole card number, would begin one, or repeats what was masked before it (`shapes.may_be_begun`).
3. **It has one or two digits and words stand around it.** Single digits are pieces of a number only where they are read out.
   How many words it takes depends on what was asked; three near it and three in its turn are enough whatever that was.
4. **It has three digits in a turn of at least four other words, and nobody has asked for anything.** Three digits are not
   believed to be the beginning of a number that is completed later.
5. **It has five digits or more in a turn of at least four other words, two of them near it, would not begin a card number, and
   nobody has asked for anything.** What is said in passing is believed to be a piece of a number only if it is its beginning.
   Four digits are believed wherever they stand: so many are on a card in one group.

What these reasons would show is still masked where the surroundings that a whole call knows later might make it card data
(`weights.Weights.rules_out`).

Words near a number and in its turn only become more, which is why a turn need not be over. What a number was asked as depends on
the past and on what is named within a few words behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from governance.redaction import brands, codes, weights
from governance.redaction.digits import Group
from governance.redaction.shapes import LOOKS_THAT_GIVE_WAY, is_dense, may_be_begun
from governance.redaction.topic import Asked

_UNNAMED = frozenset({"", "card"})
_NO_CARD = frozenset({"other", "thing"})
_ONLY_LOOKS = frozenset({"a quantity", "an ordinal"})
_SHORT = 2
_ECHO_AT_LEAST = 4
_CODE_ECHO_AT_MOST = 10
_FEW, _SOME = 2, 3


class Fate(Enum):
    """What becomes of a number: it is shown, it is masked, or that is not known yet."""

    SHOWN = "shown"
    MASKED = "masked"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Around:
    """What a stream knows about a number.

    `is_certain` tells that nothing said behind it can change what it was asked as. `plain`, `near` and `words` count what is
    in its turn and near it at least. `is_carded` tells that something was masked before it. `follows_masked`: nothing
    stands between it and a number before it that is not shown, and perhaps nothing between it and one behind it.
    `may_be_month` tells that a year may come right behind it, `may_be_year` that a month stands right before it. `repeats` tells that all of its digits were masked before,
    `resembles` that its first or last four were, `ends_like_a_code` that its last three were.
    """

    asked: Asked
    is_certain: bool
    plain: int
    near: int
    words: int
    is_carded: bool = False
    follows_masked: bool = False
    may_be_month: bool = False
    may_be_year: bool = False
    repeats: bool = False
    resembles: bool = False
    ends_like_a_code: bool = False


def could_become(group: Group, around: Around) -> Fate:
    """Return whether a number is shown, because it can never become card data; masked, because only a whole call could tell;
    or left open, because the next words may tell.
    """
    fate = _by_rules(group, around)
    if fate is not Fate.SHOWN or weights.is_counted(group):
        return fate
    if not around.is_certain:
        return Fate.OPEN
    return Fate.SHOWN if weights.load().rules_out(group, around.asked) else Fate.MASKED


def _by_rules(group: Group, around: Around) -> Fate:
    asked = around.asked
    if around.may_be_year and (around.is_carded or asked.after_pan):
        return Fate.MASKED
    if group.explained:
        return _by_its_looks(group, around)
    is_free = not (around.is_carded or asked.after_pan or asked.begun)
    if len(group.digits) <= _SHORT and is_free and around.near >= _SOME and around.plain >= _SOME:
        return Fate.SHOWN if asked.kind != "part" else Fate.OPEN
    if not around.is_certain:
        # While a card number is not complete nothing said behind a number calls it otherwise (`topics`).
        is_pan = asked.pan_open and asked.kind == "pan" and len(group.digits) > _SHORT
        return Fate.MASKED if is_pan or brands.is_card_number(group.digits) else Fate.OPEN
    if asked.kind in _NO_CARD:
        return _called_otherwise(group, around)
    if len(group.digits) <= _SHORT:
        return _among_words(group, around)
    if asked.kind == "" and len(group.digits) > _ECHO_AT_LEAST:
        return _in_passing(group, around)
    if len(group.digits) == _SHORT + 1 and asked.kind in _UNNAMED:
        if around.ends_like_a_code or ((around.is_carded or asked.after_pan) and around.near <= _FEW):
            return Fate.MASKED
        return Fate.OPEN if is_dense(group, around.plain, around.near, around.words) else Fate.SHOWN
    return Fate.MASKED


def _by_its_looks(group: Group, around: Around) -> Fate:
    kind = around.asked.kind
    if around.follows_masked:
        return Fate.MASKED
    if around.may_be_month:
        return Fate.OPEN
    if group.explained in _ONLY_LOOKS:
        return Fate.SHOWN
    if not around.is_certain:
        return Fate.OPEN
    if kind == "expiry":
        return Fate.MASKED
    if group.explained not in LOOKS_THAT_GIVE_WAY:
        return Fate.SHOWN
    if len(group.digits) > _ECHO_AT_LEAST:
        is_echo = around.repeats or (kind not in _NO_CARD and around.resembles)
        is_code = kind not in _NO_CARD and around.ends_like_a_code and len(group.digits) <= _CODE_ECHO_AT_MOST
        if is_echo or is_code or may_be_begun(group, around.asked, is_loose=True):
            return Fate.MASKED
    if kind in {"pan", "cvv", "pin", "card"} and around.plain < _FEW:
        return Fate.OPEN
    return Fate.SHOWN


def _among_words(group: Group, around: Around) -> Fate:
    """Return what becomes of one or two digits by the words around them: more words may still come."""
    kind = around.asked.kind
    if kind == "part" or (kind == "code" and (around.is_carded or around.asked.after_pan)):
        return Fate.MASKED
    if is_dense(group, around.plain, around.near, around.words):
        return Fate.OPEN
    is_weak = all(chunk.weak for chunk in group.chunks)
    if around.near >= _SOME and around.plain >= (1 if is_weak else _SOME):
        return Fate.SHOWN
    is_passing = kind == "pan" and around.near >= _FEW and around.plain >= _SOME
    return Fate.SHOWN if kind in _UNNAMED or is_passing else Fate.OPEN


def _called_otherwise(group: Group, around: Around) -> Fate:
    size = len(group.digits)
    if brands.is_card_number(group.digits) or may_be_begun(group, around.asked, is_loose=True):
        return Fate.MASKED
    is_short = size < _ECHO_AT_LEAST or (size == _ECHO_AT_LEAST and around.asked.here)
    return Fate.SHOWN if is_short or not around.repeats else Fate.MASKED


def _in_passing(group: Group, around: Around) -> Fate:
    size, asked = len(group.digits), around.asked
    if size >= brands.SHORTEST or asked.pan_open or may_be_begun(group, asked, is_loose=True):
        return Fate.MASKED
    if around.repeats or around.resembles or around.ends_like_a_code:
        return Fate.MASKED
    is_behind_a_card = around.is_carded or asked.after_pan
    if is_behind_a_card and (codes.is_month_and_year(group.digits) or codes.date_and_code(group.chunks)):
        return Fate.MASKED
    return Fate.OPEN if is_dense(group, around.plain, around.near, around.words) else Fate.SHOWN
