"""Pieces: the numbers that one speaker gives one after another, and whether they make a card number together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from governance.redaction import brands
from governance.redaction.digits import Group
from governance.redaction.talk import Talk

_BEGUN = 6  # digits by which it is known whether a number begins like a card's
_SAME_DICTATION = 3  # turns between two pieces of one number at most


@dataclass(slots=True)
class Run:
    """Numbers of one speaker, one after another: their places among all, their turns, and how many digits they are so far."""

    numbers: list[int] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    longest: int = 0
    beginning: str = field(default="", repr=False)

    def add(self, index: int, group: Group) -> None:
        """Take the next number."""
        self.numbers.append(index)
        self.turns.append(group.turn)
        self.ends.append((self.ends[-1] if self.ends else 0) + len(group.digits))
        self.longest = max(self.longest, len(group.digits))
        if len(self.beginning) < brands.SHORTEST:
            self.beginning += group.digits

    def digits_near(self, turn: int, reach: int) -> int:
        """Return how many digits are given within so many turns of one."""
        first, end = bisect_left(self.turns, turn - reach), bisect_right(self.turns, turn + reach)
        return self.ends[end - 1] - (self.ends[first - 1] if first else 0) if end > first else 0


def given(talk: Talk) -> list[tuple[Run, int]]:
    """Return for every number the numbers that one speaker gave one after another, and its place among them."""
    found: list[tuple[Run, int]] = []
    open_by: dict[str | None, Run] = {}
    for index, group in enumerate(talk.groups):
        if group.explained:
            run = Run()
        else:
            speaker = talk.speaker(group)
            run = open_by.get(speaker) or Run()
            if run.turns and group.turn - run.turns[-1] > _SAME_DICTATION:
                run = Run()
            open_by[speaker] = run
        run.add(index, group)
        found.append((run, len(run.numbers) - 1))
    return found


def make_numbers(talk: Talk, pieces: list[tuple[Run, int]]) -> list[float]:
    """Return for every number whether it and its neighbours make a whole card number: 2 of a usual length, 1 of another."""
    groups = talk.groups
    makes = [0.0] * len(groups)
    for run in {id(run): run.numbers for run, _ in pieces}.values():
        for start, first in enumerate(run):
            number = groups[first].digits
            if len(number) > 1 and not brands.begins_like_a_card(number):
                continue
            for end in range(start, len(run)):
                number = number if end == start else number + groups[run[end]].digits
                if len(number) > brands.LONGEST or (
                    end < start + _BEGUN and len(number) >= _BEGUN and not brands.begins_like_a_card(number)
                ):
                    break
                if len(number) > brands.SHORTEST and brands.is_card_number(number):
                    worth = 2.0 if len(number) in (15, 16) else 1.0
                    for at in run[start : end + 1]:
                        makes[at] = max(makes[at], worth)
    return makes
