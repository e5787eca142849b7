"""Numbers of a call as test values of the same shape: said in the same way, as long, of the same brand, as valid or invalid.

Pure. Each number is drawn at random, not computed from what was there. No three digits in a row of the original stand in
what is drawn, and what is drawn is read back by the detectors' own reader before it counts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from governance.redaction import brands, languages
from governance.redaction.case_words import Allowed
from governance.redaction.cutting import Tokens
from governance.redaction.digits import Group, groups
from governance.redaction.lexicon import words_of
from governance.redaction.numerals import Chunk

Shaper = Callable[[str, random.Random], str]
"""Digits in, other digits of the same kind out."""

_TRIES = 20_000
_SHORTEST_CARD = 12
_SPARED = {"000"}  # hundreds and thousands say nothing


class NumberError(Exception):
    """No other number of the same shape was found."""


def runs(digits: str) -> set[str]:
    """Return every three digits in a row."""
    return {digits[at : at + 3] for at in range(len(digits) - 2)} - _SPARED


def replaced(
    group: Group,
    tokens: Tokens,
    known: Allowed,
    never: set[str],
    draw: random.Random,
    *,
    is_expiry: bool = False,
    before: tuple[str, str] | None = None,
    is_last: bool = True,
) -> tuple[dict[int, str], str]:
    """Return what the tokens of a number become. Raises `NumberError` where no number of its shape can be drawn.

    `never` are the three digits in a row that must not occur. A card number keeps the digit that says which industry it
    belongs to, its brand and its length, and whether its check digit holds; an expiry date stays one. Of a number that
    is said in several stretches, `before` are the digits of those before this one, as they were and as they became;
    whether the whole is alike shows at the last. The digits that were drawn are returned, too.
    """
    code = known.lexicon.code
    old, new = before or ("", "")
    is_card = before is not None or len(group.digits) >= _SHORTEST_CARD
    for _ in range(_TRIES):
        made: dict[int, str] = {}
        digits = ""
        for number, chunk in enumerate(group.chunks):
            first = chunk.digits[0] if is_card and number == 0 and not new else ""
            if is_expiry:
                drawn = _drawn(chunk, tokens, known, _decade(chunk), draw, expiring)
            else:
                drawn = _drawn(chunk, tokens, known, first, draw, like if group.explained else None)
            made |= drawn
            digits += _read(chunk, tokens, drawn, code)
        if len(digits) != len(group.digits) or runs(digits) & never:
            continue
        if not is_card or not is_last or _is_alike(old + group.digits, new + digits):
            return made, digits
    raise NumberError("no number of the same shape was found")


def _is_alike(old: str, new: str) -> bool:
    before, after = brands.brand_of(old), brands.brand_of(new)
    same = (before.name if before else "") == (after.name if after else "")
    return same and all(
        judge(old) == judge(new)
        for judge in (brands.begins_like_a_card, brands.passes_luhn, brands.is_card_number)
    )


def _read(chunk: Chunk, tokens: Tokens, drawn: Mapping[int, str], code: str) -> str:
    if chunk.typed:
        return drawn[chunk.first]
    if chunk.first == chunk.last:
        word = drawn[chunk.first].lower()
        value = _values(code).get((word,)) or languages.load(code).months.get(word)
        if value is not None or len(chunk.digits) == 1:
            return value or chunk.digits
    pieces = []
    for at in range(chunk.first, chunk.last + 1):
        pieces.append(tokens.gap(at) if at > chunk.first else "")
        pieces.append(drawn[at])
    return _said("".join(pieces), code)


@lru_cache(maxsize=8192)
def _said(text: str, code: str) -> str:
    return "".join(group.digits for group in groups(text, languages.load(code)))


def _drawn(
    chunk: Chunk, tokens: Tokens, known: Allowed, first: str, draw: random.Random, shaped: Shaper | None
) -> dict[int, str]:
    if chunk.typed:
        written = tokens.words[chunk.first]
        made = shaped(written, draw) if shaped else "".join(draw.choice("0123456789") for _ in written)
        return {chunk.first: first + made[1:] if first else made}
    places = range(chunk.first, chunk.last + 1)
    words = tuple(tokens.words[at] for at in places)
    said = list(_spoken(words, known, draw, first))
    return {
        at: _as_written(new, tokens.text[tokens.starts[at] : tokens.end(at)])
        for at, new in zip(places, said, strict=True)
    }


def _decade(chunk: Chunk) -> str:
    """Return the digit that keeps a spoken month a month and a spoken year a year to come."""
    return chunk.digits[0] if not chunk.typed and len(chunk.digits) == 2 else ""


def expiring(written: str, draw: random.Random) -> str:
    """Return digits that can stand where these stood in an expiry date: a month, a year to come, or both."""
    year = draw.randrange(27, 40)
    if len(written) == 4 and written[:2] != "20":
        return f"{draw.randrange(1, 13):02d}{year}"
    if len(written) == 4 or (len(written) == 2 and int(written) > 12):
        return f"{'20' if len(written) == 4 else ''}{year}"
    return like(written, draw)


def like(written: str, draw: random.Random) -> str:
    """Return digits that can stand where these stood in a date, a time or an amount: a month for a month, a year for a year."""
    value, length = int(written), len(written)
    if length == 4 and written[:2] in {"19", "20"}:
        return f"{written[:2]}{draw.randrange(100):02d}"
    if length > 2 or value > 59:
        return "".join(draw.choice("0123456789") for _ in written[1:]).rjust(length, draw.choice("123456789"))
    low, high = (1, 12) if value <= 12 else (13, 28) if value <= 31 else (32, 59)
    if length == 1:
        return str(draw.randrange(1, 10))
    return f"{draw.randrange(low, high + 1):02d}"


def _as_written(word: str, before: str) -> str:
    if before.isupper() and len(before) > 1:
        return word.upper()
    return word.capitalize() if before[:1].isupper() else word


def _spoken(words: Sequence[str], known: Allowed, draw: random.Random, first: str) -> Iterable[str]:
    """Yield as many words that say other numbers in the same way; words that only put numbers together stay."""
    values, at = _values(known.lexicon.code), 0
    while at < len(words):
        length = next(
            (size for size in range(len(words) - at, 0, -1) if tuple(words[at : at + size]) in values), 0
        )
        if not length:
            months = [one for one in known.lexicon.months if one != words[at]]
            yield draw.choice(months) if words[at] in known.lexicon.months else words[at]
            at += 1
            continue
        spelled = tuple(words[at : at + length])
        others = _alike(known.lexicon.code)[_shape(spelled, values[spelled])]
        if first and at == 0:
            others = [one for one in others if values[one][0] == first]
        yield from draw.choice(others) if others else spelled
        at += length


@cache
def _values(code: str) -> dict[tuple[str, ...], str]:
    language = languages.load(code)
    spelled = {**language.numbers, **language.glued, **language.doubled}
    values = {tuple(words_of(said)): digits for said, digits in spelled.items()}
    values |= {(word,): digits for word, digits in language.hundreds.items()}
    values |= {(word,): digits for word, digits in language.homophones.items()}
    return values


def _shape(spelled: tuple[str, ...], digits: str) -> tuple[object, ...]:
    """Say in which way a number is said: how many words and digits, and whether it is a round, a teen, or neither."""
    value = int(digits)
    return (
        len(spelled),
        len(digits),
        len(digits) > 1 and value % 10 == 0,
        len(digits) == 2 and 9 < value < 20,
    )


@cache
def _alike(code: str) -> dict[tuple[object, ...], list[tuple[str, ...]]]:
    alike: dict[tuple[object, ...], list[tuple[str, ...]]] = {}
    sounds, usual = compiled_sounds(code), set[tuple[object, ...]]()
    for spelled, digits in _values(code).items():
        # Of several spellings of one number the first is the usual one.
        if (spelled[0] not in sounds or len(spelled) > 1) and (digits, *_shape(spelled, digits)) not in usual:
            usual.add((digits, *_shape(spelled, digits)))
            alike.setdefault(_shape(spelled, digits), []).append(spelled)
    for spelled, digits in _values(code).items():
        alike.setdefault(_shape(spelled, digits), [spelled])
    return alike


def compiled_sounds(code: str) -> frozenset[str]:
    """Return the words of a language that only sound like digits: nobody says a number with them on purpose."""
    return frozenset(languages.load(code).homophones)
