"""Ways of saying and writing an expiry date."""

from __future__ import annotations

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.template import Slot
from benchmarks.spoken_cards.truth import Piece

_WAYS = ("names", "names", "numbers", "numbers", "digits", "slash")


def pieces(
    slot: Slot, month: int, year: int, language: Language, voice: Voice, *, writes_digits: bool
) -> list[list[Piece]]:
    """Return an expiry date, or one half of it, as groups of pieces. The pieces carry no digits of the number."""
    way = voice.pick(_WAYS) if slot.way == "any" else slot.way
    if way == "slash":
        if voice.rng.random() < 0.1:
            name = language.months[month - 1][:3].capitalize()
            return (
                [[Piece(name)], [Piece(str(year % 100))]]
                if not slot.part
                else [[Piece(name if slot.part == "month" else str(year))]]
            )
        return _slash(slot.part, month, year, voice)
    first = _month(way, month, language, voice, writes_digits=writes_digits)
    last = _year(way, year, language, voice, writes_digits=writes_digits)
    if slot.part:
        return [_quiet(first if slot.part == "month" else last)]
    between = voice.pick(language.of if way == "names" else language.slash)
    link = [[Piece(word, link=True) for word in between.split()]] if between and not writes_digits else []
    return [_quiet(first), *link, _quiet(last)]


def _slash(part: str, month: int, year: int, voice: Voice) -> list[list[Piece]]:
    first = voice.pick((f"{month:02}", f"{month:02}", str(month)))
    last = voice.pick((f"{year % 100}", f"{year % 100}", str(year)))
    if part:
        return [[Piece(first if part == "month" else last)]]
    sign = voice.pick(("/", "/", "/", "-", ".", " / ", ""))
    if not sign:  # run together it is always written in four digits
        return [[Piece(f"{month:02}{year % 100}")]]
    if " " in sign:
        return [[Piece(first)], [Piece(sign.strip(), link=True)], [Piece(last)]]
    return [[Piece(first + sign + last)]]


def _month(way: str, month: int, language: Language, voice: Voice, *, writes_digits: bool) -> list[Piece]:
    if way == "names":
        return [Piece(language.months[month - 1])]
    if writes_digits:
        return [Piece(f"{month:02}" if way == "digits" else str(month))]
    if way == "digits":
        return [language.digit(sign, voice) for sign in f"{month:02}"]
    return language.month_by_number(month, voice)


def _year(way: str, year: int, language: Language, voice: Voice, *, writes_digits: bool) -> list[Piece]:
    full = voice.rng.random() < (0.5 if way == "names" else 0.2)
    if writes_digits:
        return [Piece(str(year if full else year % 100))]
    if way == "digits" and voice.rng.random() < 0.6:
        return [language.digit(sign, voice) for sign in str(year % 100)]
    return language.year(year, voice) if full else language.expiry_year(year, voice)


def _quiet(said: list[Piece]) -> list[Piece]:
    return [Piece(piece.text, "", piece.glue, piece.link) for piece in said]
