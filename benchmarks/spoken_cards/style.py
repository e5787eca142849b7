"""Recognisers' styles: what the same words look like written by one that knows capitals and digits, and by one that does not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from random import Random

from benchmarks.spoken_cards.truth import Kind, Token

STYLES = ("lower", "lower_digits", "punctuated", "digits")
"""In words without capitals or punctuation; the same with digits; in words with both; with digits and both."""

_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_MARKS = '.,;:?!…–—"“”«»()¿¡'


@dataclass(frozen=True, slots=True)
class Style:
    """How a recogniser writes."""

    name: str
    has_punctuation: bool
    writes_digits: bool
    hyphen: bool
    has_accents: bool = True

    @classmethod
    def drawn(cls, wish: str, rng: Random) -> Style:
        """Return a style by its name, or by the seed where `wish` is `any`."""
        name = rng.choice(STYLES) if wish == "any" else wish
        is_dressed = name in {"punctuated", "digits"}
        return cls(name, is_dressed, "digits" in name, rng.random() < 0.5, is_dressed or rng.random() < 0.85)


def dressed(tokens: list[Token], style: Style) -> list[Token]:
    """Return the tokens of a turn as this recogniser writes them."""
    if style.has_punctuation:
        return tokens
    plain = [replace(token, text=_bare(token, has_accents=style.has_accents)) for token in tokens]
    return [token for token in plain if token.text]


def _bare(token: Token, *, has_accents: bool) -> str:
    if token.kind is Kind.TRACK:
        return token.text
    text = token.text.strip(_MARKS).lower()
    if has_accents:
        return text
    for sign, plain in _UMLAUTS:
        text = text.replace(sign, plain)
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
