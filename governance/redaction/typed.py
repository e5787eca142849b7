"""Typed digits by their looks: a date, a time, an amount, an address, letters mixed with digits, or just a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.redaction.accounts import iban_at
from governance.redaction.cutting import Tokens
from governance.redaction.numerals import LINKS

_MIXED_AT_MOST = 11
_AMOUNT_AT_MOST = 11  # a sign beside as many digits as a card number has explains nothing


class Typed:
    """Reads typed digits off the tokens of a text, a cluster of characters without spaces at a time."""

    def __init__(self, tokens: Tokens, skip: Sequence[bool] | bytearray) -> None:
        """Read `tokens`; `skip` marks those that belong to a cue."""
        self._tokens, self._words, self._skip = tokens, tokens.words, skip
        self._iban_until = 0

    def read(self, at: int) -> Iterator[tuple[int, str]]:
        """Yield the typed numbers of the cluster that begins at a token, each with what the cluster looks like."""
        last, has_letters = self._cluster(at)
        places = [place for place in range(at, last + 1) if "0" <= self._words[place][0] <= "9"]
        explained = self._shape(at, last, places, has_letters)
        for place in places:
            if not self._skip[place]:
                yield place, explained

    def _cluster(self, at: int) -> tuple[int, bool]:
        words, gap = self._words, self._tokens.gap
        has_letters = at > 0 and gap(at) == ""
        last = at
        while last + 1 < len(words):
            between, following = gap(last + 1), words[last + 1]
            is_digit = "0" <= following[0] <= "9"
            if between == "":
                has_letters = True
            elif not (len(between) == 1 and between in LINKS and is_digit):
                break
            last += 1
        return last, has_letters

    def _shape(self, first: int, last: int, places: list[int], has_letters: bool) -> str:
        words, gap = self._words, self._tokens.gap
        if self._tokens.starts[first] < self._iban_until:
            return "an international bank account number"
        before = gap(first).rstrip(" ")[-1:] if first else gap(0)[-1:]
        after = gap(last + 1) if last + 1 < len(words) else self._tokens.text[self._tokens.end(last) :][:2]
        is_behind = (
            first > 0 and "0" <= words[first - 1][0] <= "9"
        )  # 45.00 € 7678: the sign belongs to the number before
        is_short = sum(len(words[place]) for place in places) <= _AMOUNT_AT_MOST
        if is_short and before and before in "$£€¥" and not is_behind:
            return "an amount of money"
        if is_short and (after[:1] in {"%", "€"} or after[:2] in {" %", " €"}):
            return "an amount or a share"
        if has_letters:
            if self._is_iban(first):
                return "an international bank account number"
            count = sum(len(words[place]) for place in places)
            return "letters and digits mixed" if count <= _MIXED_AT_MOST else ""
        if len(places) == 1:
            return ""
        parts, seps = [words[place] for place in places], [gap(place) for place in places[1:]]
        return _looks(parts, seps)

    def _is_iban(self, first: int) -> bool:
        """Whether an IBAN whose check digits hold begins right before this token; its later digits belong to it."""
        if first == 0 or len(self._words[first - 1]) != 2 or self._tokens.gap(first):
            return False
        place = iban_at(self._tokens.text, self._tokens.starts[first - 1])
        if place is None:
            return False
        self._iban_until = place[1]
        return True


def _looks(parts: Sequence[str], seps: Sequence[str]) -> str:
    """Return what typed numbers with signs between them are: a date, a time, an address, an amount, or nothing."""
    sizes = [len(part) for part in parts]
    if len(parts) == 3 and seps[0] == seps[1] and seps[0] in "-/.":
        years_first = sizes[0] == 4 and parts[0][:2] in {"19", "20"} and max(sizes[1:]) <= 2
        years_last = max(sizes[:2]) <= 2 and (
            sizes[2] == 2 or (sizes[2] == 4 and parts[2][:2] in {"19", "20"})
        )
        small = [int(part) for part in (parts[1:] if years_first else parts[:2])]
        if (years_first or years_last) and all(1 <= part <= 31 for part in small) and min(small) <= 12:
            return "a date"
    if (
        seps[0] == ":"
        and sizes[0] <= 2
        and sizes[1] == 2
        and len(parts) <= 4
        and int(parts[0]) < 25
        and int(parts[1]) < 60
    ):
        return "a time"
    if (
        len(parts) == 4
        and set(seps) == {"."}
        and all(size <= 3 and int(part) < 256 for size, part in zip(sizes, parts, strict=True))
    ):
        return "a network address"
    has_decimals = (
        seps[-1] in ".," and sizes[-1] == 2 and sizes[0] <= 5 and all(size == 3 for size in sizes[1:-1])
    )
    # Two decimals behind a month may be an expiry date: 12.28.
    is_date = len(parts) == 2 and sizes[0] <= 2 and 1 <= int(parts[0]) <= 12
    return "an amount" if has_decimals and not is_date else ""
