"""The digits of one stretch of talk: in which orders they may be one number, and where a complete card number lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.redaction import brands
from governance.redaction.digits import Group
from governance.redaction.numerals import Chunk

GROUPINGS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3))
"""How card numbers are printed on cards."""
_TAILS = frozenset({3, 4, 7, 8})  # the lengths of a security code, an expiry date, and both
_USUAL = frozenset({14, 15, 16})
_OVER_GROUPS = frozenset(
    {15, 16}
)  # of pieces that nobody called a card number only these lengths are believed


@dataclass(frozen=True, slots=True)
class Place:
    """One chunk in a region: which group it belongs to and where it stands there."""

    group: int
    at: int
    chunk: Chunk
    speaker: str | None


def readings(groups: Sequence[Group], region: Sequence[int], places: list[Place]) -> Iterator[list[Place]]:
    """Yield the orders in which the digits of a region may be one number: as said, by speaker, without read-backs."""
    yield places
    if len(region) == 1:
        return
    if len({place.speaker for place in places}) > 1:
        for speaker in dict.fromkeys(place.speaker for place in places):
            yield [place for place in places if place.speaker == speaker]
    kept: list[Place] = []
    said = ""
    for index in region:
        digits = groups[index].digits
        if len(said) >= len(digits) and said.endswith(digits):
            continue
        if len(digits) > len(said) and digits.startswith(said):
            kept, said = [], ""
        kept += [place for place in places if place.group == index]
        said += digits
    yield kept


def whole_number(reading: Sequence[Place], wanted: bool) -> list[Place]:
    """Return all chunks of a reading if together they are one complete card number, else none."""
    whole = "".join(place.chunk.digits for place in reading)
    if not wanted and len(whole) not in _OVER_GROUPS and reading[0].group != reading[-1].group:
        return []
    fits = brands.is_card_number(whole) and (wanted or _stands_alone(reading, 0, len(reading) - 1))
    return list(reading) if fits else []


def complete_number(reading: Sequence[Place], wanted: bool, *, begins: bool = False) -> list[Place]:
    """Return the chunks of the complete card number in a reading, if there is one. `begins` believes one at its beginning.

    Unprompted, a window inside a longer run counts only where what is left over could be expiry date and security
    code: one run of ten passes the check digit by chance.
    """
    sizes = [len(place.chunk.digits) for place in reading]
    for first in range(len(reading)):
        total, text = 0, ""
        windows: dict[int, int] = {}
        for last in range(first, len(reading)):
            total += sizes[last]
            text += reading[last].chunk.digits
            if total > brands.LONGEST:
                break
            windows[total] = last
        for length in brands.BY_LIKELIHOOD:
            if length not in windows or not brands.is_card_number(text[:length]):
                continue
            last = windows[length]
            if not wanted and length not in _OVER_GROUPS and reading[first].group != reading[last].group:
                continue
            if (
                wanted
                or _stands_alone(reading, first, last)
                or (begins and not first and length in _OVER_GROUPS)
            ):
                return list(reading[first : last + 1])
    return _glued(reading, wanted)


def _stands_alone(reading: Sequence[Place], first: int, last: int) -> bool:
    chunks = [place.chunk for place in reading[first : last + 1]]
    sizes = tuple(len(chunk.digits) for chunk in chunks)
    before = _digits_at(reading, range(first))
    after = _digits_at(reading, range(last + 1, len(reading)))
    if all(chunk.typed for chunk in chunks) and not _is_regular(sizes):
        return not before and not after and sum(sizes) in _USUAL
    if len(chunks) == 1 or sizes in GROUPINGS:
        return True
    return before <= 1 and (after == 0 or after in _TAILS)


def _digits_at(reading: Sequence[Place], places: range) -> int:
    """Return how many digits stand there, as far as it matters: a list of a thousand numbers is not counted to its end."""
    total = 0
    for at in places:
        total += len(reading[at].chunk.digits)
        if total > brands.LONGEST:
            break
    return total


def is_regular(group: Group) -> bool:
    """Return whether the digits of a group are grouped as people group them on a card."""
    return _is_regular(tuple(len(chunk.digits) for chunk in group.chunks))


def _is_regular(sizes: tuple[int, ...]) -> bool:
    """Whether typed digits are grouped as people group them, and not a list of numbers."""
    if len(sizes) == 1 or sizes in GROUPINGS or set(sizes) <= {1, 2}:
        return True
    return len(set(sizes[:-1])) == 1 and sizes[0] >= 3 and sizes[-1] <= sizes[0] + 2


def _is_row(digits: str, length: int) -> bool:
    """Whether digits are nothing but card numbers of one length, one behind the other."""
    return all(brands.is_card_number(digits[at : at + length]) for at in range(0, len(digits), length))


def _glued(reading: Sequence[Place], wanted: bool) -> list[Place]:
    """Find a number that expiry date and security code, or more such numbers, were typed onto without a space."""
    for place in reading:
        digits = place.chunk.digits
        for length in (16, 15):
            tail = len(digits) - length
            if (tail in _TAILS or (wanted and tail > 0)) and brands.is_card_number(digits[:length]):
                return [place]
            if tail > 0 and not len(digits) % length and _is_row(digits, length):
                return [place]
    return []
