"""What a generated call is made of: words that know what they are and which digits of a card they carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a word is, by the slot it came from. The detector has no say in it."""

    PAN = "pan"
    CVV = "cvv"
    EXPIRY = "expiry"
    PIN = "pin"
    TRACK = "track"
    LAST_FOUR = "last_four"  # may stay, need not
    BIN = "bin"  # may stay, need not
    WITHIN = (
        "within"  # a filler, "and", "slash" or a lone dash between the digits of one slot: may stay, need not
    )
    INNOCENT_NUMBER = "innocent_number"
    OTHER = "other"


CARD = frozenset({Kind.PAN, Kind.CVV, Kind.EXPIRY, Kind.PIN, Kind.TRACK})
"""What must be gone."""

SECRET = frozenset({Kind.CVV, Kind.PIN, Kind.TRACK})
"""What must be gone from every call without exception (PCI DSS 3.3.1)."""

HARM = frozenset({Kind.INNOCENT_NUMBER, Kind.OTHER})
"""What must stay."""

WRONG = -1
"""The place of a digit that is not the card's: misheard, or a slip."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a number on its way to become a token: what is said, and which of the number's digits that says.

    The digits of all pieces of a number, put together, are the number. `glue` joins it to the next piece; a `link` says no
    digit at all ("and", "slash").
    """

    text: str
    digits: str = ""
    glue: str = " "
    link: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A word as the recogniser writes it. `digits` and `places` are what it carries of card number `card`, place by place."""

    text: str
    kind: Kind = Kind.OTHER
    digits: str = ""
    places: tuple[int, ...] = ()
    card: int = 0
    before: str = " "  # the white space in front of it


@dataclass(frozen=True, slots=True)
class Spoken:
    """A token with its time."""

    token: Token
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's words. `speaker` is the template's letter: A, C, I or O."""

    speaker: str
    words: tuple[Spoken, ...]

    @property
    def text(self) -> str:
        """The turn as one string."""
        return "".join((one.token.before if at else "") + one.token.text for at, one in enumerate(self.words))


@dataclass(frozen=True, slots=True)
class Call:
    """A generated call: which template and seed made it, what was said, and the numbers of its cards."""

    name: str
    language: str
    country: str
    style: str
    turns: tuple[Turn, ...]
    pans: tuple[str, ...]

    @property
    def words(self) -> tuple[Spoken, ...]:
        """All words in the order of the turns."""
        return tuple(word for turn in self.turns for word in turn.words)
