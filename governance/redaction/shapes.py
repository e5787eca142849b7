"""How numbers look in talk: what is dense, a year, a date, the beginning of a card; and how sure a finding of each kind is."""

from __future__ import annotations

from itertools import pairwise

from governance.redaction import brands, codes
from governance.redaction.digits import Group
from governance.redaction.topic import Asked

SURE, UNPROMPTED, CONTRADICTED, MISHEARD, PARTIAL, LOOKS_LIKE = 0.99, 0.85, 0.6, 0.65, 0.5, 0.45
"""Scores of a card number: complete in talk about a card; complete by itself; called otherwise; as long as one; a part; alike."""

NO_CARD, UNNAMED = frozenset({"other", "thing"}), frozenset({"", "card"})
"""What a number is asked as that is no card data, and where nothing says what it is."""

LOOKS_THAT_GIVE_WAY = frozenset({"a time", "an amount", "letters and digits mixed"})
"""Looks of a number that count for nothing where a card number was asked for."""

ECHO_AT_LEAST, DISGUISED_AT_LEAST, DATE_AND_CODE_DIGITS = 4, 6, 10
TELEPHONES = range(10, 13)
TELLING = 5
"""Digits from which a number is recognised wherever it stands again, inside other numbers and in pieces too."""
_LONG_PIECE = 6


def is_dense(group: Group, plain: int, near: int, words: int) -> bool:
    """Return whether little but numbers is said around a number: read out, and not mentioned in passing.

    `plain` words are in its turn, `near` of them close to it, and the turn has so many `words` in all: the more there are, the
    less dense it is, so that a stream may ask before a turn is over.
    """
    size = len(group.digits)
    if size <= 2:
        is_weak = all(chunk.weak for chunk in group.chunks) and words > 2
        return plain <= 1 and not is_weak
    return plain <= 3 or (size >= 4 and near <= 1) or (size >= _LONG_PIECE and near <= 3) or size >= 12


def may_be_begun(group: Group, asked: Asked, *, is_loose: bool) -> bool:
    """Return whether a number may be the beginning of a card number that is only given later.

    One that is called otherwise, looks like something else or is said in passing (`is_loose`) repeats only what was said
    before it, unless it would begin a card number: else nothing could be shown before a call has ended.
    """
    size = len(group.digits)
    if asked.kind in NO_CARD:
        return size >= brands.SHORTEST and begins(group.digits)
    if group.explained:
        return size >= DISGUISED_AT_LEAST and begins(group.digits)
    return asked.kind != "" or not is_loose or size == ECHO_AT_LEAST or begins(group.digits)


def ends_with(group: Group, digits: str) -> bool:
    """Return whether the last numbers of a group, taken whole, are these digits."""
    last = ""
    for chunk in reversed(group.chunks):
        last = chunk.digits + last
        if len(last) >= len(digits):
            break
    return last == digits


def is_year(group: Group) -> bool:
    """Return whether a number is a year of the last or this century, said as years are."""
    digits = group.digits
    is_near = digits[:2] == "19" or (digits[:2] == "20" and digits[2:] <= "49")
    return len(digits) == 4 and is_near and len(group.chunks) <= 2


def reads_as_date(group: Group) -> bool:
    """Return whether a number is said as a month and a year are: as four digits or more, or with a stroke between the parts."""
    is_parted = any(after.first - before.last > 1 or after.typed for before, after in pairwise(group.chunks))
    return (is_parted or len(group.digits) > 3) and codes.is_month_and_year(group.digits)


def begins(digits: str) -> bool:
    """Return whether digits begin like a card number; toll-free telephone numbers begin like a rare one."""
    return brands.begins_like_a_card(digits) and digits[:4] not in {"1800", "2131"}
