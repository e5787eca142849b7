"""What numbers count or measure by the words beside them: quantities, money, dates, prices said as prices, spelled references."""

from __future__ import annotations

from collections.abc import Sequence

from governance.redaction.cutting import Tokens
from governance.redaction.lexicon import CURRENCY, JOINER, MONTH, ORDINAL, QUANTITY, Lexicon
from governance.redaction.numerals import LINKS, Chunk

QUANTITY_DIGITS = 7
"""A longer number counts nothing, whatever stands behind it."""

_QUANTITY_CHUNKS, _SPELLED_QUANTITY = 3, (4, 5)
PERCENT = frozenset(
    {("per", "cent"), ("pour", "cent"), ("por", "ciento"), ("por", "cento"), ("per", "cento")}
)
"""Per cent in two words, in which the second is no hundred."""


def parted(run: list[Chunk], tokens: Tokens, lexicon: Lexicon) -> list[list[Chunk]]:
    """Return a run of numbers in parts where one of them counts something: `152, and it's 76 dollars` is two."""
    before = _before_joiner(run[0].first, tokens, lexicon)
    is_apart = len(run) > 1 and run[1].first - run[0].last > 1 and len(run[0].digits) <= 2
    if is_apart and before >= 0 and lexicon.roles.get(tokens.words[before], 0) & CURRENCY:
        return [run[:1], *parted(run[1:], tokens, lexicon)]  # forty euros ninety, then ...
    following = run[-1].last + 1
    if not tokens.is_tight(following) or not lexicon.roles.get(tokens.words[following], 0) & (
        QUANTITY | ORDINAL
    ):
        return [run]
    for at in range(len(run) - 1, 0, -1):
        if run[at].first - run[at - 1].last > 1:
            return [run[:at], run[at:]]
    at = len(run) - 1
    while at and run[at].typed and run[at - 1].typed and tokens.gap(run[at].first) in LINKS:
        at -= 1
    return [run[:at], run[at:]] if at and run[at].typed and at < len(run) - 1 else [run]


def _before_joiner(first: int, tokens: Tokens, lexicon: Lexicon) -> int:
    """Return the word right before a number, over an `and` (forty euros AND ninety); -1 where there is none."""
    before = first - 1
    if (
        before > 0
        and tokens.is_tight(first)
        and tokens.is_tight(before)
        and lexicon.roles.get(tokens.words[before], 0) & JOINER
    ):
        before -= 1
    return before if before >= 0 and tokens.is_tight(before + 1) else -1


def measured(run: Sequence[Chunk], digits: str, tokens: Tokens, lexicon: Lexicon) -> str:
    """Return what a short number counts or measures, or that it belongs to a date; an empty string where nothing does."""
    words, roles = tokens.words, lexicon.roles
    following, before = run[-1].last + 1, _before_joiner(run[0].first, tokens, lexicon)
    after_role = roles.get(words[following], 0) if tokens.is_tight(following) else 0
    before_role = roles.get(words[before], 0) if before >= 0 else 0
    if after_role & ORDINAL:
        return "an ordinal"
    if tuple(words[following : following + 2]) in PERCENT:
        return "a quantity"
    if after_role & QUANTITY and (len(run) <= _QUANTITY_CHUNKS or len(digits) in _SPELLED_QUANTITY):
        return "a quantity"
    if before_role & CURRENCY and len(digits) <= 2:
        return "an amount of money"
    if len(run) <= _QUANTITY_CHUNKS and len(digits) <= 6:
        if (after_role | before_role) & MONTH:
            return "a date"
        # "of" and its like between day and month: the word after next, where the one between is as short.
        if (
            tokens.is_tight(following + 1)
            and len(words[following]) <= 3
            and roles.get(words[following + 1], 0) & MONTH
        ):
            return "a date"
    return ""


def is_priced(run: Sequence[Chunk]) -> bool:
    """Return whether a number is said as prices are: a count of hundreds or thousands, and two digits behind it."""
    if len(run) != 2 or any(chunk.typed for chunk in run):
        return False
    is_count = len(run[0].digits) in (3, 4) and run[0].last > run[0].first
    return is_count and len(run[1].digits) == 2 and run[1].first == run[0].last + 1


def is_spelled(first: int, tokens: Tokens, lexicon: Lexicon) -> bool:
    """Return whether two letters or more are spelled right before a number: `y w eighty-two` is a reference.

    Words of one letter are no letters: `o cartão é o 4111`, `il y a 4111`.
    """
    words = tokens.words
    before = [at for at in (first - 1, first - 2) if at >= 0]
    return (
        len(before) == 2
        and all(len(words[at]) == 1 and words[at].isalpha() and tokens.is_tight(at + 1) for at in before)
        and not all(words[at] in lexicon.small or words[at] in lexicon.common for at in before)
    )
