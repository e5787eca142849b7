"""Calls in any language, made up from how its speakers spell numbers: cards said in ten ways, and what they leave unmasked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from governance.redaction import text
from governance.redaction.digits import groups
from governance.redaction.languages import load
from governance.redaction.spans import Entity

CARDS = (
    "4111111111111111",
    "4539148803436467",
    "5555555555554444",
    "2223003122003222",
    "6011000990139424",
    "378282246310005",
)


@dataclass(frozen=True)
class Voice:
    """How one language is spoken in these calls; `spell` says 0 to 9999 in its standard spelling."""

    code: str
    spell: Callable[[int], str]
    double: str
    fillers: Sequence[str]
    asks: str
    leads_in: str
    sorry: str

    def digits(self, number: str) -> list[str]:
        """Return each digit as a word."""
        return [self.spell(int(digit)) for digit in number]

    def grouped(self, number: str, size: int) -> list[str]:
        """Return the number in groups of a size, each said as one number; a group that begins with zero digit by digit."""
        parts = [number[at : at + size] for at in range(0, len(number), size)]
        return [" ".join(self.digits(part)) if part[0] == "0" else self.spell(int(part)) for part in parts]

    def doubled(self, number: str) -> list[str]:
        """Return the digits with every pair of equal ones said as double."""
        said: list[str] = []
        at = 0
        while at < len(number):
            pair = number[at : at + 2]
            equal = len(pair) == 2 and pair[0] == pair[1]
            said.append(f"{self.double} {self.spell(int(pair[0]))}" if equal else self.spell(int(pair[0])))
            at += 2 if equal else 1
        return said


def answers(voice: Voice, number: str) -> Iterator[tuple[str, str]]:
    """Yield ten ways in which a customer says a card number after being asked for it, each by its name."""
    single, half = voice.digits(number), len(number) // 2
    fours = [single[at : at + 4] for at in range(0, len(single), 4)]
    customer = f"Customer: {voice.leads_in} "
    yield "digit by digit", customer + " ".join(single)
    yield "in fours", customer + ", ".join(" ".join(four) for four in fours)
    yield "in pairs", customer + ", ".join(voice.grouped(number, 2))
    yield "in hundreds", customer + ", ".join(voice.grouped(number, 3))
    yield "in thousands", customer + ", ".join(voice.grouped(number, 4))
    yield "with doubles", customer + " ".join(voice.doubled(number))
    yield "with fillers", customer + f" {voice.fillers[0]} ".join(" ".join(four) for four in fours)
    yield (
        "words and digits",
        customer
        + " ".join(
            digit if at % 3 else said for at, (digit, said) in enumerate(zip(number, single, strict=True))
        ),
    )
    yield (
        "with an echo",
        "\n".join(
            f"Customer: {' '.join(four)}\nAgent: {' '.join(four)}, {voice.fillers[1]}" for four in fours
        ),
    )
    yield "cut short", customer + " ".join(single[: half + 2]) + f"\nCustomer: {voice.sorry}"


def masked(said: str, language: str) -> str:
    """Return the text with each finding replaced by its kind."""
    for span in reversed(text.detect(said, language)):
        said = said[: span.start] + f"[{span.entity.value}]" + said[span.end :]
    return said


def left(said: str, language: str) -> list[str]:
    """Return the digits that can still be heard in a text after masking, outside of agents' questions."""
    lines = [line for line in masked(said, language).split("\n") if not line.endswith("?")]
    return heard("\n".join(lines), language)


def heard(said: str, language: str) -> list[str]:
    """Return every number of a text as digits, one by one as they were said."""
    return [chunk.digits for group in groups(said, load(language)) for chunk in group.chunks]


def kinds(said: str, language: str) -> list[Entity]:
    """Return what was found, in order."""
    return [span.entity for span in text.detect(said, language)]


def unlike(call: str, language: str) -> list[str]:
    """Return the lines of a call that are not as they should be: with a star no digit is left, without one nothing is touched."""
    lines = call.removesuffix("\n").split("\n")
    said = [line.removeprefix("* ") for line in lines]
    seen = masked("\n".join(said), language).split("\n")
    return [
        after
        for line, before, after in zip(lines, said, seen, strict=True)
        if (heard(after, language) if line.startswith("* ") else before != after)
    ]
