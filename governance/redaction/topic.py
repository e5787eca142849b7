"""A topic of a conversation: what was asked for, what has been given for it, and what a number was asked as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from governance.redaction import brands

IN_ONE_BREATH = 13
"""Said at once, a number as long as a card's is whole, though a digit may be wrong."""

_WANTS = {"cvv": 3, "expiry": 3, "pin": 4, "part": 2, "code": 3, "card": 12, "thing": 1}
_SAID_AT_MOST = 60


@dataclass(slots=True)
class Topic:
    """Something that was asked for, and the digits given for it so far, by speaker."""

    kind: str
    token: int
    turn: int
    said: dict[str | None, str] = field(default_factory=dict)
    is_over: bool = False
    pieces: int = 0
    breath: int = 0  # the most digits given at once
    answered: int = -1  # the turn of the last answer
    speaker: str | None = None  # who answered first
    voice: str | None = None  # who spoke of it last
    is_measured: bool = False  # by an amount, a date or a time: the number behind it is another

    @property
    def most(self) -> str:
        """The most that one speaker has said."""
        return max(self.said.values(), key=len, default="")

    @property
    def is_satisfied(self) -> bool:
        """Whether it has been answered."""
        if self.is_over:
            return True
        if self.kind == "pan":
            return self.breath >= IN_ONE_BREATH or any(
                len(said) >= brands.LONGEST or ends_whole(said) for said in self.said.values()
            )
        if self.kind == "other":
            return bool(self.pieces)
        return len(self.most) >= _WANTS[self.kind]

    def answer(self, speaker: str | None, digits: str, turn: int) -> None:
        """Take digits as said for this topic in a turn."""
        if not self.pieces:
            self.speaker = speaker
        self.pieces += 1
        self.breath = max(self.breath, len(digits))
        self.answered = turn
        self.said[speaker] = (self.said.get(speaker, "") + digits)[-_SAID_AT_MOST:]


def ends_whole(said: str) -> bool:
    """Return whether digits are a complete card number, or end with one of the usual lengths."""
    if len(said) < brands.SHORTEST:
        return False
    if brands.is_card_number(said):
        return True
    return (len(said) > 16 and brands.is_card_number(said[-16:])) or (
        said[-15:-14] == "3" and brands.is_card_number(said[-15:])
    )


class Asked(NamedTuple):
    """What a group was asked as.

    `here` tells that the words stand in its own turn, `pan_open` that a card number was asked for and is not complete,
    `after_pan` that one was given before, `card_talk` that a card has been spoken of.
    """

    kind: str = ""
    here: bool = False
    bundle: tuple[str, ...] = ()
    pan_open: bool = False
    begun: bool = False
    after_pan: bool = False
    card_talk: bool = False
    since: str = ""  # what was last named at all
    apart: int = 99  # tokens between the words that name it and the number, in one turn
