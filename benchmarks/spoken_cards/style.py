"""Recognisers' styles: what the same words look like written by one that knows capitals and digits, and by one that does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from benchmarks.spoken_cards.truth import Kind, Token

STYLES = ("lower", "lower_digits", "punctuated", "digits")
"""In words without capitals or punctuation; the same with digits; in words with both; with digits and both."""

_MARKS = ".,;:?!…–—\"“”«»()¿¡"


@dataclass(frozen=True, slots=True)
class Style:
    """How a recogniser writes."""

    name: str
    has_punctuation: bool
    writes_digits: bool
    hyphen: bool

    @classmethod
    def drawn(cls, wish: str, rng: Random) -> Style:
        """Return a style by its name, or by the seed where `wish` is `any`."""
        name = rng.choice(STYLES) if wish == "any" else wish
        return cls(name, name in {"punctuated", "digits"}, "digits" in name, rng.random() < 0.5)


def dressed(tokens: list[Token], style: Style) -> list[Token]:
    """Return the tokens of a turn as this recogniser writes them."""
    if style.has_punctuation:
        return tokens
    plain = [replace(token, text=_bare(token)) for token in tokens]
    return [token for token in plain if token.text]


def _bare(token: Token) -> str:
    if token.kind is Kind.TRACK:
        return token.text
    return token.text.strip(_MARKS).lower()
