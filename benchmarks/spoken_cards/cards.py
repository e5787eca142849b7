"""Made-up cards: numbers from the published ranges of the brands with a right check digit, issued by nobody we know."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# Brand → (prefixes from, to), lengths. From the brands' own publications, and not from the detector.
RANGES: dict[str, tuple[tuple[tuple[str, str], ...], tuple[int, ...]]] = {
    "visa": ((("4", "4"),), (16, 16, 16, 16, 16, 13, 19)),
    "mastercard": ((("51", "55"),), (16,)),
    "mastercard2": ((("2221", "2720"),), (16,)),
    "amex": ((("34", "34"), ("37", "37")), (15,)),
    "discover": ((("6011", "6011"), ("644", "649"), ("65", "65")), (16,)),
    "jcb": ((("3528", "3589"),), (16,)),
    "diners": ((("300", "305"), ("36", "36"), ("38", "39")), (14,)),
    "unionpay": ((("62", "62"),), (16, 17, 18, 19)),
    "maestro": ((("5018", "5018"), ("5020", "5020"), ("5038", "5038"), ("6304", "6304"), ("6759", "6759"),
                 ("6761", "6763")), (12, 13, 14, 15, 16, 17, 18, 19)),
}  # fmt: skip
_OF_SIXTEEN = (
    ("visa",) * 5 + ("mastercard",) * 4 + ("mastercard2",) * 2 + ("discover", "jcb", "unionpay", "maestro")
)
_OF_ANY = (*_OF_SIXTEEN, "amex", "amex", "amex", "diners", "unionpay", "maestro")
WISHES = ("16", "any", *RANGES)
"""What a template may ask for as a card."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as its holder would read it."""

    brand: str
    pan: str
    cvv: str
    month: int
    year: int
    pin: str

    @property
    def track1(self) -> str:
        """Track 1 as a reader types it (ISO/IEC 7813)."""
        return f"%B{self.pan}^DOE/JAMIE^{self._discretionary}?"

    @property
    def track2(self) -> str:
        """Track 2 as a reader types it (ISO/IEC 7813)."""
        return f";{self.pan}={self._discretionary}?"

    @property
    def _discretionary(self) -> str:
        return f"{self.year % 100:02}{self.month:02}101{self.cvv}{self.pin}00"


def made(wish: str, rng: Random) -> Card:
    """Return a card as `wish` says: `16` (any brand's 16 digits), `any`, or a brand.

    Numbers that are famous are avoided: a redactor may know them by heart.
    """
    brand = rng.choice(_OF_SIXTEEN if wish == "16" else _OF_ANY) if wish in {"16", "any"} else wish
    ranges, lengths = RANGES[brand]
    length = 16 if wish == "16" else rng.choice(lengths)
    low, high = rng.choice(ranges)
    prefix = str(rng.randint(int(low), int(high)))
    body = prefix + _digits(rng, length - 1 - len(prefix))
    if rng.random() < 0.25:  # runs of one digit are what "double" and "triple" are for
        at = rng.randrange(len(prefix), length - 3)
        body = (body[:at] + body[at] * rng.choice((2, 3, 4)) + body[at:])[: length - 1]
    size = 4 if brand == "amex" else 3
    return Card(
        brand,
        body + check_digit(body),
        _digits(rng, size),
        rng.randint(1, 12),
        rng.randint(2026, 2034),
        _digits(rng, 4),
    )


def check_digit(body: str) -> str:
    """Return the digit that makes `body` pass Luhn (ISO/IEC 7812-1 annex B)."""
    return next(digit for digit in "0123456789" if passes_luhn(body + digit))


def passes_luhn(number: str) -> bool:
    """Whether the check digit of a number is right."""
    total = 0
    for at, sign in enumerate(reversed(number)):
        value = int(sign) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def brand_of(number: str) -> str | None:
    """Return the brand whose range and length a number has; None where there is none."""
    for brand, (ranges, lengths) in RANGES.items():
        if len(number) in lengths and any(low <= number[: len(low)] <= high for low, high in ranges):
            return brand
    return None


def is_card(number: str) -> bool:
    """Whether a number could be a card's: what an innocent number must not be."""
    return passes_luhn(number) and brand_of(number) is not None


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))
