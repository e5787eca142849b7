"""Card brands: which first digits and lengths are issued, and the Luhn check (ISO/IEC 7812-1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """Ranges of first digits, as inclusive pairs of equal length, and the lengths in use, the usual one first."""

    name: str
    ranges: tuple[tuple[str, str], ...]
    lengths: tuple[int, ...]

    def issues(self, digits: str) -> bool:
        """Whether these digits begin and are as long as a card of this brand."""
        return len(digits) in self.lengths and self.begins(digits)

    def begins(self, digits: str) -> bool:
        """Whether these digits begin as a card of this brand does, whatever their length."""
        return any(low <= digits[: len(low)] <= high for low, high in self.ranges if len(digits) >= len(low))


# The narrower brands stand before Maestro, whose ranges contain theirs.
BRANDS: tuple[Brand, ...] = (
    Brand("Visa", (("4", "4"),), (16, 13, 19, 18)),
    Brand("Mastercard", (("51", "55"), ("2221", "2720")), (16,)),
    Brand("American Express", (("34", "34"), ("37", "37")), (15,)),
    Brand("Discover", (("6011", "6011"), ("644", "649"), ("65", "65"), ("622126", "622925")), (16, 17, 18, 19)),
    Brand("JCB", (("3528", "3589"),), (16, 17, 18, 19)),
    Brand("JCB (15 digits)", (("2131", "2131"), ("1800", "1800")), (15,)),
    Brand("Diners Club", (("300", "305"), ("3095", "3095"), ("36", "36"), ("38", "39")), (14, 15, 16, 17, 18, 19)),
    Brand("UnionPay", (("62", "62"), ("81", "81")), (16, 17, 18, 19)),
    Brand("Mir", (("2200", "2204"),), (16, 17, 18, 19)),
    Brand("RuPay", (("60", "60"), ("82", "82"), ("508", "508")), (16,)),
    Brand("Troy", (("9792", "9792"), ("65", "65")), (16,)),
    Brand("UATP", (("1", "1"),), (15,)),
    Brand("Maestro", (("50", "50"), ("56", "69")), (16, 12, 13, 14, 15, 17, 18, 19)),
)  # fmt: skip

_RANGES = [pair for brand in BRANDS if brand.name != "UATP" for pair in brand.ranges]
_BEGINNINGS = frozenset(str(number) for low, high in _RANGES for number in range(int(low), int(high) + 1))
_RANGE_SIZES = sorted({len(low) for low, _ in _RANGES})
SHORTEST, LONGEST = 12, 19
_USUAL = {16: 0, 15: 1, 14: 2, 19: 3, 13: 4, 18: 5, 17: 6, 12: 7}
BY_LIKELIHOOD = tuple(sorted(_USUAL, key=lambda length: _USUAL[length]))
"""The lengths of card numbers, the usual ones first."""

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[0::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def brand_of(digits: str) -> Brand | None:
    """Return the brand that issues cards with this beginning and length, if one does."""
    return next((brand for brand in BRANDS if brand.issues(digits)), None)


def begins_like_a_card(digits: str) -> bool:
    """Return whether some brand's cards begin like this, whatever the length. UATP's single 1 says too little."""
    return any(digits[:size] in _BEGINNINGS for size in _RANGE_SIZES)


def is_usual(digits: str) -> bool:
    """Return whether digits begin and are as long as the cards that most people have, the check digit aside."""
    return len(digits) in (14, 15, 16) and any(brand.issues(digits) for brand in BRANDS[:8])


def is_card_number(digits: str) -> bool:
    """Return whether these digits are a complete card number: a brand's beginning and length, and the check digit.

    One repeated digit passes the check for some lengths and is never a card.
    """
    return brand_of(digits) is not None and len(set(digits)) > 1 and passes_luhn(digits)
