"""Security codes, expiry dates, PINs and track data: short numbers, told by what was asked and by their shape.

Three digits mean nothing by themselves, so the question decides. Where the shape does not fit the question the number
is still taken, by suspicion: a masked word can be explained, a security code left in a recording cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from governance.redaction.numerals import Chunk
from governance.redaction.spans import Entity, Span

SURE, LIKELY, BEHIND_A_CARD, PIECE, UNSHAPED = 0.95, 0.9, 0.8, 0.7, 0.5

_TRACK = re.compile(r"%?[Bb]\d{12,19}\^[^^\n]{2,40}\^\d{4}[^?\s]{0,60}\??|;?(?<!\d)\d{12,19}[=D]\d{7,40}\??")
_LATEST_YEAR, _EARLIEST_YEAR = 49, 10
_DATE_AND_CODE_AT_MOST = 10
_LONGEST_PIN, _CODE_AT_MOST, _DATE_AT_MOST = 8, 11, 8


class Verdict(NamedTuple):
    """What a number is, how surely, and why; `because` never holds a digit of it."""

    entity: Entity
    score: float
    because: str


def tracks(text: str) -> list[Span]:
    """Return the magnetic stripe data in a text: track 1 and track 2 (ISO/IEC 7813)."""
    if not ("^" in text or "=" in text or "D" in text):
        return []
    return [
        Span(match.start(), match.end(), Entity.TRACK, SURE, "laid out like the magnetic stripe of a card")
        for match in _TRACK.finditer(text)
    ]


def is_month_and_year(digits: str) -> bool:
    """Return whether digits read as an expiry date: MYY, MMYY, MYYYY or MMYYYY."""
    month, year = {3: (1, 2), 4: (2, 2), 5: (1, 4), 6: (2, 4)}.get(len(digits), (0, 0))
    if not month or not 1 <= int(digits[:month]) <= 12:
        return False
    return (year == 2 or digits[month:-2] == "20") and _EARLIEST_YEAR <= int(digits[-2:]) <= _LATEST_YEAR


def behind_card(chunks: Sequence[Chunk], is_more: bool) -> Iterator[tuple[Sequence[Chunk], Verdict]]:
    """Yield what follows a card number without a word between: expiry date, security code, or both."""
    digits = "".join(chunk.digits for chunk in chunks)
    count = len(digits)
    if count == 3:
        yield chunks, Verdict(Entity.CVV, BEHIND_A_CARD, "three digits right behind a card number")
    elif is_month_and_year(digits):
        yield chunks, Verdict(Entity.EXPIRY, BEHIND_A_CARD, "a month and a year right behind a card number")
    elif count == 4:
        yield chunks, Verdict(Entity.CVV, UNSHAPED, "four digits right behind a card number")
    elif parts := date_and_code(chunks):
        yield from parts
    elif is_more:
        yield chunks, Verdict(Entity.PAN, UNSHAPED, "more digits right behind a card number")


def date_and_code(chunks: Sequence[Chunk]) -> list[tuple[Sequence[Chunk], Verdict]]:
    """Split digits that are an expiry date and then a security code; an empty list where they are not."""
    if len(chunks) > _DATE_AND_CODE_AT_MOST:
        return []
    for cut in range(1, len(chunks)):
        date = "".join(chunk.digits for chunk in chunks[:cut])
        code = "".join(chunk.digits for chunk in chunks[cut:])
        if is_month_and_year(date) and len(code) in (3, 4):
            return [
                (
                    chunks[:cut],
                    Verdict(Entity.EXPIRY, BEHIND_A_CARD, "a month and a year before a security code"),
                ),
                (
                    chunks[cut:],
                    Verdict(Entity.CVV, BEHIND_A_CARD, "three or four digits after an expiry date"),
                ),
            ]
    return []


def asked_for(
    kind: str, chunks: Sequence[Chunk], bundle: Sequence[str]
) -> list[tuple[Sequence[Chunk], Verdict]]:
    """Return what digits are that answer a question for a code, an expiry date or a PIN; an empty list: something longer."""
    digits = "".join(chunk.digits for chunk in chunks)
    if verdict := _fitting(kind, digits, bundle):
        return [(chunks, verdict)]
    if kind == "pin":
        return []
    if parts := (said_again(chunks) if kind == "cvv" else []) or date_and_code(chunks):
        return parts
    if kind == "cvv" and len(digits) <= _CODE_AT_MOST:
        because = "asked for as a security code, but of another length"
        return [(chunks, Verdict(Entity.CVV, UNSHAPED, because))]
    if len(digits) <= _DATE_AT_MOST:
        because = "asked for as an expiry date, but not a month and a year"
        return [(chunks, Verdict(Entity.EXPIRY, UNSHAPED, because))]
    return []


def _fitting(kind: str, digits: str, bundle: Sequence[str]) -> Verdict | None:
    """Return what digits are if their shape fits what was asked for."""
    count, is_date = len(digits), is_month_and_year(digits)
    if kind == "pin":
        is_pin = count <= _LONGEST_PIN
        return Verdict(Entity.PIN, SURE, "digits where the PIN was asked for") if is_pin else None
    if kind == "expiry" and is_date:
        return Verdict(Entity.EXPIRY, SURE, "a month and a year where the expiry date was asked for")
    if kind == "expiry":
        because = "part of a date where the expiry date was asked for"
        return Verdict(Entity.EXPIRY, LIKELY, because) if count <= 4 else None
    if count == 4 and "expiry" in bundle and is_date:
        return Verdict(Entity.EXPIRY, LIKELY, "a month and a year where an expiry date was asked for too")
    if count in (3, 4):
        return Verdict(Entity.CVV, SURE, "three or four digits where the security code was asked for")
    because = "a piece of a security code that was asked for"
    return Verdict(Entity.CVV, PIECE, because) if count < 3 else None


def said_again(chunks: Sequence[Chunk]) -> list[tuple[Sequence[Chunk], Verdict]]:
    """Split a code and its correction at the fillers between them: `one two three, sorry, no, one two four`."""
    parts = _at_fillers(chunks)
    sizes = [sum(len(chunk.digits) for chunk in part) for part in parts]
    if len(parts) > 1 and sizes[0] in (3, 4) and sum(sizes[1:]) > 4:
        because = "three or four digits where the security code was asked for, before another number"
        return [(parts[0], Verdict(Entity.CVV, LIKELY, because))]
    if len(parts) < 2 or max(sizes) > 4 or not any(size in (3, 4) for size in sizes):
        return []
    because = "three or four digits where the security code was asked for, said more than once"
    return [(part, Verdict(Entity.CVV, LIKELY, because)) for part in parts]


def _at_fillers(chunks: Sequence[Chunk]) -> list[list[Chunk]]:
    """Return the chunks in the stretches that fillers divide."""
    parts: list[list[Chunk]] = []
    for chunk in chunks:
        if not parts or chunk.first - parts[-1][-1].last > 1:
            parts.append([])
        parts[-1].append(chunk)
    return parts
