"""What stands around a number, as figures: what `weights` judges it by where no rule does.

Two sets. The *early* ones are known as soon as a number is complete and what it was asked as is certain, so that a stream can
reckon them just as a whole call does. The *late* ones also count what comes after: the turns behind, the pieces that one
speaker gives one after another, what else is asked for. No figure holds a digit of a number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from governance.redaction import brands, codes, pieces
from governance.redaction.cutting import is_numeric
from governance.redaction.digits import Group
from governance.redaction.runs import is_regular
from governance.redaction.shapes import NO_CARD, begins, is_year
from governance.redaction.talk import Cue, Talk
from governance.redaction.topic import Asked

_RANKS = {
    kind: float(rank)
    for rank, kind in enumerate(
        ("other", "thing", "", "pay", "part", "card", "code", "pin", "expiry", "cvv", "pan")
    )
}
"""What words name, in the order of how near it is to card data: a tree parts such a row where it likes."""
_LOOKS = {
    looks: float(rank)
    for rank, looks in enumerate(
        ("", "letters and digits mixed", "a time", "an amount", "a date", "a quantity", "an ordinal")
    )
}
_OTHER_LOOKS = float(len(_LOOKS))
_KINDS = ("pan", "card", "cvv", "expiry", "pin", "pay", "other", "thing")
_FAR, _NO_CUE, _NO_NUMBER = 40, 60, 9
_NAMED_WITHIN = (
    16  # further away in its turn a name names nothing; less than a live call keeps when it cuts a turn
)
_NEAR_TURNS = 2
_LONGEST = 40
_AGAIN_AT_LEAST = 3
_BEFORE, _BEHIND, _TURN_BEFORE, _TURN_BEHIND = 5, 3, 14, 10  # words that are weighed

EARLY = (
    "digits", "chunks", "typed", "weak", "plus", "begins", "month and year", "year", "month name", "looks",
    "asked", "since", "asked here", "number open", "number begun", "behind a number", "talk about a card",
    "words from its name", "asked together",
)  # fmt: skip
"""The names of the early figures, in order."""

LATE = (
    *EARLY,
    "card number", "grouped", "plain in turn", "plain near", "plain before", "plain behind", "words before",
    "words behind", "numbers in turn", "digits in turn",
    "named before", "named before, words", "named behind", "named in a turn before", "named in a turn before, turns",
    "named in the turn before", "named later", "named later, turns",
    *(f"{kind} before, turns" for kind in _KINDS), *(f"{kind} later, turns" for kind in _KINDS),
    "pieces", "pieces' digits", "digits before in pieces", "digits behind in pieces", "longest piece",
    "pieces make a number", "pieces begin", "digits near in pieces",
    *(f"piece {place} {what}" for place in ("before", "second before", "behind", "second behind") for what in ("digits", "turns", "plain")),
    *(f"number {place} {what}" for place in ("before", "behind") for what in ("digits", "turns", "looks", "echo", "speaker")),
    "said again", "said again as no card", "words",
)  # fmt: skip
"""The names of the late figures, in order; the early ones come first."""


def early(group: Group, asked: Asked) -> list[float]:
    """Return the early figures of a number, in the order of `EARLY`.

    A zero said at its end does not count: whether `oh` is one may only be told by the next turn, which a stream does not know yet.
    """
    chunks = group.chunks
    while len(chunks) > 1 and chunks[-1].digits == "0" and not chunks[-1].typed:
        chunks = chunks[:-1]
    digits = "".join([chunk.digits for chunk in chunks])
    return [
        min(len(digits), 24),
        min(len(chunks), 12),
        all(chunk.typed for chunk in chunks),
        all(chunk.weak for chunk in chunks),
        group.plus,
        begins(digits),
        codes.is_month_and_year(digits),
        is_year(group._replace(chunks=chunks, digits=digits)),
        any(chunk.is_month for chunk in chunks),
        _LOOKS.get(group.explained, _OTHER_LOOKS),
        _RANKS[asked.kind],
        _RANKS[asked.since],
        asked.here,
        asked.pan_open,
        asked.begun,
        asked.after_pan,
        asked.card_talk,
        min(asked.apart, _NAMED_WITHIN),
        len(asked.bundle),
    ]


class Surroundings:
    """The figures of the numbers of one conversation."""

    def __init__(self, talk: Talk, asked: Sequence[Asked], words: Mapping[str, Mapping[str, float]]) -> None:
        """Take up a conversation. `words` says for each place (`before`, `behind`, …) what a word there weighs."""
        self._talk, self._asked, self._groups, self._words = talk, asked, talk.groups, words
        self._pieces = pieces.given(talk)
        self._makes = pieces.make_numbers(talk, self._pieces)
        self._again = Counter(group.digits for group in self._groups)
        self._innocent = {
            group.digits for group, one in zip(self._groups, asked, strict=True) if one.kind in NO_CARD
        }
        self._turns_of_cues = [cue.turn for cue in talk.cues]
        self._ranks_of_turns: dict[int, float] = {}
        for cue in talk.cues:
            rank = _RANKS[cue.kind]
            self._ranks_of_turns[cue.turn] = max(rank, self._ranks_of_turns.get(cue.turn, rank))
        self._cue_turns: dict[str, list[int]] = {kind: [] for kind in _KINDS}
        self._cue_places: dict[str, list[int]] = {kind: [] for kind in _KINDS}
        for cue in talk.cues:
            if cue.kind in self._cue_turns:
                self._cue_turns[cue.kind].append(cue.turn)
                self._cue_places[cue.kind].append(cue.first)
        self._in_turn: dict[int, list[int]] = {}
        for index, group in enumerate(self._groups):
            self._in_turn.setdefault(group.turn, []).append(index)

    def early(self, index: int) -> list[float]:
        """Return the early figures of a number."""
        return early(self._groups[index], self._asked[index])

    def late(self, index: int) -> list[float]:
        """Return the late figures of a number, in the order of `LATE`."""
        group = self._groups[index]
        row = self.early(index)
        row += self._in_its_turn(group)
        row += self._named(group)
        row += self._among_pieces(index)
        row += self._beside(index, -1)
        row += self._beside(index, 1)
        is_again = len(group.digits) >= _AGAIN_AT_LEAST
        row += [
            self._again[group.digits] - 1 if is_again else 0,
            is_again and self._asked[index].kind not in NO_CARD and group.digits in self._innocent,
            self._weight_of_words(group),
        ]
        return row

    def _in_its_turn(self, group: Group) -> list[float]:
        talk = self._talk
        first, end = talk.bounds(group.turn)
        beside = self._in_turn[group.turn]
        return [
            brands.is_card_number(group.digits),
            is_regular(group),
            min(talk.plain_in_turn(group.turn), 30),
            talk.plain_near(group),
            min(talk.plain_between(first, group.first), 20),
            min(talk.plain_between(group.last + 1, end), 20),
            min(group.first - first, 30),
            min(end - group.last - 1, 30),
            min(len(beside), 12),
            min(sum(len(self._groups[at].digits) for at in beside[:24]), 60),
        ]

    def _named(self, group: Group) -> list[float]:
        """Return what the words name: in its turn before and behind it, in turns before and later, and how far away."""
        cues, turn = self._talk.cues, group.turn
        at = bisect_right(cues, (group.first,))
        before = cues[at - 1] if at and cues[at - 1].turn == turn else None
        behind = cues[at] if at < len(cues) and cues[at].turn == turn else None
        back = bisect_left(self._turns_of_cues, turn)
        ahead = bisect_right(self._turns_of_cues, turn)
        earlier = cues[back - 1] if back else None
        later = cues[ahead] if ahead < len(cues) else None
        row = [
            _rank(before),
            min(group.first - before.last, _NO_CUE) if before else _NO_CUE,
            _rank(behind),
            _rank(earlier),
            min(turn - earlier.turn, 20) if earlier else 20,
            self._ranks_of_turns.get(turn - 1, _RANKS[""]),
            _rank(later),
            min(later.turn - turn, 20) if later else 20,
        ]
        row += [self._turns_since(kind, group) for kind in _KINDS]
        row += [self._turns_until(kind, group) for kind in _KINDS]
        return row

    def _turns_since(self, kind: str, group: Group) -> float:
        at = bisect_left(self._cue_places[kind], group.first)
        return min(group.turn - self._cue_turns[kind][at - 1], _FAR) if at else _FAR

    def _turns_until(self, kind: str, group: Group) -> float:
        places = self._cue_places[kind]
        at = bisect_left(places, group.first)
        return min(self._cue_turns[kind][at] - group.turn, _FAR) if at < len(places) else _FAR

    def _among_pieces(self, index: int) -> list[float]:
        """Return what one speaker's numbers, one after another, would make together."""
        groups, (run, place) = self._groups, self._pieces[index]
        given, group = run.numbers, groups[index]
        row: list[float] = [
            min(len(given), 20),
            min(run.ends[-1], 60),
            min(run.ends[place] - len(group.digits), _LONGEST),
            min(run.ends[-1] - run.ends[place], _LONGEST),
            min(run.longest, 24),
            self._makes[index],
            begins(run.beginning),
            min(run.digits_near(group.turn, _NEAR_TURNS), _LONGEST),
        ]
        for step in (-1, -2, 1, 2):
            if 0 <= place + step < len(given):
                other = groups[given[place + step]]
                plain = self._talk.plain_in_turn(other.turn)
                row += [min(len(other.digits), 24), abs(other.turn - group.turn), min(plain, 20)]
            else:
                row += [0, _NO_NUMBER, 20]
        return row

    def _beside(self, index: int, step: int) -> list[float]:
        """Return what the number right before (-1) or behind (1) is, whoever said it."""
        if not 0 <= index + step < len(self._groups):
            return [0, _NO_NUMBER, _LOOKS[""], False, False]
        group, other = self._groups[index], self._groups[index + step]
        is_same = self._talk.speaker(group) == self._talk.speaker(other)
        is_echo = (
            not is_same
            and min(len(group.digits), len(other.digits)) > 1
            and (group.digits in other.digits or other.digits in group.digits)
        )
        return [
            min(len(other.digits), 24),
            min(abs(other.turn - group.turn), _NO_NUMBER),
            _LOOKS.get(other.explained, _OTHER_LOOKS),
            is_echo,
            is_same,
        ]

    def _weight_of_words(self, group: Group) -> float:
        if not self._words:
            return 0.0
        return sum(self._words[place].get(word, 0.0) for place, word in words_around(self._talk, group))


def words_around(talk: Talk, group: Group) -> Iterator[tuple[str, str]]:
    """Yield the words around a number, each with its place: before and behind it, in the turn before and the turn behind.

    Numbers are no words.
    """
    for place, first, end in _around(talk, group):
        for word in talk.tokens.words[first:end]:
            if not is_numeric(word, talk.lexicon):
                yield place, word


def _around(talk: Talk, group: Group) -> Iterator[tuple[str, int, int]]:
    first, end = talk.bounds(group.turn)
    yield "before", max(first, group.first - _BEFORE), group.first
    yield "behind", group.last + 1, min(end, group.last + 1 + _BEHIND)
    if group.turn:
        first, end = talk.bounds(group.turn - 1)
        yield "turn before", max(first, end - _TURN_BEFORE), end
    if group.turn + 1 < len(talk.turns):
        first, end = talk.bounds(group.turn + 1)
        yield "turn behind", first, min(end, first + _TURN_BEHIND)


def _rank(cue: Cue | None) -> float:
    return _RANKS[cue.kind if cue else ""]
