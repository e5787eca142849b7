"""Telephone numbers as presidio's recogniser finds them: the same matches of the phonenumbers library, sooner.

Presidio asks the library once a region, and each time it goes through the whole text and tries every candidate in full.
Here the candidates are looked up once for all regions, and a region is not asked about digits of which its numbering
plan can make no number. What is asked is asked of the library itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, Leniency, PhoneMetadata, PhoneNumberMatch
from phonenumbers.phonenumbermatcher import (
    _INNER_MATCHES,
    _PATTERN,
    _SLASH_SEPARATED_DATES,
    _TIME_STAMPS,
    _TIME_STAMPS_SUFFIX,
    PhoneNumberMatcher,
)
from phonenumbers.phonenumberutil import _SECOND_NUMBER_START_PATTERN, _UNWANTED_END_CHAR_PATTERN

FEWEST_DIGITS = 4
"""No numbering plan knows a number with fewer digits, its country code included (a test asks the library)."""

REGIONS = {
    "en": ("US", "GB", "DE", "FR", "IL", "IN", "CA", "BR", "AU"),
    "es": ("ES", "MX", "US"),
    "fr": ("FR", "BE", "CH", "CA"),
    "de": ("DE", "AT", "CH"),
    "it": ("IT", "CH"),
    "pt": ("PT", "BR"),
    "nl": ("NL", "BE"),
}
"""Whose national numbers are known, by the language of the talk; English has presidio's own list. A number with its
country in front is known in every language."""

_PLAIN = regex.compile(r"[0-9 \u00a0()\[\]./-]+")
_PLUS = ("+", "\uff0b")
_NO_DIGITS = dict.fromkeys(map(ord, " \u00a0()[]./-"))
_SHORT = 20  # signs: less than the library takes for one candidate at most, so that none can reach beyond it
_KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
)  # fmt: skip


def find(text: str, language: str) -> list[tuple[int, int]]:
    """Return where telephone numbers stand: those of the language's regions, and any with its country in front.

    With its country in front a number counts if it is as long as one may be there: the ranges given out change.
    """
    regions = REGIONS.get(language, ())
    said = _Said(text, regions)
    passes: list[tuple[str | None, int]] = [(region, Leniency.VALID) for region in regions]
    return [
        (match.start, match.end)
        for region, leniency in [*passes, (None, Leniency.POSSIBLE)]
        for match in _Matcher(said, region, leniency)
    ]


class _Said:
    """A text, the candidates in it by the place from which they are looked for, and which plans may know a piece."""

    def __init__(self, text: str, regions: Sequence[str]) -> None:
        self.text = text
        self._plans = [(region, _plan(region)) for region in regions]
        self._next: dict[int, _Candidate | None] = {}
        self._known: dict[str, frozenset[str | None]] = {}
        self.international: dict[_Piece, PhoneNumberMatch | None] = {}
        self.whole: set[tuple[int, int]] = set()

    def candidate(self, index: int) -> _Candidate | None:
        """Return the first candidate that begins at `index` or later, as the library finds it."""
        if index not in self._next:
            match = _PATTERN.search(self.text, index)
            self._next[index] = self._candidate(match) if match else None
        return self._next[index]

    def _candidate(self, match: re.Match[str]) -> _Candidate:
        start, whole = match.start(), match.group()
        second = _SECOND_NUMBER_START_PATTERN.search(whole)
        whole = whole[: second.start()] if second else whole
        pieces = [
            _Piece(start + at, piece, knowing, _is_international(piece))
            for at, piece in _pieces(whole, self.text[start + len(whole) :][:3])
            if (knowing := self._knowing(piece))
        ]
        return _Candidate(start, start + len(whole), tuple(pieces))

    def _knowing(self, piece: str) -> frozenset[str | None]:
        """Return the regions whose plan may know a number in the piece; None is a number with its country in front."""
        if piece not in self._known:
            # What is not plain digits, an extension for one, may be anything anywhere.
            is_plain = _PLAIN.fullmatch(piece)
            digits = piece.translate(_NO_DIGITS)
            regions = {region for region, plan in self._plans if not is_plain or plan.fullmatch(digits)}
            has_country = any(sign in piece for sign in _PLUS)
            self._known[piece] = frozenset({*regions, None} if has_country else regions)
        return self._known[piece]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a candidate that may be a number by itself, and by whose plans."""

    start: int
    text: str
    knowing: frozenset[str | None]
    is_international: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Digits and what may stand between them: where they stand, and the pieces to try, in the library's order."""

    start: int
    end: int
    pieces: tuple[_Piece, ...]


