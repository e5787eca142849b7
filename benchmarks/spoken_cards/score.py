"""Counts what a redactor missed and what it masked for nothing: words, calls, digits, each against the truth of the generator.

**Recovered.** A call leaks if, all turns and echoes taken together, any digit of a card can be read that is neither among its
first six nor its last four. Every word knows which places of the card's number it carries; the union over the words that
survive, in whatever copy, is what a reader could put together. This is stricter than asking whether a whole number can be
found, and needs no guess at how clever the reader is: he is taken to know the place of every digit he sees. Digits that were
misheard or slips have no place, and give nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Self

from benchmarks.spoken_cards.survivors import Survivors
from benchmarks.spoken_cards.truth import CARD, HARM, SECRET, WRONG, Call, Kind, Token


@dataclass
class Count:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    def note(self, *, hit: bool) -> None:
        """Count one more."""
        self.hits += hit
        self.of += 1

    def __iadd__(self, other: Count) -> Self:
        self.hits += other.hits
        self.of += other.of
        return self


@dataclass
class Tally:
    """All counts of a set of calls. `covered`: card words masked; the others count what is wrong."""

    calls: int = 0
    refused: int = 0
    covered: Count = field(default_factory=Count)
    pan: Count = field(default_factory=Count)
    cvv: Count = field(default_factory=Count)
    expiry: Count = field(default_factory=Count)
    pin: Count = field(default_factory=Count)
    track: Count = field(default_factory=Count)
    leaking: Count = field(default_factory=Count)
    secrets_left: Count = field(default_factory=Count)
    calls_with_secrets_left: Count = field(default_factory=Count)
    innocent_numbers_hit: Count = field(default_factory=Count)
    other_words_hit: Count = field(default_factory=Count)
    within_hit: Count = field(default_factory=Count)

    def __iadd__(self, other: Tally) -> Self:
        for one in fields(self):
            value = getattr(self, one.name)
            value += getattr(other, one.name)
            setattr(self, one.name, value)
        return self


@dataclass(frozen=True)
class Verdict:
    """What was wrong with one call: numbers of its words."""

    tally: Tally
    missed: tuple[int, ...]
    harmed: tuple[int, ...]
    leaks: bool
    where: frozenset[str] = frozenset()  # the places of the file in which something missed stands

    @property
    def has_failed(self) -> bool:
        """Whether anything was missed or masked for nothing."""
        return bool(self.missed or self.harmed)


def judged(call: Call, left: Survivors) -> Verdict:
    """Return the verdict on one call."""
    tally = Tally(calls=1)
    missed: list[int] = []
    harmed: list[int] = []
    for index, spoken in enumerate(call.words):
        token = spoken.token
        if token.kind in CARD:
            is_covered = index not in left.words and not _tells(call, token, left.digits.get(index, set()))
            tally.covered.note(hit=is_covered)
            getattr(tally, token.kind.value).note(hit=is_covered)
            if token.kind in SECRET:
                tally.secrets_left.note(hit=not is_covered)
            if not is_covered:
                missed.append(index)
        elif token.kind in HARM or token.kind is Kind.WITHIN:
            is_hit = index in left.gone_somewhere
            count = {Kind.INNOCENT_NUMBER: tally.innocent_numbers_hit, Kind.OTHER: tally.other_words_hit}
            count.get(token.kind, tally.within_hit).note(hit=is_hit)
            if is_hit and token.kind in HARM:
                harmed.append(index)
    leaks = any(readable(call, left, card) - allowed(pan) for card, pan in enumerate(call.pans, 1))
    if any(spoken.token.kind in {Kind.PAN, Kind.TRACK} for spoken in call.words):
        tally.leaking.note(hit=leaks)
    if tally.secrets_left.of:
        tally.calls_with_secrets_left.note(hit=tally.secrets_left.hits > 0)
    where = frozenset(place for index in missed for place in left.where.get(index, ()))
    return Verdict(tally, tuple(missed), tuple(harmed), leaks, where)


def readable(call: Call, left: Survivors, card: int) -> set[int]:
    """Return the places of a card's number that can be read from what survives."""
    places: set[int] = set()
    for index, spoken in enumerate(call.words):
        token = spoken.token
        if token.card != card or token.kind not in {Kind.PAN, Kind.TRACK, Kind.LAST_FOUR, Kind.BIN}:
            continue
        if index in left.words:
            places.update(token.places)
        else:
            places.update(token.places[at] for at in left.digits.get(index, ()) if at < len(token.places))
    return places - {WRONG}


def allowed(pan: str) -> set[int]:
    """Return the places that may stay readable: the first six and the last four (PCI DSS 3.4.1)."""
    return {*range(6), *range(len(pan) - 4, len(pan))}


def summed(verdicts: Iterable[Verdict]) -> Tally:
    """Return the counts of many calls."""
    total = Tally()
    for verdict in verdicts:
        total += verdict.tally
    return total


def _tells(call: Call, token: Token, digits: set[int]) -> bool:
    """Whether digits left of a half masked word say more than a policy may keep of a card number."""
    if token.kind is not Kind.PAN or not token.places:
        return bool(digits)
    fine = allowed(call.pans[token.card - 1])
    return any(at >= len(token.places) or token.places[at] not in fine for at in digits)
