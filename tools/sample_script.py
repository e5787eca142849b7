"""Reads the script of the sample calls: turns, words as shown and as said, and what is named as card data.

`sample_calls.yaml` explains the notation at its head. What comes out is plain data; a card number that is no
published test number stops everything here, before a sample is made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_NAMED = re.compile(r"\{([A-Z]+) ([^}]*)\}(\S*)")

TEST_PANS = frozenset(
    {
        "4111111111111111",
        "4012888888881881",
        "4222222222222",
        "5555555555554444",
        "5105105105105100",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "30569309025904",
        "3530111333300000",
        "6205500000000000004",
        "501800000009",
    }
)
"""Numbers the card schemes and processors publish for tests; no account stands behind them."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as the transcript shows it, as it is said, and which named thing of its line it belongs to."""

    shown: str
    said: str
    group: int | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn of channel `channel`; `groups[n]` is the entity that tokens of group n make up together."""

    channel: int
    tokens: tuple[Token, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Keys the customer presses one after the other, and what they are."""

    entity: str
    buttons: str


@dataclass(frozen=True, slots=True)
class Call:
    """One sample call as the script has it. `facts` is everything that is not said or keyed."""

    name: str
    agent: dict[str, Any]
    customer: dict[str, Any]
    turns: tuple[Spoken | Keyed, ...]
    facts: dict[str, Any]


def calls(folder: Path) -> list[Call]:
    """Return the calls of `sample_calls.yaml` with the people of `sample_people.yaml`, in order."""
    people = yaml.safe_load((folder / "sample_people.yaml").read_text())
    found = []
    for entry in yaml.safe_load((folder / "sample_calls.yaml").read_text()):
        turns = tuple(_turn(line) for line in entry.pop("lines"))
        agent, customer = entry.pop("with")
        found.append(
            Call(entry.pop("name"), people["agents"][agent], people["customers"][customer], turns, entry)
        )
    return found


def _turn(line: dict[str, Any]) -> Spoken | Keyed:
    ((who, what),) = line.items()
    if who == "K":
        ((entity, buttons),) = what.items()
        digits = buttons.rstrip("#")
        if entity == "PAN" and not any(pan.startswith(digits) for pan in TEST_PANS):
            raise ValueError("a keyed card number that is no published test number")
        return Keyed(entity, buttons)
    tokens: list[Token] = []
    groups: list[str] = []
    at = 0
    for match in _NAMED.finditer(what):
        tokens += _tokens(what[at : match.start()], None)
        tokens += _tokens(match[2] + match[3], len(groups))
        groups.append(match[1])
        at = match.end()
    tokens += _tokens(what[at:], None)
    return Spoken(0 if who == "A" else 1, tuple(tokens), tuple(groups))


def _tokens(text: str, group: int | None) -> list[Token]:
    tokens = []
    for word in text.split():
        shown, _, said = word.partition("~")
        ending = said[len(said.rstrip(".,?!")) :]
        tokens.append(Token(shown + ending, (said or shown).replace("_", " "), group))
    return tokens
