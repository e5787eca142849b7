"""Pieces: the numbers that one speaker gives one after another, and whether they make a card number together."""

from __future__ import annotations

from collections.abc import Sequence

from governance.redaction import brands
from governance.redaction.digits import Group
from governance.redaction.talk import Talk

_SAME_DICTATION = 3  # turns between two pieces of one number at most


def beginning(groups: Sequence[Group], pieces: Sequence[int]) -> str:
    """Return how the digits of pieces begin, as many as the shortest card number has at least."""
    said = ""
    for at in pieces:
        said += groups[at].digits
        if len(said) >= brands.SHORTEST:
            break
    return said


def given(talk: Talk) -> list[tuple[list[int], int]]:
    """Return for every number the numbers that one speaker gave one after another, and its place among them."""
    found: list[tuple[list[int], int]] = []
    open_by: dict[str | None, list[int]] = {}
    for index, group in enumerate(talk.groups):
        if group.explained:
            found.append(([index], 0))
            continue
        speaker = talk.speaker(group)
        pieces = open_by.get(speaker)
        if pieces is None or group.turn - talk.groups[pieces[-1]].turn > _SAME_DICTATION:
            pieces = open_by[speaker] = []
        pieces.append(index)
        found.append((pieces, len(pieces) - 1))
    return found


def make_numbers(talk: Talk, pieces: Sequence[tuple[list[int], int]]) -> list[float]:
    """Return for every number whether it and its neighbours make a whole card number: 2 of a usual length, 1 of another."""
    groups = talk.groups
    makes = [0.0] * len(groups)
    for run in {id(run): run for run, _ in pieces}.values():
        for start, first in enumerate(run):
            number = groups[first].digits
            if len(number) > 1 and not brands.begins_like_a_card(number):
                continue
            for end in range(start, len(run)):
                number = number if end == start else number + groups[run[end]].digits
                if len(number) > brands.LONGEST:
                    break
                if len(number) > brands.SHORTEST and brands.is_card_number(number):
                    worth = 2.0 if len(number) in (15, 16) else 1.0
                    for at in run[start : end + 1]:
                        makes[at] = max(makes[at], worth)
    return makes
