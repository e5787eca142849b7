"""The nouns every part of redaction shares: what is looked for, and where it was found.

Two ways of saying *where* live here: `Span`, in characters of a text, and `TimeSpan`, in milliseconds of a
recording. `Word` is what joins them: a piece of text with, at best, a time. None of them carries the data it points
at outside `Word.text`; `because` is a sentence about the finding and never holds a digit of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Entity(StrEnum):
    """What a finding is. The value is the name policies, reports and masks use."""

    PAN = "PAN"
    CVV = "CVV"
    EXPIRY = "EXPIRY"
    PIN = "PIN"
    TRACK = "TRACK"
    DTMF = "DTMF"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    IBAN = "IBAN"
    IP = "IP"
    SSN = "SSN"
    NINO = "NINO"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    PASSPORT = "PASSPORT"
    DRIVER_LICENSE = "DRIVER_LICENSE"
    TAX_ID = "TAX_ID"
    MEDICAL_ID = "MEDICAL_ID"
    CRYPTO = "CRYPTO"
    URL = "URL"
    DATE = "DATE"
    NATIONAL_ID = "NATIONAL_ID"
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE"
    PERSON = "PERSON"
    LOCATION = "LOCATION"
    ORGANIZATION = "ORGANIZATION"
    NRP = "NRP"  # nationality, religion, politics: presidio's name for them
    RECORDER_PAUSE = "RECORDER_PAUSE"  # no data: where the recorder itself was paused, and what it was paused for is not heard


SAD = frozenset({Entity.CVV, Entity.PIN, Entity.TRACK})
"""Sensitive authentication data: never kept after authorisation, even encrypted (PCI DSS 3.3.1)."""

CARD_DATA = SAD | {Entity.PAN, Entity.EXPIRY, Entity.DTMF}
"""Everything that belongs to a card. DTMF is here because keys pressed in a call are card data until proven otherwise."""


class Certainty(StrEnum):
    """How sure a finding is. What is only suspected is masked too; a person decides what happens to the original."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"


class Timing(StrEnum):
    """Where the times of a word come from, best first."""

    EXACT = "exact"  # the recogniser gave this word its own times
    INTERPOLATED = "interpolated"  # computed from the words around it
    TURN = "turn"  # only the turn it stands in has times
    NONE = "none"  # nothing says when it was spoken


CONFIRMED_FROM = 0.75
"""The score from which a finding is confirmed; below it is suspected."""


def certainty_of(score: float) -> Certainty:
    """Return whether a finding with this score counts as confirmed or only as suspected."""
    return Certainty.CONFIRMED if score >= CONFIRMED_FROM else Certainty.SUSPECTED


@dataclass(frozen=True, slots=True)
class Span:
    """A finding in a text: characters `start` (included) to `end` (excluded).

    `number` is the same for the pieces of one complete card number, in the order of its digits, and -1 where a finding
    is no piece of one: a number said with pauses is several spans.
    """

    start: int
    end: int
    entity: Entity
    score: float
    because: str
    number: int = -1

    @property
    def certainty(self) -> Certainty:
        """Whether this is confirmed or only suspected."""
        return certainty_of(self.score)


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken or written word, with the times and the place its source gave it.

    `turn` counts the stretches of one speaker from 0. Times are milliseconds from the start of the recording, both
    present or both absent; `timing` says what they are worth.
    """

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    channel: int | None = None
    speaker: str | None = None
    timing: Timing = Timing.NONE
    turn: int = 0


class Place(Protocol):
    """Where in a recording something is cut out, whatever the reason: what the sound is treated by."""

    @property
    def start_ms(self) -> int:
        """Where it begins (included)."""

    @property
    def end_ms(self) -> int:
        """Where it ends (excluded)."""

    @property
    def channel(self) -> int | None:
        """On which channel; on all where it is None."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place and nothing more."""

    start_ms: int
    end_ms: int
    channel: int | None


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A finding in a recording: `start_ms` (included) to `end_ms` (excluded), on one channel or, if None, on all."""

    start_ms: int
    end_ms: int
    channel: int | None
    entity: Entity
    timing: Timing
    score: float
    because: str

    @property
    def certainty(self) -> Certainty:
        """Whether this is confirmed or only suspected."""
        return certainty_of(self.score)

    @property
    def is_data(self) -> bool:
        """Whether something was found here, and not only told by the recorder."""
        return self.entity is not Entity.RECORDER_PAUSE
