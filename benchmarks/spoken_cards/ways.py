"""Ways of saying and writing a number: first in which groups, then each group in words or in digits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from benchmarks.spoken_cards.say.language import Language, Voice
from benchmarks.spoken_cards.template import SEPARATED, SPOKEN, WRITTEN
from benchmarks.spoken_cards.truth import Piece


def pieces(
    number: str, way: str, language: Language, voice: Voice, *, writes_digits: bool
) -> list[list[Piece]]:
    """Return a number as groups of pieces, said or written as `way` says.

    Where the recogniser `writes_digits`, what was said in words is written in digits, in the groups it was said in.
    """
    if not number:
        return []
    if way == "any":
        way = _any_way(number, voice, writes_digits=writes_digits)
    if way in SPOKEN:
        groups = grouped(number, way, voice)
        if not writes_digits:
            return [said(group, way, language, voice) for group in groups]
        return _as_recognised(groups, way, voice)
    if way == "mixed":
        return [
            said(group, "mixture", language, voice) if voice.rng.random() < 0.5 else [Piece(group, group)]
            for group in grouped(number, "mixture", voice)
        ]
    if way == "tokens":
        return [[Piece(sign, sign)] for sign in number]
    if way == "chunks":
        return [[Piece(group, group)] for group in _cut(number, (1, 2, 3, 4, 4, 5), voice)]
    return [typed(number, way, voice)]


def grouped(number: str, way: str, voice: Voice) -> list[str]:
    """Return a number in the groups in which it is said this way."""
    if way == "digits":
        return list(number)
    if way == "double":
        return _by_repeats(number)
    if way == "mixture":
        return _cut(number, (1, 1, 1, 2, 2, 3, 4), voice)
    size = {"pairs": 2, "hundreds": 3, "thousands": 4}[way]
    return [number[at : at + size] for at in range(0, len(number), size)]


def said(group: str, way: str, language: Language, voice: Voice) -> list[Piece]:
    """Return a group of up to four digits in words; what begins with nought, or is longer, digit by digit."""
    repeats = len(group) if len(set(group)) == 1 else 1
    if repeats in language.repeats and (
        way == "double" or (way in {"pairs", "mixture"} and voice.rng.random() < 0.4)
    ):
        return language.repeated(group[0], repeats, voice)
    if len(group) == 2 and group[0] != "0":
        return language.below_hundred(int(group), voice)
    if len(group) == 3 and group[0] != "0":
        if way == "mixture" and voice.rng.random() < 0.5:  # "four, eleven"
            return [language.digit(group[0], voice), *said(group[1:], way, language, voice)]
        return language.hundreds(int(group), voice)
    if len(group) == 4 and group[0] != "0":
        if way == "mixture" and voice.rng.random() < 0.5:
            return [*said(group[:2], way, language, voice), *said(group[2:], way, language, voice)]
        return language.thousands(int(group), voice)
    return [language.digit(sign, voice) for sign in group]


def typed(number: str, way: str, voice: Voice) -> list[Piece]:
    """Return a number as people type it: 4-4-4-4 (4-6-5 for fifteen digits) with a separator, or run together."""
    if way == "typed":
        separator = voice.pick(
            (*SEPARATED.values(), *SEPARATED.values(), " ", " ", "", " - ", ", ", "–", "/", "_")
        )
    else:
        separator = SEPARATED[way]
    sizes = (
        (4, 6, 5) if len(number) == 15 else (4, 6, 4) if len(number) == 14 else (4,) * (len(number) // 4 + 1)
    )
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at : at + size])
        at += size
    groups = [group for group in groups if group]
    return [Piece(group, group, separator) for group in groups]


def _any_way(number: str, voice: Voice, *, writes_digits: bool) -> str:
    usual: tuple[str, ...] = (
        ("digits",) * 9 + ("double",) * 3 + ("pairs",) * 4 + ("mixture",) * 2 + ("hundreds", "thousands")
    )
    written = ("typed",) * 3 + WRITTEN[-3:]
    if len(number) < 4:
        usual = ("digits",) * 6 + ("double", "mixture", "hundreds", "pairs")
        written = ("together", "together", "tokens")
    return voice.pick(written if voice.rng.random() < (0.3 if writes_digits else 0.08) else usual)


def _as_recognised(groups: Sequence[str], way: str, voice: Voice) -> list[list[Piece]]:
    """Return what a recogniser that writes digits makes of spoken groups: as said, or joined by four, or all in one."""
    joint = voice.rng.random()
    number = "".join(groups)
    if way in {"digits", "double"} and joint < 0.6:
        if joint < 0.2:
            return [[Piece(number, number)]]
        if joint < 0.45:
            return [[Piece(number[at : at + 4], number[at : at + 4])] for at in range(0, len(number), 4)]
        return [[Piece(group, group)] for group in _cut(number, (1, 2, 3, 4), voice)]
    if way == "thousands" and joint < 0.4:  # "4,111", as if it were an amount
        sign = voice.pick(",.")
        return [
            [Piece(f"{group[0]}{sign}{group[1:]}", group)] if len(group) == 4 else [Piece(group, group)]
            for group in groups
        ]
    return [[Piece(group, group)] for group in groups]


def _by_repeats(number: str) -> list[str]:
    groups: list[str] = []
    for _, run in groupby(number):
        rest = "".join(run)
        while rest:
            size = min(len(rest), 3)
            groups.append(rest[:size])
            rest = rest[size:]
    return groups


def _cut(number: str, sizes: Sequence[int], voice: Voice) -> list[str]:
    groups, at = [], 0
    while at < len(number):
        size = voice.rng.choice(sizes)
        groups.append(number[at : at + size])
        at += size
    return groups
