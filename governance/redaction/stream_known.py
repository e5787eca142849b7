"""What a live call has shown to be card data, for as long as the call lasts and in memory only: numbers by their runs of four
digits, codes for as long as somebody may say them again.

Runs of four instead of numbers: whatever order the detectors put pieces together in, a number that repeats part of another
has its runs among them, and there are ten thousand at most however long the call is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

_RUN = 4
_CODE = 3
_TAIL = 6
_CODES_WITHIN = 200  # tokens; `cards` hears an echo of a code for 150
_VOICES_AT_MOST = 64

Piece = tuple[str, str | None]
"""Digits that were masked, and who said them."""


@dataclass(slots=True)
class Known:
    """The digits that were masked in a call."""

    runs: set[str] = field(default_factory=set, repr=False)
    _tails: dict[str | None, tuple[str, str]] = field(default_factory=dict, repr=False)
    _tail: tuple[str, str] = field(default=("", ""), repr=False)
    _codes: deque[tuple[int, str]] = field(default_factory=deque, repr=False)

    def learn(self, digits: str, speaker: str | None, token: int) -> None:
        """Take digits as masked. Runs that they make with what was masked before count as well, with or without the
        piece between, by the same speaker or by any: numbers are put together in all these ways.
        """
        voice = speaker if speaker in self._tails or len(self._tails) < _VOICES_AT_MOST else None
        self._tail = self._joined(self._tail, digits)
        self._tails[voice] = self._joined(self._tails.get(voice, ("", "")), digits)
        if len(digits) >= _CODE:
            self._codes.append((token, digits))

    def _joined(self, tails: tuple[str, str], digits: str) -> tuple[str, str]:
        now, earlier = tails
        for tail in {now, earlier}:
            self.runs.update(_runs(tail[1 - _RUN :] + digits))
        return (now + digits)[-_TAIL:], now

    def holds(self, digits: str, also: Iterable[Piece] = ()) -> bool:
        """Return whether a number may be part of what was masked, or of that and of `also`."""
        wanted = set(_runs(digits))
        return bool(wanted) and wanted <= self._with(also)

    def resembles(self, digits: str, also: Iterable[Piece] = ()) -> bool:
        """Return whether the first or the last four digits may be part of what was masked."""
        return not {digits[:_RUN], digits[-_RUN:]}.isdisjoint(self._with(also))

    def ends_like_a_code(self, digits: str, token: int, also: Iterable[Piece] = ()) -> bool:
        """Return whether a number ends as something does that was masked a short while ago."""
        while self._codes and token - self._codes[0][0] > _CODES_WITHIN:
            self._codes.popleft()
        end = digits[-_CODE:]
        return any(end in code for _, code in self._codes) or any(end in piece for piece, _ in also)

    def _with(self, also: Iterable[Piece]) -> set[str]:
        pieces = list(also)
        if not pieces:
            return self.runs
        more = Known(set(self.runs), dict(self._tails), self._tail)
        for digits, speaker in pieces:
            more.learn(digits, speaker, 0)
        return more.runs


def _runs(digits: str) -> Iterable[str]:
    return (digits[at : at + _RUN] for at in range(len(digits) - _RUN + 1))