def _pieces(candidate: str, after: str) -> Iterator[tuple[int, str]]:
    """Yield what the library tries of a candidate: the whole, and what is left where it is taken apart."""
    if _SLASH_SEPARATED_DATES.search(candidate):
        return
    if _TIME_STAMPS.search(candidate) and _TIME_STAMPS_SUFFIX.match(after):
        return
    yield 0, candidate
    for inner in _INNER_MATCHES:
        match = inner.search(candidate)
        if match:
            yield 0, _trimmed(candidate[: match.start()])
        while match:
            yield match.start(1), _trimmed(match.group(1))
            match = inner.search(candidate, match.start() + 1)


def _is_international(piece: str) -> bool:
    digits = piece[1:].translate(_NO_DIGITS)[:3]
    codes = (digits[:size] for size in range(1, 4))
    return (
        piece.startswith(_PLUS)
        and digits.isdecimal()
        and not digits.startswith(
            "0"
        )  # no country's: the library then takes the plus away, and asks a region
        and any(int(code) in COUNTRY_CODE_TO_REGION_CODE for code in codes if code.isascii())
    )


def _trimmed(piece: str) -> str:
    unwanted = _UNWANTED_END_CHAR_PATTERN.search(piece)
    return piece[: unwanted.start()] if unwanted else piece


class _Matcher(PhoneNumberMatcher):
    # The library's own, told what need not be tried.

    def __init__(self, said: _Said, region: str | None, leniency: int) -> None:
        super().__init__(said.text, region, leniency)
        self._said = said

    def _find(self, index: int) -> PhoneNumberMatch | None:
        while (candidate := self._said.candidate(index)) is not None:
            place = candidate.start, candidate.end
            # What is a number to one region as a whole need not be asked of another: it could only name a part of it.
            for piece in candidate.pieces if place not in self._said.whole else ():
                if self.preferred_region in piece.knowing:
                    match = self._verified(piece)
                    if match is not None:
                        if (match.start, match.end) == place and candidate.end - candidate.start <= _SHORT:
                            self._said.whole.add(place)
                        return match
            index = candidate.end
        return None

    def _verified(self, piece: _Piece) -> PhoneNumberMatch | None:
        # What begins with a country's code is the same number, or none, whoever is asked.
        if not piece.is_international or self.preferred_region is None:
            return self._parse_and_verify(piece.text, piece.start)
        asked = self._said.international
        if piece not in asked:
            asked[piece] = self._parse_and_verify(piece.text, piece.start)
        return asked[piece]


@cache
def _plan(region: str) -> regex.Pattern[str]:
    """Return what every row of digits matches in which the region's numbering plan may know a number.

    Digits are a number by themselves, behind the country's own code, behind prefixes of the plan, or, dialled as from
    abroad, of any plan.
    """
    own: Any = PhoneMetadata.metadata_for_region(region)
    plans = [PhoneMetadata.metadata_for_region(one) for one in COUNTRY_CODE_TO_REGION_CODE[own.country_code]]
    kinds = [getattr(plan, kind) for plan in plans for kind in _KINDS]
    numbers = {kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern}
    # Where a rule rewrites what is behind a prefix, a few digits more may go.
    prefix = own.national_prefix_for_parsing or ""
    prefixes = rf"(?:{prefix}){{0,2}}" + (r"\d{0,5}" if own.national_prefix_transform_rule else "")
    abroad = rf"(?:{own.international_prefix})\d{{{FEWEST_DIGITS},}}"
    inside = rf"(?:{own.country_code})?{prefixes}(?:{'|'.join(sorted(numbers))})"
    return regex.compile(f"{abroad}|{inside}")
