"""Tokens: what stands in the place of a value so that the same value can be recognised and nobody can tell what it was.

A token is an HMAC-SHA-256 of the whole value under a key of the tenant's own (PCI DSS 3.5.1.1: a keyed hash of the
entire PAN). It is written in twenty consonants: no digit, no vowel, and so no number word of any language that a detector
could read, nothing that decodes to digits, and nothing to find for a second pass.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from governance.errors import ConfigurationError
from governance.redaction.brands import is_card_number

LETTERS = "bcdfghjkmnpqrstvwxz"
LENGTH = 20  # some 85 bits: among 10^9 cards two share a token with a chance of less than one in a million
_SHORTEST_KEY = 32
_SIGNS_COUNT = frozenset({"EMAIL", "IP", "URL"})  # of these a point or a hyphen is a part


@dataclass(frozen=True, slots=True)
class Tokeniser:
    """Makes tokens under one key. Values of different kinds never share a token, whatever they are."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < _SHORTEST_KEY:
            raise ConfigurationError(f"A key for tokens has at least {_SHORTEST_KEY} bytes.")

    def __call__(self, entity: str, value: str) -> str:
        """Return the token of a value as `spelling` has it."""
        digest = hmac.new(self.key, f"{entity}\0{value}".encode(), hashlib.sha256).digest()
        number, letters = int.from_bytes(digest), []
        for _ in range(LENGTH):
            number, at = divmod(number, len(LETTERS))
            letters.append(LETTERS[at])
        return "".join(letters)


def spelling(entity: str, said: str) -> str:
    """Return a value without what depends on how it was written: case, spaces, and the signs between its parts."""
    plain = said.casefold()
    if entity in _SIGNS_COUNT:
        return "".join(plain.split())
    return "".join(sign for sign in plain if sign.isalnum())


def whole(pieces: Sequence[tuple[int, str]]) -> list[str]:
    """Return the complete card number that each piece of talk is to stand for; an empty text for the others.

    A piece is what a detector says of it, the number it is a part of (-1: of none), and its digits. A number said in
    pieces stands at the first of them. What is no complete number by length, brand and check digit has no token: a
    part, or one misheard, would get another one each time.
    """
    result = [_once(digits) if number < 0 else "" for number, digits in pieces]
    together: dict[int, list[int]] = {}
    for at, (number, _) in enumerate(pieces):
        if number >= 0:
            together.setdefault(number, []).append(at)
    for places in together.values():
        result[places[0]] = _once("".join(pieces[at][1] for at in places))
    return result


def _once(digits: str) -> str:
    """Return a card number that was said once, or several times in a row; an empty text for anything else."""
    for times in range(1, len(digits) // 12 + 1):
        size, rest = divmod(len(digits), times)
        if rest == 0 and digits == digits[:size] * times and is_card_number(digits[:size]):
            return digits[:size]
    return ""
