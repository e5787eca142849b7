"""International bank account numbers (ISO 13616), written or spelled out: no cards, though some stretch of one may pass for one."""

from __future__ import annotations

import re

_IBAN = re.compile(r"[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE)
_SHORTEST = 15
LENGTHS = {
    "ad": 24, "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24, "fi": 18,
    "fr": 27, "gb": 22, "gi": 23, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "is": 26, "it": 27, "li": 21, "lt": 20, "lu": 20,
    "lv": 21, "mc": 27, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24, "se": 24, "si": 19, "sk": 24, "sm": 27,
}  # fmt: skip
"""How long an account number is, by country (ISO 13616 registry)."""


def iban_at(text: str, start: int) -> tuple[int, int] | None:
    """Return the place of an IBAN that begins at `start`, if one whose check digits hold does (ISO 13616)."""
    match = _IBAN.match(text, start)
    while match:
        compact = match.group().replace(" ", "").upper()
        if len(compact) < _SHORTEST:
            return None
        if _checks(compact):
            return match.span()
        end = match.group().rstrip().rfind(" ")
        if end < 0:
            return None
        match = _IBAN.match(text[: start + end], start)
    return None


def is_account(spelled: str) -> bool:
    """Return whether this is an account number: a country's letters, its length, its check digits."""
    if LENGTHS.get(spelled[:2]) != len(spelled) or not spelled.isascii() or not spelled[2:4].isdigit():
        return False
    return _checks(spelled)


def _checks(compact: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1
