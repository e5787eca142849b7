"""What goes wrong with a number on its way from a mouth to a transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from benchmarks.spoken_cards.say.language import Language
from benchmarks.spoken_cards.truth import WRONG, Piece

_USUAL = {"none": 0.0, "some": 0.25, "heavy": 0.7}
_KINDS = ("fillers", "fillers", "fillers", "wrong", "lost", "doubled", "homophones")


def of_a_call(noise: str, rng: Random) -> str:
    """Return the trouble that a whole call has where its slots name none; an empty string for most calls."""
    return rng.choice(_KINDS) if rng.random() < _USUAL[noise] else ""


def misheard(signs: Sequence[tuple[str, int]], troubles: Sequence[str], rng: Random) -> list[tuple[str, int]]:
    """Return digits with one of them wrong, lost or doubled. A wrong digit has no place in the card's number."""
    heard = list(signs)
    if "wrong" in troubles and heard:
        at = rng.randrange(len(heard))
        heard[at] = (rng.choice([sign for sign in "0123456789" if sign != heard[at][0]]), WRONG)
    if "lost" in troubles and len(heard) > 1:
        del heard[rng.randrange(len(heard))]
    if "doubled" in troubles and heard:
        at = rng.randrange(len(heard))
        heard.insert(at, heard[at])
    return heard


def interrupted(
    groups: Sequence[Sequence[Piece]], troubles: Sequence[str], language: Language, rng: Random
) -> list[list[Piece]]:
    """Return groups with fillers between them, or with a word that sounds like a digit in its stead."""
    said = [list(group) for group in groups]
    if "homophones" in troubles:
        _mishear(said, language, rng)
    if "fillers" not in troubles or not said:
        return said
    filled = [said[0]]
    for group in said[1:]:
        if rng.random() < min(0.6, 3 / len(said)):
            filled.append(
                [Piece(word, link=True) for word in rng.choice((*language.fillers, *language.dash)).split()]
            )
        filled.append(group)
    return filled


def _mishear(said: list[list[Piece]], language: Language, rng: Random) -> None:
    """Put words that sound like digits in the stead of one or two of them."""
    places = [
        (group, at)
        for group in said
        for at, piece in enumerate(group)
        # Only the digit's own word sounds like that: "sixty" carries a 6 too.
        if piece.digits in language.homophones and piece.text in language.digits[piece.digits]
    ]
    for group, at in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        group[at] = replace(group[at], text=rng.choice(language.homophones[group[at].digits]))
